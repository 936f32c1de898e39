"""Trachea and bronchi: a tube found slice by slice, then grown until it would leak into the lung."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from medapp_segmentation.ct_structures.grid import coarsen
from medapp_segmentation.ct_structures.morphology import bounding_box

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp.domain.volume import Volume
    from medapp_segmentation.ct_structures.grid import CoarseGrid
    from medapp_segmentation.ct_structures.morphology import Mask

_LUMEN_HU = -880
_AREA_MM2 = (25.0, 800.0)
_LONGEST_SIDE_RATIO = 2.6
_FILLED_SHARE = 0.5
_STEP_MM = 8.0
_AREA_CHANGE = 2.2
_SHORTEST_MM = 20.0
_NEAR_MIDLINE_MM = 45.0
_ABOVE_APEX_MM = 70.0
_BELOW_APEX_SHARE = 0.6
_MARGIN_MM = 12.0

_THRESHOLDS_HU = range(-960, -680, 20)
_LEAK_RATIO = 1.5
_LEAK_ML = 12.0
_MOST_ML = 220.0
_VOXEL_MM = 1.2
_LOWEST_HU, _VOID_HU = -2000, 2000


@dataclass(frozen=True)
class _Disc:
    """A cross-section of a tube in one slice."""

    k: int
    number: int
    row: float
    column: float
    area: float


@dataclass
class _Tube:
    """Cross-sections in neighbouring slices."""

    discs: list[_Disc] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Airways:
    """Trachea and bronchi.

    Attributes:
        mask: bool on `grid`, the lumen.
        grid: A finer grid of a part of the series.
        leaked: True where growing leaked at once, so that only the trachea was kept.
    """

    mask: Mask
    grid: CoarseGrid
    leaked: bool


def find_airways(
    volume: Volume,
    grid: CoarseGrid,
    air: Mask,
    lungs: Mask,
    superior: int,
    check: Callable[[], None],
) -> Airways | None:
    """Find trachea and bronchi where lung is in view.

    Args:
        volume: The CT.
        grid: Its coarse grid.
        air: Air in the body.
        lungs: Lung, with the trachea where they touch.
        superior: +1 where slices run from feet to head, -1 the other way.
        check: Raises where the user has cancelled.

    Returns:
        None where no tube is found.
    """
    if not lungs.any():
        return None
    tube = _trachea(grid, air, lungs, superior)
    if tube is None:
        return None
    seed = np.zeros(grid.hu.shape, np.bool_)
    for disc in tube.discs:
        seed[disc.k] |= _discs_of(grid, air, disc.k)[0] == disc.number
    box = _search_box(lungs | seed, seed, grid, superior)
    fine = coarsen(volume, _steps(grid), check, target_mm=_VOXEL_MM, box=box)
    start = _on_fine(seed, grid, fine)
    grown, leaked = _grow(start & (fine.hu < _LUMEN_HU), fine, check)
    return Airways(grown, fine, leaked)


def _steps(grid: CoarseGrid) -> tuple[float, float, float]:
    k, j, i = (step / factor for step, factor in zip(grid.spacing, grid.factors, strict=True))
    return (k, j, i)


def _discs_of(grid: CoarseGrid, air: Mask, k: int) -> tuple[NDArray[np.int32], int]:
    labelled, count = ndimage.label(air[k] & (grid.hu[k] < _LUMEN_HU))
    return labelled, int(count)


def _trachea(grid: CoarseGrid, air: Mask, lungs: Mask, superior: int) -> _Tube | None:
    """The longest round tube of air near the midline, from above the lung apex downwards."""
    planes = np.flatnonzero(
        lungs.any(axis=(1, 2)) & (lungs.sum(axis=(1, 2)) > lungs.sum(axis=(1, 2)).max() * 0.08)
    )
    apex, base = (int(planes[-1]), int(planes[0])) if superior >= 0 else (int(planes[0]), int(planes[-1]))
    above = round(_ABOVE_APEX_MM / grid.spacing[0])
    down = -1 if superior >= 0 else 1
    first = int(np.clip(apex - down * above, 0, grid.hu.shape[0] - 1))
    last = apex + round((base - apex) * _BELOW_APEX_SHARE)
    middle = float(np.median(np.nonzero(lungs)[2]))
    done: list[_Tube] = []
    open_tubes: list[_Tube] = []
    for k in range(first, last + down, down):
        discs = _round_discs(grid, air, k, middle)
        open_tubes = _extend(open_tubes, discs, grid, done)
    done += open_tubes
    shortest = max(2, round(_SHORTEST_MM / grid.spacing[0]))
    long = [tube for tube in done if len(tube.discs) >= shortest]
    return max(long, key=lambda tube: _score(tube, grid, middle), default=None)


def _score(tube: _Tube, grid: CoarseGrid, middle: float) -> float:
    """Length in mm less the mean distance from the midline."""
    aside = float(np.mean([abs(disc.column - middle) for disc in tube.discs])) * grid.spacing[2]
    area = float(np.median([disc.area for disc in tube.discs]))
    return len(tube.discs) * grid.spacing[0] - aside + min(area, 200.0) / 10.0


def _round_discs(grid: CoarseGrid, air: Mask, k: int, middle: float) -> list[_Disc]:
    labelled, count = _discs_of(grid, air, k)
    found = []
    cell = grid.spacing[1] * grid.spacing[2]
    areas = np.bincount(labelled.ravel(), minlength=count + 1) * cell
    for number, box in enumerate(ndimage.find_objects(labelled), start=1):
        if not _AREA_MM2[0] <= areas[number] <= _AREA_MM2[1]:
            continue
        height = (box[0].stop - box[0].start) * grid.spacing[1]
        width = (box[1].stop - box[1].start) * grid.spacing[2]
        slim = max(height, width) / min(height, width) > _LONGEST_SIDE_RATIO
        row, column = ndimage.center_of_mass(labelled[box] == number)
        row, column = row + box[0].start, column + box[1].start
        aside = abs(column - middle) * grid.spacing[2] > _NEAR_MIDLINE_MM
        if not slim and not aside and areas[number] / (height * width) > _FILLED_SHARE:
            found.append(_Disc(k, number, float(row), float(column), float(areas[number])))
    return found


def _extend(tubes: list[_Tube], discs: list[_Disc], grid: CoarseGrid, done: list[_Tube]) -> list[_Tube]:
    """Join every disc to the tube it goes on from; tubes without one are done."""
    free = list(discs)
    going: list[_Tube] = []
    for tube in sorted(tubes, key=lambda one: -len(one.discs)):
        end = tube.discs[-1]
        near = [disc for disc in free if _follows(end, disc, grid)]
        if not near:
            done.append(tube)
            continue
        best = min(near, key=lambda disc: _gap(end, disc, grid))
        free.remove(best)
        tube.discs.append(best)
        going.append(tube)
    return going + [_Tube([disc]) for disc in free]


def _gap(one: _Disc, other: _Disc, grid: CoarseGrid) -> float:
    return float(
        np.hypot((one.row - other.row) * grid.spacing[1], (one.column - other.column) * grid.spacing[2])
    )


def _follows(end: _Disc, disc: _Disc, grid: CoarseGrid) -> bool:
    ratio = max(end.area, disc.area) / min(end.area, disc.area)
    return _gap(end, disc, grid) <= max(_STEP_MM, grid.spacing[0]) and ratio <= _AREA_CHANGE


def _search_box(lungs: Mask, seed: Mask, grid: CoarseGrid, superior: int) -> tuple[slice, slice, slice]:
    """Lungs and trachea with a margin, not above the highest seed, on the series' grid."""
    margin = [int(np.ceil(_MARGIN_MM / step)) for step in grid.spacing]
    box = bounding_box(lungs, margin)
    top = np.flatnonzero(seed.any(axis=(1, 2)))
    if box is None:  # cannot be: there is a seed
        box = (slice(0, grid.hu.shape[0]), slice(0, grid.hu.shape[1]), slice(0, grid.hu.shape[2]))
    low, high = box[0].start, box[0].stop
    if superior >= 0:
        high = int(top[-1]) + 1
    else:
        low = int(top[0])
    limits = (slice(low, high), box[1], box[2])
    series = [
        slice(part.start * factor, min(part.stop * factor, size))
        for part, factor, size in zip(limits, grid.factors, grid.shape, strict=True)
    ]
    return (series[0], series[1], series[2])


