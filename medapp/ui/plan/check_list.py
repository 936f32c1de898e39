"""Checks one below the other; of many the first ones, the others when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from medapp.ui.plan.check_card import CheckCard
from medapp.ui.shell.widgets import button, column, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.recommendation import Check
    from medapp.ui.plan.checks import Mark

_FIRST = 8
"""Cards that are shown unasked."""
_AT_ONCE = 2
"""Cards that are made in one turn of the event loop: more of them would be felt."""

Marked = tuple["Check", "Mark"]


class CheckList(QWidget):
    """A card stays where its check stays; new ones are made a few at a time."""

    entryRequested = Signal(str)

    def __init__(self, nothing: str = "") -> None:
        """Start empty; `nothing` is said where there are no checks."""
        super().__init__()
        self._shown: tuple[Marked, ...] = ()
        self._rest: list[Marked] = []
        self._kept: dict[Marked, CheckCard] = {}
        self._due = 0
        self.cards: list[CheckCard] = []
        look = tokens.current()
        self.nothing = text_label(nothing, "dim", wrap=True)
        self._list = column(gap=look.gap_small)
        self.more = button("", self.show_more)
        outer = column(gap=look.gap_small)
        outer.addWidget(self.nothing)
        outer.addLayout(self._list)
        outer.addWidget(self.more)
        self.setLayout(outer)
        self.more.hide()
        self.nothing.setVisible(bool(nothing))
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(lambda: self._add(_AT_ONCE))

    @property
    def is_filling(self) -> bool:
        """Whether cards are still being made."""
        return self._turn.isActive()

    def set_checks(self, checks: Sequence[Marked], nothing: str | None = None) -> None:
        """Show other checks."""
        wanted = tuple(checks)
        if nothing is not None:
            self.nothing.setText(nothing)
        self.nothing.setVisible(not wanted and bool(self.nothing.text()))
        if wanted == self._shown:
            return
        self._shown = wanted
        self._kept |= {(card.check, card.mark): card for card in self.cards}
        while self._list.takeAt(0) is not None:
            pass
        stay = frozenset(wanted)
        for one, card in tuple(self._kept.items()):
            card.hide()
            if one not in stay:
                self._kept.pop(one).deleteLater()
        self.cards, self._rest, self._due = [], list(wanted), _FIRST
        self._add(0)  # what stays is shown at once

    def show_more(self) -> None:
        """Show the next ones."""
        self._due += _FIRST
        self._add(_AT_ONCE)

    def _add(self, most: int) -> None:
        """Show the next cards; of new ones at most so many in this turn, the others in the next."""
        made = 0
        while self._rest and self._due:
            one = self._rest[0]
            card = self._kept.pop(one, None)
            if card is None:
                if made == most:
                    self._turn.start()
                    return
                card, made = self._new(one), made + 1
            self._rest.pop(0)
            self._due -= 1
            self.cards.append(card)
            self._list.addWidget(card)
            card.show()
        self._turn.stop()
        self.more.setText(tr("Show {count} more", count=len(self._rest)))
        self.more.setVisible(bool(self._rest))

    def _new(self, one: Marked) -> CheckCard:
        card = CheckCard(*one)
        card.entryRequested.connect(self.entryRequested)
        return card
