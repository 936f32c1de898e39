"""What was computed and predicted of the chosen molecule, and the patterns that hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from medapp.ui.molecules.properties import lines_of
from medapp.ui.molecules.property_bars import PropertyBars
from medapp.ui.molecules.way import WayModel
from medapp.ui.molecules.way_panel import WayPanel
from medapp.ui.plan.parts import TwoLineList, TwoLines
from medapp.ui.shell.widgets import column, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.molecule import Alert
    from medapp.ui.molecules.detail import DetailModel
    from medapp.ui.molecules.model import MoleculesModel

_MOST = 3
"""Lines of a list that are in view at once."""


class PropertyPanel(QWidget):
    """One of the tabs beside the drawing."""

    def __init__(self, detail: DetailModel, model: MoleculesModel) -> None:
        """Show `detail`, among the molecules of `model`."""
        super().__init__()
        look = tokens.current()
        self._detail, self._model = detail, model
        self._alerts: list[Alert] = []
        self.said = text_label("", "dim", wrap=True)
        self.bars = PropertyBars()
        self.patterns_head = text_label(tr("Patterns that chemists are wary of"), "section")
        self.patterns = TwoLineList(tr("Patterns that chemists are wary of"))
        self.patterns.selectionModel().currentChanged.connect(lambda *_: self._chosen())
        self.patterns.clicked.connect(lambda _: self._chosen())
        self.way = WayPanel(WayModel(model))
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, 0)
        inner.addWidget(self.said)
        inner.addWidget(self.bars, 1)
        inner.addWidget(self.patterns_head)
        inner.addWidget(self.patterns)
        inner.addWidget(self.way)
        self.setLayout(inner)
        detail.rowChanged.connect(self.refresh)
        model.shownChanged.connect(self._refresh_bars)
        self.refresh()

    def refresh(self) -> None:
        """Show the molecule as it is known now."""
        row = self._detail.row
        properties = () if row is None else row.properties
        alerts = () if row is None else row.alerts
        self.said.setText(
            "" if properties else tr("Nothing was computed of it yet. Run Screening at the left.")
        )
        self.said.setVisible(not properties)
        self._alerts = [one for one in alerts if one.probability is None and not one.of]
        self.patterns.set_lines(
            [TwoLines(one.title, one.name.upper(), str(n), "warning") for n, one in enumerate(self._alerts)]
        )
        self.patterns_head.setVisible(bool(self._alerts))
        _fit(self.patterns)
        self._refresh_bars()

    def _refresh_bars(self) -> None:
        row = self._detail.row
        self.bars.set_lines(() if row is None else lines_of(row, self._model.molecules))

    def _chosen(self) -> None:
        line = self.patterns.current
        if line is not None and int(line.key) < len(self._alerts):
            self._detail.show_alert(self._alerts[int(line.key)])


def _fit(view: TwoLineList) -> None:
    """As high as its lines, but no higher than a few; hidden where it has none."""
    count = len(view.lines)
    view.setVisible(bool(count))
    if count:
        view.setFixedHeight(min(count, _MOST) * view.sizeHintForRow(0) + tokens.current().gap_tiny)
