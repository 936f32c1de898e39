"""Two buttons that say whether two are one person; where they contradict each other, yes is asked twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from medapp.ui.shell.pair_words import really
from medapp.ui.shell.widgets import button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QPushButton


class SamePerson(QStackedWidget):
    """The buttons, and in their place the second question."""

    answered = Signal(bool)
    """Whether they are one person."""

    def __init__(self, other: str, differs: Sequence[str]) -> None:
        """Title of the button that says they are not, and what they contradict each other in, in words."""
        super().__init__()
        self._differs = tuple(differs)
        self.same_button = button(tr("Same person"), self._same)
        self.other_button = button(other, lambda: self.answered.emit(False))
        self.join_button = button(tr("Yes, one person"), lambda: self.answered.emit(True))
        self.back_button = button(tr("Back"), lambda: self.setCurrentIndex(0))
        self.told = text_label(really(self._differs), wrap=True)
        self.told.setMinimumWidth(_LEAST * tokens.GRID)
        self.addWidget(_in_a_row(None, self.same_button, self.other_button))
        if self._differs:
            self.addWidget(_in_a_row(self.told, self.join_button, self.back_button))

    @property
    def asks_again(self) -> bool:
        """Whether the second question is in view."""
        return self.currentIndex() > 0

    def _same(self) -> None:
        if not self._differs:
            self.answered.emit(True)
            return
        self.setCurrentIndex(1)
        self.back_button.setFocus()


_LEAST = 60
"""Width of the question on the grid."""


def _in_a_row(told: QWidget | None, *buttons: QPushButton) -> QWidget:
    result, line = QWidget(), row()
    if told is None:
        line.addStretch(1)
    else:
        line.addWidget(told, 1)
    for one in buttons:
        line.addWidget(one)
    result.setLayout(line)
    return result
