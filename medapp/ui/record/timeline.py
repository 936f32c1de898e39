"""The time line: heads of the lanes, the drawing, and the mouse and keys that move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtWidgets import QScrollBar, QToolTip, QWidget

from medapp.domain.record import StudyReference
from medapp.ui.record.lane_layout import LaneLayout
from medapp.ui.record.timebox import PixelItem, TimeBox, graphics_view
from medapp.ui.record.timeline_heads import Heads
from medapp.ui.record.timeline_paint import AXIS, TimelinePainter, is_crowded
from medapp.ui.record.timeline_titles import Chosen
from medapp.ui.record.words import entries_tip, tip
from medapp.ui.shell.widgets import button, column, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QResizeEvent

    from medapp.domain.record import Entry
    from medapp.ui.record.lanes import Timeline

_REACH_PX = 4.0
_ZOOM = 1.25
_STEP = 0.1
_ABOUT = 0.3


class TimelineView(QWidget):
    """Shows a `Timeline`; tells what the user chose."""

    entrySelected = Signal(object)
    studyRequested = Signal(str)
    undatedRequested = Signal()

    def __init__(self) -> None:
        """Start without a record."""
        super().__init__()
        self.setObjectName("recordTimeline")
        self.setAccessibleName(tr("Time line of the record"))
        self.setAccessibleDescription(
            tr("Arrows move, + and - zoom, Home shows all, Ctrl and arrows choose an entry, Return opens it")
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._entries: Sequence[Entry] = ()
        self._tall: set[str] = set()
        self.painter: TimelinePainter | None = None
        self.box = TimeBox()
        self.view = graphics_view(self.box)
        self.item = PixelItem(self.box, self._paint)
        self.heads = Heads(self)
        self.bar = QScrollBar(Qt.Orientation.Vertical)
        self.undated = button("", self.undatedRequested.emit, tip=tr("List what states no date"))
        self.undated.setProperty("flat", True)
        self.left_out = text_label("", "faint")
        self._lay_out()
        self.box.sigXRangeChanged.connect(self._range_changed)
        self.box.sigResized.connect(self._resized)
        self.box.scrolled.connect(lambda step: self.bar.setValue(self.bar.value() + round(step)))
        self.bar.valueChanged.connect(self._scrolled)
        self.view.scene().sigMouseMoved.connect(self._hover)
        self.view.scene().sigMouseClicked.connect(self._click)

    def set_timeline(self, timeline: Timeline, entries: Sequence[Entry]) -> None:
        """Show the time line of these entries, all of it."""
        self._entries = entries
        font = tabular(self.font())
        font.setPointSizeF(tokens.current().font_small * tokens.current().hidpi_font_scale)
        self.painter = TimelinePainter(timeline, LaneLayout.fit(timeline.lanes, self._room(), self._tall))
        self.painter.font = font
        self.bar.setValue(0)
        self.box.set_reach(timeline.first, timeline.last)
        self._resized()
        self.fit()
        count, out = len(timeline.undated), len(timeline.left_out)
        self.undated.setText(tr("{count} without a date", count=count))
        self.undated.setVisible(bool(count))
        self.left_out.setText(tr("{count} refuted, not done or made in error are not drawn", count=out))
        self.left_out.setVisible(bool(out))

    @property
    def wanted_height(self) -> int:
        """Px in which all lanes can be read without scrolling."""
        lanes = self.painter.timeline.lanes if self.painter else ()
        head: int = self.height() - self.view.height()
        return round(LaneLayout.comfortable(lanes).height) + AXIS + head + 2

    def fit(self) -> None:
        """Show all."""
        if self.painter is not None:
            self.box.show_range(self.painter.timeline.low, self.painter.timeline.high)

    def toggle_tall(self, lane: int) -> None:
        """Give the rows of a lane room for their titles, or take it back."""
        if self.painter is not None:
            self._tall ^= {self.painter.timeline.lanes[lane].name}
            self._resized()

    def select(self, entry: Entry | None) -> None:
        """Mark an entry, and move to it where it is out of view."""
        if self.painter is None:
            return
        self.painter.selected = self._find(entry)
        chosen = self.painter.selected
        if chosen is not None:
            span = self.painter.timeline.lanes[chosen.lane].spans[chosen.mark]
            low, high = self.box.low, self.box.high
            if span[3] < low or span[0] > high:
                start = float(span[0]) - (high - low) * _ABOUT
                self.box.show_range(start, start + high - low)
        self.item.update()

    @property
    def selected(self) -> Entry | None:
        """What is marked."""
        chosen = self.painter.selected if self.painter else None
        return self._entry(chosen) if chosen else None

    # ---- keys -----------------------------------------------------------------------------------------
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move, + and - zoom, Home shows all, Ctrl and arrows go from entry to entry, T: titles."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        key = Qt.Key(event.key())
        actions: dict[Qt.Key, Callable[[], object]] = {
            Qt.Key.Key_Left: lambda: self.go(-1) if control else self.box.move(-_STEP),
            Qt.Key.Key_Right: lambda: self.go(1) if control else self.box.move(_STEP),
            Qt.Key.Key_Up: lambda: self.go(0, -1),
            Qt.Key.Key_Down: lambda: self.go(0, 1),
            Qt.Key.Key_Plus: lambda: self.box.zoom(1 / _ZOOM),
            Qt.Key.Key_Equal: lambda: self.box.zoom(1 / _ZOOM),
            Qt.Key.Key_Minus: lambda: self.box.zoom(_ZOOM),
            Qt.Key.Key_Home: self.fit,
            Qt.Key.Key_T: self._toggle_selected,
            Qt.Key.Key_Return: self._open,
            Qt.Key.Key_Enter: self._open,
        }
        action = actions.get(key)
        if action is None:
            super().keyPressEvent(event)
        else:
            action()

    def go(self, step: int, lanes: int = 0) -> None:
        """Select the next entry of a lane, or the nearest in the next lane."""
        if self.painter is None or not self.painter.timeline.lanes:
            return
        every = self.painter.timeline.lanes
        at = self.painter.selected
        if at is None:
            lane, mark = 0, len(every[0]) - 1
        elif lanes:
            lane = min(max(at.lane + lanes, 0), len(every) - 1)
            time = every[at.lane].spans[at.mark, 0]
            mark = int(abs(every[lane].spans[:, 0] - time).argmin())
        else:
            lane, mark = at.lane, min(max(at.mark + step, 0), len(every[at.lane]) - 1)
        entry = self._entry(Chosen(lane, mark))
        self.select(entry)
        self.entrySelected.emit(entry)

    # ---- mouse ----------------------------------------------------------------------------------------
    def under(self, x: float, y: float) -> list[Chosen]:
        """Marks at a place of the drawing, the nearest first; a title stands for its mark."""
        found = self.painter.layout.at(y + self.painter.offset) if self.painter else None
        if found is None or self.painter is None or y > self.box.height() - AXIS:
            return []
        return self._marks_under(x, *found) or self.painter.titles.at(x, y)

    def _marks_under(self, x: float, index: int, line: int) -> list[Chosen]:
        assert self.painter is not None  # noqa: S101 - asked of a drawing only
        lane = self.painter.timeline.lanes[index]
        count = len(lane.visible(self.box.low, self.box.high))
        whole = is_crowded(lane, count, self.box.width())
        at = self.box.low + x / self.box.second
        marks = lane.at(at, _REACH_PX / self.box.second, None if whole else min(line, lane.row_count - 1))
        return [Chosen(index, mark) for mark in marks]

    def _hover(self, place: QPointF) -> None:
        if self.painter is None or self.box.dragged:
            return
        inside = self.box.mapFromScene(place)
        found = self.under(inside.x(), inside.y())
        first = found[0] if found else None
        if first != self.painter.hovered:
            self.painter.hovered = first
            self.item.update()
            shape = Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor
            self.view.setCursor(shape)
            words = tip(entries_tip([self._entry(one) for one in found]))
            where = self.view.mapToGlobal(self.view.mapFromScene(place))
            QToolTip.showText(where, words, self.view) if words else QToolTip.hideText()

    def _click(self, event: Any) -> None:  # noqa: ANN401 - pyqtgraph's
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        inside = self.box.mapFromScene(event.scenePos())
        found = self.under(inside.x(), inside.y())
        if found:
            event.accept()
            entry = self._entry(found[0])
            self.select(entry)
            self.entrySelected.emit(entry)
            self._open()

    def _toggle_selected(self) -> None:
        chosen = self.painter.selected if self.painter else None
        if chosen is not None:
            self.toggle_tall(chosen.lane)

    def _open(self) -> None:
        entry = self.selected
        if entry is not None and isinstance(entry.content, StudyReference) and entry.content.uid:
            self.studyRequested.emit(entry.content.uid)

    # ---- inside ---------------------------------------------------------------------------------------
    def _entry(self, chosen: Chosen) -> Entry:
        assert self.painter is not None  # noqa: S101 - there is no mark without a time line
        return self._entries[int(self.painter.timeline.lanes[chosen.lane].entries[chosen.mark])]

    def _find(self, entry: Entry | None) -> Chosen | None:
        if entry is None or self.painter is None:
            return None
        for index, lane in enumerate(self.painter.timeline.lanes):
            for mark, at in enumerate(lane.entries.tolist()):
                if self._entries[at] is entry:
                    return Chosen(index, mark)
        return None

    def _paint(self, painter: QPainter, rect: QRectF) -> None:
        if self.painter is not None:
            self.painter.low, self.painter.high = self.box.low, self.box.high
            self.painter.paint(painter, rect)

    def _range_changed(self) -> None:
        if self.painter is None:
            return
        self.painter.titles.forget_places()
        if self.painter.hovered is not None:
            self.painter.hovered = None
            QToolTip.hideText()

    def _room(self) -> float:
        return max(float(self.box.height()) - AXIS, 1.0)

    def _resized(self) -> None:
        if self.painter is None:
            return
        self.painter.layout = LaneLayout.fit(self.painter.timeline.lanes, self._room(), self._tall)
        over = max(0, round(self.painter.layout.height - self._room()))
        self.bar.setRange(0, over)
        self.bar.setPageStep(round(self._room()))
        self.bar.setVisible(over > 0)
        self.heads.update()
        self.item.update()

    def _scrolled(self, value: int) -> None:
        if self.painter is not None:
            self.painter.offset = float(value)
            self.painter.titles.forget_places()
            self.heads.update()
            self.item.update()

    def _lay_out(self) -> None:
        look = tokens.current()
        head = row(gap=look.gap_small)
        head.setContentsMargins(look.gap, look.gap_tiny, look.gap_small, look.gap_tiny)
        head.addWidget(text_label(tr("Time line"), "section"))
        head.addStretch(1)
        head.addWidget(self.left_out)
        head.addWidget(self.undated)
        head.addWidget(icon_button("minus", tr("Zoom out (-)"), lambda: self.box.zoom(_ZOOM)))
        head.addWidget(icon_button("plus", tr("Zoom in (+)"), lambda: self.box.zoom(1 / _ZOOM)))
        head.addWidget(icon_button("fit-to-page-outline", tr("Show all (Home)"), self.fit))
        body = row(gap=0)
        body.addWidget(self.heads)
        body.addWidget(self.view, 1)
        body.addWidget(self.bar)
        outer = column(gap=0)
        outer.addLayout(head)
        outer.addLayout(body, 1)
        self.setLayout(outer)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that keys go here."""
        super().focusInEvent(event)
        self.heads.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that keys go elsewhere."""
        super().focusOutEvent(event)
        self.heads.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing lies under a pointer that has left."""
        super().leaveEvent(event)
        if self.painter is not None:
            self.painter.hovered = None
            self.item.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the lanes anew."""
        super().resizeEvent(event)
        self._resized()
