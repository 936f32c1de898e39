"""Asks whether two records with the same number are of one person: side by side, what differs marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout

from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.library.record.pairs import Subject

_WHO = 3
"""Name, birth date and sex say who somebody is; the rest may differ."""


class PairForm(QFrame):
    """One pair."""

    answered = Signal(str, str, bool)
    """Keys of both, and whether they are one person."""

    def __init__(self, one: Subject, other: Subject) -> None:
        """Show both."""
        super().__init__()
        look = tokens.current()
        self.pair = (one.key, other.key)
        self.setProperty("notice", "warning")
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.gap_large)
        for line, (title, mine, theirs) in enumerate(facts(one, other)):
            differ = line < _WHO and bool(mine and theirs) and mine.casefold() != theirs.casefold()
            shown = f"{title} ≠" if differ else title
            grid.addWidget(text_label(shown, "section"), line, 0)
            grid.addWidget(text_label(mine or "–", "heading" if differ else "", selectable=True), line, 1)
            grid.addWidget(text_label(theirs or "–", "heading" if differ else "", selectable=True), line, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        foot = row()
        foot.addStretch()
        foot.addWidget(button(tr("Same person"), lambda: self._say(True)))
        foot.addWidget(button(tr("Two people"), lambda: self._say(False)))
        inner = column(margin=look.gap_small, gap=look.gap_small)
        inner.addLayout(grid)
        inner.addLayout(foot)
        self.setLayout(inner)

    def _say(self, same: bool) -> None:
        self.answered.emit(*self.pair, same)


def facts(one: Subject, other: Subject) -> tuple[tuple[str, str, str], ...]:
    """What both records say of who this is."""

    def numbers(subject: Subject) -> str:
        return "\n".join(f"{value} ({issuer})" if issuer else value for issuer, value in subject.numbers)

    def file(subject: Subject) -> str:
        return subject.path.replace("\\", "/").rpartition("/")[2]

    return (
        (tr("Name"), one.name, other.name),
        (tr("Born"), one.birth_date, other.birth_date),
        (tr("Sex"), one.sex, other.sex),
        (tr("Numbers"), numbers(one), numbers(other)),
        (tr("From"), file(one), file(other)),
    )
