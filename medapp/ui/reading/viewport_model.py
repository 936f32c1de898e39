"""One viewport without its widget: the series it shows, how it shows it, and what lies under a point."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from medapp.domain.arrays import np
from medapp.ui.reading import voi
from medapp.ui.reading.events import Event
from medapp.ui.reading.planes import plane_grids
from medapp.ui.reading.reslice import PlaneImage, PlaneReader
from medapp.ui.reading.viewstate import Placement, ViewState, zoom_about

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.domain.patient import Series
    from medapp.domain.segmentation import Segmentation
    from medapp.domain.volume import Volume, Window
    from medapp.ui.reading.planes import PlaneGrid, PlaneName
    from medapp.ui.reading.reslice import Load
    from medapp.ui.reading.voi import GrayTable

    _Shown = NDArray[np.uint16] | None

DEFAULT_SLAB_MM = 20.0


@dataclass(frozen=True)
class Probe:
    """What lies under a point of the screen. None where it is not known."""

    column: float
    row: float
    index: int
    value: float | None
    color: tuple[int, int, int] | None
    unit: str | None
    lps: tuple[float, float, float] | None


class ViewportModel:
    """Shows one plane of one series. Plain Python; `changed` tells its widget to draw again."""

    def __init__(self) -> None:
        """Start empty."""
        self.changed = Event()
        self.series: Series | None = None
        self.load: Load | None = None
        self.state = ViewState()
        self.plane_wanted: PlaneName = "acquisition"
        self.slab_wanted = 0.0
        self.grids: dict[PlaneName, PlaneGrid] = {}
        self.failure = ""
        self._reader: PlaneReader | None = None
        self._image: tuple[tuple[object, ...], PlaneImage] | None = None
        self._table: tuple[tuple[object, ...], GrayTable] | None = None
        self._span: float | None = None
        self._revision = 0
        self._window_touched = False

    # ---- content --------------------------------------------------------------------------------------
    def show(self, series: Series, load: Load) -> None:
        """Show a series: the middle image, fitted, windowed."""
        self.series, self.load = series, load
        self.failure = ""
        self._reader = PlaneReader(load)
        self.grids = plane_grids(load.volume.geometry)
        self._window_touched = False
        self.invalidate(announce=False)
        self.reset(announce=False)
        self._prefer()
        self.changed.emit()

    def show_failure(self, series: Series, reason: str) -> None:
        """Say why a series cannot be shown."""
        self.clear(announce=False)
        self.series, self.failure = series, reason
        self.changed.emit()

    def clear(self, *, announce: bool = True) -> None:
        """Show nothing."""
        self.series = self.load = self._reader = None
        self.grids = {}
        self.failure = ""
        self._image = self._table = None
        self.state = ViewState()
        if announce:
            self.changed.emit()

    def invalidate(self, *, announce: bool = True) -> None:
        """The pixels or labels have changed."""
        self._revision += 1
        self._image = None
        self._span = None
        if self._reader is not None:
            self._reader.labels_changed()
        if announce:
            self.changed.emit()

    def slice_loaded(self, k: int) -> None:
        """A slice has been read: draw again where it is seen, and set the first window when it can be."""
        if self.load is None:
            return
        done = self.load.complete
        if not self._window_touched and self.state.preset == "0" and (done or self.state.window is None):
            self._table = None
            self.state = replace(self.state, window=voi.automatic_window(self.volume, self.read_slices()))
        grid = self.grid
        if done or grid is None or not grid.acquisition or self.state.slab_mm > 0 or k == self.state.index:
            self.invalidate()

    @property
    def volume(self) -> Volume:
        """Of the series.

        Raises:
            LookupError: Where nothing is shown.
        """
        if self.load is None:
            message = "this viewport shows no series"
            raise LookupError(message)
        return self.load.volume

    @property
    def key(self) -> str:
        """Of the series, empty where nothing is shown."""
        return self.series.key if self.series is not None else ""

    @property
    def frame_of_reference(self) -> str:
        """Viewports that share it can be linked; empty where it is not known."""
        return self.load.volume.geometry.frame_of_reference_uid if self.load is not None else ""

    @property
    def grid(self) -> PlaneGrid | None:
        """The plane that is shown, None where it cannot be made."""
        return self.grids.get(self.state.plane)

    def read_slices(self) -> NDArray[np.int64]:
        """Indices of the slices that have been read."""
        if self.load is None:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(np.asarray(self.load.loaded))

    def _prefer(self) -> None:
        grid = self.grid
        if self.load is not None and grid is not None and grid.acquisition:
            self.load.prefer(self.state.index)

    # ---- state ----------------------------------------------------------------------------------------
    def set_state(self, state: ViewState) -> None:
        """Change what is shown; the slice is kept inside the plane."""
        grid = self.grids.get(state.plane)
        if grid is not None:
            state = replace(state, index=min(max(state.index, 0), grid.count - 1))
        if state == self.state:
            return
        moved = (state.index, state.plane) != (self.state.index, self.state.plane)
        if state.window != self.state.window:
            self._window_touched = True
        self.state = state
        if moved:
            self._prefer()
        self.changed.emit()

    def reset(self, *, announce: bool = True) -> None:
        """The first view: middle slice, fitted, first window; the plane stays."""
        if self.load is None:
            return
        window, preset = voi.first_window(self.volume, self.read_slices())
        plane = self.plane_wanted
        grid = self.grids.get(plane)
        index = grid.count // 2 if grid is not None else 0
        self._window_touched = False
        state = ViewState(plane=plane, index=index, window=window, preset=preset, slab_mm=self.slab_wanted)
        if announce:
            self.set_state(state)
            self._window_touched = False
        else:
            self.state = state

    def set_plane(self, plane: PlaneName, slab_mm: float = 0.0) -> None:
        """Show another plane through the same point, fitted."""
        point = self.center_lps()
        self.plane_wanted, self.slab_wanted = plane, slab_mm
        if self.load is None:
            self.state = replace(self.state, plane=plane, slab_mm=slab_mm)
            return
        grid = self.grids.get(plane)
        index = grid.count // 2 if grid is not None else 0
        self.set_state(
            replace(self.state, plane=plane, slab_mm=slab_mm, index=index, zoom=1.0, pan=(0.0, 0.0))
        )
        if point is not None:
            self.go_to(point)

    def effective_window(self) -> Window:
        """The window in use; for a VOI LUT the one that covers it."""
        return self.state.window or voi.covering_window(self.volume)

    def take_window(self, other: ViewportModel) -> None:
        """Show through the window of another viewport."""
        self.set_state(replace(self.state, window=other.state.window, preset=other.state.preset))
        self._window_touched = other._window_touched

    def value_span(self) -> float:
        """Range of the image's values, for the speed of window dragging."""
        if self._span is None:
            window = voi.automatic_window(self.volume, self.read_slices())
            self._span = window.width if window is not None else 1.0
        return self._span

    def drag_window(self, start: Window, right: float, up: float) -> None:
        """Set the window from a drag that began at `start`."""
        pet = self.volume.modality == "PT" or (self.series is not None and self.series.modality == "PT")
        window = voi.dragged(start, right, up, self.value_span(), from_zero=pet)
        self.set_state(replace(self.state, window=window, preset=""))

    def zoom(self, factor: float, point: tuple[float, float], screen: tuple[float, float]) -> None:
        """Zoom about a screen point."""
        place = self.placement(screen)
        if place is not None:
            self.set_state(zoom_about(self.state, factor, point, screen, place.scale))

    def scroll(self, slices: int) -> None:
        """Go on by a number of slices; stops at the ends."""
        self.set_state(replace(self.state, index=self.state.index + slices))

    # ---- geometry -------------------------------------------------------------------------------------
    def placement(self, screen: tuple[float, float]) -> Placement | None:
        """Where the plane lies on a screen of this size."""
        grid = self.grid
        return None if grid is None else Placement.of(grid, self.state, *screen)

    @property
    def placed_in_patient(self) -> bool:
        """True where a pixel has coordinates in the patient."""
        return self.load is not None and _is_placed(self.load.volume.geometry)

    def to_lps(self, column: float, row: float) -> NDArray[np.float64] | None:
        """LPS mm of a point of the shown slice, None where it is not known."""
        grid = self.grid
        if grid is None or not self.placed_in_patient:
            return None
        return self.volume.geometry.to_patient(grid.to_voxel(column, row, self.state.index))

    def from_lps(self, lps: NDArray[np.float64]) -> tuple[float, float, float] | None:
        """(column, row, slice) of a patient point, None where the plane has no place in the patient."""
        grid = self.grid
        if grid is None or not self.placed_in_patient:
            return None
        return grid.from_voxel(_to_index(self.volume.geometry) @ np.append(lps, 1.0))

    def center_lps(self) -> NDArray[np.float64] | None:
        """The middle of the shown slice."""
        grid = self.grid
        return None if grid is None else self.to_lps((grid.columns - 1) / 2, (grid.rows - 1) / 2)

    def contains(self, lps: NDArray[np.float64]) -> bool:
        """True where a patient point lies in front of the shown plane, on whichever slice."""
        place, grid = self.from_lps(lps), self.grid
        if place is None or grid is None:
            return False
        return 0 <= place[0] + 0.5 <= grid.columns and 0 <= place[1] + 0.5 <= grid.rows

    def go_to(self, lps: NDArray[np.float64]) -> bool:
        """Show the slice through a patient point; False where it lies outside."""
        place, grid = self.from_lps(lps), self.grid
        if place is None or grid is None:
            return False
        index = round(place[2])
        if not 0 <= index < grid.count:
            return False
        self.set_state(replace(self.state, index=index))
        return True

    def probe(self, column: float, row: float) -> Probe | None:
        """The value under a point; None outside the image."""
        grid = self.grid
        if grid is None or self.load is None:
            return None
        c, r = int(np.floor(column + 0.5)), int(np.floor(row + 0.5))
        if not (0 <= c < grid.columns and 0 <= r < grid.rows):
            return None
        lps = self.to_lps(column, row)
        where = None if lps is None else (float(lps[0]), float(lps[1]), float(lps[2]))
        value, color = self._value(grid, c, r)
        return Probe(column, row, self.state.index, value, color, self.volume.unit, where)

    def _value(self, grid: PlaneGrid, c: int, r: int) -> tuple[float | None, tuple[int, int, int] | None]:
        """Of the nearest voxel, never of an interpolated one."""
        i, j, k = (int(np.floor(n + 0.5)) for n in grid.to_voxel(c, r, self.state.index))
        array = self.volume.array
        inside = 0 <= k < array.shape[0] and 0 <= j < array.shape[1] and 0 <= i < array.shape[2]
        if self.load is None or not inside or not self.load.loaded[k] or k in self.load.failed:
            return None, None
        if self.state.slab_mm > 0 and self._image is not None:
            return float(self._image[1].values[r, c]) * self.volume.slope + self.volume.intercept, None
        if self.volume.is_color:
            red, green, blue = (int(n) for n in array[k, j, i])
            return None, (red, green, blue)
        return self.volume.value_at(k, j, i), None

    # ---- drawing --------------------------------------------------------------------------------------
    def fitting_labels(self, segmentation: Segmentation | None) -> NDArray[np.generic] | None:
        """The label map, where it lies on the grid of this series."""
        if segmentation is None or self.load is None or not _fits(segmentation, self.volume, self.key):
            return None
        return segmentation.array

    def image(self, labels: NDArray[np.generic] | None, shown: _Shown = None) -> PlaneImage | None:
        """The plane to draw, None where there is none; for `shown` see `PlaneReader.image`."""
        grid = self.grid
        if grid is None or self._reader is None:
            return None
        state = self.state
        key = (state.plane, state.index, state.slab_mm, self._revision, id(labels), id(shown), grid)
        if self._image is None or self._image[0] != key:
            self._image = (key, self._reader.image(grid, state.index, state.slab_mm, labels, shown))
        return self._image[1]

    def gray_table(self) -> GrayTable | None:
        """The table to draw with, None for colour."""
        if self.load is None or self.volume.is_color:
            return None
        key = (self.state.window, self.state.inverted, id(self.volume))
        if self._table is None or self._table[0] != key:
            self._table = (key, voi.gray_table(self.volume, self.state.window, inverted=self.state.inverted))
        return self._table[1]

    def progress(self) -> tuple[int, int]:
        """Slices read (or failed), and all."""
        return (0, 0) if self.load is None else _progress(self.load)

    def slice_failure(self) -> str:
        """Why the acquired slice that is shown has no pixels; "" where it has or may still get them."""
        grid = self.grid
        if self.load is None or grid is None or not grid.acquisition:
            return ""
        return self.load.failed.get(self.state.index, "")


def _fits(segmentation: Segmentation, volume: Volume, key: str) -> bool:
    if segmentation.array.shape != volume.array.shape[:3]:
        return False
    return segmentation.series_key in {"", key} or segmentation.geometry.same_grid(volume.geometry)


def _is_placed(geometry: Geometry) -> bool:
    several = geometry.shape[0] > 1
    return geometry.oriented and geometry.units == "mm" and (geometry.stackable or not several)


def _progress(load: Load) -> tuple[int, int]:
    loaded = np.asarray(load.loaded)
    # The readers' threads add to what has failed meanwhile.
    failed = sum(1 for k in tuple(load.failed) if not loaded[k])
    return int(loaded.sum()) + failed, int(loaded.size)


@lru_cache(maxsize=64)
def _to_index(geometry: Geometry) -> NDArray[np.float64]:
    """(3, 4): LPS to (i, j, k). Asked for at every frame; a geometry never changes."""
    return np.asarray(np.linalg.inv(geometry.affine)[:3])
