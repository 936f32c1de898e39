"""Drawing of a trend: the range that is usual as a band, the line, and marks by what a value's flag says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPen, QPolygonF

from medapp.ui.record.ticks import number_ticks, tick_texts, time_ticks
from medapp.ui.style import tokens

if TYPE_CHECKING:
    import numpy.typing as npt
    from PySide6.QtGui import QPainter

    from medapp.ui.record.labs import Series

    Floats = npt.NDArray[np.float64]

AXIS = 22.0
SCALE = 60.0
_TOP = 8.0
_SIZE = 4.5
_MARGIN = 0.08
_NEAR = 3.0
_MOST_PLAIN = 600
_SHAPES = {
    "high": ((0, -1.2), (1.1, 0.8), (-1.1, 0.8)),
    "low": ((0, 1.2), (1.1, -0.8), (-1.1, -0.8)),
    "abnormal": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
}
_SHAPE_OF = {"very-high": "high", "very-low": "low", "critical": "abnormal"}


class TrendPainter:
    """Draws one series into px; knows nothing of widgets."""

    def __init__(self, series: Series) -> None:
        """Draw this one."""
        self.series = series
        self.numbers = series.numbers
        self.ends = np.array([point.span.last for point in series.points if point.span], dtype=np.float64)
        self.states = tuple(point.state for point in series.points)
        self.bounds = usual_segments(series)
        self.bottom, self.top = y_range(self.numbers[:, 1], self.bounds)
        self.low, self.high = x_range(self.numbers[:, 0])
        self.hovered: int | None = None
        self.selected: int | None = None
        self.font = QFont()

    def place(self, rect: QRectF) -> Floats:
        """(n, 2): where each point is drawn."""
        left, width = SCALE, max(rect.width() - SCALE, 1.0)
        tall = max(rect.height() - AXIS - _TOP, 1.0)
        x = left + (self.numbers[:, 0] - self.low) * width / max(self.high - self.low, 1e-9)
        y = _TOP + (self.top - self.numbers[:, 1]) * tall / (self.top - self.bottom)
        return np.column_stack((x, y))

    def nearest(self, rect: QRectF, x: float, y: float, reach: float = 8.0) -> int | None:
        """The point at a place; None where there is none within `reach` px."""
        if not len(self.numbers):
            return None
        away = np.hypot(*(self.place(rect) - (x, y)).T)
        at = int(away.argmin())
        return at if away[at] <= reach else None

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Draw all."""
        painter.setFont(self.font)
        area = QRectF(SCALE, 0, rect.width() - SCALE, rect.height() - AXIS)
        painter.save()
        painter.setClipRect(area)
        self._band(painter, rect)
        painter.restore()
        self._axes(painter, rect)
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        self._points(painter, self.place(rect), area)
        painter.restore()

    def _y(self, value: float, rect: QRectF) -> float:
        tall = max(rect.height() - AXIS - _TOP, 1.0)
        return _TOP + (self.top - value) * tall / (self.top - self.bottom)

    def _x(self, time: float, rect: QRectF) -> float:
        width = max(rect.width() - SCALE, 1.0)
        return SCALE + (time - self.low) * width / max(self.high - self.low, 1e-9)

    def _band(self, painter: QPainter, rect: QRectF) -> None:
        look = tokens.current()
        base = rect.height() - AXIS
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.success_surface))
        for start, end, low, high in self.bounds:
            left, right = self._x(start, rect), rect.width() if end is None else self._x(end, rect)
            top = 0.0 if high is None else self._y(high, rect)
            bottom = base if low is None else self._y(low, rect)
            painter.drawRect(QRectF(left, top, right - left, bottom - top))

    def _axes(self, painter: QPainter, rect: QRectF) -> None:
        look = tokens.current()
        base = rect.height() - AXIS
        ticks = number_ticks(self.bottom, self.top, 4)
        for value, words in zip(ticks, tick_texts(ticks), strict=True):
            y = self._y(value, rect)
            if not _TOP <= y <= base:
                continue
            painter.setPen(QColor(look.border))
            painter.drawLine(QLineF(SCALE, y, rect.width(), y))
            painter.setPen(QColor(look.text_dim))
            place = QRectF(0, y - 10, SCALE - 6, 20)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        for tick in time_ticks(self.low, self.high, rect.width() - SCALE):
            x = self._x(tick.at, rect)
            painter.setPen(QColor(look.border if tick.major else look.raised))
            painter.drawLine(QLineF(x, 0, x, base))
            painter.setPen(QColor(look.text_dim))
            if SCALE + 30 < x < rect.width() - 20:
                painter.drawText(QRectF(x - 50, base, 100, AXIS), Qt.AlignmentFlag.AlignCenter, tick.text)
        painter.setPen(QColor(look.border_strong))
        painter.drawLine(QLineF(SCALE, base, rect.width(), base))

    def _points(self, painter: QPainter, places: Floats, area: QRectF) -> None:
        look = tokens.current()
        crowded = len(places) > area.width() / 3
        painter.setPen(QPen(QColor(look.border_strong if crowded else look.text_dim), 1.3))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in places.tolist()]))
        self._doubt(painter, places, area)
        inside = np.flatnonzero((places[:, 0] >= area.left() - 9) & (places[:, 0] <= area.right() + 9))
        for at in inside.tolist():
            state = self.states[at]
            if state in {"", "normal"} and len(inside) > _MOST_PLAIN:
                continue
            self._mark(painter, QPointF(*places[at].tolist()), state, at)
        for chosen, color in ((self.hovered, look.text), (self.selected, look.accent_hover)):
            if chosen is not None and chosen < len(places):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(color), 1.5))
                painter.drawEllipse(QPointF(*places[chosen].tolist()), _SIZE + 4, _SIZE + 4)

    def _doubt(self, painter: QPainter, places: Floats, area: QRectF) -> None:
        """A thin line as long as a date is uncertain: a year that is known without its months."""
        second = area.width() / max(self.high - self.low, 1e-9)
        lengths = (self.ends - self.numbers[:, 0]) * second
        painter.setPen(QPen(QColor(tokens.current().border_strong), 1.3))
        for at in np.flatnonzero(lengths > 2 * _SIZE).tolist():
            x, y = places[at].tolist()
            painter.drawLine(QLineF(x, y, min(x + float(lengths[at]), area.right()), y))

    def _mark(self, painter: QPainter, at: QPointF, state: str, index: int) -> None:
        """Up and down for high and low, a diamond for abnormal; hollow where the number is a bound only."""
        look = tokens.current()
        shape = _SHAPES.get(_SHAPE_OF.get(state, state))
        color = QColor(look.error if state in _SHAPE_OF else look.warning if shape else look.accent)
        bound = bool(self.series.points[index].comparator)
        painter.setPen(QPen(color, 1.3))
        painter.setBrush(QColor(look.surface) if bound else color)
        if shape is None:
            painter.drawEllipse(at, _SIZE - 1, _SIZE - 1)
        else:
            corners = [QPointF(at.x() + x * _SIZE, at.y() + y * _SIZE) for x, y in shape]
            painter.drawPolygon(QPolygonF(corners))


