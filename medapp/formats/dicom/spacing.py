"""In-plane spacing, and what it means: in the patient, at the detector, inside a region, or not known.

PS3.3 10.7.1.3 (pixel spacing and its calibration in projections), C.8.5.5 (ultrasound regions).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.notice import Notice
from medapp.formats.dicom.kinds import PROJECTION, RT_IMAGE, SECONDARY_CAPTURE
from medapp.formats.dicom.vectors import spacing_of

if TYPE_CHECKING:
    from medapp.formats.dicom.header import Header

_CENTIMETRES: Final = 3
_SPATIAL_2D: Final = 1
_MM_PER_CM: Final = 10.0
_DETECTOR_MM: Final = frozenset(("CR", "DX", "MG", "IO", "PX", "RG"))
_PROJECTED: Final = _DETECTOR_MM | {"XA", "RF", "DG"}
_MAX_MAGNIFICATION: Final = 20.0


@dataclass(frozen=True)
class Spacing:
    """(between rows, between columns) in mm, None where it is not known, and what to say of it."""

    mm: tuple[float, float] | None
    notice: Notice | None = None


def in_plane_spacing(header: Header) -> Spacing:
    """Spacing of a plain image from its header."""
    if header.values.items("SequenceOfUltrasoundRegions"):
        return _in_regions(header)
    stated = header.numbers("PixelSpacing")
    detector = spacing_of(header.numbers("ImagerPixelSpacing"))
    modality = header.text("Modality")
    if stated:
        spacing = spacing_of(stated)
        if spacing is None:
            return Spacing(
                None, _unknown(f"its pixel spacing ({header.text('PixelSpacing')[:64]}) is no length")
            )
        if detector is not None and not header.text("PixelSpacingCalibrationType") and spacing == detector:
            return _at_detector(header, detector, modality)
        return Spacing(spacing, _uncertain(header, modality) if detector is None else None)
    if detector is not None:
        return _at_detector(header, detector, modality)
    if header.sop_class_uid == RT_IMAGE:
        return _at_image_plane(header)
    scanned = spacing_of(header.numbers("NominalScannedPixelSpacing"))
    if scanned is not None:
        words = "the spacing is that of the digitised film, not of the patient"
        return Spacing(None, _unknown(words, {"film_mm": list(scanned)}))
    return Spacing(None, _unknown("the file does not state a pixel spacing"))


def _uncertain(header: Header, modality: str) -> Notice | None:
    """What a pixel spacing means is not told: for projections without calibration, and beside the IOD."""
    if header.text("PixelSpacingCalibrationType") or header.values.bytes_of("DoseGridScaling"):
        return None
    if modality in _PROJECTED or header.sop_class_uid == SECONDARY_CAPTURE:
        why = "the file does not tell whether they hold in the patient or at the detector"
    elif modality in PROJECTION - _PROJECTED and header.sop_class_uid != RT_IMAGE:
        why = "the standard gives images of this kind no pixel spacing"
    else:
        return None
    return Notice("spacing-uncertain", f"Lengths are uncertain: {why}.", "warning")


def _unknown(why: str, values: dict[str, object] | None = None) -> Notice:
    return Notice("spacing-unknown", f"Lengths are in pixels: {why}.", "warning", values or {})


def _at_detector(header: Header, detector: tuple[float, float], modality: str) -> Spacing:
    """Spacing at the detector, brought to the patient where the file states the magnification."""
    values: dict[str, object] = {"detector_mm": list(detector)}
    factor = header.values.number("EstimatedRadiographicMagnificationFactor")
    if factor is not None and 1.0 <= factor <= _MAX_MAGNIFICATION:
        spacing = (detector[0] / factor, detector[1] / factor)
        values["magnification"] = factor
        message = (
            f"The spacing is estimated: detector spacing divided by the stated magnification of {factor:g}."
        )
        return Spacing(spacing, Notice("spacing-estimated", message, "info", values))
    if modality not in _DETECTOR_MM:
        return Spacing(None, _unknown("only the detector's spacing is stated, not the magnification", values))
    message = f"Lengths are at the detector ({detector[0]:g} mm a pixel); in the patient they are smaller."
    return Spacing(detector, Notice("detector-spacing", message, "warning", values))


def _at_image_plane(header: Header) -> Spacing:
    """RT images state their spacing at the image plane; at the isocentre it is SAD / SID of it."""
    plane = spacing_of(header.numbers("ImagePlanePixelSpacing"))
    source_axis = header.values.number("RadiationMachineSAD")
    source_image = header.values.number("RTImageSID")
    if plane is None or not source_axis or not source_image or source_axis <= 0 or source_image <= 0:
        return Spacing(None, _unknown("the spacing at the isocentre is not stated"))
    scale = source_axis / source_image
    message = "The spacing holds at the isocentre."
    spacing = spacing_of((plane[0] * scale, plane[1] * scale))
    return Spacing(spacing, Notice("spacing-estimated", message, "info", {"image_plane_mm": list(plane)}))


def _in_regions(header: Header) -> Spacing:
    """Spacing of an ultrasound image whose regions are all spatial and agree."""
    found: set[tuple[float, float]] = set()
    for region in header.values.items("SequenceOfUltrasoundRegions"):
        units = region.integer("PhysicalUnitsXDirection"), region.integer("PhysicalUnitsYDirection")
        if region.integer("RegionSpatialFormat") != _SPATIAL_2D or units != (_CENTIMETRES, _CENTIMETRES):
            return Spacing(None, _unknown("not every ultrasound region is a calibrated plane"))
        deltas = region.number("PhysicalDeltaY"), region.number("PhysicalDeltaX")
        spacing = spacing_of(tuple(abs(delta or 0.0) * _MM_PER_CM for delta in deltas))
        if spacing is None:
            return Spacing(None, _unknown("an ultrasound region states no scale"))
        found.add((round(spacing[0], 9), round(spacing[1], 9)))
    if len(found) != 1:
        return Spacing(None, _unknown("the ultrasound regions have different scales"))
    spacing = found.pop()
    message = "Lengths hold inside the calibrated ultrasound region only."
    return Spacing(spacing, Notice("region-spacing", message, "info", {"mm": list(spacing)}))
