"""The head of a finding: what, by which model, from what, when, how sure, status, and the buttons for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QInputDialog, QLineEdit

from medapp.ui.findings import words
from medapp.ui.findings.probability import ProbabilityBar
from medapp.ui.shell.banner import not_for_diagnosis
from medapp.ui.shell.widgets import NoticeBox, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr
from medapp.ui.wording import notice_text

if TYPE_CHECKING:
    from medapp.services.inbox import InboxItem
    from medapp.ui.findings.model import FindingsModel


class FindingHead(QFrame):
    """Shows what is chosen, and takes the decision."""

    cardRequested = Signal()

    def __init__(self, model: FindingsModel) -> None:
        """Show `model`'s choice."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("raised")
        self._model = model
        self.title = text_label("", "title", wrap=True, selectable=True)
        self.status = text_label()
        self.answer = text_label("", "heading", wrap=True, selectable=True)
        self._lines = {name: text_label("", "dim", wrap=True, selectable=True) for name in (
            "set", "interval", "made", "went", "familiarity", "disagree", "remark"
        )}  # fmt: skip
        self.bar = ProbabilityBar()
        self._notices = column()
        self.accept = button(tr("Accept"), lambda: model.decide("accepted"), name="check", primary=True)
        self.reject = button(tr("Reject…"), self.ask_reject, name="close")
        self.correct = button(tr("Correct…"), self.ask_correct, name="pencil-outline")
        self.undo = button(tr("Take back"), model.take_back, name="undo")
        self.card = button(tr("Model card"), self.cardRequested.emit, name="card-text-outline")
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap, look.gap, look.gap, look.gap)
        top = row()
        top.addWidget(self.title, 1)
        top.addWidget(self.status)
        inner.addLayout(top)
        inner.addWidget(self.answer)
        inner.addWidget(self.bar)
        for label in self._lines.values():
            inner.addWidget(label)
        inner.addLayout(self._notices)
        line = row()
        for one in (self.accept, self.correct, self.reject, self.undo):
            line.addWidget(one)
        line.addStretch()
        line.addWidget(self.card)
        inner.addLayout(line)
        inner.addWidget(text_label(not_for_diagnosis(), "faint"))
        self.setLayout(inner)

    def refresh(self) -> None:
        """Show the choice as it is now."""
        item, finding = self._model.item, self._model.finding
        if item is None:
            return
        self._show_answer(item)
        if finding is None:
            self.title.setText(item.entry.title)
            self.answer.setText(self._whole(item))
            self.status.setText("")
        else:
            self.title.setText(finding.title)
            self.answer.setText(words.value_of(finding))
            self.status.setText(words.status_of(item, finding))
            self.status.setProperty("state", words.state_of(item, finding))
            self.status.style().polish(self.status)
        self.bar.set_finding(finding)
        decided = finding is not None and finding.key in item.decisions
        for one in (self.accept, self.correct, self.reject):
            one.setVisible(finding is not None)
            one.setEnabled(not decided)
        self.undo.setVisible(decided)

    @staticmethod
    def _whole(item: InboxItem) -> str:
        if item.result.abstained:
            return tr("No answer: {reason}", reason=item.result.abstained)
        return tr("{count} findings", count=len(item.result.findings))

    def _show_answer(self, item: InboxItem) -> None:
        finding = self._model.finding
        decision = item.decisions.get(finding.key) if finding is not None else None
        said = {
            "set": words.set_of(finding, item.result.coverage) if finding else "",
            "interval": words.interval_of(finding) if finding else "",
            "made": words.made_by(item),
            "went": words.went_by(item),
            "familiarity": words.familiarity_of(item),
            "disagree": "",
            "remark": finding.remark if finding else "",
        }
        if finding is not None and finding.key in item.disagreeing:
            others = ", ".join(item.disagreeing[finding.key])
            said["disagree"] = tr("Sees it otherwise: {models}", models=others)
        if decision is not None and (decision.instead or decision.reason):
            parts = [decision.instead and tr("Instead: {said}", said=decision.instead),
                     decision.reason and tr("Reason: {said}", said=decision.reason)]  # fmt: skip
            said["remark"] = " · ".join([*(part for part in parts if part), said["remark"]]).strip(" ·")
        for name, text in said.items():
            self._lines[name].setText(text)
            self._lines[name].setVisible(bool(text))
        empty(self._notices)
        for notice in item.result.notices:
            self._notices.addWidget(NoticeBox(notice_text(notice), notice.severity))

    # ---- asking ---------------------------------------------------------------------------------------
    def ask_reject(self) -> None:
        """Ask why, then reject."""
        reason, said = QInputDialog.getText(
            self, tr("Reject"), tr("Why is it wrong? It may be left empty."), QLineEdit.EchoMode.Normal
        )
        if said:
            self._model.decide("rejected", reason=reason.strip())

    def ask_correct(self) -> None:
        """Ask what holds instead, then keep that."""
        finding = self._model.finding
        if finding is None:
            return
        instead, said = QInputDialog.getText(
            self, tr("Correct"), tr("What holds instead of “{title}”?", title=finding.title)
        )
        if said and instead.strip():
            self._model.decide("corrected", instead=instead.strip())
