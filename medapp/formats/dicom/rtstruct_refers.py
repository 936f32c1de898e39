"""Which images an RT Structure Set was drawn on, as far as its contours say (PS3.3 C.8.8.5 and C.8.8.6).

The index notes the series that the Referenced Frame of Reference Sequence names. Many programs leave that
sequence out: then only the contours name their images, or nothing but the frame of reference is common.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.formats.dicom import kinds
from medapp.formats.dicom.walk import read_header
from medapp.formats.errors import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class References:
    """What a structure set says of its images.

    Attributes:
        instance_uids: SOP instances that its contours name.
        frames: UIDs of the frames of reference of its coordinates.
    """

    instance_uids: frozenset[str] = frozenset()
    frames: frozenset[str] = frozenset()


def references_of(path: Path) -> References:
    """What the structure set refers to; nothing where it cannot be read. Coordinates are not looked at."""
    try:
        header = read_header(path)
    except (UnreadableError, OSError):
        return References()
    if header.sop_class_uid != kinds.RT_STRUCTURES:
        return References()
    images = (
        image.text("ReferencedSOPInstanceUID")
        for region in header.values.items("ROIContourSequence")
        for contour in region.items("ContourSequence")
        for image in contour.items("ContourImageSequence")
    )
    frames = (
        header.text("FrameOfReferenceUID"),
        *(
            item.text("FrameOfReferenceUID")
            for item in header.values.items("ReferencedFrameOfReferenceSequence")
        ),
        *(
            item.text("ReferencedFrameOfReferenceUID")
            for item in header.values.items("StructureSetROISequence")
        ),
    )
    return References(frozenset(images) - {""}, frozenset(frames) - {""})
