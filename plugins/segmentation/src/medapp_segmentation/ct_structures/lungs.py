"""Air in the body, and which of it is lung."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from medapp_segmentation.ct_structures.morphology import dilate, distance_to, regions, widened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_segmentation.ct_structures.grid import CoarseGrid
    from medapp_segmentation.ct_structures.morphology import Box, Mask

AERATED_HU = -500
"""Below this, a block is more air than tissue."""

_BONE_HU = 200
_CORE_MM = 4.0
_CLOSED_MM = 2.5
_GAS_HU = -965.0
"""Gas without tissue (bowel, trachea, outside) has a median below; lung, also emphysematous, lies above."""
_DENSE_HU = -550.0
_MOST_BONE = 0.3
_LEAST_CUT_ML = 3.0
_LEAST_WHOLE_ML = 50.0


@dataclass(frozen=True)
class _Region:
    """What is measured of one pocket of air."""

    number: int
    volume_ml: float
    core_ml: float
    core_hu: float
    bone_share: float
    cut: bool


def find_air(grid: CoarseGrid, body: Mask) -> Mask:
    """Air inside the body, and lung that the edge of a small field of view cuts open."""
    return (grid.hu < AERATED_HU) & ~grid.void & (body | _cut_by_edge(grid, body))


def select_lungs(air: Mask, grid: CoarseGrid, superior: int) -> Mask:
    """The pockets of air that are lung.

    Args:
        air: Air in the body.
        grid: The CT.
        superior: +1 where slices run from feet to head, -1 the other way, 0 where that is not known.

    Returns:
        All pockets whose inside looks like lung: between gas and tissue in density, not walled by bone
        (mastoid, sinuses), and either large or cut by the end of the scan.
    """
    labelled, sizes = regions(air)
    candidates = np.flatnonzero(sizes * grid.voxel_ml >= _LEAST_CUT_ML)
    depth = distance_to(~air, grid.spacing)
    keep = np.zeros(sizes.size, np.bool_)
    boxes = ndimage.find_objects(labelled)
    for number in candidates:
        found = boxes[number - 1]
        keep[number] = _is_lung(_measure(labelled, int(number), found, depth, grid, superior))
    return np.asarray(keep[labelled])


def _is_lung(region: _Region) -> bool:
    least = _LEAST_CUT_ML if region.cut else _LEAST_WHOLE_ML
    return (
        region.volume_ml >= least
        and region.core_ml >= least * 0.1
        and _GAS_HU < region.core_hu < _DENSE_HU
        and region.bone_share < _MOST_BONE
    )


def _measure(
    labelled: NDArray[np.int32],
    number: int,
    found: Box,
    depth: NDArray[np.float32],
    grid: CoarseGrid,
    superior: int,
) -> _Region:
    reach = [int(np.ceil(2 * _CLOSED_MM / step)) for step in grid.spacing]
    box = widened(found, reach, labelled.shape)
    mask, hu = labelled[box] == number, grid.hu[box]
    core = mask & (depth[box] > min(_CORE_MM, float(depth[box][mask].max()) * 0.7))
    shell = dilate(mask, 2 * _CLOSED_MM, grid.spacing) & ~mask
    cut = _touches_edge(found, labelled.shape, superior) or bool((grid.void[box] & shell).any())
    bone = float((hu[shell] > _BONE_HU).mean()) if shell.any() else 1.0
    return _Region(
        number,
        float(mask.sum()) * grid.voxel_ml,
        float(core.sum()) * grid.voxel_ml,
        float(np.median(hu[core])) if core.any() else 0.0,
        bone,
        cut=cut,
    )


def _touches_edge(box: Box, shape: tuple[int, ...], superior: int) -> bool:
    """Whether a box touches the sides of the image, or the end of the scan towards the head.

    Towards the feet it may not: what the end of a scan cuts there is bowel as often as lung.
    """
    low, high = box[0].start == 0, box[0].stop == shape[0]
    end = {0: low or high, 1: high, -1: low}[superior]
    sides = (part.start == 0 or part.stop == size for part, size in zip(box[1:], shape[1:], strict=True))
    return end or any(sides)


def _cut_by_edge(grid: CoarseGrid, body: Mask) -> Mask:
    """Air that touches the edge of the field of view and still is lung, because the field is small.

    Taken are pockets that are denser than gas and lie within the outline of the body.
    """
    outside = (grid.hu < AERATED_HU) & ~grid.void & ~body
    if not body.any():
        return np.zeros_like(body)
    labelled, sizes = regions(outside)
    keep = np.zeros(sizes.size, np.bool_)
    inside = _within_outline(body)
    boxes = ndimage.find_objects(labelled)
    for number in np.flatnonzero(sizes * grid.voxel_ml >= _LEAST_WHOLE_ML):
        box = boxes[number - 1]
        mask = labelled[box] == number
        median = float(np.median(grid.hu[box][mask]))
        keep[number] = _GAS_HU < median < _DENSE_HU and float(inside[box][mask].mean()) > _OUTLINE_SHARE
    return np.asarray(keep[labelled])


_OUTLINE_SHARE = 0.8


def _within_outline(body: Mask) -> Mask:
    """Voxels with body on both sides along rows and along columns, or the edge of the image for one."""
    result = np.zeros_like(body)
    for k, plane in enumerate(body):
        if not plane.any():
            continue
        before = np.logical_or.accumulate(plane, axis=0)
        behind = np.logical_or.accumulate(plane[::-1], axis=0)[::-1]
        left = np.logical_or.accumulate(plane, axis=1)
        right = np.logical_or.accumulate(plane[:, ::-1], axis=1)[:, ::-1]
        result[k] = before.astype(np.int8) + behind + left + right >= 3  # noqa: PLR2004 - of four sides
    return result
