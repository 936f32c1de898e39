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

_HEIGHT = 68 * tokens.GRID
_CLOUD = 6
_HERE = 16


class ChartView(pg.PlotWidget):
    """One chart; it cannot be moved out of sight by accident: a double click shows all again."""

    def __init__(self, chart: Chart) -> None:
        """Draw `chart`."""
        look = tokens.current()
        super().__init__(background=look.surface)
        self.chart = chart
        self.setMinimumHeight(_HEIGHT)
        self.setAccessibleName(chart.title)
        item = self.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setTitle(chart.title, color=look.text, size=f"{look.font}pt")
        item.setLabel("bottom", chart.x_title, color=look.text_dim)
        item.setLabel("left", chart.y_title, color=look.text_dim)
        for name in ("bottom", "left"):
            axis = item.getAxis(name)
            axis.setPen(look.border_strong)
            axis.setTextPen(look.text_dim)
            axis.enableAutoSIPrefix(False)
        item.showGrid(x=True, y=True, alpha=0.15)
        if len(chart.traces) > 1:
            item.addLegend(offset=(-8, 8), labelTextColor=look.text)
        for place, trace in enumerate(chart.traces):
            self._draw(trace, tokens.LABEL_COLORS[place % len(tokens.LABEL_COLORS)])

    def _draw(self, trace: Trace, color: str) -> None:
        x, y = np.array(trace.x), np.array(trace.y)
        look = tokens.current()
        if trace.style == "line":
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
