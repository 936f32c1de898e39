"""All structures on the coarse grid: what is where, before borders are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from medapp.domain.notice import Notice
from medapp_segmentation.ct_structures.airways import find_airways
from medapp_segmentation.ct_structures.body import find_body
from medapp_segmentation.ct_structures.bone import DENSE_HU, find_bone
from medapp_segmentation.ct_structures.labels import LUNG_LEFT, LUNG_RIGHT, LUNGS
from medapp_segmentation.ct_structures.lungs import find_air, select_lungs
from medapp_segmentation.ct_structures.morphology import closing, dilate
from medapp_segmentation.ct_structures.sides import split_sides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import JobContext
    from medapp.domain.geometry import Geometry
    from medapp.domain.volume import Volume
    from medapp_segmentation.ct_structures.airways import Airways
    from medapp_segmentation.ct_structures.grid import CoarseGrid
    from medapp_segmentation.ct_structures.morphology import Mask

_AIRWAY_WALL_MM = 2.0
CLOSING_MM = 8.0
"""Vessels up to 16 mm wide inside the lung belong to it; the hilum is cut where they become wider."""


@dataclass
class Shapes:
    """Structures on the coarse grid.

    Attributes:
        body, bone: Masks.
        lungs: By label value: aerated lung and, closed, lung with its vessels.
        airways: On its own finer grid, None where there are none in view.
        dense_outside: Share of what is as dense as bone that lies outside the body.
    """

    body: Mask
    bone: Mask
    lungs: dict[int, Mask] = field(default_factory=dict)
    airways: Airways | None = None
    notices: list[Notice] = field(default_factory=list)
    dense_outside: float = 0.0


def find_shapes(volume: Volume, grid: CoarseGrid, context: JobContext) -> Shapes:
    """Find all structures; progress from 0.15 to 0.7."""
    context.progress(0.15, "body")
    body = find_body(grid)
    context.progress(0.3, "lungs")
    air = find_air(grid, body)
    superior = _superior(volume.geometry)
    lungs = select_lungs(air, grid, superior)
    context.progress(0.4, "airways")
    airways = find_airways(volume, grid, air, lungs, superior, context.check_cancelled)
    if airways is not None:
        lungs = _without_airways(lungs, airways, grid, superior)
    context.progress(0.55, "left and right")
    shapes = Shapes(body | lungs, np.zeros_like(body), airways=airways)
    _put_lungs(shapes, lungs, volume.geometry, grid)
    context.progress(0.65, "bone")
    shapes.bone = find_bone(grid, body)
    dense = grid.hu > DENSE_HU
    shapes.dense_outside = float((dense & ~shapes.body).sum()) / max(1, int(dense.sum()))
    return shapes


def _superior(geometry: Geometry) -> int:
    """+1 where slices run from feet to head, -1 the other way, 0 where that is not known."""
    rise = float(geometry.affine[2, 2])
    if not geometry.oriented or abs(rise) < 0.3 * float(geometry.steps[2]):
        return 0
    return 1 if rise > 0 else -1


def _without_airways(lungs: Mask, airways: Airways, grid: CoarseGrid, superior: int) -> Mask:
    lumen = _on_coarse(airways, grid)
    wide = dilate(lumen, _AIRWAY_WALL_MM + min(grid.spacing[1:]) / 2, grid.spacing)
    return select_lungs(lungs & ~wide, grid, superior)


def _on_coarse(airways: Airways, grid: CoarseGrid) -> Mask:
    """Blocks of the coarse grid that hold any lumen."""
    fine = airways.grid
    where = np.nonzero(airways.mask)
    picks = tuple(
        np.minimum((start + (index + 0.5) * step) // factor, size - 1).astype(np.int64)
        for start, index, step, factor, size in zip(
            fine.start, where, fine.factors, grid.factors, grid.hu.shape, strict=True
        )
    )
    result = np.zeros(grid.hu.shape, np.bool_)
    result[picks] = True
    return result


def _put_lungs(shapes: Shapes, lungs: Mask, geometry: Geometry, grid: CoarseGrid) -> None:
    """Close the lungs, each side for itself where sides are known."""
    if not lungs.any():
        return
    if not geometry.oriented:
        message = "The file does not say how the patient lies: left and right lung were not told apart."
        shapes.notices.append(Notice("orientation-unknown", message))
        shapes.lungs[LUNGS] = closing(lungs, CLOSING_MM, grid.spacing)
        return
    left, right = split_sides(lungs, grid, _leftward(geometry, grid))
    shapes.lungs[LUNG_LEFT] = closing(left, CLOSING_MM, grid.spacing)
    shapes.lungs[LUNG_RIGHT] = closing(right, CLOSING_MM, grid.spacing)


def _leftward(geometry: Geometry, grid: CoarseGrid) -> NDArray[np.float32]:
    """Patient x in mm of every block, (slices, rows, columns)."""
    axes = [
        start + (np.arange(size) + 0.5) * factor - 0.5
        for start, size, factor in zip(grid.start, grid.hu.shape, grid.factors, strict=True)
    ]
    k, j, i = (axis.astype(np.float32) for axis in axes)
    x = geometry.affine[0].astype(np.float32)
    return np.asarray(x[2] * k[:, None, None] + x[1] * j[None, :, None] + x[0] * i[None, None, :] + x[3])
