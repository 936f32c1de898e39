"""One check on a card: how grave, about what, the sentence, what it went by, and where it comes from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel

from medapp.ui.plan import words
from medapp.ui.plan.checks import grade_of
from medapp.ui.shell.widgets import ElidedButton, button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton, QVBoxLayout

    from medapp.domain.recommendation import Check, CheckInput
    from medapp.ui.plan.checks import Mark

_FEW = 3
"""Inputs that are shown unasked."""


class CheckCard(QFrame):
    """Its edge has the colour of the state, and the state is said in words too."""

    entryRequested = Signal(str)

    def __init__(self, check: Check, mark: Mark = "") -> None:
        """Show `check`; `mark` says how it differs from before."""
        super().__init__()
        look = tokens.current()
        self.check, self.mark = check, mark
        grade = grade_of(check)
        state = "info" if mark == "gone" else words.grade_state(grade)
        self.setProperty("notice", state)
        self._inner = column(gap=look.gap_tiny)
        self._inner.setContentsMargins(look.gap_small, look.gap_tiny, look.gap_small, look.gap_tiny)
        head = row()
        self.grade = text_label(words.grade(grade))
        self.grade.setProperty("state", state)
        self.grade.setProperty("role", "heading")
        head.addWidget(self.grade)
        head.addWidget(text_label(words.kind(check.kind), "dim"))
        head.addStretch()
        self.change = text_label(_mark(mark), "section")
        if mark:
            head.addWidget(self.change)
        else:
            self.change.hide()
        self._inner.addLayout(head)
        self.about = text_label(words.about(check), "section", wrap=True)
        self._inner.addWidget(self.about)
        self._inner.addWidget(text_label(check.text, wrap=True, selectable=True))
        if check.advice:
            self._inner.addWidget(text_label(check.advice, "dim", wrap=True, selectable=True))
        self.links: list[QPushButton] = []
        self._show_inputs()
        self._inner.addWidget(text_label(words.source(check.citation), "faint", wrap=True, selectable=True))
        self.setLayout(self._inner)
        self.setAccessibleName(f"{words.grade(grade)}, {words.kind(check.kind)}: {check.text}")

    # ---- what it went by ------------------------------------------------------------------------------
    def _show_inputs(self) -> None:
        inputs = self.check.inputs
        lines = column(gap=0)
        self._inner.addLayout(lines)
        for one in inputs[:_FEW]:
            self._add_input(lines, one)
        rest = inputs[_FEW:]
        if rest:
            more = button(tr("{count} more that it went by", count=len(rest)), lambda: None)
            more.setProperty("flat", True)
            more.clicked.connect(lambda: self._unfold(lines, more, rest))
            lines.addWidget(more)
            self.more: QPushButton | None = more
        else:
            self.more = None
        named = {one.entry for one in inputs}
        others = [entry for entry in self.check.entries if entry not in named]
        if others and not self.links:
            link = ElidedButton(
                tr("Show in the record"), partial(self.entryRequested.emit, others[0]), name="open-in-new"
            )
            self._link(lines, link)

    def _add_input(self, lines: QVBoxLayout, one: CheckInput) -> None:
        said = words.input_line(one)
        if not one.entry:
            lines.addWidget(_faint(said))
            return
        link = ElidedButton(said, partial(self.entryRequested.emit, one.entry), name="open-in-new")
        self._link(lines, link)

    def _link(self, lines: QVBoxLayout, link: QPushButton) -> None:
        link.setProperty("flat", True)
        link.setObjectName("entrylink")
        self.links.append(link)
        lines.addWidget(link)

    def _unfold(self, lines: QVBoxLayout, more: QPushButton, rest: tuple[CheckInput, ...]) -> None:
        more.hide()
        for one in rest:
            self._add_input(lines, one)


def _faint(text: str) -> QLabel:
    return text_label(text, "faint", wrap=True, selectable=True)


def _mark(mark: Mark) -> str:
    return {"": "", "new": tr("new"), "gone": tr("no longer said"), "changed": tr("changed")}[mark]
