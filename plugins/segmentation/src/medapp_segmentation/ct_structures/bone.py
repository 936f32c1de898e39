"""Bone on the coarse grid, told from contrast medium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from medapp_segmentation.ct_structures.morphology import dilate, erode, opening, regions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_segmentation.ct_structures.grid import CoarseGrid
    from medapp_segmentation.ct_structures.morphology import Mask

BONE_HU = 180
"""Bone on the series' own grid; blocks of the coarse grid mix it with its surroundings."""

_BLOCK_HU = 140
_CORTEX_HU = 320
_THICK_MM = 4.0
_CONTRAST_HU = 700.0
_CONTRAST_SPREAD_HU = 110.0
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
    keep[labelled[dense & (grid.hu > _CORTEX_HU)]] = True
    keep &= sizes * grid.voxel_ml >= _LEAST_ML
    keep[0] = False
    return np.asarray(keep[labelled])


def _contrast(dense: Mask, grid: CoarseGrid) -> Mask:
    """Thick even regions without a dense rim, with their blurred border."""
    labelled, sizes = regions(opening(dense, _THICK_MM, grid.spacing))
    found = np.zeros(sizes.size, np.bool_)
    boxes = ndimage.find_objects(labelled)
    for number in np.flatnonzero(sizes * grid.voxel_ml >= _LEAST_CONTRAST_ML):
        box = boxes[number - 1]
        found[number] = _is_contrast(labelled[box] == number, grid.hu[box], grid)
    if not found.any():
        return np.zeros_like(dense)
    return dilate(np.asarray(found[labelled]), _THICK_MM, grid.spacing)


def _is_contrast(region: Mask, hu: NDArray[np.int16], grid: CoarseGrid) -> bool:
    core = erode(np.pad(region, 1), min(grid.spacing), grid.spacing)[1:-1, 1:-1, 1:-1]
    if not core.any():
        return False
    middle = float(np.median(hu[core]))
    brightest = float(np.percentile(hu[region], 97))
    return middle < _CONTRAST_HU and brightest - middle < _CONTRAST_SPREAD_HU
