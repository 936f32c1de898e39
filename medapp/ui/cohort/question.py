"""The line that a question is written in, why it was not understood, and what can be asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QStackedLayout, QWidget

from medapp.ui.cohort import words
from medapp.ui.shell.search_line import SearchLine
from medapp.ui.shell.widgets import NoticeBox, Section, button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.cohort.model import CohortModel


class QuestionBar(QWidget):
    """Enter asks; while the library is being asked, the button stops that."""

    wentDown = Signal()

    def __init__(self, model: CohortModel) -> None:
        """Ask `model`."""
        super().__init__()
        look = tokens.current()
        self._model = model
        self.line = SearchLine()
        self.line.setPlaceholderText(tr("For example: {question}", question=words.EXAMPLES[0]))
        self.line.setClearButtonEnabled(True)
        self.line.setAccessibleName(tr("Question for the library"))
        self.line.addAction(icon("account-search-outline"), SearchLine.ActionPosition.LeadingPosition)
        self.line.returnPressed.connect(self.ask)
        self.line.wentDown.connect(self.wentDown)
        self.ask_button = button(tr("Ask"), self.ask, primary=True)
        self.stop_button = button(tr("Stop"), model.cancel, name="stop")
        self.problem = NoticeBox("", "error")
        self.problem.hide()
        self.help = Section(tr("What can be asked"), _help(), open_=False)
        inner = column(gap=look.gap_small)
        asking = row()
        asking.addWidget(self.line, 1)
        asking.addLayout(self._buttons())
        inner.addLayout(asking)
        inner.addWidget(self.problem)
        inner.addWidget(self.help)
        self.setLayout(inner)
        model.changed.connect(self._show)
        self._show()

    def ask(self) -> None:
        """Ask what the line says."""
        self._model.ask(self.line.text())

    def put(self, text: str) -> None:
        """Write a question into the line and ask it."""
        self.line.setText(text)
        self.ask()

    def _buttons(self) -> QStackedLayout:
        self._which = QStackedLayout()
        for one in (self.ask_button, self.stop_button):
            self._which.addWidget(one)
        return self._which

    def _show(self) -> None:
        failure = self._model.failure
        self._which.setCurrentWidget(self.stop_button if self._model.is_asking else self.ask_button)
        self.problem.setVisible(failure is not None)
        if failure is None:
            return
        said = [words.sentence(text) for text in (failure.text, failure.advice) if text]
        self.problem.label.setText("\n".join(said))
        self.problem.setAccessibleName(" ".join(said))
        self._mark(failure.part)

    def _mark(self, part: str) -> None:
        """Select the words that were not understood, to be written over."""
        pattern = r"[\s,]+".join(re.escape(word) for word in part.split())
        found = re.search(pattern, self.line.text(), re.IGNORECASE) if part else None
        if found:
            self.line.setSelection(found.start(), found.end() - found.start())
        if self.isVisible():
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)


def _help() -> QWidget:
    look = tokens.current()
    result = QWidget()
    inner = row(gap=look.gap_huge)
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.gap_large)
    grid.setVerticalSpacing(look.gap_tiny)
    grid.setColumnStretch(1, 1)
    for at, (kind, said) in enumerate(words.kinds()):
        grid.addWidget(text_label(kind, "dim"), at, 0)
        grid.addWidget(text_label(said, selectable=True), at, 1)
    inner.addLayout(grid)
    beside = column(gap=look.gap_small)
    for note in words.notes():
        beside.addWidget(text_label(note, "dim", wrap=True))
    beside.addStretch(1)
    inner.addLayout(beside, 1)
    result.setLayout(inner)
    return result
