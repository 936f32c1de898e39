"""What if: what is supposed, and what the checks and the model would say then, against what holds now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QSizePolicy, QWidget

from medapp.ui.findings.flow import Flow
from medapp.ui.plan import words
from medapp.ui.plan.check_list import CheckList
from medapp.ui.plan.checks import marked
from medapp.ui.plan.outlook_view import compared
from medapp.ui.plan.parts import scrolling
from medapp.ui.shell.widgets import NoticeBox, Section, button, column, empty, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

    from medapp.ui.plan.model import PlanModel
    from medapp.ui.plan.outlook import OutlookModel
    from medapp.ui.plan.reranking import Ranked, RerankingModel
    from medapp.ui.plan.supposing import SupposingModel


class SupposingPanel(QFrame):
    """Beside the plan; nothing of it is kept."""

    entryRequested = Signal(str)
    resultRequested = Signal()
    medicineRequested = Signal()

    def __init__(
        self,
        model: SupposingModel,
        patient: PlanModel,
        reranking: RerankingModel,
        outlook: OutlookModel,
    ) -> None:
        """Show `model`; the medicines are those of `patient`."""
        super().__init__()
        look = tokens.current()
        self._model, self._patient = model, patient
        self._reranking, self._outlook = reranking, outlook
        self._items = column(gap=0)
        self._said = column(gap=look.gap_small)
        outer = column(gap=look.gap_small)
        outer.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, look.gap_small)
        outer.addWidget(NoticeBox(tr("What if: nothing of this is in the record or in a plan."), "warning"))
        outer.addLayout(self._medicine_lines())
        outer.addWidget(self._ways())
        outer.addWidget(scrolling(self._body()), 1)
        self.setLayout(outer)
        for one in (model, patient, reranking, outlook):
            one.changed.connect(self.refresh)
        self.refresh()

    # ---- parts ----------------------------------------------------------------------------------------
    def _ways(self) -> Flow:
        self.add = button(tr("Add a medicine…"), self.medicineRequested.emit, name="plus")
        self.result = button(tr("Suppose a result…"), self.resultRequested.emit, name="flask-outline")
        self.clear = button(tr("Suppose nothing"), self._model.clear, name="close")
        return Flow(self.add, self.result, self.clear)

    def _body(self) -> QWidget:
        self.changes = CheckList()
        self.changes.entryRequested.connect(self.entryRequested)
        self.section = Section(tr("What the checks would say differently"), self.changes)
        self.ranking = text_label("", wrap=True, selectable=True)
        self.rank_section = Section(tr("What the model would propose"), self.ranking)
        self.coming = text_label("", wrap=True, selectable=True)
        self.outlook_section = Section(tr("What may come"), self.coming)
        body = QWidget()
        inner = column(gap=tokens.current().gap_small)
        for part in (self._items, self._said):
            inner.addLayout(part)
        for section in (self.rank_section, self.outlook_section, self.section):
            inner.addWidget(section)
        body.setLayout(inner)
        return body

    def _medicine_lines(self) -> QVBoxLayout:
        self.medicine = QComboBox()
        self.medicine.setAccessibleName(tr("Medicine that is taken now"))
        self.medicine.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.dose = QLineEdit()
        self.dose.setPlaceholderText(tr("Another dose"))
        self.dose.setAccessibleName(tr("Another dose"))
        self.dose.returnPressed.connect(self._set_dose)
        self.drop = button(tr("Leave out"), self._drop)
        self.change = button(tr("Take this dose"), self._set_dose)
        line = row()
        line.addWidget(self.drop)
        line.addWidget(self.dose, 1)
        line.addWidget(self.change)
        lines = column()
        lines.addWidget(self.medicine)
        lines.addLayout(line)
        return lines

    # ---- acting ---------------------------------------------------------------------------------------
    def _drop(self) -> None:
        if self.medicine.currentText():
            self._model.drop(self.medicine.currentText())

    def _set_dose(self) -> None:
        if self.medicine.currentText() and self.dose.text().strip():
            self._model.set_dose(self.medicine.currentText(), self.dose.text())
            self.dose.clear()

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show what is supposed and what would come of it."""
        model, checks = self._model, self._patient.checks
        named = [one.drug.name for one in checks.medicines] if checks is not None else []
        if named != [self.medicine.itemText(at) for at in range(self.medicine.count())]:
            self.medicine.clear()
            self.medicine.addItems(named)
        for one in (self.medicine, self.drop, self.dose, self.change):
            one.setEnabled(bool(named))
        for other in (self.add, self.result):
            other.setEnabled(checks is not None)
        self.clear.setVisible(bool(model.wish))
        empty(self._items)
        for text, take_back in model.items:
            self._items.addLayout(_item(text, take_back))
        self._say()
        changes = marked(model.difference)
        self.changes.set_checks(changes)
        self.section.setVisible(bool(changes))
        self.section.set_count(len(changes))
        self._show_ranking()
        self._show_outlook()

    def _say(self) -> None:
        model = self._model
        empty(self._said)
        if not model.wish:
            text = tr("Leave a medicine out, change a dose, add a medicine or a result: all is checked anew.")
            self._said.addWidget(text_label(text, "dim", wrap=True))
            return
        if model.busy:
            self._said.addWidget(text_label(tr("Computing…"), "dim"))
        elif model.checks is not None and not model.difference:
            text = tr("The checks would say the same.")
            if model.wish.doses:
                text += " " + tr("None of them goes by the dose that is written.")
            self._said.addWidget(text_label(text, "dim", wrap=True))
        for name in model.unknown:
            text = tr("{name} was not recognised: nothing of it was checked.", name=name)
            self._said.addWidget(NoticeBox(text, "warning"))

    def _show_outlook(self) -> None:
        """Only where it was asked for what may come as it is."""
        found = self._outlook
        now, then = found.now, found.then
        lines: list[str] = []
        if self._model.wish and now is not None and now.estimates:
            if found.busy:
                lines = [tr("Estimating again…")]
            elif then is not None:
                pairs = zip(now.estimates, then.estimates, strict=False)
                lines = [compared(before, after) for before, after in pairs]
                lines += [tr("No estimate: {reason}", reason=then.abstained)] if then.abstained else []
        self.coming.setText("\n".join(lines))
        self.outlook_section.setVisible(bool(lines))

    def _show_ranking(self) -> None:
        found = self._reranking
        lines = [ranked_line(one) for one in found.rows]
        if found.busy:
            lines = [tr("Asking the model again…")]
        elif found.abstained:
            lines = [tr("It would propose nothing: {reason}", reason=found.abstained), *lines]
        elif found.failed:
            lines = [tr("The model cannot be asked: {reason}", reason=found.failed)]
        self.ranking.setText("\n".join(lines))
        self.rank_section.setVisible(bool(lines))


def ranked_line(one: Ranked) -> str:
    """Where an option stands now and would stand, and what would be expected of it."""
    now = tr("not proposed") if one.now is None else tr("place {number}", number=one.now)
    then = tr("not proposed") if one.then is None else tr("place {number}", number=one.then)
    if now == then:
        parts = [tr("{title}: {now}, as now", title=one.title, now=now)]
    else:
        parts = [tr("{title}: {then}, now {now}", title=one.title, now=now, then=then)]
    if one.forbidden:
        parts.append(tr("forbidden by a check"))
    if one.expected_then != one.expected_now:
        parts += [tr("would be {said}", said=words.estimate(each)) for each in one.expected_then]
    return " · ".join(parts)


def _item(text: str, take_back: object) -> QHBoxLayout:
    line = row()
    line.addWidget(text_label(text, wrap=True), 1)
    remove = icon_button("close", tr("No longer suppose: {what}", what=text))
    remove.clicked.connect(partial(_call, take_back))
    line.addWidget(remove)
    return line


def _call(function: object, _checked: bool = False) -> None:
    assert callable(function)  # noqa: S101
    function()
