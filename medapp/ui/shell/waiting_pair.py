"""Asks whether two are of one person: side by side, what differs and what is shared marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from medapp.ui.shell.pair_words import WHO, contradict, differing, number_of, shared
from medapp.ui.shell.second_question import SamePerson
from medapp.ui.shell.widgets import breakable, column, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.ui.shell.waiting_model import Side

_BREAKS = 40
"""Letters: a longer word is broken, as the address of an issuer; a number stays whole, to be copied."""


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
        self.buttons = SamePerson(tr("Two people"), differing(sides))
        self.same_button, self.other_button = self.buttons.same_button, self.buttons.other_button
        self.buttons.answered.connect(self.answered)
        inner = column(margin=look.gap_small, gap=look.gap_small)
        inner.addLayout(_grid(heads, sides))
        inner.addWidget(self.buttons)
        box.setLayout(inner)
        outer = column()
        outer.addWidget(box)
        outer.addStretch(1)
        self.setLayout(outer)


def _grid(heads: tuple[str, str], sides: Sequence[Side]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(tokens.current().gap_large)
    for place, head in enumerate(heads, 1):
        grid.addWidget(text_label(head, "dim"), 0, place)
        grid.setColumnStretch(place, 1)
    for number, (title, mine, theirs) in enumerate(sides):
        differ = number < WHO and contradict(mine, theirs)
        both = shared(mine, theirs) if number == WHO else frozenset()
        line = number + 1
        grid.addWidget(text_label(f"{title} ≠" if differ else title, "section"), line, 0)
        for place, words in enumerate((mine, theirs), 1):
            cell = column(gap=0)
            for one in words.split("\n"):
                cell.addWidget(_said(one, differ=differ, shared=number_of(one) in both))
            grid.addLayout(cell, line, place)
    return grid


def _said(words: str, *, differ: bool, shared: bool) -> QLabel:
    text = words or tr("unknown")
    if any(len(word) > _BREAKS for word in text.split()):
        number, mark, rest = text.partition(" (")
        text = f"{number}{mark}{breakable(rest)}" if mark else breakable(text)
    if shared:
        text = tr("{number} – the same in both", number=text)
    label = text_label(text, "heading" if differ or shared else "", wrap=True, selectable=True)
    label.setEnabled(bool(words))
    label.setToolTip(words)
    return label
