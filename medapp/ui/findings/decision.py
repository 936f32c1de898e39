"""The head of a finding: what, by which model, from what, when, how sure, status, and the buttons for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from medapp.services.corrections import must_be_said
from medapp.ui.findings import words
from medapp.ui.findings.dialogs import CorrectDialog, RejectDialog
from medapp.ui.findings.flow import Flow
from medapp.ui.findings.probability import ProbabilityBar
from medapp.ui.shell.banner import not_for_diagnosis
from medapp.ui.shell.widgets import NoticeBox, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr
from medapp.ui.wording import notice_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton

    from medapp.domain.finding import Answer, Finding
    from medapp.services.inbox import InboxItem
    from medapp.ui.findings.model import FindingsModel

_LINES = (
    "set", "tests", "interval", "period", "percentile", "images", "made", "went", "familiarity", "disagree",
    "remark",
)  # fmt: skip


class FindingHead(QFrame):
    """Shows the chosen finding, and takes the decision."""

    cardRequested = Signal()
    answerRequested = Signal()
    """The whole answer shall be shown."""

    def __init__(self, model: FindingsModel) -> None:
        """Show `model`'s choice."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("raised")
        self._model = model
        self.dialog: CorrectDialog | RejectDialog | None = None
        self.title = text_label("", "title", wrap=True, selectable=True)
        self.status = text_label()
        self.answer = text_label("", "heading", wrap=True, selectable=True)
        self.lines = {name: text_label("", "dim", wrap=True, selectable=True) for name in _LINES}
        self.bar = ProbabilityBar()
        self._notices = column()
        self._decision = column()
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap, look.gap, look.gap, look.gap)
        top = row()
        top.addWidget(self.title, 1)
        top.addWidget(self.status)
        inner.addLayout(top)
        inner.addWidget(self.answer)
        inner.addWidget(self.bar)
        for label in self.lines.values():
            inner.addWidget(label)
        inner.addLayout(self._notices)
        inner.addLayout(self._decision)
        inner.addWidget(self._buttons())
        inner.addWidget(text_label(not_for_diagnosis(), "faint"))
        self.setLayout(inner)

    def _buttons(self) -> Flow:
        model = self._model
        self.accept = button(tr("Accept"), lambda: model.decide("accepted"), name="check", primary=True)
        self.present = self._saying("present")
        self.absent = self._saying("absent")
        self.correct = button(tr("Correct…"), self.ask_correct, name="pencil-outline")
        self.reject = button(tr("Reject…"), self.ask_reject, name="close")
        self.undo = button(tr("Take back"), model.take_back, name="undo")
        self.whole = button(tr("Whole answer"), self.answerRequested.emit, name="format-list-bulleted")
        self.card = button(tr("Model card"), self.cardRequested.emit, name="card-text-outline")
        for one, key in ((self.correct, "C"), (self.reject, "R"), (self.undo, "U")):
            _name(one, one.accessibleName(), key)
        # They go on in a second line where there is no room for all of them.
        return Flow(
            self.accept,
            self.present,
            self.absent,
            self.correct,
            self.reject,
            self.undo,
            self.whole,
            self.card,
        )

    def _saying(self, one: Answer) -> QPushButton:
        """What a person says where the model says nothing definite."""
        title = tr("It is {what}", what=words.answer(one))
        tip = tr("The model leaves it open: say which of them holds")
        return button(title, lambda: self._model.decide("corrected", instead=one), name="check", tip=tip)

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the choice as it is now."""
        item, finding = self._model.item, self._model.finding
        if item is None or finding is None:
            return
        self.title.setText(words.full_title(item, finding))
        self.answer.setText(words.holds_of(item, finding) or words.value_of(finding))
        self.status.setText(words.status_of(item, finding))
        self.status.setProperty("state", words.state_of(item, finding))
        self.status.style().polish(self.status)
        self.bar.set_finding(finding)
        said = dict(zip(_LINES, _lines(item, finding), strict=True))
        for name, text in said.items():
            self.lines[name].setText(text)
            self.lines[name].setVisible(bool(text))
        empty(self._notices)
        for notice in item.result.notices:
            self._notices.addWidget(NoticeBox(notice_text(notice), notice.severity))
        self._show_decision(item, finding)

    def _show_decision(self, item: InboxItem, finding: Finding) -> None:
        empty(self._decision)
        decided = words.decided(item, finding)
        if decided:
            self._decision.addWidget(NoticeBox(decided, words.state_of(item, finding)))
        for text in words.decided_before(item, finding):
            self._decision.addWidget(text_label(text, "dim", wrap=True, selectable=True))
        is_open = must_be_said(finding, item.result.coverage)
        _name(self.accept, words.accept_title(item, finding), "A")
        self.accept.setVisible(not decided and not is_open)
        for one in (self.present, self.absent):
            one.setVisible(not decided and is_open)
        for one in (self.correct, self.reject):
            one.setVisible(not decided)
        self.undo.setVisible(bool(decided))

    def press_accept(self) -> None:
        """Accept by key: what the model leaves open is asked for, so that no single key asserts it."""
        if self.accept.isVisible() and self.accept.isEnabled():
            self.accept.click()
        elif self.present.isVisible():
            self.ask_correct()

    # ---- asking ---------------------------------------------------------------------------------------
    def ask_reject(self) -> None:
        """Ask why, then reject."""
        finding = self._model.finding
        if finding is None:
            return
        dialog = RejectDialog(finding, self)
        choice = self._model.choice
        dialog.rejected_for.connect(
            lambda reason: (
                self._model.decide("rejected", reason=reason) if self._model.choice == choice else None
            )
        )
        self._open(dialog)

    def ask_correct(self) -> None:
        """Ask what holds instead, then keep that."""
        item, finding = self._model.item, self._model.finding
        if item is None or finding is None:
            return
        dialog = CorrectDialog(item, finding, self)
        choice = self._model.choice
        dialog.corrected.connect(
            lambda instead, reason: (
                self._model.decide("corrected", instead=instead, reason=reason)
                if self._model.choice == choice
                else None
            )
        )
        self._open(dialog)

    def _open(self, dialog: CorrectDialog | RejectDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(self._closed)
        dialog.open()

    def _closed(self, _: int) -> None:
        self.dialog = None


def _name(one: QPushButton, title: str, key: str) -> None:
    one.setText(f" {title}")
    one.setAccessibleName(title)
    one.setToolTip(tr("{title} (key {key})", title=title, key=key))


def _lines(item: InboxItem, finding: Finding) -> tuple[str, ...]:
    """In the order of `_LINES`; empty where there is nothing to say."""
    disagree = ""
    if finding.key in item.disagreeing:
        disagree = tr("Sees it otherwise: {models}", models=", ".join(item.disagreeing[finding.key]))
    return (
        words.set_of(finding, item.result.coverage),
        words.tests_of(finding),
        words.interval_of(finding),
        words.period_of(item, finding),
        words.percentile_of(finding),
        words.images_of(item),
        words.made_by(item),
        words.went_by(item),
        words.familiarity_of(item),
        disagree,
        finding.remark,
    )
