"""Below the head: heat map, items, cases, changes and charts of a finding, and how it came to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from medapp.ui.findings import words
from medapp.ui.findings.charts import Charts
from medapp.ui.findings.heat import HeatView
from medapp.ui.findings.reason_tables import cases_table, changes_table, items_table
from medapp.ui.findings.reasons import FittedTable, ItemsTable
from medapp.ui.results.details import provenance_rows
from medapp.ui.results.facts_grid import FactsGrid
from medapp.ui.shell.widgets import Section, column, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.finding import Finding
    from medapp.domain.volume import Volume
    from medapp.services.inbox import InboxItem


class EvidencePage(QWidget):
    """Everything that speaks for or against a finding."""

    entryRequested = Signal(str)

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self.heat = HeatView()
        self.items = ItemsTable(tr("What moved the answer"), self.font())
        self.cases = FittedTable(tr("Similar cases"), self.font())
        self.changes = FittedTable(tr("What would change the answer"), self.font())
        self.items.entryRequested.connect(self.entryRequested)
        self._links = text_label(
            tr("Enter or a double click opens an entry in the record."), "faint", wrap=True
        )
        no_advice = text_label(
            tr("What would change the answer of the model; no advice to do it."), "faint", wrap=True
        )
        self.sections = {
            "heat": Section(tr("In the image"), self.heat),
            "items": Section(tr("What moved the answer"), _stack(self.items, self._links)),
            "cases": Section(tr("Similar cases of the training data"), self.cases),
            "changes": Section(tr("What would change the answer"), _stack(self.changes, no_advice)),
        }
        self.charts = Charts()
        self._none = text_label("", "dim", wrap=True)
        self.background = Background()
        outer = column(gap=tokens.current().gap)
        for section in self.sections.values():
            outer.addWidget(section)
        outer.addWidget(self.charts)
        outer.addWidget(self._none)
        outer.addWidget(self.background)
        outer.addStretch(1)
        self.setLayout(outer)
        self._finding: Finding | None = None

    def show_finding(self, item: InboxItem, finding: Finding, volume: Volume | None) -> None:
        """Show the reasons of a finding; the image comes when it has been read."""
        heat = next((one for one in item.result.heat_maps if one.key == finding.heat_map), None)
        self.heat.show_map(heat, volume)
        charts = tuple(one for one in item.result.charts if one.about == finding.key)
        self.charts.set_charts(charts)
        self.background.show_answer(item)
        if finding is self._finding:
            return  # what was sorted or scrolled stays as it is
        self._finding = finding
        self.items.set_table(items_table(finding))
        self.cases.set_table(cases_table(finding))
        self.changes.set_table(changes_table(finding))
        self._links.setVisible(self.items.has_links)
        shown = {
            "heat": heat is not None,
            "items": bool(finding.items),
            "cases": bool(finding.cases),
            "changes": bool(finding.changes),
        }
        for name, section in self.sections.items():
            section.setVisible(shown[name])
        has_reasons = any(shown.values()) or bool(charts)
        self._none.setText("" if has_reasons else tr("The model gives no reasons for this finding."))
        self._none.setVisible(not has_reasons and finding.kind != "measurement")


class Background(QWidget):
    """How an answer explains itself, and how it came to be."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self._item: InboxItem | None = None
        self._is_told = False
        self._is_open = False
        self.explained = text_label("", "faint", wrap=True)
        self.facts = FactsGrid()
        self.section = Section(tr("How it came to be"), self.facts, open_=False)
        self.section.folded.connect(self._folded)
        inner = column(gap=tokens.current().gap)
        inner.addWidget(self.explained)
        inner.addWidget(self.section)
        self.setLayout(inner)

    def show_answer(self, item: InboxItem) -> None:
        """Show that of an answer."""
        if self._item is not None and self._item.report is item.report:
            return
        self._item, self._is_told = item, False
        said = words.explained(item)
        self.explained.setText(tr("Explanations: {said}", said=said) if said else "")
        self.explained.setVisible(bool(said))
        self._tell()

    def _folded(self, is_folded: bool) -> None:
        self._is_open = not is_folded
        self._tell()

    def _tell(self) -> None:
        """Two dozen labels take a while to make: only when somebody looks."""
        if self._item is None or self._is_told or not self._is_open:
            return
        self._is_told = True
        made = self._item.provenance
        self.facts.set_rows(() if made is None else provenance_rows(made))


def _stack(*parts: QWidget) -> QWidget:
    body = QWidget()
    inner = column()
    for one in parts:
        inner.addWidget(one)
    body.setLayout(inner)
    return body
