"""The plane between the halves of the brain: the one that the labels are most alike on both sides of.

Reflected in it, brain, ventricles and deep structures fall on themselves as well as they can. Points are in
LPS mm, so that left is where x grows; the labels alone cannot tell left from right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_classification.mr_volumes.structures import BRAIN, PAIRED_DEEP

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp_classification.mr_volumes.structures import BrainLabels

LEAST_LIKENESS: Final = 0.75
"""Below it the halves are too unlike for a plane between them to mean anything."""
_CELL_MM: Final = 3.0
_START_DEGREES: Final = (-40.0, -20.0, 0.0, 20.0, 40.0)
_MOST_DEGREES: Final = 50.0
_FEW_POINTS: Final = 4000
_SEED: Final = 1


@dataclass(frozen=True, slots=True)
class MidPlane:
    """A plane in the patient.

    Attributes:
        normal: Unit vector in LPS, to the left.
        offset: Its points p have ``normal @ p == offset``.
        likeness: How well the halves fall on each other, 1 where they are the same; of the brain or of what
            is deep in it, whichever is less alike.
    """

    normal: tuple[float, float, float]
    offset: float
    likeness: float

    def leftward(self, geometry: Geometry) -> tuple[NDArray[np.float64], float]:
        """How far left of the plane a voxel lies: weights of (slice, row, column), and a constant; in mm."""
        normal = np.asarray(self.normal)
        weights = normal @ geometry.affine[:3, :3]
        return weights[::-1].copy(), float(normal @ geometry.affine[:3, 3] - self.offset)


def find_midplane(
    labels: BrainLabels, geometry: Geometry, check_cancelled: Callable[[], None]
) -> MidPlane | None:
    """Find the plane; None where there is no brain or its halves are too unlike.

    Args:
        labels: On the grid of `geometry`, which states the orientation in the patient.
        geometry: The grid.
        check_cancelled: Called now and then.
    """
    fields = _fields(labels, geometry)
    if fields is None:
        return None
    start = _best_start(fields, check_cancelled)
    found = _refined(fields, start, check_cancelled)
    return found if found.likeness >= LEAST_LIKENESS else None


@dataclass(frozen=True, eq=False)
class _Fields:
    """Smoothed masks on a coarse grid.

    Attributes:
        values: float32 (masks, slices, rows, columns), each of unit square sum over `points`.
        to_index: 4 x 4, LPS mm to (slice, row, column) of the coarse grid.
        points: (n, 3) LPS mm, where there is anything; `weights` (masks, n) the values there.
        centre: Of the brain.
    """

    values: NDArray[np.float32]
    to_index: NDArray[np.float64]
    points: NDArray[np.float64]
    weights: NDArray[np.float32]
    centre: NDArray[np.float64]

    def likeness(
        self, parameters: NDArray[np.float64], chosen: NDArray[np.int64] | None = None
    ) -> list[float]:
        """How alike each mask is to its mirror image, 1 where it is the same.

        Args:
            parameters: Two angles in degrees and an offset from the centre in mm.
            chosen: Of the points, those to look at; all by default.
        """
        from scipy.ndimage import map_coordinates

        points = self.points if chosen is None else self.points[chosen]
        weights = self.weights if chosen is None else self.weights[:, chosen]
        normal = normal_of(parameters)
        away = (points - self.centre) @ normal - parameters[2]
        index = (points - 2 * away[:, None] * normal) @ self.to_index[:3, :3].T + self.to_index[:3, 3]
        found = []
        for field, here in zip(self.values, weights, strict=True):
            there = map_coordinates(field, index.T, order=1, mode="constant")
            norm = float((here * here).sum())
            found.append(float((here * there).sum()) / norm if norm else 0.0)
        return found


def normal_of(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    """The normal after turning about the patient's long axis and about the axis from front to back."""
    yaw, roll = np.radians(parameters[:2])
    return np.array((np.cos(yaw) * np.cos(roll), np.sin(yaw) * np.cos(roll), np.sin(roll)))


def _fields(labels: BrainLabels, geometry: Geometry) -> _Fields | None:
    from scipy.ndimage import gaussian_filter

    masks = [labels.mask(BRAIN), labels.mask(PAIRED_DEEP)]
    if not masks[0].any():
        return None
    factors = [max(round(_CELL_MM / step), 1) for step in geometry.steps[::-1]]
    coarse = np.stack([_block_mean(mask, factors) for mask in masks if mask.any()])
    sigmas = [_CELL_MM / (step * factor) for step, factor in zip(geometry.steps[::-1], factors, strict=True)]
    values = np.stack([gaussian_filter(one, sigmas) for one in coarse]).astype(np.float32)
    affine = np.array(geometry.affine)
    affine[:, :3] = affine[:, 2::-1] * factors
    # The centre of a block lies between its voxels.
    shift = (np.array(factors) - 1) / 2 / np.array(factors)
    affine[:3, 3] += affine[:3, :3] @ shift
    held = np.argwhere(values.max(axis=0) > 0.02)  # noqa: PLR2004 - beyond, the products are nothing
    points = held @ affine[:3, :3].T + affine[:3, 3]
    weights = values[:, held[:, 0], held[:, 1], held[:, 2]]
    brain = weights[0].astype(np.float64)
    centre = brain @ points / brain.sum()
    to_index = np.asarray(np.linalg.inv(affine), dtype=np.float64)
    return _Fields(values, to_index, points, weights, centre)


def _block_mean(mask: NDArray[np.bool_], factors: list[int]) -> NDArray[np.float32]:
    """Share of every block that is set; blocks at the end are filled up with nothing."""
    padded = np.pad(mask, [(0, -size % factor) for size, factor in zip(mask.shape, factors, strict=True)])
    k, j, i = (size // factor for size, factor in zip(padded.shape, factors, strict=True))
    blocks = padded.reshape(k, factors[0], j, factors[1], i, factors[2])
    return np.asarray(blocks.mean(axis=(1, 3, 5), dtype=np.float32))


def _best_start(fields: _Fields, check_cancelled: Callable[[], None]) -> NDArray[np.float64]:
    """The best of some turns, by a part of the points."""
    count = len(fields.points)
    few = np.random.default_rng(_SEED).choice(count, min(count, _FEW_POINTS), replace=False)
    tried = []
    for yaw in _START_DEGREES:
        check_cancelled()
        tried += [np.array((yaw, roll, 0.0)) for roll in _START_DEGREES]
    return max(tried, key=lambda one: sum(fields.likeness(one, few)))


def _refined(fields: _Fields, start: NDArray[np.float64], check_cancelled: Callable[[], None]) -> MidPlane:
    from scipy.optimize import minimize

    def cost(parameters: NDArray[np.float64]) -> float:
        check_cancelled()
        if np.abs(parameters[:2]).max() > _MOST_DEGREES:
            return 1.0
        return -sum(fields.likeness(parameters))

    simplex = start + np.array(((0, 0, 0), (8, 0, 0), (0, 8, 0), (0, 0, 4)))
    options = {"initial_simplex": simplex, "xatol": 0.02, "fatol": 1e-6, "maxiter": 200}
    best = minimize(cost, start, method="Nelder-Mead", options=options)
    normal = normal_of(best.x)
    offset = float(normal @ fields.centre + best.x[2])
    return MidPlane(
        (float(normal[0]), float(normal[1]), float(normal[2])), offset, min(fields.likeness(best.x))
    )
