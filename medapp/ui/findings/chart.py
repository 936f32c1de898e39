"""Charts of a result, drawn with pyqtgraph in the colours of the look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt

from medapp.ui.style import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QWheelEvent

    from medapp.domain.finding import Chart, Trace

_HEIGHT = 76 * tokens.GRID
_CLOUD = 6
_MARK = 10
_HERE = 16
_LINE = 6 * tokens.GRID
_FRAME = 34 * tokens.GRID
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
        super().__init__(background=look.surface)
        self.chart = chart
        self._names = names_of(chart)
        self.setFixedHeight(_FRAME + len(self._names) * _LINE if self._names else _HEIGHT)
        self.setAccessibleName(chart.title)
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setTitle(chart.title, color=look.text, size=f"{look.font}pt")
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

    def _legend(self) -> pg.LegendItem:
        item = self.getPlotItem()
        legend = pg.LegendItem(labelTextColor=tokens.current().text, colCount=3, horSpacing=20, verSpacing=0)
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
