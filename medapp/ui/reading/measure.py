"""Distances, angles and regions of interest, in mm only where mm are known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from medapp.domain.arrays import np
from medapp.ui.reading.events import Event
from medapp.ui.reading.undo import Command, UndoStack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.domain.segmentation import Segmentation
    from medapp.domain.volume import Volume
    from medapp.ui.reading.planes import PlaneGrid

Kind = Literal["distance", "angle", "roi", "probe"]
Point = tuple[float, float]

NEEDED: dict[Kind, int] = {"distance": 2, "angle": 3, "roi": 2, "probe": 1}
"""Points of a finished measurement."""


@dataclass(frozen=True)
class Measurement:
    """Drawn on one slice of one plane; points are (column, row) of that plane."""

    kind: Kind
    series_key: str
    plane: str
    index: int
    points: tuple[Point, ...]

    @property
    def complete(self) -> bool:
        """True once all points are set."""
        return len(self.points) == NEEDED[self.kind]


@dataclass(frozen=True)
class RegionStatistics:
    """Inside an ellipse. Mean and deviation are None for colour, and where nothing but padding is inside."""

    pixels: int
    mean: float | None
    deviation: float | None
    lowest: float | None
    highest: float | None
    area: float
    area_unit: str
    unit: str | None


class MeasurementModel:
    """The measurements of all series that are open."""

    def __init__(self, undo_stack: UndoStack) -> None:
        """Start with none."""
        self.changed = Event()
        self._undo = undo_stack
        self._all: list[Measurement] = []
        self.draft: Measurement | None = None

    def add(self, measurement: Measurement) -> None:
        """Keep a finished measurement."""
        self._put(measurement)
        self._undo.push(
            Command("measurement", lambda: self._drop(measurement), lambda: self._put(measurement))
        )

    def remove(self, measurement: Measurement) -> None:
        """Delete a measurement."""
        self._drop(measurement)
        self._undo.push(
            Command("measurement", lambda: self._put(measurement), lambda: self._drop(measurement))
        )

    def set_draft(self, measurement: Measurement | None) -> None:
        """Show a measurement that is being drawn."""
        self.draft = measurement
        self.changed.emit()

    def on(self, series_key: str, plane: str, index: int) -> list[Measurement]:
        """Those on one slice, the one being drawn among them."""
        several = [*self._all, *([self.draft] if self.draft is not None else [])]
        return [m for m in several if (m.series_key, m.plane, m.index) == (series_key, plane, index)]

    def clear(self) -> None:
        """Forget all."""
        self._all.clear()
        self.draft = None
        self.changed.emit()

    def _put(self, measurement: Measurement) -> None:
        self._all.append(measurement)
        self.changed.emit()

    def _drop(self, measurement: Measurement) -> None:
        if measurement in self._all:
            self._all.remove(measurement)
        self.changed.emit()


def length_unit(volume: Volume, grid: PlaneGrid) -> str:
    """``mm`` where both sides of a pixel of this plane are known, else ``px``."""
    return _length_unit(volume.geometry, grid)


@lru_cache(maxsize=64)
def _length_unit(geometry: Geometry, grid: PlaneGrid) -> str:
    """Asked for several times a frame; neither ever changes."""
    known = geometry.units == "mm" and (grid.acquisition or geometry.spacing_mm is not None)
    return "mm" if known else "px"


def _scaled(points: tuple[Point, ...], volume: Volume, grid: PlaneGrid) -> NDArray[np.float64]:
    pixel = grid.pixel if length_unit(volume, grid) == "mm" else (1.0, 1.0)
    return np.asarray(np.array(points, dtype=np.float64) * np.array(pixel))


def distance(points: tuple[Point, ...], volume: Volume, grid: PlaneGrid) -> tuple[float, str]:
    """Length between two points and its unit."""
    placed = _scaled(points, volume, grid)
    return float(np.linalg.norm(placed[1] - placed[0])), length_unit(volume, grid)


def angle(points: tuple[Point, ...], volume: Volume, grid: PlaneGrid) -> float | None:
    """Degrees at the second of three points; None where two of them are the same.

    Pixels of unknown size are taken as square, which `length_unit` tells.
    """
    placed = _scaled(points, volume, grid)
    one, two = placed[0] - placed[1], placed[2] - placed[1]
    size = float(np.linalg.norm(one) * np.linalg.norm(two))
    if size == 0.0:
        return None
    return float(np.degrees(np.arccos(np.clip(one @ two / size, -1.0, 1.0))))


def ellipse_mask(points: tuple[Point, ...], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Pixels whose centre lies in the ellipse inscribed in the box of two corner points."""
    (c0, r0), (c1, r1) = points
    middle_c, middle_r = (c0 + c1) / 2, (r0 + r1) / 2
    half_c, half_r = max(abs(c1 - c0) / 2, 1e-9), max(abs(r1 - r0) / 2, 1e-9)
    columns = (np.arange(shape[1]) - middle_c) / half_c
    rows = (np.arange(shape[0]) - middle_r) / half_r
    return np.asarray(rows[:, None] ** 2 + columns[None, :] ** 2 <= 1.0)


def region_statistics(
    points: tuple[Point, ...],
    values: NDArray[np.generic],
    usable: NDArray[np.bool_],
    volume: Volume,
    grid: PlaneGrid,
) -> RegionStatistics:
    """Statistics inside an ellipse.

    Args:
        points: Two corners of its box.
        values: The plane, array values.
        usable: (rows, columns); False where nothing has been read.
        volume: For rescale, padding and unit.
        grid: The plane.
    """
    mask = ellipse_mask(points, (grid.rows, grid.columns))
    placed = _scaled(points, volume, grid)
    sides = np.abs(placed[1] - placed[0])
    area, unit = float(np.pi / 4 * sides[0] * sides[1]), f"{length_unit(volume, grid)}²"
    pixels = int(mask.sum())
    if volume.is_color:
        return RegionStatistics(pixels, None, None, None, None, area, unit, None)
    chosen = values[mask & usable].astype(np.float64)
    if volume.padding is not None:
        chosen = chosen[(chosen < volume.padding[0]) | (chosen > volume.padding[1])]
    if not chosen.size:
        return RegionStatistics(pixels, None, None, None, None, area, unit, volume.unit)
    real = chosen * volume.slope + volume.intercept
    deviation = float(real.std(ddof=1)) if real.size > 1 else 0.0
    return RegionStatistics(
        int(real.size),
        float(real.mean()),
        deviation,
        float(real.min()),
        float(real.max()),
        area,
        unit,
        volume.unit,
    )


def label_center(segmentation: Segmentation, value: int) -> NDArray[np.float64] | None:
    """LPS of the middle of a label, on a voxel of it; None where it is empty."""
    planes = [int(segmentation.mask(value, k).sum()) for k in range(len(segmentation.array))]
    total = sum(planes)
    if not total:
        return None
    k = int(np.searchsorted(np.cumsum(planes), (total + 1) / 2))
    rows, columns = np.nonzero(segmentation.mask(value, k))
    nearest = int(np.argmin((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2))
    return segmentation.geometry.to_patient((columns[nearest], rows[nearest], k))
