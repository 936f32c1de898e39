"""Small RT Structure Sets made by pydicom, on the CT of `tests.unit.services.segmenting`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import RTStructureSetStorage

from medapp.domain.patient import Series
from tests.unit.formats.dicom_index.making import FRAME, SERIES, STUDY, image, save

AREA = "CLOSED_PLANAR"
Contour = tuple[str, list[tuple[float, float, float]], str]
"""Type, points (i, j, k) in voxels of the CT, SOP instance of the image."""


def box(i0: float, j0: float, i1: float, j1: float, k: float, *, uid: str = "") -> Contour:
    """A rectangle on slice `k`, its corners between the centres of pixels where they are halves."""
    return AREA, [(i0, j0, k), (i1, j0, k), (i1, j1, k), (i0, j1, k)], uid


def lps(i: float, j: float, k: float) -> list[float]:
    """Where a voxel of the CT lies."""
    return [-10 + 0.25 * i, -20 + 0.5 * j, 30 + 2 * k]


def structures(regions: dict[str, list[Contour]], series: Series | None = None, **values: Any) -> Dataset:
    """A structure set with regions numbered 11, 12, ...; it refers to `series` where that is given."""
    frame = values.pop("frame", FRAME)
    made = image(
        RTStructureSetStorage, Modality="RTSTRUCT", SeriesInstanceUID=f"{SERIES}.7", SeriesNumber=7,
        SeriesDescription="", StructureSetLabel="Plan A", StudyInstanceUID=STUDY,
        **dict.fromkeys(("PixelData", "Rows", "Columns", "ImagePositionPatient", "PixelSpacing"), None),
    )  # fmt: skip
    made.StructureSetROISequence = Sequence([_named(n, name, frame) for n, name in enumerate(regions, 11)])
    made.ROIContourSequence = Sequence(
        [_drawn(n, contours) for n, contours in enumerate(regions.values(), 11)]
    )
    made.RTROIObservationsSequence = Sequence([_observed(n) for n in range(11, 11 + len(regions))])
    if series is not None:
        made.ReferencedFrameOfReferenceSequence = Sequence([_reference(series, frame)])
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def written(path: Path, *args: Any, **values: Any) -> Path:
    """`structures` in a file."""
    return save(structures(*args, **values), path)


def _named(number: int, name: str, frame: str) -> Dataset:
    item = Dataset()
    item.ROINumber, item.ROIName, item.ReferencedFrameOfReferenceUID = number, name, frame
    item.ROIGenerationAlgorithm = ""
    return item


def _drawn(number: int, contours: list[Contour]) -> Dataset:
    item = Dataset()
    item.ReferencedROINumber = number
    item.ROIDisplayColor = [number, 128, 255]
    if contours:
        item.ContourSequence = Sequence([_contour(*contour) for contour in contours])
    return item


def _contour(kind: str, points: list[tuple[float, float, float]], uid: str) -> Dataset:
    item = Dataset()
    item.ContourGeometricType = kind
    item.NumberOfContourPoints = len(points)
    item.ContourData = [round(value, 4) for point in points for value in lps(*point)]
    if uid:
        reference = Dataset()
        reference.ReferencedSOPInstanceUID = uid
        item.ContourImageSequence = Sequence([reference])
    return item


def _observed(number: int) -> Dataset:
    item = Dataset()
    item.ObservationNumber = item.ReferencedROINumber = number
    item.RTROIInterpretedType = "GTV" if number == 11 else "ORGAN"
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "10200004", "SCT", "Liver"
    if number == 12:
        item.RTROIIdentificationCodeSequence = Sequence([code])
    return item


def _reference(series: Series, frame: str) -> Dataset:
    item, study, one = Dataset(), Dataset(), Dataset()
    one.SeriesInstanceUID = series.uid
    study.RTReferencedSeriesSequence = Sequence([one])
    item.FrameOfReferenceUID, item.RTReferencedStudySequence = frame, Sequence([study])
    return item
