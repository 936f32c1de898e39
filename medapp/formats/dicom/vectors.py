"""Positions and orientations as header numbers give them, or None where they cannot be trusted."""

from __future__ import annotations

import math
from typing import Final

Vector = tuple[float, float, float]
Orientation = tuple[float, float, float, float, float, float]

MAX_COORDINATE: Final = 1e6
MAX_SPACING: Final = 1e3
MIN_SPACING: Final = 1e-6
_UNIT_TOLERANCE: Final = 1e-2


def position_of(numbers: tuple[float, ...]) -> Vector | None:
    """A position in LPS mm, None where it is no position."""
    if len(numbers) != 3 or not all(abs(number) < MAX_COORDINATE for number in numbers):  # noqa: PLR2004
        return None
    return (numbers[0], numbers[1], numbers[2])


def orientation_of(numbers: tuple[float, ...]) -> Orientation | None:
    """Row and column direction as unit vectors, None where they are not perpendicular units."""
    if len(numbers) != 6 or not all(math.isfinite(number) for number in numbers):  # noqa: PLR2004
        return None
    row, column = numbers[:3], numbers[3:]
    lengths = math.hypot(*row), math.hypot(*column)
    if any(abs(length - 1.0) > _UNIT_TOLERANCE for length in lengths):
        return None
    if abs(sum(a * b for a, b in zip(row, column, strict=True))) > _UNIT_TOLERANCE:
        return None
    x, y, z = (number / lengths[0] for number in row)
    u, v, w = (number / lengths[1] for number in column)
    return (x, y, z, u, v, w)


def spacing_of(numbers: tuple[float, ...]) -> tuple[float, float] | None:
    """(between rows, between columns) in mm, None where it is no spacing."""
    if len(numbers) != 2 or not all(MIN_SPACING < number < MAX_SPACING for number in numbers):  # noqa: PLR2004
        return None
    return (numbers[0], numbers[1])


def length_of(numbers: tuple[float, ...]) -> float | None:
    """A positive length in mm, None where it is none."""
    if not numbers or not MIN_SPACING < numbers[0] < MAX_SPACING:
        return None
    return numbers[0]


def cross(orientation: Orientation) -> Vector:
    """Row x column: the direction in which slices are ordered."""
    x, y, z, u, v, w = orientation
    return (y * w - z * v, z * u - x * w, x * v - y * u)


def dot(a: Vector, b: Vector) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