def usual_segments(series: Series) -> list[tuple[float, float | None, float | None, float | None]]:
    """(from, to, low, high) of every time in which the stated range stays the same; the last has no end."""
    found: list[tuple[float, float | None, float | None, float | None]] = []
    now: tuple[float | None, float | None] | None = None
    for point in series.points:
        if point.span is None:
            continue
        sides = (point.low, point.high)
        if sides == now:
            continue
        if found and found[-1][1] is None:
            found[-1] = (found[-1][0], point.span.first, *found[-1][2:])
        if sides != (None, None):
            found.append((point.span.first, None, *sides))
        now = sides
    return found


def y_range(
    values: Floats, segments: list[tuple[float, float | None, float | None, float | None]]
) -> tuple[float, float]:
    """Lowest and highest number that is shown: all values, and the usual range where it is not far off."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    size = high - low or abs(high) or 1.0
    for *_, under, over in segments:
        if under is not None and low - under <= _NEAR * size:
            low, high = min(low, under), max(high, under)
        if over is not None and over - high <= _NEAR * size:
            low, high = min(low, over), max(high, over)
    margin = (high - low) * _MARGIN or abs(high) * _MARGIN or 1.0
    return low - margin, high + margin


def x_range(times: Floats) -> tuple[float, float]:
    """First and last moment that is shown."""
    if not len(times):
        return 0.0, 1.0
    low, high = float(times.min()), float(times.max())
    margin = max((high - low) * _MARGIN / 2, 86400.0)
    return low - margin, high + margin
