"""Write a segmentation as a DICOM Segmentation object (PS3.3 A.51), through highdicom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

import medapp
from medapp.formats.dicom.segmentation_bits import clear, filled, fillers_for
from medapp.formats.dicom.segmentation_note import write_note
from medapp.formats.dicom.segmentation_predecessor import derive
from medapp.formats.dicom.segmentation_source import sources_of

if TYPE_CHECKING:
    from pathlib import Path

    from highdicom import AlgorithmIdentificationSequence, ContributingEquipment
    from highdicom.color import CIELabColor
    from highdicom.seg import Segmentation as SegmentationObject
    from highdicom.seg import SegmentDescription
    from highdicom.sr import CodedConcept
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from medapp.domain.patient import Instance, Series
    from medapp.domain.provenance import Provenance
    from medapp.domain.segmentation import Code, Label, Segmentation
    from medapp.formats.dicom.segmentation_source import Sources

WARNING: Final = "Not for diagnostic use"
_SUFFIX: Final = f" - {WARNING.lower()}"
_CORRECTED: Final = ", corrected"
_LONG_STRING: Final = 64
_SHORT_TEXT: Final = 1024
_LONG_TEXT: Final = 10_240
_NUMBERS_FROM: Final = 1000
_LARGEST_NUMBER: Final = 2**31 - 1


def write_segmentation(
    path: Path, segmentation: Segmentation, series: Series, *, edited: bool = False
) -> str:
    """Write `segmentation` to `path`; one binary object with all segments and their non-empty frames.

    Args:
        path: File to write; it appears whole or not at all.
        segmentation: On exactly the grid of `series`; its labels become segments 1, 2, ... in their order.
        series: The source images, whose files are read once more for what they say of themselves.
        edited: True where a person has changed it by hand.

    Returns:
        The SOP instance UID.

    Raises:
        ValueError: Where a DICOM object cannot say it: the series is tilted, its spacing or orientation is
            not known, both do not lie on the same grid, voxels have no label, or a source is gone.
        OSError: Where the file cannot be written.
    """
    made = build(segmentation, series, edited=edited)
    part = path.with_name(f".{path.name}.part")
    try:
        made.save_as(part, enforce_file_format=True)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return str(made.SOPInstanceUID)


def build(segmentation: Segmentation, series: Series, *, edited: bool = False) -> SegmentationObject:
    """As `write_segmentation`, without the file."""
    import highdicom

    reason = unwritable(segmentation, series)
    if reason:
        message = f"the segmentation cannot be written as DICOM SEG: {reason}"
        raise ValueError(message)
    sources = sources_of(series)
    array = _numbered(segmentation)
    fillers = fillers_for(array, len(segmentation.labels))
    provenance = segmentation.provenance
    title = _title(segmentation)
    made = highdicom.seg.Segmentation(
        source_images=sources.datasets,
        pixel_array=filled(array, fillers),
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=_descriptions(segmentation, edited=edited),
        series_instance_uid=highdicom.UID(),
        series_number=min(_NUMBERS_FROM + max(series.number or 0, 0), _LARGEST_NUMBER),
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer="medapp",
        manufacturer_model_name="medapp",
        software_versions=medapp.__version__,
        device_serial_number="1",
        content_label="SEGMENTATION",
        content_description=_short(f"{WARNING}. {title}"),
        series_description=_short(f"{title}{_SUFFIX}"),
        content_qualification=highdicom.ContentQualificationValues.RESEARCH,
        contributing_equipment=_equipment(provenance),
        specific_character_set="ISO_IR 192",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
    )
    for keyword in ("PatientName", "ReferringPhysicianName"):
        setattr(made, keyword, sources.names.get(keyword, ""))
    made.ImageComments = write_note(segmentation, edited=edited)
    clear(made, fillers, [dataset.ImagePositionPatient for dataset in sources.datasets])
    _point_at_sources(made, sources)
    if segmentation.predecessor is not None:
        derive(made, segmentation.predecessor, by_model=provenance is not None)
    return made


def _title(segmentation: Segmentation) -> str:
    """Without what is put to it when it is written, which a title that was read holds already."""
    provenance = segmentation.provenance
    title = segmentation.title or (provenance.title if provenance else "") or "Segmentation"
    title = title.removesuffix(_SUFFIX)
    if segmentation.predecessor is None:
        return title
    # Both lie side by side in a list of series.
    room = _LONG_STRING - len(_CORRECTED) - len(_SUFFIX)
    return title.removesuffix(_CORRECTED)[:room] + _CORRECTED


def unwritable(segmentation: Segmentation, series: Series) -> str:
    """Why DICOM SEG cannot hold it; empty where it can."""
    geometry = series.geometry
    message = ""
    if geometry is None or not geometry.stackable or not geometry.oriented:
        message = "the images do not make a volume with a known place in the patient"
    elif geometry.spacing_mm is None:
        message = "the spacing of the images is not known"
    elif geometry.is_sheared:
        message = "the slices are tilted against their stack (gantry tilt), which readers of DICOM SEG refuse"
    elif segmentation.array.shape != geometry.shape:
        message = f"the labels {segmentation.array.shape} and the images {geometry.shape} differ in shape"
    elif not segmentation.geometry.same_grid(geometry):
        message = "the labels do not lie on the grid of the images"
    elif segmentation.overlaps:
        message = "labels overlap"
    elif not segmentation.labels:
        message = "there is no label to write"
    elif not all(label.code.value and label.code.scheme for label in segmentation.labels):
        message = "not every label has a code that says what it is"
    return message


def _numbered(segmentation: Segmentation) -> NDArray[Any]:
    """Segment numbers from 1 in place of the voxel values."""
    array = segmentation.array
    values = [label.value for label in segmentation.labels]
    table = np.full(int(np.iinfo(array.dtype).max) + 1, -1, dtype=np.int32)
    table[0] = 0
    table[values] = np.arange(1, len(values) + 1)
    counts = np.zeros(len(table), dtype=np.int64)
    for plane in array:
        counts += np.bincount(plane.ravel(), minlength=len(table))
    unnamed = np.flatnonzero((counts > 0) & (table < 0))
    if len(unnamed) or len(set(values)) < len(values):
        message = f"voxels have values without a label of their own: {unnamed.tolist()}"
        raise ValueError(message)
    if values == list(range(1, len(values) + 1)):
        return array
    numbers = table.astype(np.uint8 if len(values) <= np.iinfo(np.uint8).max else np.uint16)
    return np.asarray(numbers[array])


def _descriptions(segmentation: Segmentation, *, edited: bool) -> list[SegmentDescription]:
    import highdicom

    types = highdicom.seg.SegmentAlgorithmTypeValues
    provenance = segmentation.provenance
    if provenance is None:
        kind, algorithm = types.MANUAL, None
    else:
        kind = types.SEMIAUTOMATIC if edited else types.AUTOMATIC
        algorithm = _algorithm(provenance)
    return [
        highdicom.seg.SegmentDescription(
            segment_number=number,
            segment_label=_short(label.name) or f"Segment {number}",
            segmented_property_category=_concept(label.category),
            segmented_property_type=_concept(label.code),
            algorithm_type=kind,
            algorithm_identification=algorithm,
            display_color=_cielab(label),
        )
        for number, label in enumerate(segmentation.labels, 1)
    ]


def _concept(code: Code) -> CodedConcept:
    from highdicom.sr import CodedConcept

    return CodedConcept(code.value, code.scheme, _short(code.meaning) or code.value)


def _cielab(label: Label) -> CIELabColor | None:
    from highdicom.color import CIELabColor

    digits = label.color.removeprefix("#")
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        return None
    return CIELabColor.from_rgb(red, green, blue)


def _algorithm(provenance: Provenance) -> AlgorithmIdentificationSequence:
    from highdicom import AlgorithmIdentificationSequence
    from highdicom.sr.coding import CodedConcept

    # CID 7162: what has weights was learned; what has none is thresholds and morphology.
    family = (
        CodedConcept("123110", "DCM", "Artificial Intelligence")
        if provenance.weights
        else CodedConcept("123104", "DCM", "Morphological Operations")
    )
    found = AlgorithmIdentificationSequence(
        name=_short(provenance.title or provenance.task),
        family=family,
        version=_short(provenance.plugin_version or "unknown"),
        source=_short(f"{provenance.plugin} {provenance.task}".strip()),
    )
    settings = ", ".join(f"{name}={value}" for name, value in provenance.parameters.items())
    if settings:
        found[0].AlgorithmParameters = settings[:_LONG_TEXT]
    return found


def _equipment(provenance: Provenance | None) -> list[ContributingEquipment]:
    """The plugin, as equipment that processed the images."""
    from highdicom import ContributingEquipment
    from highdicom.sr.coding import CodedConcept

    if provenance is None:
        return []
    return [
        ContributingEquipment(
            manufacturer=_short(provenance.plugin) or "unknown",
            purpose_of_reference=CodedConcept("109102", "DCM", "Processing Equipment"),
            manufacturer_model_name=_short(provenance.task) or None,
            software_versions=_short(provenance.plugin_version) or None,
            contribution_description=f"{provenance.intended_use or WARNING}"[:_SHORT_TEXT],
        )
    ]


def _point_at_sources(made: SegmentationObject, sources: Sources) -> None:
    """Put the true instances, and frames of multi-frame ones, in place of the stand-ins of the slices."""
    by_stand_in = {
        str(dataset.SOPInstanceUID): instance
        for dataset, instance in zip(sources.datasets, sources.instances, strict=True)
    }
    instances = list({instance.sop_instance_uid: instance for instance in sources.instances}.values())
    if not all(instance.sop_instance_uid and instance.sop_class_uid for instance in instances):
        _forget_sources(made)
        return
    made.SourceImageSequence = [_reference(instance) for instance in instances]
    series = made.ReferencedSeriesSequence[0]
    series.ReferencedInstanceSequence = [_reference(instance) for instance in instances]
    for frame in made.PerFrameFunctionalGroupsSequence:
        for derivation in frame.get("DerivationImageSequence", ()):
            for source in derivation.SourceImageSequence:
                instance = by_stand_in.get(str(source.ReferencedSOPInstanceUID))
                if instance is None:
                    continue  # the frames of several segments share one item, which is done already
                source.ReferencedSOPClassUID = instance.sop_class_uid
                source.ReferencedSOPInstanceUID = instance.sop_instance_uid
                if instance.frame is not None:
                    source.ReferencedFrameNumber = instance.frame + 1


def _forget_sources(made: SegmentationObject) -> None:
    """Files without identifiers cannot be referred to."""
    del made.SourceImageSequence
    del made.ReferencedSeriesSequence
    for frame in made.PerFrameFunctionalGroupsSequence:
        if "DerivationImageSequence" in frame:
            del frame.DerivationImageSequence


def _reference(instance: Instance) -> Dataset:
    from pydicom.dataset import Dataset

    found = Dataset()
    found.ReferencedSOPClassUID = instance.sop_class_uid
    found.ReferencedSOPInstanceUID = instance.sop_instance_uid
    return found


def _short(text: str) -> str:
    r"""A long string (LO): at most 64 characters, no backslash."""
    return text.replace("\\", "/").strip()[:_LONG_STRING]
