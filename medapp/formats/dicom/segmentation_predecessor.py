"""What a corrected segmentation keeps of the object that it was corrected from, and how it refers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.segmentation import Predecessor
from medapp.formats.dicom import kinds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from highdicom.seg import Segmentation as SegmentationObject
    from pydicom.dataset import Dataset

_KEPT: Final = (
    "SegmentDescription",
    "AnatomicRegionSequence",
    "PrimaryAnatomicStructureSequence",
    "TrackingID",
    "TrackingUID",
)
_MODIFIER: Final = "SegmentedPropertyTypeModifierCodeSequence"
_MEANT: Final = "SegmentedPropertyTypeCodeSequence"


def predecessor_in(header: Dataset) -> Predecessor | None:
    """The segmentation that an object names among its source images, None where there is none."""
    for item in header.get("SourceImageSequence") or ():
        class_uid = str(item.get("ReferencedSOPClassUID", ""))
        if class_uid in kinds.SEGMENTATION:
            return Predecessor(class_uid, str(item.get("ReferencedSOPInstanceUID", "")))
    return None


def derive(made: SegmentationObject, predecessor: Predecessor, *, by_model: bool) -> None:
    """Say in a new object that it was corrected from `predecessor`, and keep what that says of the segments.

    Args:
        made: Its segments are those of the predecessor, in their order.
        predecessor: Where its file is gone, only its identifiers are written.
        by_model: True where the new object names the model that made the segments.
    """
    _refer(made, predecessor)
    before = _segments(predecessor.path)
    if len(before) != len(made.SegmentSequence):
        before = []
    for place, item in enumerate(made.SegmentSequence):
        old = before[place] if before else None
        if old is not None:
            _inherit(item, old)
        if not by_model and (old is None or old.get("SegmentAlgorithmType") != "MANUAL"):
            item.SegmentAlgorithmType = "SEMIAUTOMATIC"
            item.SegmentAlgorithmName = (
                str(old.get("SegmentAlgorithmName") or "unknown") if old else "unknown"
            )


def _refer(made: SegmentationObject, predecessor: Predecessor) -> None:
    from highdicom.sr import CodedConcept
    from pydicom.dataset import Dataset

    source = _reference(predecessor)
    source.PurposeOfReferenceCodeSequence = [
        CodedConcept("121322", "DCM", "Source image for image processing operation")
    ]
    made.SourceImageSequence = [*(made.get("SourceImageSequence") or ()), source]
    made.DerivationDescription = f"Corrected by a person from the segmentation {predecessor.sop_instance_uid}"
    if not predecessor.series_uid:
        return
    series = Dataset()
    series.SeriesInstanceUID = predecessor.series_uid
    series.ReferencedInstanceSequence = [_reference(predecessor)]
    holder: Dataset = made
    if predecessor.study_uid not in {"", made.StudyInstanceUID}:
        holder = Dataset()
        holder.StudyInstanceUID = predecessor.study_uid
        others = made.get("StudiesContainingOtherReferencedInstancesSequence") or ()
        made.StudiesContainingOtherReferencedInstancesSequence = [*others, holder]
    # After the images: readers take the first of the series for what the segmentation lies on.
    holder.ReferencedSeriesSequence = [*(holder.get("ReferencedSeriesSequence") or ()), series]


def _reference(predecessor: Predecessor) -> Dataset:
    from pydicom.dataset import Dataset

    found = Dataset()
    found.ReferencedSOPClassUID = predecessor.sop_class_uid
    found.ReferencedSOPInstanceUID = predecessor.sop_instance_uid
    return found


def _segments(path: Path | None) -> Sequence[Dataset]:
    from pydicom import dcmread

    if path is None or not path.is_file():
        return []
    header = dcmread(path, stop_before_pixels=True, specific_tags=["SegmentSequence"], force=True)
    # The new object is written in UTF-8, whatever the old one is in.
    header.decode()
    return [item for item in header.get("SegmentSequence") or () if item.get("SegmentNumber") != 0]


def _inherit(item: Dataset, old: Dataset) -> None:
    for keyword in _KEPT:
        if keyword in old:
            item[keyword] = old[keyword]
    meant = (old.get(_MEANT) or [None])[0]
    if meant is not None and _MODIFIER in meant:
        item[_MEANT].value[0][_MODIFIER] = meant[_MODIFIER]