def _on_fine(mask: Mask, grid: CoarseGrid, fine: CoarseGrid) -> Mask:
    """The nearest coarse block of every fine one."""
    picks = []
    for axis in range(3):
        centre = fine.start[axis] + (np.arange(fine.hu.shape[axis]) + 0.5) * fine.factors[axis]
        picks.append(np.minimum((centre / grid.factors[axis]).astype(np.int64), mask.shape[axis] - 1))
    return np.asarray(mask[np.ix_(*picks)])


def _grow(seed: Mask, fine: CoarseGrid, check: Callable[[], None]) -> tuple[Mask, bool]:
    """Raise the threshold step by step, and stop before the volume jumps into the lung."""
    kept = seed
    size = float(seed.sum()) * fine.voxel_ml
    first = True
    image = sitk.GetImageFromArray(np.where(fine.void, np.int16(_VOID_HU), fine.hu))
    seeds = [(int(i), int(j), int(k)) for k, j, i in np.argwhere(seed)]
    for threshold in _THRESHOLDS_HU:
        check()
        flooded = sitk.ConnectedThreshold(image, seeds, lower=_LOWEST_HU, upper=threshold - 1)
        grown = sitk.GetArrayViewFromImage(flooded) > 0
        volume = float(grown.sum()) * fine.voxel_ml
        if volume > _MOST_ML or (volume > _LEAK_RATIO * size and volume > size + _LEAK_ML and not first):
            return kept | seed, first
        if volume > size:
            kept, size, first = grown, volume, False
    return kept | seed, False
