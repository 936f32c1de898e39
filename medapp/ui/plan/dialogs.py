"""What the page asks: a reason, another dose, a line of one's own, a result that is supposed, a name."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QLineEdit, QWidget

from medapp.ui.plan import words
from medapp.ui.shell.ask_dialog import AskDialog
from medapp.ui.shell.widgets import NoticeBox, row, text_label
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from medapp.domain.recommendation import Action, Change, Check
    from medapp.services.what_if import Measured

_ACTIONS: tuple[Action, ...] = ("start", "continue", "change", "stop")
_PAUSE_MS = 250
_TOLD = 6
"""Sentences that a dialog has room for."""


def field(words_: str, text: str = "") -> QLineEdit:
    """A line to write into; `words_` say what."""
    made = QLineEdit(text)
    made.setPlaceholderText(words_)
    made.setAccessibleName(words_)
    return made


class DecideDialog(AskDialog):
    """Why a line is rejected, changed, or accepted against a check; a change says what holds instead."""

    decided = Signal(str, str)
    """The dose that holds instead, empty where it stays, and the reason."""
    stopped = Signal(str)
    """It shall not go on, and why: a line that stops it is added."""

    def __init__(self, change: Change, verdict: str, parent: QWidget, against: Sequence[Check] = ()) -> None:
        """Ask about a line; `against` are checks that forbid it."""
        line = words.change(change)
        asked = {
            "accepted": (tr("Accept against a check"), tr("Why is “{line}” right all the same?", line=line)),
            "changed": (tr("Change a line"), tr("Which dose holds in “{line}”?", line=line)),
            "rejected": (tr("Reject a line"), tr("Why is “{line}” rejected?", line=line)),
        }
        action = {"accepted": tr("Accept"), "changed": tr("Change"), "rejected": tr("Reject")}
        super().__init__(*asked[verdict], action[verdict], parent)
        self.verdict = verdict
        for check in against:
            self.form.addWidget(NoticeBox(f"{words.kind(check.kind)}: {check.text}", "error"))
        self.dose = field(tr("Dose, as it shall be taken"), change.dose if verdict == "changed" else "")
        self.reason = field(tr("Reason"))
        self.stop = QCheckBox(tr("Add a line that stops it: without one it stays on the list"))
        self.stop.setChecked(True)
        for one in (self.stop, self.dose, self.reason):
            self.form.addWidget(one)
        # Not before they have a place: without one they would be shown as windows of their own.
        self.stop.setVisible(verdict == "rejected" and change.action == "continue")
        self.dose.setVisible(verdict == "changed")
        for one in (self.dose, self.reason):
            one.textChanged.connect(self.check)
        (self.dose if verdict == "changed" else self.reason).setFocus()
        self.check()

    def check(self, *_: object) -> None:
        """Both are asked for: a decision without a reason says nothing to whoever reads it."""
        missing = not self.reason.text().strip() or (
            self.verdict == "changed" and not self.dose.text().strip()
        )
        self.say(tr("A reason is needed.") if missing else "", may_go=not missing)

    def accept(self) -> None:
        """Keep it."""
        if not self.ok.isEnabled():
            return
        if not self.stop.isHidden() and self.stop.isChecked():
            self.stopped.emit(self.reason.text().strip())
        else:
            self.decided.emit(self.dose.text().strip(), self.reason.text().strip())
        super().accept()


class AddLineDialog(AskDialog):
    """A line of one's own; the medicine is looked up while it is typed."""

    added = Signal(str, str, str, str)
    """What is done, the medicine, its dose, and why."""
    lookedFor = Signal(str)
    """The name as it stands, a moment after it was typed."""

    def __init__(self, parent: QWidget, *, actions: Sequence[Action] = _ACTIONS) -> None:
        """Ask for a medicine."""
        super().__init__(tr("Add a line"), tr("What shall be done?"), tr("Add"), parent)
        self.action = QComboBox()
        for one in actions:
            self.action.addItem(words.action(one), one)
        self.name = field(tr("Medicine, by name or code"))
        self.dose, self.reason = field(tr("Dose; it may be left empty")), field(tr("Reason"))
        line = row()
        line.addWidget(self.action)
        line.addWidget(self.name, 1)
        self.form.addLayout(line)
        self.known = text_label("", "dim", wrap=True)
        self.form.addWidget(self.known)
        self.form.addWidget(self.dose)
        self.form.addWidget(self.reason)
        self.action.currentIndexChanged.connect(
            lambda _: self.dose.setVisible(self.action.currentData() != "stop")
        )
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.lookedFor.emit(self.name.text()))
        self.name.textChanged.connect(self._typed)
        self.name.setFocus()
        self._typed("")

    def _typed(self, text: str) -> None:
        self.known.setText("")
        self.say("", may_go=bool(text.strip()))
        if text.strip():
            self._pause.start()
        else:
            self._pause.stop()

    def show_known(self, name: str, said: str, *, is_known: bool) -> None:
        """Say what a name was recognised as, where it still stands there."""
        if name == self.name.text():
            self.known.setText(said)
            self.known.setProperty("state", "" if is_known else "warning")
            self.known.style().polish(self.known)

    def accept(self) -> None:
        """Add it."""
        if self.name.text().strip():
            dose = "" if self.action.currentData() == "stop" else self.dose.text()
            texts = (self.name.text(), dose, self.reason.text())
            self.added.emit(self.action.currentData(), *(one.strip() for one in texts))
            super().accept()


