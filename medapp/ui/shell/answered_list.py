"""What a person has answered, each with a way to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from medapp.ui.shell.waiting_model import answered_words, base_name
from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.services.waiting import Answered

_WHAT, _SAID = 36, 96
"""Widths on the grid."""


class AnsweredList(QWidget):
    """A line an answer."""

    takenBack = Signal(object)
    """An `Answered`."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        look = tokens.current()
        self.answers: tuple[Answered, ...] = ()
        self.lines = QTreeWidget()
        self.lines.setRootIsDecorated(False)
        self.lines.setHeaderLabels([tr("Of what"), tr("Answer"), tr("File or name")])
        self.lines.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.lines.setColumnWidth(0, _WHAT * tokens.GRID)
        self.lines.setColumnWidth(1, _SAID * tokens.GRID)
        self.lines.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.lines.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.lines.setAccessibleName(tr("Answered"))
        self.back_button = button(tr("Take back"), self._take_back, name="undo")
        self.back_button.setEnabled(False)
        told = tr("What is taken back waits again, and what was read because of it is taken out.")
        head = row()
        head.addWidget(text_label(told, "dim"), 1)
        head.addWidget(self.back_button)
        inner = column(margin=look.gap_small, gap=look.gap_small)
        inner.addLayout(head)
        inner.addWidget(self.lines, 1)
        self.setLayout(inner)
        self.lines.currentItemChanged.connect(lambda now, _: self.back_button.setEnabled(now is not None))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.answers)

    def set_answers(self, answers: Sequence[Answered]) -> None:
        """Show these."""
        if tuple(answers) == self.answers:
            return
        self.answers = tuple(answers)
        self.lines.clear()
        for one in self.answers:
            what, said = answered_words(one)
            item = QTreeWidgetItem([what, said, base_name(one.title)])
            item.setToolTip(1, said)
            item.setToolTip(2, one.title)
            self.lines.addTopLevelItem(item)
        self.back_button.setEnabled(False)

    def _take_back(self) -> None:
        line = self.lines.currentIndex().row()
        if 0 <= line < len(self.answers):
            self.takenBack.emit(self.answers[line])
