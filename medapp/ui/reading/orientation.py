"""Orientation letters of the four edges of an image (PS3.3 C.7.6.1.1.1)."""

from __future__ import annotations

from functools import lru_cache
from math import radians, sin
from typing import TYPE_CHECKING, NamedTuple

from medapp.domain.arrays import np
from medapp.ui.reading.text import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.ui.reading.planes import PlaneGrid
    from medapp.ui.reading.viewport_model import ViewportModel

UNKNOWN = "?"
_POSITIVE = "LPH"
_NEGATIVE = "RAF"
_OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "H": "F", "F": "H"}
# A direction less than 5 degrees off a patient axis keeps its single letter.
_OBLIQUE = sin(radians(5.0))


class Edges(NamedTuple):
    """Letters at the left, top, right and bottom edge."""

    left: str
    top: str
    right: str
    bottom: str


def letters(direction: NDArray[np.float64]) -> str:
    """Letters of an LPS direction, the strongest first: "A", "AL", "ALH"."""
    length = float(np.linalg.norm(direction))
    if not np.isfinite(length) or length == 0.0:
        return UNKNOWN
    unit = direction / length
    order = np.argsort(-np.abs(unit), kind="stable")
    return "".join(
        (_POSITIVE if unit[axis] > 0 else _NEGATIVE)[axis] for axis in order if abs(unit[axis]) > _OBLIQUE
    )


def opposite(text: str) -> str:
    """The letters of the other end: "AL" becomes "PR"."""
    return "".join(_OPPOSITE.get(letter, UNKNOWN) for letter in text)


@lru_cache(maxsize=256)
def edges(geometry: Geometry, grid: PlaneGrid, patient_orientation: str = "") -> Edges:
    """Letters of a plane as it is drawn without flips or turns.

    Args:
        geometry: Of the series.
        grid: The plane.
        patient_orientation: (0020,0020), two values with a backslash, used where the image has no
            position in the patient (CR, DX, MG).
    """
    if geometry.oriented:
        axes = geometry.affine[:3, :3]
        right, bottom = letters(axes @ grid.right), letters(axes @ grid.down)
    else:
        right, bottom = _stated(patient_orientation)
    return Edges(opposite(right), opposite(bottom), right, bottom)


def _stated(patient_orientation: str) -> tuple[str, str]:
    parts = [part.strip().upper() for part in patient_orientation.split("\\")]
    if len(parts) != 2:  # noqa: PLR2004 - row and column
        return UNKNOWN, UNKNOWN
    row, column = (part if part and set(part) <= set(_OPPOSITE) else UNKNOWN for part in parts)
    return row, column


def turned(plain: Edges, quarter_turns: int, flipped: bool) -> Edges:
    """Letters after a horizontal flip and then clockwise quarter turns."""
    left, top, right, bottom = plain
    if flipped:
        left, right = right, left
    for _ in range(quarter_turns % 4):
        left, top, right, bottom = bottom, left, top, right
    return Edges(left, top, right, bottom)


def shown_edges(model: ViewportModel) -> Edges | None:
    """Letters of what a viewport shows, None where it shows nothing."""
    grid = model.grid
    if grid is None or model.series is None or model.load is None:
        return None
    plain = edges(model.volume.geometry, grid, model.series.fact("PatientOrientation"))
    return turned(plain, model.state.turns, model.state.flipped)


def unknown_text(letters_shown: Edges) -> str:
    """What the question marks at the edges mean, empty where there are none."""
    unknown = sum(UNKNOWN in text for text in letters_shown)
    if not unknown:
        return ""
    return (
        tr("? orientation not stated")
        if unknown == len(letters_shown)
        else tr("? orientation not wholly stated")
    )
