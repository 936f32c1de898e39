"""Bone on the coarse grid, told from contrast medium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from medapp_segmentation.ct_structures.morphology import dilate, erode, opening, regions, widened

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_segmentation.ct_structures.grid import CoarseGrid
    from medapp_segmentation.ct_structures.morphology import Mask, Spacing

BONE_HU = 180
"""Bone on the series' own grid; blocks of the coarse grid mix it with its surroundings."""

DENSE_HU = 320
"""Somewhere, every bone is denser than this also on the coarse grid."""

_BLOCK_HU = 140
_THICK_MM = 4.0
_CONTRAST_HU = 700.0
_CONTRAST_SPREAD_HU = 110.0
_EVEN_HU = 40.0
_NO_RIM = 1.1
_LEAST_ML = 0.3
_LEAST_CONTRAST_ML = 1.0


def find_bone(grid: CoarseGrid, body: Mask) -> Mask:
    """Where bone may lie, one block wider than it is.

    Bone is denser than soft tissue and somewhere as dense as cortex. Blood, bowel or urine with
    contrast medium is thick, even, and has no dense rim.
    """
    dense = (grid.hu > _BLOCK_HU) & body
    dense &= ~_contrast(dense, grid)
    labelled, sizes = regions(dense)
    keep = np.zeros(sizes.size, np.bool_)
    keep[labelled[dense & (grid.hu > DENSE_HU)]] = True
    keep &= sizes * grid.voxel_ml >= _LEAST_ML
    keep[0] = False
    return np.asarray(keep[labelled])


def _contrast(dense: Mask, grid: CoarseGrid) -> Mask:
    """Thick even regions without a dense rim, with their blurred border."""
    labelled, sizes = regions(opening(dense, _THICK_MM, grid.spacing))
    found = np.zeros(sizes.size, np.bool_)
    boxes = ndimage.find_objects(labelled)
    reach = [int(np.ceil(_THICK_MM / step)) for step in grid.spacing]
    for number in np.flatnonzero(sizes * grid.voxel_ml >= _LEAST_CONTRAST_ML):
        box = widened(boxes[number - 1], reach, labelled.shape)
        found[number] = _is_contrast(labelled[box] == number, dense[box], grid.hu[box], grid.spacing)
    if not found.any():
        return np.zeros_like(dense)
    return dilate(np.asarray(found[labelled]), _THICK_MM, grid.spacing)


def _is_contrast(region: Mask, dense: Mask, hu: NDArray[np.int16], spacing: Spacing) -> bool:
    """Whether a thick dense region is fluid: even throughout, or even inside a border that is no denser.

    Streaks and a denser vessel beside it may spoil the first; cortex always spoils the second.
    """
    core = erode(region, min(spacing[1:]), spacing)
    if not core.any():
        return False
    low, middle, high = (float(value) for value in np.percentile(hu[core], (25, 50, 75)))
    brightest = float(np.percentile(hu[region], 97))
    if middle < _CONTRAST_HU and brightest - middle < _CONTRAST_SPREAD_HU:
        return True
    rim = dilate(region, _THICK_MM, spacing) & dense & ~core
    border = float(np.percentile(hu[rim], 75)) if rim.any() else 0.0
    return middle < _CONTRAST_HU and high - low < _EVEN_HU and border < _NO_RIM * middle
