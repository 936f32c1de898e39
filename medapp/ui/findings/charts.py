"""Charts one below the other, made one a turn; those that are in view already are not drawn anew."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from medapp.ui.shell.widgets import column, empty
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from medapp.domain.finding import Chart
    from medapp.ui.findings.chart import ChartView


class Charts(QWidget):
    """Hidden where there are none."""

    def __init__(self) -> None:
        """Start without."""
        super().__init__()
        self._charts: tuple[Chart, ...] = ()
        self.views: list[ChartView] = []
        self._inner = column(gap=tokens.current().gap)
        self.setLayout(self._inner)
        self.hide()

    def set_charts(self, charts: tuple[Chart, ...]) -> None:
        """Show other charts."""
        if charts == self._charts:
            return
        self._charts = charts
        empty(self._inner)
        self.views = []
        self.setVisible(bool(charts))
        if not charts:
            return
        self._add_later()

    def _add_later(self) -> None:
        # To make one takes about two frames: the window gets its turn in between.
        QTimer.singleShot(0, self, partial(self._add, self._charts))

    def _add(self, charts: tuple[Chart, ...]) -> None:
        """Make the next chart, unless others are wanted meanwhile."""
        if charts is not self._charts or len(self.views) == len(charts):
            return
        # Loading it takes a moment, and most answers have no charts.
        from medapp.ui.findings.chart import ChartView

        view = ChartView(charts[len(self.views)])
        self.views.append(view)
        self._inner.addWidget(view)
        self._add_later()
