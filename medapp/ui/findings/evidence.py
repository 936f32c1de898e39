"""Below the head: heat map, items, cases, changes and charts of what is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QWidget

from medapp.ui.findings.heat import HeatView
from medapp.ui.findings.reasons import CasesTable, ChangesTable, ItemsTable, ReasonsTable
from medapp.ui.findings.words import explained
from medapp.ui.shell.widgets import Section, column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.finding import Chart, Finding
    from medapp.domain.volume import Volume
    from medapp.services.inbox import InboxItem

_MOST_ROWS = 14


class EvidencePage(QWidget):
    """Everything that speaks for or against what is chosen."""

    entryRequested = Signal(str)

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self.heat = HeatView()
        self.items, self.cases, self.changes = ItemsTable(), CasesTable(), ChangesTable()
        self.items.entryRequested.connect(self.entryRequested)
        self._changes_note = text_label(
            tr("What would change the answer of the model; no advice to do it."), "faint", wrap=True
        )
        body = QWidget()
        inner = column()
        inner.addWidget(self.changes)
        inner.addWidget(self._changes_note)
        body.setLayout(inner)
        self.sections = {
            "heat": Section(tr("In the image"), self.heat),
            "items": Section(tr("What moved the answer"), self.items),
            "cases": Section(tr("Similar cases of the training data"), self.cases),
            "changes": Section(tr("What would change the answer"), body),
        }
        self._charts = column(gap=tokens.current().gap)
        self.chart_views: list[QWidget] = []
        self._none = text_label("", "dim", wrap=True)
        self._explained = text_label("", "faint", wrap=True)
        outer = column(gap=tokens.current().gap)
        for section in self.sections.values():
            outer.addWidget(section)
        outer.addLayout(self._charts)
        outer.addWidget(self._none)
        outer.addWidget(self._explained)
        outer.addStretch()
        self.setLayout(outer)

    def show_choice(self, item: InboxItem | None, finding: Finding | None, volume: Volume | None) -> None:
        """Show the reasons of a finding, or the charts of a whole answer."""
        heat = None
        if item is not None and finding is not None and finding.heat_map:
            heat = next((one for one in item.result.heat_maps if one.key == finding.heat_map), None)
        self.heat.show_map(heat, volume)
        for table in (self.items, self.cases, self.changes):
            table.set_finding(finding)
            _fit_height(table)
        shown = {
            "heat": heat is not None,
            "items": bool(finding and finding.items),
            "cases": bool(finding and finding.cases),
            "changes": bool(finding and finding.changes),
        }
        for name, section in self.sections.items():
            section.setVisible(shown[name])
        charts = (
            ()
            if item is None
            else tuple(one for one in item.result.charts if one.about in {"", finding.key if finding else ""})
        )
        self._show_charts(charts)
        self._none.setText(_nothing(item, finding, has_reasons=any(shown.values()) or bool(charts)))
        self._none.setVisible(bool(self._none.text()))
        said = explained(item) if item is not None else ""
        self._explained.setText(tr("Explained by: {said}", said=said) if said else "")
        self._explained.setVisible(bool(said))

    def _show_charts(self, charts: tuple[Chart, ...]) -> None:
        empty(self._charts)
        self.chart_views = []
        if not charts:
            return
        from medapp.ui.findings.chart import ChartView

        for chart in charts:
            view = ChartView(chart)
            self.chart_views.append(view)
            self._charts.addWidget(view)


def _nothing(item: InboxItem | None, finding: Finding | None, *, has_reasons: bool) -> str:
    if item is None or has_reasons:
        return ""
    if finding is None:
        return tr("Choose a finding to see its reasons.") if item.result.findings else ""
    return tr("The model gives no reasons for this finding.")


def _fit_height(table: ReasonsTable) -> None:
    """As high as its rows, up to a limit: the page scrolls, not the table in it."""
    rows = min(table.rowCount(), _MOST_ROWS)
    height = table.horizontalHeader().sizeHint().height() + sum(table.rowHeight(n) for n in range(rows)) + 4
    table.setFixedHeight(height)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