class ResultDialog(AskDialog):
    """A result that is supposed: what, how much, in which unit, and of which day."""

    def __init__(
        self, measured: Sequence[Measured], add: Callable[[Measured, float, str, str], None], parent: QWidget
    ) -> None:
        """Offer `measured`; `add` takes the result, or raises `ValueError` with what is wrong."""
        question = tr("Which result is supposed? It is not put into the record.")
        super().__init__(tr("Suppose a result"), question, tr("Suppose"), parent)
        self._measured, self._add = tuple(measured), add
        self.what = QComboBox()
        self.what.setEditable(True)
        self.what.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.what.setAccessibleName(tr("What was measured"))
        for one in self._measured:
            self.what.addItem(one.title)
        completer = self.what.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.value, self.unit = field(tr("Number")), field(tr("Unit"))
        self.day = field(tr("Day, as 2026-01-31"), date.today().isoformat())  # noqa: DTZ011 - here
        self.last = text_label("", "dim", wrap=True)
        self.value.setFont(tabular(self.value.font()))
        line = row()
        for one_field in (self.value, self.unit, self.day):
            line.addWidget(one_field, 1)
            one_field.textChanged.connect(self.check)
        self.form.addWidget(self.what)
        self.form.addLayout(line)
        self.form.addWidget(self.last)
        self.what.currentIndexChanged.connect(self._chosen)
        self.what.editTextChanged.connect(self.check)
        self._chosen(self.what.currentIndex())
        self.value.setFocus()

    @property
    def measured(self) -> Measured | None:
        """What was chosen; None where what was typed is none of it."""
        text = self.what.currentText().strip().casefold()
        return next((one for one in self._measured if one.title.casefold() == text), None)

    def _chosen(self, at: int) -> None:
        if 0 <= at < len(self._measured):
            found = self._measured[at]
            self.unit.setText(found.unit)
            self.last.setText(tr("In the record: {last}", last=found.last or tr("nothing")))
        self.check()

    def number(self) -> float | None:
        """The number that was typed; None where it is none."""
        try:
            return float(self.value.text().strip().replace(",", "."))
        except ValueError:
            return None

    def check(self, *_: object) -> None:
        """Say what is wrong."""
        problem = ""
        if self.measured is None:
            problem = tr("Choose what was measured.")
        elif self.number() is None:
            problem = tr("A number is needed.")
        remark = "" if self.unit.text().strip() else tr("Without a unit the checks take it for unknown.")
        self.say(problem or remark, may_go=not problem, state="" if problem else "warning")

    def accept(self) -> None:
        """Suppose it, or say what is wrong with it."""
        found, number = self.measured, self.number()
        if found is None or number is None:
            return
        try:
            self._add(found, number, self.unit.text(), self.day.text())
        except ValueError as error:
            self.say(str(error), may_go=True, state="error")
            return
        super().accept()


class SignDialog(AskDialog):
    """Who answers for the decisions."""

    signed = Signal(str)

    def __init__(self, missing: Sequence[str], against: Sequence[str], parent: QWidget) -> None:
        """Ask for the name; `missing` has to be done first, `against` has to have been seen."""
        question = tr("Who answers for this plan? It does not change any more after that.")
        super().__init__(tr("Sign the plan"), question, tr("Sign"), parent)
        self._missing = tuple(missing)
        for one in self._missing:
            self.form.addWidget(NoticeBox(one, "warning"))
        self.name = field(tr("Your name"))
        self.form.addWidget(self.name)
        self.name.setVisible(not self._missing)
        self.seen = QCheckBox(tr("I have seen this and sign nevertheless"))
        self.seen.setVisible(bool(against) and not self._missing)
        if self.seen.isVisibleTo(self):
            for one in against[:_TOLD]:
                self.form.addWidget(NoticeBox(one, "warning"))
            if len(against) > _TOLD:
                self.form.addWidget(text_label(tr("and {count} more", count=len(against) - _TOLD), "dim"))
            self.form.addWidget(self.seen)
        self.seen.toggled.connect(self.check)
        self.name.textChanged.connect(self.check)
        self.name.setFocus()
        self.check()

    def check(self, *_: object) -> None:
        """Nothing is signed before all is decided and somebody is named."""
        said = tr("It cannot be signed yet.") if self._missing else ""
        unseen = self.seen.isVisibleTo(self) and not self.seen.isChecked()
        self.say(said, may_go=not (self._missing or unseen) and bool(self.name.text().strip()))

    def accept(self) -> None:
        """Sign it."""
        if self.ok.isEnabled():
            self.signed.emit(self.name.text().strip())
            super().accept()
