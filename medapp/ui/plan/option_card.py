"""One option on a card: its lines, what is expected, what speaks for and against it, what the checks say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QWidget

from medapp.ui.plan import words
from medapp.ui.plan.check_list import CheckList
from medapp.ui.plan.checks import counts, ordered
from medapp.ui.plan.outlook_view import add_estimate
from medapp.ui.shell.widgets import NoticeBox, Section, button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QVBoxLayout

    from medapp.domain.recommendation import Check, Option, Statement


def checks_said(checks: tuple[Check, ...]) -> str:
    """How many checks of each weight; that there are none is said too."""
    found = [
        f"{words.grade(grade)} {count}"
        for grade, count in counts(checks).items()
        if count and grade != "clear"
    ]
    return tr("Checks: {said}", said=" · ".join(found) or tr("nothing found"))


class _Title(QLabel):
    """A click on it does what the button beside it does."""

    def __init__(self, text: str, head: QToolButton) -> None:
        super().__init__(text)
        self._head = head
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", "heading")
        self.setWordWrap(True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold."""
        super().mouseReleaseEvent(event)
        self._head.toggle()


class OptionCard(QFrame):
    """Folded to its title, its score and what the checks come to; the rest is made when it is unfolded."""

    entryRequested = Signal(str)
    planRequested = Signal(object)
    """The `Option` that a plan shall be made of."""

    def __init__(
        self, option: Option, title: str, *, unfolded: bool = False, is_baseline: bool = False
    ) -> None:
        """Show `option`; `title` has its place in front. A baseline has no score to be ranked by."""
        super().__init__()
        look = tokens.current()
        self.option = option
        self.setObjectName("raised")
        self.head = QToolButton()
        self.head.setObjectName("taskhead")
        self.head.setAccessibleName(title)
        self.head.setCheckable(True)
        self.title = _Title(title, self.head)
        self.body: QWidget | None = None
        self.status = text_label(tr("Forbidden") if option.vetoed else tr("Proposal"))
        self.status.setProperty("state", "error" if option.vetoed else "info")
        self._inner = column(gap=look.gap_tiny)
        self._inner.setContentsMargins(look.gap_small, look.gap_tiny, look.gap_small, look.gap_small)
        top = row()
        top.addWidget(self.head, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.title, 1)
        top.addWidget(self.status, 0, Qt.AlignmentFlag.AlignTop)
        self._inner.addLayout(top)
        if not is_baseline:
            self._inner.addWidget(text_label(words.score(option), "dim", wrap=True))
        if option.vetoed:
            text = tr("A check forbids this option: {reason}", reason=words.vetoed_by(option))
            self._inner.addWidget(NoticeBox(text, "error"))
        self._inner.addWidget(text_label(checks_said(option.checks), "dim", wrap=True))
        self.setLayout(self._inner)
        self.head.toggled.connect(self._fold)
        self.head.setChecked(unfolded)
        self._fold(unfolded)

    def _fold(self, is_open: bool) -> None:
        self.head.setIcon(icon("chevron-down" if is_open else "chevron-right"))
        if is_open and self.body is None:
            self.body = self._make_body()
            self._inner.addWidget(self.body)
        if self.body is not None:
            self.body.setVisible(is_open)

    def _make_body(self) -> QWidget:
        look = tokens.current()
        body = QWidget()
        inner = column(gap=look.gap_tiny)
        for change in self.option.changes:
            inner.addWidget(text_label(words.change(change), wrap=True, selectable=True))
            if change.reason:
                inner.addWidget(text_label(change.reason, "dim", wrap=True, selectable=True))
        for estimate in self.option.estimates:
            add_estimate(inner, estimate)
        for statement in self.option.statements:
            self._add_statement(inner, statement)
        if not self.option.statements:
            inner.addWidget(text_label(tr("Nothing is said for or against it."), "dim", wrap=True))
        if self.option.checks:
            inner.addWidget(self._checks())
        title = tr("Decide on its lines") if self.option.vetoed else tr("Make a plan of it")
        self.make = button(title, lambda: self.planRequested.emit(self.option), name="clipboard-plus-outline")
        line = row()
        line.addWidget(self.make)
        line.addStretch()
        inner.addLayout(line)
        body.setLayout(inner)
        return body

    def _add_statement(self, inner: QVBoxLayout, one: Statement) -> None:
        look = tokens.current()
        box = QFrame()
        box.setProperty("notice", words.direction_state(one))
        lines = column(gap=0)
        lines.setContentsMargins(look.gap_small, look.gap_tiny, look.gap_small, look.gap_tiny)
        head = row()
        head.addWidget(text_label(words.direction(one), "section"))
        head.addStretch()
        if one.entries:
            link = button(tr("In the record"), lambda: self.entryRequested.emit(one.entries[0]))
            link.setProperty("flat", True)
            link.setObjectName("entrylink")
            head.addWidget(link)
        lines.addLayout(head)
        lines.addWidget(text_label(one.text, wrap=True, selectable=True))
        lines.addWidget(text_label(words.source(one.citation), "faint", wrap=True, selectable=True))
        box.setLayout(lines)
        inner.addWidget(box)

    def _checks(self) -> Section:
        found = CheckList()
        found.entryRequested.connect(self.entryRequested)
        section = Section(tr("Checks of this option"), found, open_=False)
        checks = tuple((one, "") for one in ordered(self.option.checks))
        # Cards take a moment to make: only when somebody looks.
        section.folded.connect(lambda folded: None if folded else found.set_checks(checks))  # type: ignore[arg-type]
        section.set_count(len(checks))
        return section
