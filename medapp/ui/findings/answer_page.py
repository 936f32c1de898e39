"""A whole answer, or what stands under one heading of it: overview, charts, how it came to be, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from medapp.ui.findings import words
from medapp.ui.findings.answer_list import AnswerList
from medapp.ui.findings.answer_tables import findings_table, measurements_table, ranking_table
from medapp.ui.findings.charts import Charts
from medapp.ui.findings.evidence import Background
from medapp.ui.shell.banner import not_for_diagnosis
from medapp.ui.shell.widgets import NoticeBox, Section, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr
from medapp.ui.wording import notice_text

if TYPE_CHECKING:
    from medapp.domain.finding import Finding
    from medapp.services.inbox import InboxItem
    from medapp.ui.findings.model import Choice, FindingsModel


class AnswerHead(QFrame):
    """What answered, when, by what it went, and what can be done with all of it."""

    cardRequested = Signal()
    exportRequested = Signal()

    def __init__(self, model: FindingsModel) -> None:
        """Show `model`'s choice."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("raised")
        self._model = model
        self.title = text_label("", "title", wrap=True, selectable=True)
        self.answer = text_label("", "heading", wrap=True, selectable=True)
        self.lines = [text_label("", "dim", wrap=True, selectable=True) for _ in range(5)]
        self._notices = column()
        self.accept = button("", model.accept_measurements, name="check-all", primary=True)
        self.export = button(tr("Export answer…"), self.exportRequested.emit, name="export-variant")
        self.export.setToolTip(
            tr("JSON, heat maps, CSV, a sheet as PDF, and FHIR of what was accepted, into a folder")
        )
        self.card = button(tr("Model card"), self.cardRequested.emit, name="card-text-outline")
        line = row()
        line.addWidget(self.accept)
        line.addStretch()
        line.addWidget(self.export)
        line.addWidget(self.card)
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap, look.gap, look.gap, look.gap)
        for part in (self.title, self.answer, *self.lines):
            inner.addWidget(part)
        inner.addLayout(self._notices)
        inner.addLayout(line)
        inner.addWidget(text_label(not_for_diagnosis(), "faint"))
        self.setLayout(inner)

    def refresh(self, item: InboxItem) -> None:
        """Show an answer as it is now."""
        model = self._model
        group = model.choice.group
        self.title.setText(f"{item.entry.title} · {group}" if group else item.entry.title)
        self.answer.setText(words.whole(item, model.findings))
        coverage = item.result.coverage
        sets = (
            "" if coverage is None else tr("Sets hold the truth in {share}.", share=words.percent(coverage))
        )
        said = (
            words.images_of(item),
            words.made_by(item),
            words.went_by(item),
            words.familiarity_of(item),
            sets,
        )
        for label, text in zip(self.lines, said, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        empty(self._notices)
        for notice in item.result.notices:
            self._notices.addWidget(NoticeBox(notice_text(notice), notice.severity))
        waiting = len(model.open_measurements)
        title = tr("Accept {count} measurements", count=waiting)
        self.accept.setText(f" {title}")
        self.accept.setAccessibleName(title)
        self.accept.setVisible(bool(waiting))


class AnswerPage(QWidget):
    """Shown where no single finding is chosen."""

    cardRequested = Signal()
    exportRequested = Signal()
    copyRequested = Signal(object)
    tableRequested = Signal(object)
    """Findings that shall be written as CSV."""

    def __init__(self, model: FindingsModel) -> None:
        """Show `model`'s choice."""
        super().__init__()
        self._model = model
        self._shown: tuple[Choice, tuple[Finding, ...]] | None = None
        self.head = AnswerHead(model)
        self.head.cardRequested.connect(self.cardRequested)
        self.head.exportRequested.connect(self.exportRequested)
        self.lists = {
            "findings": AnswerList(tr("Findings"), self.font()),
            "ranking": AnswerList(tr("Ranked diseases"), self.font()),
            "measurements": AnswerList(tr("Measurements"), self.font()),
        }
        self.sections = {
            "findings": Section(tr("Findings"), self.lists["findings"]),
            "ranking": Section(tr("Ranked diseases"), self.lists["ranking"]),
            "measurements": Section(tr("Measurements"), self.lists["measurements"]),
        }
        self.charts = Charts()
        self.background = Background()
        outer = column(gap=tokens.current().gap)
        outer.addWidget(self.head)
        for section in self.sections.values():
            outer.addWidget(section)
        outer.addWidget(self.charts)
        outer.addWidget(self.background)
        outer.addStretch(1)
        self.setLayout(outer)
        for one in self.lists.values():
            one.findingRequested.connect(lambda key: model.choose(model.choice.result, key))
            one.copyRequested.connect(self.copyRequested)
            one.exportRequested.connect(self.tableRequested)

    def refresh(self) -> None:
        """Show the choice as it is now."""
        model = self._model
        item = model.item
        if item is None:
            return
        self.head.refresh(item)
        self._show_tables(item)
        charts = () if model.choice.group else item.result.charts
        self.charts.set_charts(charts)
        self.background.show_answer(item)

    def _show_tables(self, item: InboxItem) -> None:
        findings = self._model.findings
        same = self._shown is not None and self._shown == (self._model.choice, findings)
        self._shown = (self._model.choice, findings)
        kinds = {
            "measurements": [one for one in findings if one.kind == "measurement"],
            "ranking": [one for one in findings if one.kind == "disease"],
        }
        kinds["findings"] = [one for one in findings if one.kind not in {"measurement", "disease"}]
        make = {"findings": findings_table, "ranking": ranking_table, "measurements": measurements_table}
        for name, wanted in kinds.items():
            self.sections[name].setVisible(bool(wanted))
            self.sections[name].set_count(len(wanted))
            if wanted:
                self.lists[name].set_table(make[name](item, wanted), same=same)
