"""Checks one below the other; of many the first ones, the others when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from medapp.ui.plan.check_card import CheckCard
from medapp.ui.shell.widgets import button, column, empty, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.recommendation import Check
    from medapp.ui.plan.checks import Mark

_FIRST = 8
"""Cards that are made at once: more of them would be felt."""

Marked = tuple["Check", "Mark"]


class CheckList(QWidget):
    """Cards are made anew only where the checks are others."""

    entryRequested = Signal(str)

    def __init__(self, nothing: str = "") -> None:
        """Start empty; `nothing` is said where there are no checks."""
        super().__init__()
        self._nothing = nothing
        self._shown: tuple[Marked, ...] | None = None
        self._rest: tuple[Marked, ...] = ()
        self.cards: list[CheckCard] = []
        self._list = column(gap=tokens.current().gap_small)
        self.more = button("", self.show_more)
        self.more.hide()
        outer = column(gap=tokens.current().gap_small)
        outer.addLayout(self._list)
        outer.addWidget(self.more)
        self.setLayout(outer)

    def set_checks(self, checks: Sequence[Marked], nothing: str | None = None) -> None:
        """Show other checks."""
        wanted = tuple(checks)
        if nothing is not None and nothing != self._nothing:
            self._nothing, self._shown = nothing, None
        if wanted == self._shown:
            return
        self._shown = wanted
        empty(self._list)
        self.cards = []
        if not wanted and self._nothing:
            self._list.addWidget(text_label(self._nothing, "dim", wrap=True))
        self._rest = wanted
        self.show_more()

    def show_more(self) -> None:
        """Show the next ones."""
        first, self._rest = self._rest[:_FIRST], self._rest[_FIRST:]
        for check, mark in first:
            card = CheckCard(check, mark)
            card.entryRequested.connect(self.entryRequested)
            self.cards.append(card)
            self._list.addWidget(card)
        self.more.setText(tr("Show {count} more", count=len(self._rest)))
        self.more.setVisible(bool(self._rest))
