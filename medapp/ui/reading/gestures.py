"""From the mouse to the model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from medapp.domain.arrays import np
from medapp.ui.reading.measure import NEEDED, Measurement
from medapp.ui.reading.voi import covering_window

if TYPE_CHECKING:
    from medapp.ui.reading.measure import Kind
    from medapp.ui.reading.read_model import ReadModel
    from medapp.ui.reading.viewport_model import ViewportModel
    from medapp.ui.reading.viewstate import ViewState

Button = Literal["left", "middle", "right"]
Point = tuple[float, float]

MEASURING: dict[str, Kind] = {"distance": "distance", "angle": "angle", "roi": "roi", "probe": "probe"}
_DRAG = 4.0
"""Screen pixels after which a press becomes a drag."""
_ZOOM_SPEED = 0.005
_SCROLL_PIXELS = 6.0


@dataclass
class _Press:
    action: str
    start: Point
    last: Point
    before: ViewState
    others: list[tuple[ViewportModel, ViewState]]
    moved: bool = False
    scrolled: int = 0


class Gestures:
    """The mouse of one viewport. Points are screen pixels; `screen` is the size of the viewport."""

    def __init__(self, model: ViewportModel, read: ReadModel) -> None:
        """Act on `model`."""
        self._model = model
        self._read = read
        self._press: _Press | None = None

    @property
    def dragging(self) -> bool:
        """True while a button is down."""
        return self._press is not None

    def press(self, button: Button, point: Point, screen: Point, *, erase: bool = False) -> None:
        """A button has gone down."""
        if self._model.grid is None:
            return
        action = {"left": self._read.tool, "middle": "pan", "right": "zoom"}[button]
        others = self._read.companions(self._model)
        self._press = _Press(action, point, point, self._model.state, others)
        if action == "brush":
            self._read.brush.begin_stroke(erase=erase)
            self._paint(point, screen)
        elif action == "crosshair":
            self._crosshair(point, screen)
        elif action in MEASURING:
            self._measure_press(MEASURING[action], point, screen)

    def move(self, point: Point, screen: Point) -> None:
        """The pointer has moved."""
        press = self._press
        if press is None:
            self._hover(point, screen)
            return
        away = max(abs(point[0] - press.start[0]), abs(point[1] - press.start[1]))
        press.moved = press.moved or away > _DRAG
        actions = {
            "window": self._drag_window,
            "pan": self._drag_pan,
            "zoom": self._drag_zoom,
            "scroll": self._drag_scroll,
            "brush": self._paint,
            "crosshair": self._crosshair,
            "distance": self._measure_drag,
            "roi": self._measure_drag,
            "angle": self._hover,
            "probe": self._measure_drag,
        }
        if press.moved or press.action == "brush":
            actions[press.action](point, screen)
        press.last = point

    def release(self, point: Point, screen: Point) -> bool:
        """The button has gone up; True where it was a click and not a drag."""
        press, self._press = self._press, None
        if press is None:
            return False
        if press.action in {"window", "pan", "zoom"}:
            self._read.commit(self._model, press.action, press.before, press.others)
        elif press.action == "brush":
            self._read.brush.end_stroke()
        elif press.action in MEASURING:
            self._measure_release(point, screen, moved=press.moved)
        return not press.moved

    def wheel(self, steps: float, point: Point, screen: Point, *, ten: bool, zoom: bool) -> None:
        """The wheel was turned; up is positive and goes back."""
        if zoom:
            before = self._model.state
            self._model.zoom(1.15**steps, point, screen)
            self._read.commit(self._model, "zoom", before)
            return
        whole = round(-steps) or (-1 if steps > 0 else 1)
        self._read.scroll(self._model, whole * (10 if ten else 1))

    def cancel(self) -> None:
        """Drop what is being drawn."""
        self._press = None
        self._read.brush.end_stroke()
        self._read.measurements.set_draft(None)

    # ---- views ----------------------------------------------------------------------------------------
    def _drag_window(self, point: Point, screen: Point) -> None:
        del screen
        press = self._press
        if press is None or self._model.volume.is_color:
            return
        start = press.before.window or covering_window(self._model.volume)
        self._model.drag_window(start, point[0] - press.start[0], press.start[1] - point[1])
        self._read.share_window(self._model)

    def _drag_pan(self, point: Point, screen: Point) -> None:
        place = self._model.placement(screen)
        if self._press is None or place is None:
            return
        last, state = self._press.last, self._model.state
        pan = tuple(state.pan[n] + (point[n] - last[n]) / place.scale for n in (0, 1))
        self._model.set_state(replace(state, pan=(pan[0], pan[1])))

    def _drag_zoom(self, point: Point, screen: Point) -> None:
        if self._press is not None:
            factor = float(np.exp((self._press.last[1] - point[1]) * _ZOOM_SPEED))
            self._model.zoom(factor, self._press.start, screen)

    def _drag_scroll(self, point: Point, screen: Point) -> None:
        del screen
        press = self._press
        if press is None:
            return
        wanted = int((point[1] - press.start[1]) / _SCROLL_PIXELS)
        if wanted != press.scrolled:
            self._read.scroll(self._model, wanted - press.scrolled)
            press.scrolled = wanted

    def _crosshair(self, point: Point, screen: Point) -> None:
        place = self._model.placement(screen)
        lps = None if place is None else self._model.to_lps(*place.to_plane(*point))
        if lps is None:
            return
        self._read.set_crosshair(self._model, lps)

    def _paint(self, point: Point, screen: Point) -> None:
        place = self._model.placement(screen)
        if place is not None:
            self._read.brush.paint(self._model, *place.to_plane(*point))

    # ---- measuring ------------------------------------------------------------------------------------
    def _plane_point(self, point: Point, screen: Point) -> Point | None:
        place = self._model.placement(screen)
        return None if place is None else place.to_plane(*point)

    def _measure_press(self, kind: Kind, point: Point, screen: Point) -> None:
        place, state = self._plane_point(point, screen), self._model.state
        if place is None:
            return
        draft = self._read.measurements.draft
        if draft is not None and draft.kind == kind == "angle" and self._is_here(draft):
            fixed = (*draft.points[:-1], place)
            if len(fixed) == NEEDED[kind]:
                self._read.measurements.set_draft(None)
                self._read.measurements.add(replace(draft, points=fixed))
            else:
                self._read.measurements.set_draft(replace(draft, points=(*fixed, place)))
            self._press = None
            return
        points = (place,) if kind == "probe" else (place, place)
        self._read.measurements.set_draft(
            Measurement(kind, self._model.key, state.plane, state.index, points)
        )

    def _is_here(self, draft: Measurement) -> bool:
        state = self._model.state
        return (draft.series_key, draft.plane, draft.index) == (self._model.key, state.plane, state.index)

    def _measure_drag(self, point: Point, screen: Point) -> None:
        draft, place = self._read.measurements.draft, self._plane_point(point, screen)
        if draft is not None and place is not None:
            self._read.measurements.set_draft(replace(draft, points=(*draft.points[:-1], place)))

    def _hover(self, point: Point, screen: Point) -> None:
        draft = self._read.measurements.draft
        if draft is not None and draft.kind == "angle" and self._is_here(draft):
            self._measure_drag(point, screen)

    def _measure_release(self, point: Point, screen: Point, *, moved: bool) -> None:
        del point, screen
        draft = self._read.measurements.draft
        if draft is None or draft.kind == "angle":
            # An angle goes on with the next click; dragging its first leg counts as the second point.
            if draft is not None and moved and len(draft.points) == 2:  # noqa: PLR2004
                self._read.measurements.set_draft(replace(draft, points=(*draft.points, draft.points[-1])))
            return
        self._read.measurements.set_draft(None)
        if moved or draft.kind == "probe":
            self._read.measurements.add(draft)
