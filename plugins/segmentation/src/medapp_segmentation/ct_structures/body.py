"""The patient without table, mattress, straps and masks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp_segmentation.ct_structures.morphology import (
    dilate,
    distance_to,
    erode,
    fill_planes,
    grow_within,
    regions,
)

if TYPE_CHECKING:
    from medapp_segmentation.ct_structures.grid import CoarseGrid
    from medapp_segmentation.ct_structures.morphology import Mask

SKIN_HU = -250
"""Above this, a block is tissue (or table); fat lies near -100, foam and lung below -500."""

_SHELL_MM = 3.5
_SKIN_REACH_MM = 8.0
_THICK_MM = 11.0
_SMALL_SHARE = 0.004


def find_body(grid: CoarseGrid) -> Mask:
    """Tissue of the patient with everything it encloses, slice by slice.

    Tables, head holders and masks are shells of a few millimetres: an opening takes them off, and
    what stays must somewhere be as thick as a limb. What the opening took off the skin (ears, nose)
    comes back within a few millimetres.
    """
    tissue = grid.hu > SKIN_HU
    inner = erode(tissue, _SHELL_MM, grid.spacing)
    core = _limbs(dilate(inner, _SHELL_MM, grid.spacing) & tissue, grid)
    if not core.any():
        return core
    near = tissue & dilate(core, _SKIN_REACH_MM, grid.spacing)
    return fill_planes(grow_within(core, near))


def _limbs(core: Mask, grid: CoarseGrid) -> Mask:
    """The regions that are thick somewhere and not tiny beside the largest."""
    labelled, sizes = regions(core)
    depth = distance_to(~core, grid.spacing)
    thickest = np.zeros(sizes.size, np.float32)
    np.maximum.at(thickest, labelled.ravel()[::1], depth.ravel())
    keep = (thickest > _THICK_MM) & (sizes > _SMALL_SHARE * sizes.max())
    keep[0] = False
    return np.asarray(keep[labelled])
