"""Interpolation on a grid of other voxels, by axis: IBSI's grid, aligned with the image by its centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPLINE_MARGIN = 12
"""Voxels beyond which the recursion of the B-spline has forgotten what lies there (a millionth is left)."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of new voxels along one axis.

    Attributes:
        start, stop: Range of old voxels that it needs.
        positions: Of the new voxels, in old voxels counted from `start`.
    """

    start: int
    stop: int
    positions: NDArray[np.float64]


def axis_between(size: int, step: float, new_step: float, low: float, high: float) -> Axis:
    """The new voxels from old index `low` to `high` along an axis.

    Args:
        size: Old voxels of the whole image.
        step: Their spacing.
        new_step: Spacing of the new ones.
        low: First place, in old voxels; the result is cut to the image.
        high: Last place.
    """
    ratio = new_step / step
    count = int(np.ceil(size / ratio - 1e-9))
    first = 0.5 * (size - 1) - 0.5 * (count - 1) * ratio
    begin = max(int(np.ceil((low - first) / ratio - 1e-9)), 0)
    end = min(int(np.floor((high - first) / ratio + 1e-9)) + 1, count)
    positions = first + ratio * np.arange(begin, max(end, begin))
    start = max(int(np.floor(low)) - _SPLINE_MARGIN, 0)
    stop = min(int(np.ceil(high)) + _SPLINE_MARGIN + 1, size)
    return Axis(start, stop, np.asarray(positions - start, dtype=np.float64))


def linear(values: NDArray[Any], axes: tuple[Axis, Axis, Axis]) -> NDArray[np.float32]:
    """Trilinear values at the new voxels; beyond the outermost voxels these hold on."""
    found = np.asarray(values, dtype=np.float32)
    for number, axis in enumerate(axes):
        place = np.clip(axis.positions, 0, found.shape[number] - 1)
        low = np.minimum(np.floor(place + 1e-9).astype(np.int64), found.shape[number] - 1)
        high = np.minimum(low + 1, found.shape[number] - 1)
        weight = _along(np.clip(place - low, 0, 1).astype(np.float32), number)
        first = np.take(found, low, axis=number)
        found = first + (np.take(found, high, axis=number) - first) * weight
    return found


def cubic(values: NDArray[Any], axes: tuple[Axis, Axis, Axis]) -> NDArray[np.float32]:
    """Tricubic B-spline values at the new voxels; the image is mirrored at its border."""
    from scipy.ndimage import spline_filter1d

    found = np.asarray(values, dtype=np.float32)
    for number, axis in enumerate(axes):
        size = found.shape[number]
        if size == 1:
            found = np.repeat(found, len(axis.positions), axis=number)
            continue
        bent = spline_filter1d(found, 3, axis=number, output=np.float32, mode="mirror")
        place = np.clip(axis.positions, 0, size - 1)
        low = np.floor(place).astype(np.int64)
        total = None
        for shift, weight in zip(range(-1, 3), _spline_weights(place - low), strict=True):
            part = np.take(bent, _mirrored(low + shift, size), axis=number) * _along(weight, number)
            total = part if total is None else total + part
        found = np.asarray(total)
    return found


def _spline_weights(t: NDArray[np.float64]) -> tuple[NDArray[np.float32], ...]:
    """Cubic B-spline at the four knots around a place `t` after the second."""
    weights = (
        (1 - t) ** 3 / 6,
        (3 * t**3 - 6 * t**2 + 4) / 6,
        (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        t**3 / 6,
    )
    return tuple(weight.astype(np.float32) for weight in weights)


def _mirrored(index: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    period = 2 * (size - 1)
    folded = np.abs(index) % period
    return np.where(folded >= size, period - folded, folded)


def _along(weights: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    shape = [1, 1, 1]
    shape[axis] = len(weights)
    return weights.reshape(shape)
