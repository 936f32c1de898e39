"""One line of a plan: what is to be done, why, what was decided, and what the checks say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from medapp.ui.plan import words
from medapp.ui.plan.checks import counts, grade_of
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
        self._checks = checks
        self.summary = _said(summary_of(checks), worst_state(checks))
        inner.addWidget(self.summary)
        self.details: QWidget | None = None
        self._inner = inner
        self.setLayout(inner)
        self.summary.setVisible(bool(checks))
        self.setAccessibleName(f"{self.title.text()}: {self.decision.text()}")

    def set_chosen(self, chosen: bool) -> None:
        """Mark the line in focus, and say all of it that the checks say; the others have a summary."""
        if self.property("chosen") == chosen:
            return
        self.setProperty("chosen", chosen)
        self.style().unpolish(self)
        self.style().polish(self)
        if chosen and self.details is None and self._checks:
            self.details = self._made()
            self._inner.addWidget(self.details)
        if self.details is not None:
            self.details.setVisible(chosen)
        self.summary.setVisible(bool(self._checks) and not chosen)

    def _made(self) -> QWidget:
        details = QWidget()
        inner = column(gap=tokens.current().gap_tiny)
        for text, state in said_of(self._checks):
            inner.addWidget(_said(text, state))
        details.setLayout(inner)
        return details

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put it in focus."""
        super().mousePressEvent(event)
        self.chosen.emit(self.line)


def summary_of(checks: tuple[Check, ...]) -> str:
    """How many checks of each weight speak of one medicine, and how many were not made."""
    found = ((words.grade(grade), count) for grade, count in counts(checks).items() if grade != "clear")
    return " · ".join(f"{title} {count}" for title, count in found if count)


def worst_state(checks: tuple[Check, ...]) -> str:
    """State of the worst of checks that are ordered by weight; empty without any."""
    return words.grade_state(grade_of(checks[0])) if checks else ""


def said_of(checks: tuple[Check, ...]) -> tuple[tuple[str, str], ...]:
    """What checks say of one medicine, each with its state: the worst, and together what was not checked."""
    found = [one for one in checks if one.outcome == "found"]
    lines: list[tuple[str, str]] = [
        (
            f"{words.grade(grade_of(one))} · {words.kind(one.kind)}: {one.text}",
            words.grade_state(grade_of(one)),
        )
        for one in found[:_MOST]
    ]
    if len(found) > _MOST:
        lines.append((tr("and {count} more", count=len(found) - _MOST), ""))
    unknown = dict.fromkeys(words.kind(one.kind) for one in checks if one.outcome == "unknown")
    if unknown:
        lines.append((tr("Not checked: {kinds}", kinds=", ".join(unknown)), words.grade_state("unknown")))
    return tuple(lines)


def _said(text: str, state: str) -> QLabel:
    label = text_label(text, "faint", wrap=True)
    label.setProperty("state", state)
    return label
