"""From positions to a grid: order, step, tilt, gaps (PS3.3 C.7.6.2.1.1).

The affine is that of SimpleITK's series reader: first position, mean step from first to last slice, so
that a tilted gantry gives a sheared grid and never a straightened one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.geometry import Geometry
from medapp.domain.notice import Notice
from medapp.formats.dicom.vectors import Orientation, Vector, cross, dot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SAME_PLACE_MM: Final = 1e-3
_TILT_DEGREES: Final = 0.1
_UNEVEN: Final = 0.01
_UNKNOWN_STEP: Final = 0.1
_ROUNDING_MM: Final = 0.011
_WHOLE: Final = 0.1
_ROUNDING_PIXELS: Final = 0.1
_DRIFT_PIXELS: Final = 0.5
_DRIFT_MM: Final = 0.1
_GAP_FACTOR: Final = 2.0
_LISTED: Final = 20


@dataclass(frozen=True)
class Plane:
    """What every slice of a stack has in common.

    Attributes:
        spacing: (between rows, between columns) in mm, None where it is not known.
        thickness: Slice thickness in mm, None where it is not known.
    """

    rows: int
    columns: int
    orientation: Orientation | None
    spacing: tuple[float, float] | None
    thickness: float | None = None
    frame_of_reference_uid: str = ""


@dataclass(frozen=True)
class Stack:
    """A grid and what to say of it; `order` are the slices along the normal."""

    order: tuple[int, ...]
    geometry: Geometry
    notices: tuple[Notice, ...]


def order_along_normal(
    positions: Sequence[Vector], orientation: Orientation
) -> tuple[list[int], list[float]]:
    """Indices by position along the slice normal, and those positions in mm."""
    normal = cross(orientation)
    along = [dot(position, normal) for position in positions]
    order = sorted(range(len(along)), key=along.__getitem__)
    return order, [along[index] for index in order]


def repeats(positions: Sequence[Vector], orientation: Orientation) -> list[list[int]]:
    """Indices grouped by place along the normal, in order."""
    order, along = order_along_normal(positions, orientation)
    places: list[list[int]] = []
    previous = -math.inf
    for index, value in zip(order, along, strict=True):
        if value - previous > SAME_PLACE_MM:
            places.append([])
            previous = value
        places[-1].append(index)
    return places


def build(positions: Sequence[Vector], plane: Plane) -> Stack | None:
    """The grid of parallel slices, all at different places.

    Returns:
        None for a single slice, and where the slices do not lie on a line, so that they make no volume.
    """
    if plane.orientation is None:
        return None
    order, along = order_along_normal(positions, plane.orientation)
    points = np.array([positions[index] for index in order], dtype=np.float64)
    count = len(order)
    if count < 2 or _drifts(points, along, plane):  # noqa: PLR2004 - one slice has no step
        return None
    step = _straightened((points[-1] - points[0]) / (count - 1), count - 1, plane)
    notices = _tilt(step, plane.orientation)
    steps = np.diff(along)
    uneven, known = _evenness(steps)
    notices += [*uneven, *_sparse(steps, plane.thickness)]
    geometry = _grid(points[0], step, plane, (tuple(float(value) for value in along), known))
    return Stack(tuple(order), geometry, tuple(notices))


def _straightened(step: NDArray[np.float64], steps: int, plane: Plane) -> NDArray[np.float64]:
    """The step along the normal where it leaves it by no more than the rounding of positions.

    So much is far below a pixel over the whole stack; it is no tilt, and the grid stays rectangular.
    """
    assert plane.orientation is not None  # noqa: S101 - asked by `build`
    normal = np.asarray(cross(plane.orientation))
    normal /= np.linalg.norm(normal)
    drift = float(np.linalg.norm(step - (step @ normal) * normal)) * steps
    if drift > _ROUNDING_PIXELS * min(plane.spacing or (1.0, 1.0)):
        return step
    return np.asarray(normal * np.linalg.norm(step))


def _grid(
    origin: NDArray[np.float64],
    step: NDArray[np.float64],
    plane: Plane,
    slices: tuple[tuple[float, ...], bool],
) -> Geometry:
    affine = np.eye(4)
    row_step, column_step = plane.spacing or (1.0, 1.0)
    if plane.orientation is not None:
        affine[:3, 0] = np.asarray(plane.orientation[:3]) * column_step
        affine[:3, 1] = np.asarray(plane.orientation[3:]) * row_step
    affine[:3, 2] = step
    affine[:3, 3] = origin
    along, known = slices
    return Geometry(
        (len(along), plane.rows, plane.columns),
        affine,
        units="px" if plane.spacing is None else "mm",
        slice_positions=along,
        frame_of_reference_uid=plane.frame_of_reference_uid,
        slice_step_known=known,
    )


def single(position: Vector | None, plane: Plane, frames: int) -> Geometry:
    """The grid of frames that make no volume: in-plane facts only, the step is not known."""
    shape = (frames, plane.rows, plane.columns)
    row_step, column_step = plane.spacing or (1.0, 1.0)
    affine = np.diag((column_step, row_step, 1.0, 1.0))
    oriented = plane.orientation is not None and position is not None
    if oriented and plane.orientation is not None:
        affine[:3, 0] = np.asarray(plane.orientation[:3]) * column_step
        affine[:3, 1] = np.asarray(plane.orientation[3:]) * row_step
        affine[:3, 2] = np.asarray(cross(plane.orientation)) * (plane.thickness or 1.0)
        affine[:3, 3] = position
    return Geometry(
        shape,
        affine,
        units="px" if plane.spacing is None else "mm",
        oriented=oriented,
        stackable=False,
        frame_of_reference_uid=plane.frame_of_reference_uid,
        slice_step_known=False,
    )


def _drifts(points: NDArray[np.float64], along: Sequence[float], plane: Plane) -> bool:
    """True where a slice lies off the line from the first to the last."""
    share = (np.asarray(along) - along[0]) / (along[-1] - along[0])
    line = points[0] + share[:, None] * (points[-1] - points[0])
    allowed = max(_DRIFT_PIXELS * min(plane.spacing or (1.0, 1.0)), _DRIFT_MM)
    return bool(np.linalg.norm(points - line, axis=1).max() > allowed)


def _tilt(step: NDArray[np.float64], orientation: Orientation) -> list[Notice]:
    normal = np.asarray(cross(orientation))
    normal /= np.linalg.norm(normal)
    cosine = float(step @ normal / np.linalg.norm(step))
    degrees = math.degrees(math.acos(min(1.0, max(-1.0, cosine))))
    if degrees < _TILT_DEGREES:
        return []
    message = f"The slices are tilted by {degrees:.1f} degrees against their stack; the grid is sheared."
    return [Notice("gantry-tilt", message, "warning", {"degrees": round(degrees, 3)})]


def _evenness(steps: NDArray[np.float64]) -> tuple[list[Notice], bool]:
    """Notices on gaps and uneven steps, and whether one step describes the stack."""
    usual = float(np.sort(steps)[(len(steps) - 1) // 2])
    deviation = float(np.abs(steps - usual).max())
    if deviation <= max(_UNEVEN * usual, _ROUNDING_MM if usual > 10 * _ROUNDING_MM else _WHOLE * usual):
        return [], True
    ratios = steps / usual
    wholes = np.rint(ratios)
    whole = (wholes > 1) & (np.abs(ratios - wholes) < _WHOLE)
    notices: list[Notice] = []
    if whole.any():
        notices.append(_missing(wholes, whole, usual))
    rest = steps[~whole]
    if len(rest) and float(np.abs(rest - usual).max()) > max(_UNEVEN * usual, _ROUNDING_MM):
        notices.append(_uneven(steps, usual))
    return notices, deviation <= _UNKNOWN_STEP * usual


def _missing(wholes: NDArray[np.float64], whole: NDArray[np.bool_], usual: float) -> Notice:
    lacking = int((wholes[whole] - 1).sum())
    after = [int(index) + 1 for index in np.flatnonzero(whole)]
    places = ", ".join(str(number) for number in after[:_LISTED]) + (" ..." if len(after) > _LISTED else "")
    noun = "slice is" if lacking == 1 else "slices are"
    message = f"{lacking} {noun} missing, after slice {places}; lengths across slices are refused."
    values = {"missing": lacking, "after_slice": after, "step_mm": round(usual, 6)}
    return Notice("missing-slices", message, "warning", values)


def _uneven(steps: NDArray[np.float64], usual: float) -> Notice:
    low, high = float(steps.min()), float(steps.max())
    message = f"The slices are not evenly spaced: {low:.3f} to {high:.3f} mm apart."
    values = {"lowest_mm": round(low, 6), "highest_mm": round(high, 6), "usual_mm": round(usual, 6)}
    return Notice("uneven-spacing", message, "warning", values)


def _sparse(steps: NDArray[np.float64], thickness: float | None) -> list[Notice]:
    """Slices much thinner than their distance: what lies between them was not imaged."""
    usual = float(np.median(steps))
    if thickness is None or usual < _GAP_FACTOR * thickness:
        return []
    message = f"Slices of {thickness:g} mm lie {usual:g} mm apart; what is between them was not imaged."
    return [Notice("slice-gap", message, "info", {"thickness_mm": thickness, "step_mm": round(usual, 6)})]
