"""The answer: how the question was understood, how many fit, who could not be judged, and the table."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QProgressBar, QStackedWidget, QWidget

from medapp.ui.cohort import words
from medapp.ui.cohort.members import MembersTable
from medapp.ui.cohort.table import answer_table
from medapp.ui.shell.widgets import NoticeBox, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.cohort import Cohort
    from medapp.ui.cohort.model import CohortModel

_BAR = 60 * tokens.GRID


class AnswerView(QStackedWidget):
    """Where nothing is asked yet, what could be; while the library is asked, that it is."""

    exampleChosen = Signal(str)

    def __init__(self, model: CohortModel) -> None:
        """Show what `model` was answered."""
        super().__init__()
        self._model = model
        self._shown: Cohort | None = None
        self.start = self._start_page()
        self.waiting = _waiting_page()
        self.answer = self._answer_page()
        for page in (self.start, self.waiting, self.answer):
            self.addWidget(page)
        self.table.opened.connect(model.open)
        model.changed.connect(self._show)
        self._show()

    def ask_for_file(self) -> None:
        """Ask where to write the table."""
        name, _ = QFileDialog.getSaveFileName(
            self.window(), tr("Export the table"), "cohort.csv", tr("Tables (*.csv)")
        )
        if name:
            self._model.export(Path(name))

    # ---- parts ----------------------------------------------------------------------------------------
    def _start_page(self) -> QWidget:
        look = tokens.current()
        result = QWidget()
        inner = column(gap=look.gap_small)
        inner.addWidget(text_label(tr("Whom are you looking for?"), "heading"))
        hint = tr("Ask by sex, age, images, measurements, medicines, procedures and problems. For example:")
        inner.addWidget(text_label(hint, "dim", wrap=True))
        for example in words.EXAMPLES:
            line = row()
            line.addWidget(button(example, partial(self.exampleChosen.emit, example)))
            line.addStretch(1)
            inner.addLayout(line)
        inner.addStretch(1)
        result.setLayout(inner)
        return result

    def _answer_page(self) -> QWidget:
        look = tokens.current()
        result = QWidget()
        self.how_many = text_label("", "title")
        self.understood = text_label("", "dim", wrap=True, selectable=True)
        self.export_button = button(tr("Export CSV…"), self.ask_for_file, name="file-export-outline")
        self.again_button = button(tr("Ask again"), self._again, name="refresh")
        self.notices = column(gap=look.gap_tiny)
        self.table = MembersTable()
        head = row()
        head.addWidget(self.how_many, 1)
        head.addWidget(self.again_button)
        head.addWidget(self.export_button)
        inner = column(gap=look.gap_small)
        inner.addLayout(head)
        inner.addWidget(self.understood)
        inner.addLayout(self.notices)
        inner.addWidget(self.table, 1)
        result.setLayout(inner)
        return result

    # ---- what changes ---------------------------------------------------------------------------------
    def _show(self) -> None:
        cohort = self._model.cohort
        if self._model.is_asking:
            self.setCurrentWidget(self.waiting)
        elif cohort is None:
            self.setCurrentWidget(self.start)
        else:
            self.setCurrentWidget(self.answer)
        if cohort is not None and cohort is not self._shown:
            self._fill(cohort)
        self._shown = cohort
        self.again_button.setVisible(self._model.is_stale)
        self.again_button.setToolTip(tr("The library has changed since this was asked"))

    def _fill(self, cohort: Cohort) -> None:
        self.how_many.setText(words.count_line(cohort))
        self.understood.setText(tr("Understood as: {question}", question=cohort.understood))
        empty(self.notices)
        for text in cohort.notices:
            self.notices.addWidget(NoticeBox(words.sentence(text), "info"))
        for text in words.unknown_lines(cohort):
            self.notices.addWidget(NoticeBox(text, "warning"))
        self.export_button.setEnabled(bool(cohort.members))
        self.table.set_table(answer_table(cohort))

    def _again(self) -> None:
        self._model.ask(self._model.question)


def _waiting_page() -> QWidget:
    result = QWidget()
    inner = column(gap=tokens.current().gap_small)
    inner.addWidget(text_label(tr("Asking the library…"), "dim"), 0, Qt.AlignmentFlag.AlignHCenter)
    bar = QProgressBar()
    bar.setRange(0, 0)
    bar.setTextVisible(False)
    bar.setFixedWidth(_BAR)
    inner.addWidget(bar, 0, Qt.AlignmentFlag.AlignHCenter)
    inner.addStretch(1)
    result.setLayout(inner)
    return result
