"""A coarse grid of real CT values, and the way back to the grid of the series.

Shapes are found at about 2 mm, where a whole trunk takes a few million voxels; borders are then
drawn on the series' own grid, slab by slab.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from medapp.domain.volume import Volume

_T = TypeVar("_T")

AIR_HU = -1024
HIGHEST_HU = 3071
_NOMINAL_STEP_MM = 3.0
_LOWEST_REAL_HU = -1100


@dataclass(frozen=True, eq=False)
class CoarseGrid:
    """Block means of a CT.

    Attributes:
        hu: int16 (slices, rows, columns) in Hounsfield units, clipped to what scanners store.
        void: bool, True where the file has no data (padding, slices that failed to decode).
        factors: Voxels of the series a block, along (k, j, i).
        spacing: mm along (k, j, i) of the blocks.
        shape: Of the series, or of the part of it that was asked for.
        start: Index (k, j, i) of the first voxel of that part.
    """

    hu: NDArray[np.int16]
    void: NDArray[np.bool_]
    factors: tuple[int, int, int]
    spacing: tuple[float, float, float]
    shape: tuple[int, int, int]
    start: tuple[int, int, int] = (0, 0, 0)

    @property
    def voxel_ml(self) -> float:
        """Volume of a block in ml."""
        return float(np.prod(self.spacing)) / 1000.0


def steps_mm(volume: Volume) -> tuple[float, float, float] | None:
    """Distances between neighbours along (k, j, i); perpendicular to the slices for k, also under tilt.

    None where the pixel spacing is not known. A single slice, or slices of unknown distance, count as
    a nominal 3 mm apart, which only steers the search: no number that is reported comes from it.
    """
    in_plane = volume.geometry.pixel_spacing_mm
    if in_plane is None:
        return None
    across = abs(float(np.dot(volume.geometry.affine[:3, 2], volume.geometry.normal)))
    if not volume.geometry.slice_step_known or across <= 0:
        across = _NOMINAL_STEP_MM
    return (across, in_plane[1], in_plane[0])


def hounsfield(volume: Volume, start: int, stop: int) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """Real values of the slices from `start` to `stop`, and where there are none."""
    stored = np.asarray(volume.array[start:stop])
    if volume.slope == 1.0 and np.issubdtype(stored.dtype, np.integer):
        real = stored.astype(np.int32) + round(volume.intercept)
    else:
        real = np.rint(stored * np.float32(volume.slope) + np.float32(volume.intercept)).astype(np.int32)
    void = real < _LOWEST_REAL_HU
    if volume.padding is not None:
        void |= (stored >= volume.padding[0]) & (stored <= volume.padding[1])
    for k in volume.failed:
        if start <= k < stop:
            void[k - start] = True
    real[void] = AIR_HU
    return np.clip(real, AIR_HU, HIGHEST_HU).astype(np.int16), void


def coarsen(
    volume: Volume,
    steps: tuple[float, float, float],
    check: Callable[[], None],
    *,
    target_mm: float = 2.2,
    box: tuple[slice, slice, slice] | None = None,
) -> CoarseGrid:
    """Average blocks of about `target_mm`, never across slices that are thicker than that.

    Args:
        volume: The CT.
        steps: mm along (k, j, i).
        check: Called now and then; raises where the user has cancelled.
        target_mm: Edge of a block.
        box: Part of the series along (k, j, i), the whole by default.
    """
    whole = box is None
    slices, rows, columns = volume.array.shape[:3]
    box = box or (slice(0, slices), slice(0, rows), slice(0, columns))
    shape = [part.stop - part.start for part in box]
    factors = [max(1, min(round(target_mm / step), size)) for step, size in zip(steps, shape, strict=True)]
    counts = [-(-size // factor) for size, factor in zip(shape, factors, strict=True)]
    hu = np.empty(counts, np.int16)
    void = np.empty(counts, np.bool_)
    for block in range(counts[0]):
        check()
        first = box[0].start + block * factors[0]
        values, missing = hounsfield(volume, first, min(first + factors[0], box[0].stop))
        hu[block] = _block_mean(values[:, box[1], box[2]], factors[1:])
        # A block that is void in part is not to be trusted.
        void[block] = _block_mean(missing[:, box[1], box[2]], factors[1:]) > 0
    if whole:
        _mark_outside_circle(hu, void)
    spacing = [step * factor for step, factor in zip(steps, factors, strict=True)]
    start = [part.start for part in box]
    return CoarseGrid(hu, void, _triple(factors), _triple(spacing), _triple(shape), _triple(start))


def _triple(values: Sequence[_T]) -> tuple[_T, _T, _T]:
    first, second, third = values
    return (first, second, third)


def _block_mean(values: NDArray[np.generic], factors: Sequence[int]) -> NDArray[np.float32]:
    """Mean over slices and over in-plane blocks; the last block takes what is left."""
    rows, columns = values.shape[1:]
    plane = values.mean(axis=0, dtype=np.float32)
    row_edges = np.arange(0, rows, factors[0])
    column_edges = np.arange(0, columns, factors[1])
    sums = np.add.reduceat(np.add.reduceat(plane, row_edges, axis=0), column_edges, axis=1)
    heights = np.diff(np.append(row_edges, rows))
    widths = np.diff(np.append(column_edges, columns))
    return np.asarray(sums / np.outer(heights, widths), dtype=np.float32)


def _mark_outside_circle(hu: NDArray[np.int16], void: NDArray[np.bool_]) -> None:
    """Mark what lies outside a circular field of view and was filled with one value.

    Some scanners fill it with -1024 and do not say so. Real air has noise, so that one value over
    everything outside the circle is no measurement.
    """
    rows, columns = hu.shape[1:]
    y = (np.arange(rows) + 0.5) / rows * 2 - 1
    x = (np.arange(columns) + 0.5) / columns * 2 - 1
    outside = y[:, None] ** 2 + x[None, :] ** 2 > 1.02**2
    values = hu[:, outside]
    if values.size and np.all(values == values.flat[0]) and values.flat[0] < -900:  # noqa: PLR2004 - air or below
        void[:, outside] = True


def upsample_plane(mask: NDArray[np.float32], grid: CoarseGrid, k: int) -> NDArray[np.float32]:
    """Linear interpolation of a coarse field at slice `k` of the series.

    Args:
        mask: float32 on the coarse grid.
        grid: The coarse grid.
        k: Slice of the series.

    Returns:
        float32 (rows, columns) of the series.
    """
    low, high, weight = _weights(np.array([k]), grid.factors[0], mask.shape[0])
    plane = mask[low[0]] * (1 - weight[0]) + mask[high[0]] * weight[0]
    for axis in (0, 1):
        size = grid.shape[axis + 1]
        low, high, weight = _weights(np.arange(size), grid.factors[axis + 1], mask.shape[axis + 1])
        spread = weight[:, None] if axis == 0 else weight[None, :]
        plane = np.take(plane, low, axis) * (1 - spread) + np.take(plane, high, axis) * spread
    return np.asarray(plane, dtype=np.float32)


def _weights(
    fine: NDArray[np.int64], factor: int, size: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Neighbours and weights of block centres for fine indices along one axis."""
    position = np.clip((fine + 0.5) / factor - 0.5, 0, size - 1)
    low = np.floor(position).astype(np.int64)
    high = np.minimum(low + 1, size - 1)
    return low, high, (position - low).astype(np.float32)
