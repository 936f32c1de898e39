"""Drawing of the time line: every lane in a few calls, bars and marks where there is room, else how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QLinearGradient,
    QPen,
    QPolygonF,
)

from medapp.ui.record.lane_layout import PAD
from medapp.ui.record.lanes import density
from medapp.ui.record.ticks import time_ticks, without_overlap
from medapp.ui.record.timeline_titles import MARK, Chosen, Titles
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    import numpy.typing as npt
    from PySide6.QtGui import QPainter

    from medapp.ui.record.lane_layout import Band, LaneLayout
    from medapp.ui.record.lanes import Lane, Timeline

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

AXIS = 22
_COLOR = {
    "imaging": 1,
    "problems": 0,
    "allergies": 5,
    "medicines": 2,
    "labs": 7,
    "procedures": 6,
    "encounters": 4,
    "notes": 3,
}
_MOMENTS = {"imaging", "labs", "procedures", "encounters", "notes"}
_BIN = 3.0
_CROWDED = 4.0
_MOST_BARS = 2500
_MOST_LABELS = 140
_FADE = 26.0
_ARROW = 6.0
_LOG = float(np.log1p(60.0))
_FAR = 64.0
_LABEL_ROW, _GAP = 11.0, 8.0


def lane_color(name: str) -> QColor:
    """The colour of a lane."""
    return QColor(tokens.LABEL_COLORS[_COLOR[name]])


def is_crowded(lane: Lane, count: int, width: float) -> bool:
    """Whether `count` marks of a lane on `width` px are drawn as how many there are."""
    return count > (width / _CROWDED if lane.name in _MOMENTS else _MOST_BARS)


class TimelinePainter:
    """Draws a time line into px; knows nothing of widgets."""

    def __init__(self, timeline: Timeline, layout: LaneLayout) -> None:
        """Draw this one."""
        self.timeline, self.layout = timeline, layout
        self.low, self.high = timeline.low, timeline.high
        self.offset = 0.0
        self.selected: Chosen | None = None
        self.hovered: Chosen | None = None
        self.font = QFont()
        self.titles = Titles(timeline.lanes)

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw all that is in view, `rect` being the whole with the axis below."""
        look = tokens.current()
        second = rect.width() / max(self.high - self.low, 1e-9)
        painter.setFont(self.font)
        self.titles.begin(self.font, rect.width())
        lanes = QRectF(0, 0, rect.width(), rect.height() - AXIS)
        self._axis(painter, rect, second)
        painter.save()
        painter.setClipRect(lanes)
        for index, (lane, band) in enumerate(zip(self.timeline.lanes, self.layout.bands, strict=True)):
            top = band.top - self.offset
            if top > lanes.height() or top + band.height < 0:
                continue
            painter.setPen(QColor(look.border))
            painter.drawLine(QLineF(0, top + band.height - 0.5, rect.width(), top + band.height - 0.5))
            self._lane(painter, index, lane, band._replace(top=top), rect.width())
        painter.restore()

    # ---- parts ----------------------------------------------------------------------------------------
    def _axis(self, painter: QPainter, rect: QRectF, second: float) -> None:
        look = tokens.current()
        base = rect.height() - AXIS
        fine: list[QLineF] = []
        strong: list[QLineF] = []
        ticks = time_ticks(self.low, self.high, rect.width())
        for tick in ticks:
            x = (tick.at - self.low) * second
            (strong if tick.major else fine).append(QLineF(x, 0, x, base))
        painter.setPen(QColor(look.raised))
        painter.drawLines(fine)
        painter.setPen(QColor(look.border))
        painter.drawLines(strong)
        painter.drawLine(QLineF(0, base, rect.width(), base))
        painter.setPen(QColor(look.text_dim))
        last = (self.timeline.now - self.low) * second
        seen = 0 <= last <= rect.width()
        word = tr("died") if self.timeline.died else tr("today")
        labels = [(self._below((tick.at - self.low) * second, rect), tick) for tick in ticks]
        taken = [_extent_of(painter, self._below(last, rect), word)] if seen else []
        wanted = [(*_extent_of(painter, place, tick.text), tick.major) for place, tick in labels]
        for at in without_overlap(wanted, _GAP, taken):
            place, tick = labels[at]
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tick.text)
        if seen:
            painter.setPen(QPen(QColor(look.text_faint), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QLineF(last, 0, last, base))
            painter.setPen(QColor(look.text))
            painter.drawText(self._below(last, rect), Qt.AlignmentFlag.AlignCenter, word)

    @staticmethod
    def _below(x: float, rect: QRectF) -> QRectF:
        """Room for a word of the axis: beside the middle rather than cut by an edge."""
        left = min(max(x - 50, -14), rect.width() - 86)
        return QRectF(left, rect.height() - AXIS, 100, AXIS)

    def _lane(self, painter: QPainter, index: int, lane: Lane, band: Band, width: float) -> None:
        visible = lane.visible(self.low, self.high)
        if not len(visible):
            return
        if is_crowded(lane, len(visible), width):
            self._crowd(painter, lane, band, visible, width)
        else:
            x = self._px(lane, visible, width)
            self._bars(painter, lane, band, visible, x)
            if band.row >= _LABEL_ROW and len(visible) <= _MOST_LABELS:
                self.titles.draw(painter, index, band, visible, x)
        self._outline(painter, index, lane, band, width)

    def _px(self, lane: Lane, which: Ints, width: float) -> Floats:
        second = width / max(self.high - self.low, 1e-9)
        found: Floats = np.clip((lane.spans[which] - self.low) * second, -_FAR, width + _FAR)
        return found

    def _crowd(self, painter: QPainter, lane: Lane, band: Band, visible: Ints, width: float) -> None:
        """How many there are in every few px; those outside of what is usual from below."""
        second = width / max(self.high - self.low, 1e-9)
        bottom, most = band.top + band.height - PAD, band.height - 2 * PAD
        color = lane_color(lane.name)
        color.setAlpha(170)
        outside = QColor(tokens.current().warning)
        for which, fill in ((visible, color), (visible[lane.flags[visible]], outside)):
            if not len(which):
                continue
            starts, counts = density(lane.spans[which, 0], self.low, _BIN / second)
            x = (starts - self.low) * second
            heights = np.maximum(np.minimum(np.log1p(counts) / _LOG, 1.0) * most, 1.5)
            rects = [
                QRectF(at, bottom - tall, _BIN, tall)
                for at, tall in zip(x.tolist(), heights.tolist(), strict=True)
            ]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRects(rects)

    def _bars(self, painter: QPainter, lane: Lane, band: Band, visible: Ints, x: Floats) -> None:
        solid: list[QRectF] = []
        light: list[QRectF] = []
        outside: list[QRectF] = []
        moments: list[QRectF] = []
        y: Floats = band.top + PAD + lane.rows[visible].astype(np.float64) * band.row
        tall = max(band.row - 2, 2.0)
        flags, faint = lane.flags[visible], lane.faint[visible]
        for at, (first, begun, ending, last) in enumerate(x.tolist()):
            top = float(y[at]) + 1
            if last - first < MARK:
                place = QRectF((first + last - MARK) / 2, top, MARK, tall)
                (outside if flags[at] else light if faint[at] else moments).append(place)
                continue
            whole = QRectF(first, top, last - first, tall)
            if faint[at] or ending <= begun:
                (outside if flags[at] else light).append(whole)
                continue
            core = QRectF(begun, top, ending - begun, tall)
            (outside if flags[at] else solid).append(core)
            if begun - first > 1 or last - ending > 1:
                light.append(whole)
        self._fill(painter, lane.name, (light, 85), (solid, 135), (moments, 230))
        if outside:
            painter.setBrush(QColor(tokens.current().warning))
            painter.drawRects(outside)
        self._ends(painter, lane, visible, x, y + 1, tall)

    @staticmethod
    def _fill(painter: QPainter, name: str, *parts: tuple[list[QRectF], int]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for rects, alpha in parts:
            if rects:
                color = lane_color(name)
                color.setAlpha(alpha)
                painter.setBrush(color)
                painter.drawRects(rects)

    @staticmethod
    def _ends(painter: QPainter, lane: Lane, visible: Ints, x: Floats, y: Floats, tall: float) -> None:
        """Arrows where something goes on; what began or ended at an unknown time fades out."""
        color = lane_color(lane.name)
        clear = QColor(color)
        color.setAlpha(125)
        clear.setAlpha(0)
        for at in np.flatnonzero(lane.open_end[visible]):
            right, top = float(x[at, 3]), float(y[at])
            painter.setBrush(color)
            tip = QPointF(right + _ARROW, top + tall / 2)
            painter.drawPolygon(QPolygonF([QPointF(right, top), tip, QPointF(right, top + tall)]))
        for ends, column, way in ((lane.ended, 3, 1.0), (lane.open_start, 0, -1.0)):
            for at in np.flatnonzero(ends[visible]):
                from_, top = float(x[at, column]), float(y[at])
                gradient = QLinearGradient(QPointF(from_, 0), QPointF(from_ + way * _FADE, 0))
                gradient.setColorAt(0, color)
                gradient.setColorAt(1, clear)
                painter.setBrush(gradient)
                painter.drawRect(QRectF(min(from_, from_ + way * _FADE), top, _FADE, tall))

    def _outline(self, painter: QPainter, index: int, lane: Lane, band: Band, width: float) -> None:
        look = tokens.current()
        for chosen, color in ((self.hovered, look.text_dim), (self.selected, look.accent_hover)):
            if chosen is None or chosen.lane != index:
                continue
            x = self._px(lane, np.array([chosen.mark]), width)[0]
            left, right = float(x[0]), float(x[3])
            if right - left < MARK:
                left = (left + right - MARK) / 2
                right = left + MARK
            top = band.top + PAD + float(lane.rows[chosen.mark]) * band.row
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(color), 2 if chosen is self.selected else 1))
            painter.drawRect(QRectF(left - 2, top - 1, right - left + 4, max(band.row - 2, 2.0) + 3))


def _extent_of(painter: QPainter, place: QRectF, text: str) -> tuple[float, float]:
    """Where a word begins and ends that is drawn in the middle of a place."""
    half = painter.fontMetrics().horizontalAdvance(text) / 2
    return place.center().x() - half, place.center().x() + half
