"""Read a DICOM Segmentation object, of this program or another, as a label map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.notice import Notice
from medapp.domain.segmentation import Segmentation
from medapp.formats.dicom import kinds
from medapp.formats.dicom.decode import FileFrames
from medapp.formats.dicom.frames import frames_of
from medapp.formats.dicom.overlapping import OverlappingLabels
from medapp.formats.dicom.segmentation_grid import on_grid, own_grid
from medapp.formats.dicom.segmentation_labels import describe
from medapp.formats.dicom.walk import read_header
from medapp.formats.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.domain.patient import Series
    from medapp.formats.dicom.frames import Frame
    from medapp.formats.dicom.header import Header
    from medapp.formats.dicom.segmentation_labels import Described

_LABEL_MAP: Final = "1.2.840.10008.5.1.4.1.1.66.7"
_WHOLE: Final = (slice(None), slice(None))


@dataclass(frozen=True)
class SegmentationFile:
    """What a file held.

    Attributes:
        notices: What was lost or decided on the way: ``segments-overlap``, ``fractional``, ``own-grid``,
            ``unlabelled``, ``source-missing``.
        edited: True where the file says that a person has changed it by hand.
    """

    segmentation: Segmentation
    notices: tuple[Notice, ...] = ()
    edited: bool = False


def read_segmentation(path: Path, source: Series | None = None) -> SegmentationFile:
    """Read a segmentation.

    It lies on the grid of `source` where its frames lie pixel on pixel with the source's slices, else on a
    grid of its own. Segments may overlap, see `Segmentation.overlaps`; every one keeps all its voxels.

    Raises:
        ValueError: Where the file is no segmentation of slices, or its pixels cannot be had.
    """
    header = _header(path)
    frames = frames_of(header)
    if not frames:
        message = "the frames of the segmentation do not state what they belong to"
        raise ValueError(message)
    described = describe(path, _source_uids(source))
    geometry, slices, notices = _grid(header, frames, source)
    filling = _Filling(geometry, described)
    filling.fill(header, frames, slices)
    array, overlaps, shared = filling.placed.finish()
    series_uid = header.values.first("ReferencedSeriesSequence").text("SeriesInstanceUID")
    on_source = source is not None and geometry is source.geometry
    segmentation = Segmentation(
        array,
        geometry,
        tuple(described.labels.values()),
        source.key if source is not None else "",
        described.title,
        source.uid if source is not None else series_uid,
        _source_uids(source) if on_source else (),
        described.provenance,
        overlaps,
        described.predecessor,
    )
    return SegmentationFile(
        segmentation, (*notices, *filling.notices(shared, len(overlaps))), described.edited
    )


def lies_on(path: Path, series: Series) -> bool:
    """Whether the frames of a segmentation lie pixel on pixel with the slices of `series`.

    Raises:
        ValueError: Where the file is no segmentation of slices.
    """
    frames = frames_of(_header(path))
    return bool(frames) and series.geometry is not None and on_grid(frames or (), series.geometry) is not None


def _source_uids(source: Series | None) -> tuple[str, ...]:
    return () if source is None else tuple(instance.sop_instance_uid for instance in source.instances)


def _header(path: Path) -> Header:
    try:
        header = read_header(path)
    except UnreadableError as error:
        message = f"the segmentation {path.name} cannot be read: {error.reason}"
        raise ValueError(message) from error
    if header.sop_class_uid not in kinds.SEGMENTATION:
        message = f"{path.name} is no DICOM segmentation"
        raise ValueError(message)
    if kinds.is_slide(header):
        message = f"{path.name} is a segmentation of a slide in tiles, which is not supported"
        raise ValueError(message)
    return header


def _grid(
    header: Header, frames: Sequence[Frame], source: Series | None
) -> tuple[Geometry, list[int], list[Notice]]:
    geometry = source.geometry if source is not None else None
    if geometry is not None:
        slices = on_grid(frames, geometry)
        if slices is not None:
            return geometry, slices, []
    measures = header.values.first("SharedFunctionalGroupsSequence").first("PixelMeasuresSequence")
    own, slices = own_grid(frames, measures.number("SpacingBetweenSlices"))
    if geometry is None:
        message = "The images that the segmentation was made from are not at hand; it is shown by itself."
        return own, slices, [Notice("source-missing", message, "info")]
    message = "The segmentation does not lie on the slices of its images; it is shown on a grid of its own."
    return own, slices, [Notice("own-grid", message)]


class _Filling:
    """Puts frames into a label map and notes what was lost."""

    def __init__(self, geometry: Geometry, described: Described) -> None:
        self.described = described
        self.placed = OverlappingLabels(geometry.shape, (label.value for label in described.labels.values()))
        self.unlabelled: set[int] = set()

    def fill(self, header: Header, frames: Sequence[Frame], slices: Sequence[int]) -> None:
        pixels = FileFrames(header)
        for index, frame in enumerate(frames):
            try:
                stored = pixels.stored(frame.index or 0)
            except UnreadableError as error:
                message = f"frame {index + 1} of the segmentation cannot be decoded: {error.reason}"
                raise ValueError(message) from error
            if header.sop_class_uid == _LABEL_MAP:
                self._place_map(stored, slices[index])
            else:
                self._place_segment(stored, frame.segment, slices[index])

    def _place_segment(self, stored: NDArray[Any], number: int | None, k: int) -> None:
        if number is None and len(self.described.labels) == 1:
            number = next(iter(self.described.labels))
        label = self.described.labels.get(number or 0)
        if label is None:
            self.unlabelled.add(number or 0)
            return
        largest = self.described.fraction_of
        mask = stored > 0 if largest is None else stored.astype(np.int64) * 2 >= largest
        self.placed.add(label.value, k, _WHOLE, mask)

    def _place_map(self, stored: NDArray[Any], k: int) -> None:
        for number in np.unique(stored[stored > 0]):
            label = self.described.labels.get(int(number))
            if label is None:
                self.unlabelled.add(int(number))
            else:
                self.placed.add(label.value, k, _WHOLE, stored == number)

    def notices(self, shared: int, ways: int) -> list[Notice]:
        found = []
        if shared:
            message = (
                f"Segments overlap in {shared} voxels; each is measured whole, the smaller is drawn on top."
            )
            found.append(Notice("segments-overlap", message, "info", {"voxels": shared, "ways": ways}))
        largest = self.described.fraction_of
        if largest is not None:
            message = (
                "The segmentation states fractions; voxels of at least one half are shown as belonging to it."
            )
            values = {"threshold": 0.5, "largest": largest}
            found.append(Notice("fractional", message, "warning", values))
        if self.unlabelled:
            numbers = sorted(self.unlabelled)
            message = f"Frames of segments that the object does not describe are left out: {numbers}."
            found.append(Notice("unlabelled", message, "warning", {"segments": numbers}))
        return found
