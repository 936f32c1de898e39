"""Asks whether two are of one person: side by side, what differs marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.ui.shell.waiting_model import Side

_WHO = 3
"""Name, birth date and sex say who somebody is; the rest may differ."""


class PairForm(QWidget):
    """One pair."""

    answered = Signal(bool)
    """Whether they are one person."""

    def __init__(self, heads: tuple[str, str], sides: Sequence[Side]) -> None:
        """Show both, under their heads."""
        super().__init__()
        look = tokens.current()
        box = QFrame()
        box.setProperty("notice", "warning")
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.gap_large)
        for place, head in enumerate(heads, 1):
            grid.addWidget(text_label(head, "dim"), 0, place)
        for line, (title, mine, theirs) in enumerate(sides):
            differ = line < _WHO and bool(mine and theirs) and mine.casefold() != theirs.casefold()
            shown = f"{title} ≠" if differ else title
            grid.addWidget(text_label(shown, "section"), line + 1, 0)
            for place, words in enumerate((mine, theirs), 1):
                said = text_label(words or tr("unknown"), "heading" if differ else "", selectable=True)
                said.setEnabled(bool(words))
                grid.addWidget(said, line + 1, place)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        foot = row()
        foot.addStretch()
        self.same_button = button(tr("Same person"), lambda: self.answered.emit(True))
        self.other_button = button(tr("Two people"), lambda: self.answered.emit(False))
        foot.addWidget(self.same_button)
        foot.addWidget(self.other_button)
        inner = column(margin=look.gap_small, gap=look.gap_small)
        inner.addLayout(grid)
        inner.addLayout(foot)
        box.setLayout(inner)
        outer = column()
        outer.addWidget(box)
        outer.addStretch(1)
        self.setLayout(outer)
