"""The Read workspace without its widgets: viewports, arrangement, links, tools, undo."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from medapp.domain.arrays import np
from medapp.ui.reading.brush import BrushModel
from medapp.ui.reading.events import Event
from medapp.ui.reading.layouts import Layout, layout
from medapp.ui.reading.measure import MeasurementModel
from medapp.ui.reading.overlay import OverlayModel
from medapp.ui.reading.undo import Command, UndoStack
from medapp.ui.reading.viewport_model import DEFAULT_SLAB_MM, ViewportModel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.domain.patient import Series
    from medapp.domain.segmentation import Segmentation
    from medapp.ui.reading.planes import PlaneGrid
    from medapp.ui.reading.reslice import Load
    from medapp.ui.reading.viewstate import ViewState

DEFAULT_TOOL = "window"


class Links:
    """What linked viewports share."""

    def __init__(self) -> None:
        """Crosshair and slice are shared at first, the window by choice."""
        self.crosshair = True
        self.scroll = True
        self.window = False


class ReadModel:
    """All that the Read workspace knows."""

    def __init__(self) -> None:
        """Start with one empty viewport."""
        self.layout_changed = Event()
        self.active_changed = Event()
        self.tool_changed = Event()
        self.refused = Event()
        """Called with a sentence when something cannot be done."""
        self.undo_stack = UndoStack()
        self.overlay = OverlayModel()
        self.measurements = MeasurementModel(self.undo_stack)
        self.brush = BrushModel(self.overlay, self.undo_stack)
        self.links = Links()
        self.tool = DEFAULT_TOOL
        self.layout: Layout = layout("1x1")
        self.viewports: list[ViewportModel] = [ViewportModel()]
        self.active_index = 0
        self.maximized: int | None = None
        self.crosshair: NDArray[np.float64] | None = None
        self._crosshair_frame = ""
        self._crosshair_key = ""
        self.key_images: set[tuple[str, int]] = set()
        self._spreading = False
        self.overlay.changed.connect(self._redraw_labels)
        self.brush.painted.connect(self._redraw_labels)
        self.measurements.changed.connect(self.redraw)

    # ---- series and arrangement -----------------------------------------------------------------------
    @property
    def active(self) -> ViewportModel:
        """The viewport that keys and the thumbnail strip act on."""
        return self.viewports[self.active_index]

    def set_active(self, index: int) -> None:
        """Make a viewport the active one."""
        if 0 <= index < len(self.viewports) and index != self.active_index:
            self.active_index = index
            self.active_changed.emit()

    def show_series(self, series: Series, load: Load) -> None:
        """Show a series in the active viewport, in all of them where the arrangement is linked (MPR)."""
        targets = self.viewports if self.layout.linked else [self.active]
        for viewport in targets:
            viewport.show(series, load)
        self.crosshair = None
        if self.layout.linked:
            self._center_crosshair()
        self.active_changed.emit()

    def slice_loaded(self, key: str, k: int) -> None:
        """A slice of a series has been read."""
        for viewport in self.viewports:
            if viewport.key == key:
                viewport.slice_loaded(k)

    def set_layout(self, name: str) -> None:
        """Arrange the viewports; the series of the active one stays where it was.

        Raises:
            ValueError: Where `name` is no arrangement.
        """
        wanted = layout(name)
        current = self.active
        series, load = current.series, current.load
        self.layout, self.maximized = wanted, None
        count = len(wanted.cells)
        kept = [v for v in self.viewports if v is not current]
        self.viewports = [current, *kept][:count]
        while len(self.viewports) < count:
            self.viewports.append(ViewportModel())
        self.active_index = 0
        for viewport, cell in zip(self.viewports, wanted.cells, strict=True):
            viewport.set_plane(cell.plane, DEFAULT_SLAB_MM if cell.slab else 0.0)
            if wanted.linked and series is not None and load is not None and viewport.load is not load:
                viewport.show(series, load)
        if wanted.linked:
            self.share_window(current)
            self._center_crosshair()
        self.layout_changed.emit()
        self.active_changed.emit()

    def toggle_maximized(self, index: int) -> None:
        """Show one viewport alone, and all of them again."""
        self.maximized = None if self.maximized is not None else index
        self.set_active(index)
        self.layout_changed.emit()

    def clear(self) -> None:
        """Show nothing: another patient comes."""
        for viewport in self.viewports:
            viewport.clear()
        self.overlay.set_segmentation(None)
        self.measurements.clear()
        self.brush.stop()
        self.undo_stack.clear()
        self.key_images.clear()
        self.crosshair = None
        self._crosshair_frame = self._crosshair_key = ""
        self.active_changed.emit()

    def set_segmentation(self, segmentation: Segmentation | None) -> None:
        """Lay labels over the series that they belong to."""
        self.brush.stop()
        self.overlay.set_segmentation(segmentation)

    def set_tool(self, tool: str) -> None:
        """Choose what the left button does."""
        if tool != "brush" and self.brush.active:
            self.brush.stop()
        self.tool = tool
        self.tool_changed.emit()

    # ---- linked changes -------------------------------------------------------------------------------
    def scroll(self, viewport: ViewportModel, slices: int) -> None:
        """Scroll a viewport and those linked to it."""
        viewport.scroll(slices)
        self.follow(viewport)

    def go_to_slice(self, viewport: ViewportModel, index: int) -> None:
        """Show a slice of a viewport, and the same place in those linked to it."""
        viewport.set_state(replace(viewport.state, index=index))
        self.follow(viewport)

    def follow(self, viewport: ViewportModel) -> None:
        """Bring linked viewports and the crosshair to the slice that `viewport` has just come to."""
        point = self._on_slice(viewport)
        if point is None or not (self.links.scroll or self.links.crosshair):
            return
        self._place_crosshair(viewport, point)
        for other in self._linked(viewport):
            if self.links.scroll and self._parallel(viewport, other):
                other.go_to(point)
            else:
                other.changed.emit()

    def set_crosshair(self, viewport: ViewportModel, lps: NDArray[np.float64]) -> None:
        """Put the crosshair at a patient point and show it in every linked viewport."""
        self._place_crosshair(viewport, lps)
        for other in (viewport, *self._linked(viewport)):
            if not other.go_to(lps):
                other.changed.emit()
        self.redraw()

    def go_to(self, lps: NDArray[np.float64]) -> bool:
        """Show a patient point in the active viewport and its linked ones; False where it lies outside."""
        found = self.active.contains(lps) and self.active.go_to(lps)
        if found:
            self.set_crosshair(self.active, lps)
        return found

    def go_to_label(self, value: int) -> bool:
        """Show the middle of a label."""
        from medapp.ui.reading.measure import label_center

        segmentation = self.overlay.segmentation
        point = None if segmentation is None else label_center(segmentation, value)
        return point is not None and self.go_to(point)

    def _on_slice(self, viewport: ViewportModel) -> NDArray[np.float64] | None:
        """The crosshair moved onto the slice that is shown, or the middle of that slice."""
        if self.crosshair is not None and self.shares_crosshair(viewport):
            place = viewport.from_lps(self.crosshair)
            if place is not None:
                return viewport.to_lps(place[0], place[1])
        return viewport.center_lps()

    def _center_crosshair(self) -> None:
        point = self.viewports[0].center_lps()
        if point is not None:
            self._place_crosshair(self.viewports[0], point)

    def _place_crosshair(self, viewport: ViewportModel, lps: NDArray[np.float64]) -> None:
        self.crosshair = lps
        self._crosshair_frame, self._crosshair_key = viewport.frame_of_reference, viewport.key

    def shares_crosshair(self, viewport: ViewportModel) -> bool:
        """True where the crosshair's point means the same place in this viewport."""
        same_frame = bool(self._crosshair_frame) and self._crosshair_frame == viewport.frame_of_reference
        return same_frame or (bool(self._crosshair_key) and self._crosshair_key == viewport.key)

    def _linked(self, viewport: ViewportModel) -> list[ViewportModel]:
        return [v for v in self.viewports if v is not viewport and self.are_linked(v, viewport)]

    @staticmethod
    def are_linked(one: ViewportModel, other: ViewportModel) -> bool:
        """True for viewports of one series, or of one frame of reference."""
        if one.load is None or other.load is None:
            return False
        same_frame = bool(one.frame_of_reference) and one.frame_of_reference == other.frame_of_reference
        return one.key == other.key or same_frame

    @staticmethod
    def _parallel(one: ViewportModel, other: ViewportModel) -> bool:
        mine, theirs = one.grid, other.grid
        if mine is None or theirs is None:
            return False
        return _are_parallel(one.volume.geometry, mine, other.volume.geometry, theirs)

    # ---- changes with undo ----------------------------------------------------------------------------
    def change(self, viewport: ViewportModel, title: str, state: ViewState) -> None:
        """Change a viewport so that it can be undone."""
        before = viewport.state
        viewport.set_state(state)
        self.commit(viewport, title, before)

    def companions(self, viewport: ViewportModel) -> list[tuple[ViewportModel, ViewState]]:
        """Viewports that are shown through the window of `viewport`, and how they look now.

        All panes of one series' MPR are; linked viewports whose values have the same unit are by choice.
        """
        one_series = [v for v in self._linked(viewport) if self.layout.linked and v.key == viewport.key]
        chosen = [v for v in self._linked(viewport) if self.links.window and v not in one_series]
        alike = [v for v in chosen if v.volume.unit == viewport.volume.unit]
        return [(v, v.state) for v in (*one_series, *alike)]

    def share_window(self, viewport: ViewportModel) -> None:
        """Show the companions of a viewport through its window."""
        for other, _ in self.companions(viewport):
            other.take_window(viewport)

    def commit(
        self,
        viewport: ViewportModel,
        title: str,
        before: ViewState,
        others: Sequence[tuple[ViewportModel, ViewState]] | None = None,
    ) -> None:
        """Make undoable what has been changed since `before`, with the window of the companions.

        Args:
            viewport: What was changed.
            title: Of the step of undo.
            before: Its state before the change.
            others: Its companions before the change, where they have followed it already.
        """
        after = viewport.state
        if after == before:
            return
        old = self.companions(viewport) if others is None else others
        if (after.window, after.preset) != (before.window, before.preset):
            self.share_window(viewport)
        changes = [(viewport, before, after), *((v, state, v.state) for v, state in old if v.state != state)]
        undo = _restore([(v, old) for v, old, _ in changes])
        redo = _restore([(v, new) for v, _, new in changes])
        self.undo_stack.push(Command(title, undo, redo))

    def redraw(self) -> None:
        """Draw every viewport again."""
        for viewport in self.viewports:
            viewport.changed.emit()

    def _redraw_labels(self) -> None:
        for viewport in self.viewports:
            viewport.invalidate()


@lru_cache(maxsize=256)
def _are_parallel(one: Geometry, mine: PlaneGrid, other: Geometry, theirs: PlaneGrid) -> bool:
    """Asked for at every step of every linked viewport; geometries and planes never change."""
    normals = _normal(one, mine), _normal(other, theirs)
    size = float(np.linalg.norm(normals[0]) * np.linalg.norm(normals[1]))
    return abs(float(normals[0] @ normals[1])) > 0.9 * size


def _normal(geometry: Geometry, grid: PlaneGrid) -> NDArray[np.float64]:
    """Perpendicular to a plane, in the patient."""
    axes = geometry.affine[:3, :3]
    return np.cross(axes @ grid.right, axes @ grid.down)


def _restore(states: list[tuple[ViewportModel, ViewState]]) -> Callable[[], None]:
    def restore() -> None:
        for viewport, state in states:
            # What is shown is not part of what is undone: taking back a window must not lose one's place,
            # nor bring back the plane of another arrangement.
            now = viewport.state
            viewport.set_state(replace(state, plane=now.plane, index=now.index, slab_mm=now.slab_mm))

    return restore
