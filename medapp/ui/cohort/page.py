"""The page of questions over the library, in place of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from medapp.ui.cohort.answer import AnswerView
from medapp.ui.cohort.model import CohortModel
from medapp.ui.cohort.question import QuestionBar
from medapp.ui.cohort.saved import SavedQuestions
from medapp.ui.shell.search_line import enter
from medapp.ui.shell.widgets import column, icon_button, line, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QHBoxLayout

    from medapp.ui.shell.session import Session

_SAVED = 68 * tokens.GRID
_LEAST = 48 * tokens.GRID


class CohortPage(QWidget):
    """The question above, what was kept at the left, the answer beside it. Escape closes."""

    closeRequested = Signal()

    def __init__(self, session: Session) -> None:
        """Ask the library of `session`."""
        super().__init__()
        self.model = CohortModel(session)
        self.question = QuestionBar(self.model)
        self.saved = SavedQuestions(self.model)
        self.answer = AnswerView(self.model)
        self.question.wentDown.connect(lambda: enter(self.answer.table.view))
        self.saved.chosen.connect(self.question.put)
        self.answer.exampleChosen.connect(self.question.put)
        self._lay_out()

    def begin(self, text: str = "") -> None:
        """Ask a question, or let one be written; what was answered before stays in view."""
        if text:
            self.question.put(text)
        self.question.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.question.line.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the page."""
        if event.key() == Qt.Key.Key_Escape:
            self.closeRequested.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        look = tokens.current()
        below = QSplitter(Qt.Orientation.Horizontal)
        below.setHandleWidth(look.border_width)
        below.setChildrenCollapsible(False)
        left = _padded(self.saved, right=look.gap)
        left.setMinimumWidth(_LEAST)
        below.addWidget(left)
        below.addWidget(_padded(self.answer, left=look.gap))
        below.setStretchFactor(1, 1)
        below.setSizes([_SAVED, 4 * _SAVED])
        inner = column(margin=look.gap, gap=look.gap_small)
        inner.addLayout(self._head())
        inner.addWidget(self.question)
        inner.addWidget(line())
        inner.addWidget(below, 1)
        self.setLayout(inner)

    def _head(self) -> QHBoxLayout:
        head = row()
        head.addWidget(text_label(tr("Ask the library"), "title"))
        head.addStretch(1)
        head.addWidget(icon_button("close", tr("Close (Esc)"), self.closeRequested.emit))
        return head


def _padded(inside: QWidget, *, left: int = 0, right: int = 0) -> QWidget:
    result = QWidget()
    inner = column(gap=0)
    inner.setContentsMargins(left, tokens.current().gap_small, right, 0)
    inner.addWidget(inside)
    result.setLayout(inner)
    return result
