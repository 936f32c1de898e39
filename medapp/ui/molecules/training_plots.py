"""The curves of a training as charts that grow while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyqtgraph as pg
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from medapp.ui.molecules.training_charts import latest
from medapp.ui.shell.widgets import ElidedLabel, column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.finding import Chart
    from medapp.ui.molecules.training import TrainingModel

_HEIGHT: Final = 64 * tokens.GRID
_KEY: Final = 6 * tokens.GRID
_BELOW: Final = 4
"""Row of a plot's layout: what each line is stands below the axis, where it covers nothing."""
_COLUMNS: Final = 2
_DOT: Final = 4
_FEW: Final = 60
"""Points up to which each is marked: a line of one point would not be seen."""


class CurveView(QFrame):
    """One chart; a double click shows all of it again."""

    def __init__(self, chart: Chart) -> None:
        """Draw `chart`."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("raised")
        self.title = ElidedLabel(chart.title)
        self.said = ElidedLabel("", "dim")
        self.plot = pg.PlotWidget(background=look.surface)
        self.plot.setFixedHeight(_HEIGHT)
        self.plot.setAccessibleName(chart.title)
        item = self.plot.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.showGrid(x=True, y=True, alpha=0.15)
        for name, title in (("bottom", chart.x_title), ("left", chart.y_title)):
            axis = item.getAxis(name)
            axis.setPen(look.border_strong)
            axis.setTextPen(look.text_dim)
            axis.enableAutoSIPrefix(False)
            axis.setLabel(title, color=look.text_dim)
        if len(chart.traces) > 1:
            legend = pg.LegendItem(
                labelTextColor=look.text, colCount=len(chart.traces), horSpacing=20, verSpacing=0
            )
            legend.setMinimumHeight(_KEY)
            item.layout.addItem(legend, _BELOW, 1)
            item.legend = legend
        self._lines: dict[str, pg.PlotDataItem] = {}
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, look.gap_small)
        inner.addWidget(self.title)
        inner.addWidget(self.said)
        inner.addWidget(self.plot)
        self.setLayout(inner)
        self.show_chart(chart)

    def show_chart(self, chart: Chart) -> None:
        """Draw what there is now; how the user looks at it stays."""
        self.said.set_full_text(tr("latest: {values}", values=latest(chart)))
        for trace in chart.traces:
            if trace.name not in self._lines:
                color = tokens.LABEL_COLORS[len(self._lines) % len(tokens.LABEL_COLORS)]
                self._lines[trace.name] = self.plot.plot(
                    pen=pg.mkPen(color, width=2), symbolPen=None, symbolBrush=color, symbolSize=_DOT,
                    name=trace.name,
                )  # fmt: skip
            mark = "o" if len(trace.x) <= _FEW else None
            self._lines[trace.name].setData(list(trace.x), list(trace.y), symbol=mark)


class CurvesPanel(QScrollArea):
    """All charts of the folder, two beside each other; what they would be where there are none."""

    def __init__(self, model: TrainingModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self._model = model
        self._keys: tuple[tuple[str, int], ...] = ()
        self.views: dict[str, CurveView] = {}
        self.nothing = text_label(
            tr(
                "No curves yet. While a training runs, the losses of critic and generator, the share of "
                "valid and unique molecules, the distance of what is made from the training set and the "
                "loss of the autoencoder are drawn here. Choose the folder of an earlier training to see "
                "its curves."
            ),
            "dim",
            wrap=True,
        )
        self._grid = QGridLayout()
        self._grid.setSpacing(look.gap_small)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        body = QWidget()
        inner = column(margin=look.gap, gap=look.gap)
        inner.addWidget(self.nothing)
        inner.addLayout(self._grid)
        inner.addStretch()
        body.setLayout(inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(body)
        model.curvesChanged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the curves as they are now."""
        charts = self._model.charts
        keys = tuple((chart.key, len(chart.traces)) for chart in charts)
        self.nothing.setVisible(not charts)
        if keys != self._keys:
            self._keys = keys
            empty(self._grid)
            self.views = {chart.key: CurveView(chart) for chart in charts}
            for place, view in enumerate(self.views.values()):
                self._grid.addWidget(view, *divmod(place, _COLUMNS))
            return
        for chart in charts:
            self.views[chart.key].show_chart(chart)
