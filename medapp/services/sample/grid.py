"""The grid that the sample head is drawn on, and smooth fields on it.

Arrays are (slices, rows, columns) at 1 mm; their axes are superior, posterior and left, so that the
index of an array rises with the coordinates of DICOM (LPS, mm).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHAPE = (188, 256, 256)
ORIGIN = (-88.0, -122.0, -128.0)
"""Superior, posterior and left coordinate in mm of the first voxel's centre."""


@dataclass(frozen=True, eq=False)
class Axes:
    """Coordinates in mm of every slice, row and column, shaped so that they broadcast to the grid."""

    s: NDArray[np.float32]
    p: NDArray[np.float32]
    l: NDArray[np.float32]  # noqa: E741 - the axis of the patient is called L

    @classmethod
    def of_grid(cls, slices: int = SHAPE[0]) -> Axes:
        """The axes of the lowest `slices` of the grid."""
        s, p, left = (
            (start + np.arange(count)).astype(np.float32)
            for start, count in zip(ORIGIN, (slices, *SHAPE[1:]), strict=True)
        )
        return cls(s[:, None, None], p[None, :, None], left[None, None, :])

    def ellipsoid(
        self, centre: tuple[float, float, float], radii: tuple[float, float, float]
    ) -> NDArray[np.float32]:
        """About the distance in mm to an ellipsoid's surface, negative inside.

        Args:
            centre: Left, posterior, superior.
            radii: In the same order.
        """
        left, p, s = (
            (axis - middle) / radius
            for axis, middle, radius in zip((self.l, self.p, self.s), centre, radii, strict=True)
        )
        radius: NDArray[np.float32] = np.sqrt(left**2 + p**2 + s**2)
        return ((radius - 1) * np.float32(min(radii))).astype(np.float32)


def smooth_noise(
    rng: np.random.Generator, scale: float, shape: tuple[int, ...] = SHAPE
) -> NDArray[np.float32]:
    """Noise of mean 0 and standard deviation 1 that changes over about `scale` voxels.

    A sum of Gaussians on a coarse grid of random heights, made axis by axis.
    """
    weights = [_gaussians(count, scale) for count in shape]
    field = rng.standard_normal([basis.shape[1] for basis in weights]).astype(np.float32)
    for basis in weights:
        field = np.tensordot(field, basis, axes=(0, 1))
    return np.ascontiguousarray(field, dtype=np.float32)


def enlarge(coarse: NDArray[np.float32], factor: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Linear interpolation of block means to the grid they were taken from."""
    field = coarse
    for count in shape:
        at = (np.arange(count) + 0.5) / factor - 0.5
        size = field.shape[0]
        low = np.clip(np.floor(at).astype(int), 0, size - 1)
        high = np.minimum(low + 1, size - 1)
        part = np.clip(at - low, 0, 1).astype(np.float32)
        basis = np.zeros((count, size), dtype=np.float32)
        basis[np.arange(count), low] += 1 - part
        basis[np.arange(count), high] += part
        field = np.tensordot(field, basis, axes=(0, 1))
    return np.ascontiguousarray(field, dtype=np.float32)


def smooth_minimum(
    first: NDArray[np.float32], second: NDArray[np.float32], width: float
) -> NDArray[np.float32]:
    """Union of two shapes given by distance, with a fillet of about `width` mm."""
    blend = np.clip(width - np.abs(first - second), 0, None)
    union: NDArray[np.float32] = np.minimum(first, second) - blend**2 / np.float32(4 * width)
    return union


def _gaussians(count: int, scale: float) -> NDArray[np.float32]:
    knots = np.arange(-scale, count + 2 * scale, scale)
    basis = np.exp(-(((np.arange(count)[:, None] - knots) / (0.8 * scale)) ** 2))
    basis /= np.sqrt((basis**2).sum(axis=1, keepdims=True))
    return basis.astype(np.float32)
