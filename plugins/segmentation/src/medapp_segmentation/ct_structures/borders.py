"""The label map on the series' own grid: coarse shapes, borders drawn by the fine values."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from medapp_segmentation.ct_structures.body import SKIN_HU
from medapp_segmentation.ct_structures.bone import BONE_HU
from medapp_segmentation.ct_structures.grid import hounsfield, upsample_plane
from medapp_segmentation.ct_structures.labels import AIRWAYS, BODY, BONE
from medapp_segmentation.ct_structures.morphology import dilate, erode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import JobContext
    from medapp.domain.volume import Volume
    from medapp_segmentation.ct_structures.airways import Airways
    from medapp_segmentation.ct_structures.grid import CoarseGrid
    from medapp_segmentation.ct_structures.shapes import Shapes

_TISSUE_HU = 30.0
_WALL_HU = -500
_HALF = 0.5
_BATCH = 16
_SEALED_MM = 2.0
_MARROW_MM2 = 2500.0
"""Larger holes are no marrow: the skull and the ring of the ribs enclose organs."""


class _Band:
    """A shape between what is certainly inside and what is certainly outside, one block each way."""

    def __init__(self, mask: NDArray[np.bool_], grid: CoarseGrid) -> None:
        self._grid = grid
        reach = 1.01 * max(grid.spacing[1:])
        self._inner = erode(mask, reach, grid.spacing).astype(np.float32)
        self._outer = dilate(mask, reach, grid.spacing).astype(np.float32)

    def planes(self, k: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(certainly inside, perhaps inside) at slice `k` of the series."""
        inner = upsample_plane(self._inner, self._grid, k) > _HALF
        outer = upsample_plane(self._outer, self._grid, k) > _HALF
        return inner, outer


def draw(volume: Volume, grid: CoarseGrid, shapes: Shapes, context: JobContext) -> NDArray[np.uint8]:
    """Label map of the series' shape, its slices in parallel; progress from 0.7 to 1."""
    result: NDArray[np.uint8] = np.zeros(volume.array.shape[:3], np.uint8)
    pencil = _Pencil(volume, grid, shapes)
    count = result.shape[0]
    with ThreadPoolExecutor(max(1, context.threads)) as pool:
        for first in range(0, count, _BATCH):
            context.progress(0.7 + 0.3 * first / count, "borders")
            part = range(first, min(first + _BATCH, count))
            # list: an error in a slice is raised here
            list(pool.map(lambda k: pencil.draw(result[k], k), part))
    return result


class _Pencil:
    """Draws one slice of the label map. Later labels win: body, bone, lungs, airways."""

    def __init__(self, volume: Volume, grid: CoarseGrid, shapes: Shapes) -> None:
        self._volume, self._grid = volume, grid
        self._border = _lung_border(grid, shapes)
        self._body = _Band(shapes.body, grid)
        self._bone = dilate(shapes.bone, 1.01 * max(grid.spacing[1:]), grid.spacing).astype(np.float32)
        self._lungs = {value: _Band(mask, grid) for value, mask in shapes.lungs.items()}
        self._airways = None if shapes.airways is None else _AirwayPlanes(shapes.airways)

    def draw(self, plane: NDArray[np.uint8], k: int) -> None:
        """Fill `plane`, which holds zeros."""
        values, void = hounsfield(self._volume, k, k + 1)
        hu = values[0]
        inner, outer = self._body.planes(k)
        plane[inner | (outer & (hu > SKIN_HU))] = BODY
        _draw_bone(plane, hu, upsample_plane(self._bone, self._grid, k) > _HALF, self._grid)
        for value, band in self._lungs.items():
            inner, outer = band.planes(k)
            plane[inner | (outer & (hu < self._border))] = value
        if self._airways is not None:
            self._airways.draw(plane, hu, k, tuple(self._lungs))
        plane[void[0]] = 0


def _lung_border(grid: CoarseGrid, shapes: Shapes) -> float:
    """Halfway between this lung and soft tissue (Hu, Hoffman and Reinhardt 2001, doi 10.1109/42.929615)."""
    lung = np.zeros_like(shapes.body)
    for mask in shapes.lungs.values():
        lung |= mask
    values = grid.hu[lung & (grid.hu < _WALL_HU)]
    if values.size == 0:
        return float(_WALL_HU)
    return (float(values.mean()) + _TISSUE_HU) / 2


def _draw_bone(
    plane: NDArray[np.uint8], hu: NDArray[np.int16], near: NDArray[np.bool_], grid: CoarseGrid
) -> None:
    """Dense voxels near coarse bone, with the marrow they enclose."""
    if not near.any():
        return
    rows, columns = ndimage.find_objects(near.astype(np.uint8))[0]
    part = near[rows, columns] & (hu[rows, columns] > BONE_HU)
    cell = grid.spacing[1] / grid.factors[1]
    size = max(1, round(_SEALED_MM / cell))
    closed = ndimage.binary_closing(part, iterations=size) | part
    filled = ndimage.binary_fill_holes(closed)
    holes, count = ndimage.label(filled & ~closed)
    if count:
        areas = np.bincount(holes.ravel()) * cell * cell
        areas[0] = 0
        filled = closed | np.asarray((areas > 0) & (areas < _MARROW_MM2))[holes]
    target = plane[rows, columns]
    target[filled & (target == BODY)] = BONE


class _AirwayPlanes:
    """The lumen on the series' grid, slice by slice."""

    def __init__(self, airways: Airways) -> None:
        fine = airways.grid
        self._grid = fine
        self._lumen = airways.mask.astype(np.float32)
        self._near = dilate(airways.mask, 1.01 * max(fine.spacing[1:]), fine.spacing).astype(np.float32)

    def draw(self, plane: NDArray[np.uint8], hu: NDArray[np.int16], k: int, lungs: tuple[int, ...]) -> None:
        """Lumen anywhere; its blurred edge only outside the lung, where it cannot be parenchyma."""
        start, shape = self._grid.start, self._grid.shape
        if not start[0] <= k < start[0] + shape[0]:
            return
        rows = slice(start[1], start[1] + shape[1])
        columns = slice(start[2], start[2] + shape[2])
        target, values = plane[rows, columns], hu[rows, columns]
        lumen = upsample_plane(self._lumen, self._grid, k - start[0]) > _HALF
        near = upsample_plane(self._near, self._grid, k - start[0]) > _HALF
        edge = near & (values < _WALL_HU) & ~np.isin(target, lungs)
        target[lumen | edge] = AIRWAYS
