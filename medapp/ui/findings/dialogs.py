"""Asks what holds in place of a finding, and why one is rejected."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QCompleter, QLineEdit, QRadioButton, QWidget

from medapp.services.corrections import must_be_said
from medapp.ui.findings import words
from medapp.ui.findings.correction import CorrectionForm, Draft, quick_reasons, way_title
from medapp.ui.shell.ask_dialog import AskDialog
from medapp.ui.shell.widgets import row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.finding import Finding
    from medapp.services.inbox import InboxItem
    from medapp.ui.findings.correction import Way


class CorrectDialog(AskDialog):
    """What holds instead, and why."""

    corrected = Signal(str, str)
    """What holds instead as it is kept, and the reason."""

    def __init__(self, item: InboxItem, finding: Finding, parent: QWidget) -> None:
        """Ask about `finding`."""
        value = words.value_of(finding).replace(" ", "\u00a0")
        if must_be_said(finding, item.result.coverage):
            question = tr("What holds of “{title}: {value}”?", title=finding.title, value=value)
            super().__init__(tr("Say what holds"), question, tr("Keep"), parent)
        else:
            question = tr("What holds instead of “{title}: {value}”?", title=finding.title, value=value)
            super().__init__(tr("Correct a finding"), question, tr("Correct"), parent)
        self.correction = CorrectionForm.of(item, finding)
        self._ways = QButtonGroup(self)
        self.ways: dict[Way, QRadioButton] = {}
        self.other = self._others()
        self.number, self.unit = QLineEdit(), QLineEdit(self.correction.start.unit)
        self.number.setFont(tabular(self.number.font()))
        self.number.setPlaceholderText(tr("Number"))
        self.unit.setPlaceholderText(tr("Unit"))
        self.text, self.reason = QLineEdit(), QLineEdit()
        self.text.setPlaceholderText(tr("In your words"))
        for way in self.correction.ways:
            self._add(way)
        self.form.addWidget(text_label(tr("Why? It may be left empty."), "dim"))
        self.form.addWidget(self.reason)
        self._begin()

    def _others(self) -> QComboBox:
        box = QComboBox()
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        for key, title in self.correction.others:
            box.addItem(title, key)
        box.setCurrentIndex(-1)
        completer = box.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        return box

    def _add(self, way: Way) -> None:
        chosen = QRadioButton(way_title(way))
        self.ways[way] = chosen
        self._ways.addButton(chosen)
        self.form.addWidget(chosen)
        fields: dict[Way, tuple[QWidget, ...]] = {
            "finding": (self.other,), "value": (self.number, self.unit), "text": (self.text,)
        }  # fmt: skip
        if way not in fields:
            return
        line = row()
        line.setContentsMargins(6 * tokens.GRID, 0, 0, 0)
        for field in fields[way]:
            field.setAccessibleName(f"{way_title(way)}: {self.windowTitle()}")
            line.addWidget(field, 1)
        self.form.addLayout(line)

    def _begin(self) -> None:
        fields: tuple[tuple[QLineEdit, Way], ...] = (
            (self.number, "value"), (self.unit, "value"), (self.text, "text"),
        )  # fmt: skip
        for field, way in fields:
            field.textEdited.connect(partial(self._written, way))
            field.textChanged.connect(self.check)
        self.other.editTextChanged.connect(partial(self._written, "finding"))
        self.other.currentIndexChanged.connect(self.check)
        self._ways.buttonToggled.connect(lambda *_: self.check())
        if self.correction.start.way is not None:
            self.ways[self.correction.start.way].setChecked(True)
        first = {"finding": self.other, "value": self.number, "text": self.text}
        focus = first.get(str(self.correction.start.way), next(iter(self.ways.values())))
        focus.setFocus()
        self.check()

    def _written(self, way: Way, _text: str) -> None:
        """Who writes into a field means it."""
        if way in self.ways:
            self.ways[way].setChecked(True)

    def draft(self) -> Draft:
        """What stands in the form."""
        way = next((one for one, chosen in self.ways.items() if chosen.isChecked()), None)
        at = self.other.findText(self.other.currentText(), Qt.MatchFlag.MatchFixedString)
        key = "" if at < 0 else str(self.other.itemData(at))
        return Draft(
            way, key, self.number.text(), self.unit.text(), self.text.text(), self.reason.text().strip()
        )

    def check(self, *_: object) -> None:
        """Say what is wrong; nothing can be kept until it is right."""
        draft = self.draft()
        problem = self.correction.problem(draft)
        remark = self.correction.remark(draft)
        self.say(problem or remark, may_go=not problem, state="" if problem else "warning")

    def accept(self) -> None:
        """Keep it, where it can be."""
        draft = self.draft()
        if self.correction.problem(draft):
            return
        self.corrected.emit(self.correction.said(draft), draft.reason)
        super().accept()


class RejectDialog(AskDialog):
    """Why a finding is wrong: one of the usual reasons, or words."""

    rejected_for = Signal(str)
    """The reason; may be empty."""

    def __init__(self, finding: Finding, parent: QWidget) -> None:
        """Ask about `finding`."""
        question = tr("Why is “{title}” wrong?", title=finding.title)
        super().__init__(tr("Reject a finding"), question, tr("Reject"), parent)
        self._group = QButtonGroup(self)
        self.reasons = [QRadioButton(one) for one in (*quick_reasons(), tr("Other"))]
        self.text = QLineEdit()
        self.text.setPlaceholderText(tr("In your words; it may be left empty"))
        self.text.setAccessibleName(tr("Reason"))
        for one in self.reasons:
            self._group.addButton(one)
            self.form.addWidget(one)
        self.reasons[-1].setChecked(True)
        self.form.addWidget(self.text)
        self.reasons[0].setFocus()

    def reason(self) -> str:
        """The chosen reason with the words beside it."""
        chosen = next(one for one in self.reasons if one.isChecked())
        named = "" if chosen is self.reasons[-1] else chosen.text()
        return ": ".join(part for part in (named, self.text.text().strip()) if part)

    def accept(self) -> None:
        """Reject it."""
        self.rejected_for.emit(self.reason())
        super().accept()
