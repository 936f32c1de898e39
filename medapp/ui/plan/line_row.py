"""One line of a plan: what is to be done, why, what was decided, and what the checks say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel

from medapp.ui.plan import words
from medapp.ui.plan.checks import grade_of
from medapp.ui.shell.widgets import column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

    from medapp.domain.plan import Plan
    from medapp.domain.recommendation import Check

_MOST = 3


class LineRow(QFrame):
    """A click puts it in focus."""

    chosen = Signal(int)

    def __init__(self, plan: Plan, line: int, checks: tuple[Check, ...]) -> None:
        """Show a line; `checks` are those that speak of its medicine, worst first."""
        super().__init__()
        look = tokens.current()
        self.line = line
        change, found = plan.lines[line], plan.decision(line)
        self.setObjectName("planline")
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap_small, look.gap_tiny, look.gap_small, look.gap_tiny)
        self.title = text_label(f"{line + 1}. {words.change(change)}", wrap=True)
        self.decision = text_label(words.decision(found), wrap=True)
        self.decision.setProperty("state", words.decision_state(found))
        head = row()
        head.addWidget(self.title, 3)
        head.addWidget(self.decision, 2)
        inner.addLayout(head)
        own = line >= len(plan.option.changes)
        known = "" if change.drug.is_known else tr("not recognised: nothing of it was checked")
        parts = (tr("added by a person") if own else "", known, change.reason)
        why = " · ".join(part for part in parts if part)
        if why:
            inner.addWidget(_said(why, "warning" if known else ""))
        for check in checks[:_MOST]:
            grade = grade_of(check)
            text = f"{words.grade(grade)} · {words.kind(check.kind)}: {check.text}"
            inner.addWidget(_said(text, words.grade_state(grade)))
        if len(checks) > _MOST:
            inner.addWidget(_said(tr("and {count} more checks", count=len(checks) - _MOST), ""))
        self.setLayout(inner)
        self.setAccessibleName(f"{self.title.text()}: {self.decision.text()}")

    def set_chosen(self, chosen: bool) -> None:
        """Mark the line in focus."""
        if self.property("chosen") != chosen:
            self.setProperty("chosen", chosen)
            self.style().unpolish(self)
            self.style().polish(self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put it in focus."""
        super().mousePressEvent(event)
        self.chosen.emit(self.line)


def _said(text: str, state: str) -> QLabel:
    label = text_label(text, "faint", wrap=True)
    label.setProperty("state", state)
    return label
