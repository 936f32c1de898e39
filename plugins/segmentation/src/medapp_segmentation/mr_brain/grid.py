"""From a series to the network's grid and back: 2 mm, axes (superior, posterior, left)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.volume import Volume

SPACING_MM = 2.0
_MULTIPLE = 16


@dataclass(frozen=True, eq=False)
class BrainGrid:
    """A box in the patient.

    Attributes:
        affine: 4 x 4, maps array index (superior, posterior, left, 1) to LPS mm.
        shape: Voxels along (superior, posterior, left).
    """

    affine: NDArray[np.float64]
    shape: tuple[int, int, int]

    def placed(self, matrix: NDArray[np.float64], shape: tuple[int, int, int]) -> BrainGrid:
        """Return the grid whose index is `matrix` (4 x 4) times the index of this one."""
        return BrainGrid(self.affine @ np.linalg.inv(matrix), shape)


def whole(volume: Volume) -> BrainGrid:
    """The box that holds the whole series."""
    corners = np.array(np.meshgrid(*[(0, size - 1) for size in volume.array.shape[::-1]])).reshape(3, -1).T
    return box_around(volume.geometry.to_patient(corners))


def box_around(points: NDArray[np.float64], margin_mm: float = 0.0) -> BrainGrid:
    """The upright box of 2 mm voxels that holds all points (n, 3) in LPS mm; sizes are multiples of 16."""
    low, high = points.min(axis=0) - margin_mm, points.max(axis=0) + margin_mm
    sizes = [
        int(np.ceil((b - a) / SPACING_MM / _MULTIPLE) or 1) * _MULTIPLE
        for a, b in zip(low, high, strict=True)
    ]
    spare = np.array(sizes) * SPACING_MM - (high - low) - SPACING_MM
    affine = np.eye(4)
    affine[:3, :3] = np.array(((0, 0, 1), (0, 1, 0), (1, 0, 0))) * SPACING_MM
    affine[:3, 3] = low - spare / 2
    return BrainGrid(affine, (sizes[2], sizes[1], sizes[0]))


def real_values(volume: Volume) -> torch.Tensor:
    """The series as float32 (1, 1, slices, rows, columns); padding is as dark as what is darkest."""
    array = np.asarray(volume.array, dtype=np.float32)
    if volume.padding is not None:
        inside = (array < volume.padding[0]) | (array > volume.padding[1])
        if inside.any() and not inside.all():
            array = np.where(inside, array, array[inside].min())
    return torch.from_numpy(np.ascontiguousarray(array))[None, None]


def sample(image: torch.Tensor, volume: Volume, grid: BrainGrid) -> NDArray[np.float32]:
    """Values of a series on a grid; 0 outside of it. Fine voxels are averaged first, so that nothing aliases.

    Args:
        image: As `real_values` gives it.
        volume: Its geometry.
        grid: Where to sample.
    """
    steps = volume.geometry.steps[::-1]
    factors = [max(round(float(SPACING_MM / step)), 1) for step in steps]
    coarse = functional.avg_pool3d(image, factors, ceil_mode=True, count_include_pad=False)
    offset, scale = (np.array(factors) - 1) / 2, np.array(factors, dtype=np.float64)
    to_series = np.linalg.inv(_array_affine(volume)) @ grid.affine
    to_series[:3] = (to_series[:3] - np.array([[0, 0, 0, one] for one in offset])) / scale[:, None]
    points = _points(to_series, (0, grid.shape[0]), grid.shape[1:])
    return np.asarray(_look_up(coarse, points)[0, 0].numpy())


def slab_of(values: torch.Tensor, volume: Volume, grid: BrainGrid, slices: tuple[int, int]) -> torch.Tensor:
    """Bring values (1, channels, ...) on a grid to the series: (channels, slices, rows, columns)."""
    to_grid = np.linalg.inv(grid.affine) @ _array_affine(volume)
    found: torch.Tensor = _look_up(values, _points(to_grid, slices, volume.array.shape[1:3]))[0]
    return found


def at(values: torch.Tensor, volume: Volume, grid: BrainGrid, index: torch.Tensor) -> torch.Tensor:
    """Values (1, channels, ...) on a grid at voxels (n, 3: slice, row, column) of a series: (channels, n)."""
    matrix = torch.from_numpy(np.linalg.inv(grid.affine) @ _array_affine(volume)).float()
    points = index.float() @ matrix[:3, :3].T + matrix[:3, 3]
    found: torch.Tensor = _look_up(values, points[None, None])[0, :, 0, 0]
    return found


def _array_affine(volume: Volume) -> NDArray[np.float64]:
    """The geometry's affine for array indices (slice, row, column)."""
    affine = np.array(volume.geometry.affine)
    affine[:, :3] = affine[:, 2::-1]
    return affine


def _points(matrix: NDArray[np.float64], slices: tuple[int, int], plane: tuple[int, ...]) -> torch.Tensor:
    """Indices (slices, rows, columns, 3) that a matrix maps the voxels of a slab to."""
    axes = (torch.arange(*slices), torch.arange(plane[0]), torch.arange(plane[1]))
    k, j, i = torch.meshgrid(*[axis.float() for axis in axes], indexing="ij")
    rows = [matrix[row, 0] * k + matrix[row, 1] * j + matrix[row, 2] * i + matrix[row, 3] for row in range(3)]
    return torch.stack(rows, dim=-1)


def _look_up(image: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """Trilinear values at indices in (slice, row, column) order; 0 outside."""
    sizes = torch.tensor(image.shape[2:], dtype=torch.float32)
    unit = (2 * points + 1) / sizes - 1
    return functional.grid_sample(image, unit.flip(-1)[None], align_corners=False, padding_mode="zeros")
