"""Charts of a result, drawn with pyqtgraph in the colours of the look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QFontMetricsF

from medapp.ui.style import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent

    from medapp.domain.finding import Chart, Trace

_HEIGHT = 76 * tokens.GRID
_CLOUD = 6
_MARK = 10
_HERE = 16
_LINE = 6 * tokens.GRID
_FRAME = 34 * tokens.GRID
_COLUMNS = 3
_LEFT = 16 * tokens.GRID
"""Px of the axis at the left."""
_BELOW = 4
"""Row of a plot's layout: title, axis, curves and axis are those above."""


def names_of(chart: Chart) -> tuple[str, ...]:
    """Names of all points of a chart of bars, the highest of the first bars on top; empty for others.

    Where several series have the same names they stand in the order of the first; a point that has a name
    of its own, such as that of all together, comes last.
    """
    bars = next((one for one in chart.traces if one.style == "bars" and one.labels), None)
    if bars is None or not all(len(one.labels) == len(one.x) for one in chart.traces):
        return ()
    falling = sorted(zip(bars.y, bars.labels, strict=True), key=lambda one: -one[0])
    return tuple(
        dict.fromkeys([name for _, name in falling] + [x for one in chart.traces for x in one.labels])
    )


class ChartView(pg.PlotWidget):
    """One chart; it cannot be moved out of sight by accident: a double click shows all again.

    What each line is stands below the axis, where it covers nothing. Bars with names lie on their side, so
    that the names can be read, the largest on top.
    """

    def __init__(self, chart: Chart) -> None:
        """Draw `chart`."""
        look = tokens.current()
        self._key: pg.LegendItem | None = None
        self._key_width, self._shown_title = 0.0, chart.title
        self.chart = chart
        super().__init__(background=look.surface)
        self._names = names_of(chart)
        self.setFixedHeight(_FRAME + len(self._names) * _LINE if self._names else _HEIGHT)
        self.setAccessibleName(chart.title)
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        self._set_title(chart.title)
        bottom, left = (chart.y_title, "") if self._names else (chart.x_title, chart.y_title)
        item.setLabel("bottom", bottom, color=look.text_dim)
        item.setLabel("left", left, color=look.text_dim)
        for name in ("bottom", "left"):
            axis = item.getAxis(name)
            axis.setPen(look.border_strong)
            axis.setTextPen(look.text_dim)
            axis.enableAutoSIPrefix(False)
        if self._names:
            # The first of them stands on top.
            item.getAxis("left").setTicks([[(-n, name) for n, name in enumerate(self._names)]])
        item.showGrid(x=True, y=not self._names, alpha=0.15)
        legend = self._legend() if len(chart.traces) > 1 else None
        for place, trace in enumerate(chart.traces):
            self._draw(trace, tokens.LABEL_COLORS[place % len(tokens.LABEL_COLORS)])
        if legend is not None:
            # Its size is known once all are in it; the layout of the plot takes no other.
            legend.setMinimumHeight(legend.height())
            self._key, self._key_width = legend, legend.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What stands for what goes below each other, and the title is cut, where there is no room."""
        super().resizeEvent(event)
        if self._key_columns != self._columns or self._shown_title != self._title:
            # Not within this event: the plot is as wide as its parts until those have been arranged.
            QTimer.singleShot(0, self, self._arrange)

    @property
    def _columns(self) -> int:
        return _COLUMNS if self._key_width + _LEFT <= self.width() else 1

    @property
    def _key_columns(self) -> int:
        return self._columns if self._key is None else int(self._key.columnCount)

    @property
    def _title(self) -> str:
        look, font = tokens.current(), QFont(self.font())
        font.setPointSizeF(look.font)
        room = max(0, self.width() - _LEFT)
        return QFontMetricsF(font).elidedText(self.chart.title, Qt.TextElideMode.ElideRight, room)

    def _arrange(self) -> None:
        legend, item, columns = self._key, self.getPlotItem(), self._columns
        self._set_title(self._title)
        if legend is not None and legend.columnCount != columns:
            legend.setMinimumHeight(0)
            legend.setColumnCount(columns)
            legend.updateSize()
            legend.setMinimumHeight(legend.height())
            lines = (len(self.chart.traces) - 1) * _LINE if columns == 1 else 0
            self.setFixedHeight((_FRAME + len(self._names) * _LINE if self._names else _HEIGHT) + lines)
        item.layout.activate()
        item.setGeometry(self.range)

    def _set_title(self, text: str) -> None:
        look = tokens.current()
        self._shown_title = text
        self.getPlotItem().setTitle(text, color=look.text, size=f"{look.font}pt")
        self.setToolTip(self.chart.title if text != self.chart.title else "")

    def _legend(self) -> pg.LegendItem:
        item = self.getPlotItem()
        legend = pg.LegendItem(
            labelTextColor=tokens.current().text, colCount=_COLUMNS, horSpacing=20, verSpacing=0
        )
        item.layout.addItem(legend, _BELOW, 1)
        item.legend = legend
        return legend

    def _draw(self, trace: Trace, color: str) -> None:
        x, y = np.array(trace.x), np.array(trace.y)
        look = tokens.current()
        if self._names:
            self._draw_named(trace, color)
        elif trace.style == "line":
            if trace.low and trace.high:
                self._band(x, np.array(trace.low), np.array(trace.high), color)
            self.plot(x, y, pen=pg.mkPen(color, width=2), name=trace.name)
        elif trace.style == "points":
            self.plot(
                x,
                y,
                pen=None,
                symbol="o",
                symbolSize=_CLOUD,
                symbolPen=None,
                symbolBrush=color,
                name=trace.name,
            )
            self._bars_of_error(x, trace)
        elif trace.style == "bars":
            self.addItem(pg.BarGraphItem(x=x, height=y, width=0.7, brush=color, pen=None, name=trace.name))
            self._bars_of_error(x, trace)
        else:
            pen = pg.mkPen(look.text, width=2)
            self.plot(
                x,
                y,
                pen=None,
                symbol="star",
                symbolSize=_HERE,
                symbolPen=pen,
                symbolBrush=look.accent,
                name=trace.name,
            )

    def _draw_named(self, trace: Trace, color: str) -> None:
        """Bars and marks beside the names of their points."""
        look = tokens.current()
        at = np.array([-float(self._names.index(one)) for one in trace.labels])
        values = np.array(trace.y)
        if trace.style == "bars":
            self.addItem(
                pg.BarGraphItem(x0=0, width=values, y=at, height=0.7, brush=color, pen=None, name=trace.name)
            )
        else:
            here = trace.style == "here"
            self.plot(
                values,
                at,
                pen=None,
                symbol="star" if here else "o",
                symbolSize=_HERE if here else _MARK,
                symbolPen=pg.mkPen(look.text, width=2 if here else 1),
                symbolBrush=look.accent if here else color,
                name=trace.name,
            )
        if trace.low and trace.high:
            left, right = values - np.array(trace.low), np.array(trace.high) - values
            self.addItem(pg.ErrorBarItem(x=values, y=at, left=left, right=right, pen=look.text_dim))

    def _band(self, x: np.ndarray, low: np.ndarray, high: np.ndarray, color: str) -> None:
        edges = [pg.PlotCurveItem(x, edge, pen=pg.mkPen(None)) for edge in (low, high)]
        shade = pg.mkColor(color)
        shade.setAlpha(60)
        for edge in edges:
            self.addItem(edge)
        self.addItem(pg.FillBetweenItem(*edges, brush=shade))

    def _bars_of_error(self, x: np.ndarray, trace: Trace) -> None:
        if trace.low and trace.high:
            y = np.array(trace.y)
            self.addItem(
                pg.ErrorBarItem(
                    x=x,
                    y=y,
                    top=np.array(trace.high) - y,
                    bottom=y - np.array(trace.low),
                    pen=tokens.current().text_dim,
                )
            )

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all again."""
        self.getPlotItem().autoRange()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page and not the chart, unless Ctrl is held."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        else:
            event.ignore()
