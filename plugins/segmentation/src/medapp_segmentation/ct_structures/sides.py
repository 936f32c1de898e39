"""Which air is left lung and which is right, by patient coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import SimpleITK as sitk

from medapp_segmentation.ct_structures.morphology import bounding_box, distance_to, regions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_segmentation.ct_structures.grid import CoarseGrid
    from medapp_segmentation.ct_structures.morphology import Mask

_CUTS_MM = (1.5, 2.5, 3.5, 5.0, 7.0, 9.0, 12.0)
_LARGE_SHARE = 0.12
_BONE_HU = 200
_SPAN_MM = 15.0


def split_sides(lungs: Mask, grid: CoarseGrid, leftward: NDArray[np.float32]) -> tuple[Mask, Mask]:
    """Split lung into (left, right).

    Args:
        lungs: Aerated lung without trachea and main bronchi.
        grid: The CT.
        leftward: Patient x (to the left) of every block in mm, broadcastable to the grid.

    Regions that reach to both sides of the midline are cut where they are thinnest: seeds by growing
    erosion, then a watershed on the distance from the border.
    """
    middle = _midline(lungs, grid, leftward)
    labelled, sizes = regions(lungs)
    left = np.zeros_like(lungs)
    right = np.zeros_like(lungs)
    offset = np.broadcast_to(leftward - middle, lungs.shape)
    for number in np.flatnonzero(sizes):
        region = labelled == number
        if _on_both_sides(region, offset):
            on_left, on_right = _cut(region, offset, grid)
            left |= on_left
            right |= on_right
        elif float(offset[region].mean()) > 0:
            left |= region
        else:
            right |= region
    return left, right


def _on_both_sides(region: Mask, offset: NDArray[np.float32]) -> bool:
    """True where a good part of a region lies clearly on either side of the midline."""
    values = offset[region]
    beyond = min(float((values > _SPAN_MM).mean()), float((values < -_SPAN_MM).mean()))
    return beyond > _LARGE_SHARE


def _midline(lungs: Mask, grid: CoarseGrid, leftward: NDArray[np.float32]) -> float:
    """Patient x of the midline in mm: the median of bone in the slices that hold lung."""
    planes: Mask = np.asarray(lungs.any(axis=(1, 2)))
    bone = np.asarray((grid.hu > _BONE_HU) & planes[:, None, None])
    everything = np.broadcast_to(leftward, lungs.shape)
    if bone.any():
        return float(np.median(everything[bone]))
    tissue = np.asarray((grid.hu > -_BONE_HU) & planes[:, None, None])
    return float(np.median(everything[tissue])) if tissue.any() else float(np.median(everything))


def _cut(region: Mask, offset: NDArray[np.float32], grid: CoarseGrid) -> tuple[Mask, Mask]:
    """Cut one region into (left, right) where it is thinnest; by the midline where it has no neck."""
    box = bounding_box(region, (1, 1, 1))
    if box is None:
        return region, region
    part, side = region[box], offset[box]
    depth = distance_to(~part, grid.spacing)
    seeds = _seeds(part, depth, side)
    left, right = region.copy(), region.copy()
    if seeds is None:
        left[box], right[box] = part & (side > 0), part & (side <= 0)
        return left, right
    image = sitk.GetImageFromArray(-depth)
    flooded = sitk.MorphologicalWatershedFromMarkers(
        image, sitk.GetImageFromArray(seeds), markWatershedLine=False, fullyConnected=False
    )
    basins = sitk.GetArrayFromImage(flooded)
    left[box], right[box] = part & (basins == 1), part & (basins != 1)
    return left, right


def _seeds(part: Mask, depth: NDArray[np.float32], side: NDArray[np.float32]) -> NDArray[np.uint8] | None:
    """1 in the left core, 2 in the right one, at the smallest erosion that parts them."""
    whole = int(part.sum())
    for radius in _CUTS_MM:
        labelled, sizes = regions(depth > radius)
        large = np.flatnonzero(sizes > _LARGE_SHARE * whole)
        means = {int(n): float(side[labelled == n].mean()) for n in large}
        lefts = [n for n, mean in means.items() if mean > 0]
        rights = [n for n, mean in means.items() if mean <= 0]
        if lefts and rights and not any(_on_both_sides(labelled == n, side) for n in large):
            seeds = np.zeros(part.shape, np.uint8)
            seeds[np.isin(labelled, lefts)] = 1
            seeds[np.isin(labelled, rights)] = 2
            return seeds
    return None
