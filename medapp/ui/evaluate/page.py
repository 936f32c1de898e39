"""The Evaluate page: what is measured at the left, the report beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from medapp.ui.evaluate import report as words
from medapp.ui.evaluate.charts import charts_of
from medapp.ui.evaluate.form import MeasuringForm
from medapp.ui.evaluate.model import EvaluateModel
from medapp.ui.results.details import moment
from medapp.ui.shell.banner import not_for_diagnosis
from medapp.ui.shell.widgets import (
    CopyLabel,
    NoticeBox,
    button,
    column,
    empty,
    icon_button,
    row,
    text_label,
)
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QKeyEvent

    from medapp.ui.shell.session import Session

_FORM = 80 * tokens.GRID


class EvaluatePage(QWidget):
    """Needs no patient. Escape closes it."""

    closeRequested = Signal()

    def __init__(self, session: Session) -> None:
        """Measure with the jobs of `session`."""
        super().__init__()
        look = tokens.current()
        self.model = EvaluateModel(session)
        self.form = MeasuringForm(self.model)
        self._shown: Mapping[str, Any] | None = None
        self.tables: list[QTableWidget] = []
        self._report = column(gap=look.gap)
        self._report.setContentsMargins(look.gap, look.gap, look.gap, look.gap)
        body = QWidget()
        body.setLayout(self._report)
        self.detail = QScrollArea()
        self.detail.setWidgetResizable(True)
        self.detail.setFrameShape(QFrame.Shape.NoFrame)
        self.detail.setWidget(body)
        self.export_button = button(tr("Export report…"), self.ask_export, name="export-variant")
        self._exported = CopyLabel("", "dim")
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.form)
        splitter.addWidget(self.detail)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([_FORM, 3 * _FORM])
        outer = column(gap=0)
        outer.addLayout(self._head())
        outer.addWidget(splitter, 1)
        self.setLayout(outer)
        self.model.changed.connect(self.refresh)
        self.refresh()

    def _head(self) -> QHBoxLayout:
        look = tokens.current()
        head = row(gap=look.gap)
        head.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap_small)
        head.addWidget(text_label(tr("Evaluate a model"), "title"))
        head.addWidget(text_label(not_for_diagnosis(), "faint"))
        head.addStretch()
        head.addWidget(self._exported, 1)
        head.addWidget(self.export_button)
        head.addWidget(icon_button("close", tr("Close"), self.closeRequested.emit))
        return head

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the page."""
        if event.key() == Qt.Key.Key_Escape:
            self.closeRequested.emit()
        else:
            super().keyPressEvent(event)

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the latest report."""
        report = self.model.report
        self.export_button.setEnabled(report is not None)
        paths = self.model.exported
        self._exported.set_full_text(tr("Written to {folder}", folder=paths[0].parent) if paths else "")
        if report is self._shown and self._report.count():
            return
        self._shown = report
        empty(self._report)
        self.tables = []
        if report is None:
            self._report.addWidget(self._nothing())
        else:
            self._show(report)
        self._report.addStretch()

    @staticmethod
    def _nothing() -> QWidget:
        return text_label(
            tr(
                "Nothing has been measured yet. Choose a model and a folder of cases that it was not trained "
                "on; where it knows cases of its training, they count by what was said while they were held "
                "back, and the report says how many. Figures come with 95 % intervals by patient; two models "
                "are compared on the same cases."
            ),
            "dim",
            wrap=True,
        )

    def _show(self, report: Mapping[str, Any]) -> None:
        add = self._report.addWidget
        add(text_label(report["title"], "title", wrap=True, selectable=True))
        told = tr(
            "On {data}, seed {seed}, {when}",
            data=report["data"],
            seed=report["seed"],
            when=moment(report["finished"]),
        )
        add(text_label(told, "dim", wrap=True, selectable=True))
        for notice in report.get("notices", ()):
            add(NoticeBox(notice["message"], notice["severity"]))
        differences = words.differences(report)
        if differences:
            add(
                text_label(
                    tr("Against the other model, on the same cases: this one minus that one"), "heading"
                )
            )
            heads = (tr("Question"), tr("Figure"), tr("Difference"), tr("95 % interval"), tr("p"))
            add(self._table(heads, differences, (2, 4)))
        if report.get("metrics"):
            add(text_label(tr("Figures of the task"), "heading"))
            add(self._table((tr("Figure"), tr("Value")), words.metrics(report), (1,)))
        for question in report.get("questions", ()):
            self._show_question(question)

    def _show_question(self, question: Mapping[str, Any]) -> None:
        add = self._report.addWidget
        add(text_label(question["title"], "heading", wrap=True, selectable=True))
        add(text_label(words.summary(question), "dim", wrap=True))
        cutoff = words.cutoff(question)
        if cutoff:
            add(text_label(cutoff, "faint", wrap=True, selectable=True))
        heads = (tr("Figure"), tr("Value"), tr("95 % interval"))
        add(self._table(heads, words.figures(question), (1,)))
        charts = charts_of(question)
        if charts:
            from medapp.ui.findings.chart import ChartView

            side_by_side = row(gap=tokens.current().gap)
            for chart in charts:
                side_by_side.addWidget(ChartView(chart), 1)
            self._report.addLayout(side_by_side)
        rows = words.subgroups(question)
        if rows:
            of_groups = (
                tr("Group"), tr("Value"), tr("Cases"), tr("Outcomes"), words.main_title(question),
                tr("95 % interval"),
            )  # fmt: skip
            add(text_label(tr("Subgroups"), "section"))
            add(self._table(of_groups, rows, (2, 3, 4)))

    def _table(self, heads: Sequence[str], rows: words.Rows, numbers: Sequence[int]) -> QTableWidget:
        table = QTableWidget(len(rows), len(heads))
        table.setHorizontalHeaderLabels(list(heads))
        table.setFont(tabular(table.font()))
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for column_ in range(len(heads)):
            head = table.horizontalHeaderItem(column_)
            if head is not None:
                head.setTextAlignment(right if column_ in numbers else left)
        for place, cells in enumerate(rows):
            for column_, text in enumerate(cells):
                cell = QTableWidgetItem(text)
                cell.setTextAlignment(right if column_ in numbers else left)
                table.setItem(place, column_, cell)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(24 * tokens.GRID)
        height = header.sizeHint().height() + sum(table.rowHeight(place) for place in range(len(rows))) + 4
        table.setFixedHeight(height)
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tables.append(table)
        return table

    def ask_export(self) -> None:
        """Ask for a folder and write the report into it."""
        name = QFileDialog.getExistingDirectory(self.window(), tr("Export the report into a folder"))
        if name:
            self.model.export(Path(name))
