"""Whole bytes for packed pixels.

Binary segmentations pack eight pixels into a byte, over the borders of frames. GDCM, and with it SimpleITK,
reads the pixels of a last, unfinished byte as whatever lies in memory. Where the frames would end within a
byte, some empty frames are written too, as far as there are any.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from highdicom.seg import Segmentation as SegmentationObject
    from numpy.typing import NDArray
    from pydicom.dataset import Dataset

    from medapp.formats.dicom.vectors import Vector

_BITS = 8


@dataclass(frozen=True)
class Filler:
    """A voxel that is set so that highdicom writes an otherwise empty frame, and cleared again."""

    segment: int
    slice: int
    pixel: int


def fillers_for(array: NDArray[Any], segments: int) -> tuple[Filler, ...]:
    """The empty frames to write beside the others; none where all end with a byte.

    Args:
        array: Segment numbers, (slices, rows, columns).
        segments: How many segments there are.
    """
    pixels = array.shape[1] * array.shape[2]
    step = _BITS // math.gcd(pixels, _BITS)
    if step == 1:
        return ()
    held = np.zeros((segments + 1, len(array)), dtype=bool)
    for k, plane in enumerate(array):
        held[np.unique(plane), k] = True
    frames = int(held[1:].sum())
    lacking = -frames % step if frames else step
    chosen = list(itertools.islice(_free(array, held), lacking))
    return tuple(chosen) if len(chosen) == lacking else ()


def _free(array: NDArray[Any], held: NDArray[np.bool_]) -> Iterator[Filler]:
    """Segments that a slice does not hold, each with a background voxel of its own."""
    for k, plane in enumerate(array):
        segments = np.flatnonzero(~held[1:, k]) + 1
        background = np.flatnonzero(plane == 0)
        for segment, pixel in zip(segments, background, strict=False):
            yield Filler(int(segment), k, int(pixel))


def filled(array: NDArray[Any], fillers: Sequence[Filler]) -> NDArray[Any]:
    """The array with the fillers' voxels set; a copy where there are any."""
    if not fillers:
        return array
    array = np.array(array)
    for filler in fillers:
        array[filler.slice].flat[filler.pixel] = filler.segment
    return array


def clear(made: SegmentationObject, fillers: Sequence[Filler], positions: Sequence[Vector]) -> None:
    """Clear the fillers' voxels in the written pixels; `positions` are those of the slices."""
    if not fillers:
        return
    pixels = made.Rows * made.Columns
    data = bytearray(made.PixelData)
    frames = {
        _place(frame, made): number for number, frame in enumerate(made.PerFrameFunctionalGroupsSequence)
    }
    for filler in fillers:
        place = (filler.segment, *(round(float(value), 3) for value in positions[filler.slice]))
        bit = frames[place] * pixels + filler.pixel
        data[bit // _BITS] &= ~(1 << bit % _BITS) & 0xFF
    made.PixelData = bytes(data)


def _place(frame: Dataset, made: SegmentationObject) -> tuple[float, ...]:
    shared = made.SharedFunctionalGroupsSequence[0]
    holder = frame if "SegmentIdentificationSequence" in frame else shared
    segment = int(holder.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
    position = frame.PlanePositionSequence[0].ImagePositionPatient
    return (segment, *(round(float(value), 3) for value in position))
