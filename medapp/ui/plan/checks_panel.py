"""Checks of what is taken now: how many of each weight, filters, and the checks, worst first."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame

from medapp.ui.findings.flow import Flow
from medapp.ui.plan import words
from medapp.ui.plan.check_list import CheckList
from medapp.ui.plan.checks import GRADES, counts, kinds
from medapp.ui.plan.parts import scrolling
from medapp.ui.shell.widgets import NoticeBox, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPushButton, QWidget

    from medapp.ui.plan.checks import Grade
    from medapp.ui.plan.model import PlanModel


class ChecksPanel(QFrame):
    """At the top of the left side."""

    entryRequested = Signal(str)
    tablesRequested = Signal()
    """Somebody wants to say where the tables of medicines are."""

    def __init__(self, model: PlanModel, parent: QWidget) -> None:
        """Show `model`'s checks."""
        super().__init__(parent)
        look = tokens.current()
        self._model = model
        self._filling = False
        self.title = text_label(tr("Checks of what is taken now"), "heading")
        self.chips: dict[Grade | None, QPushButton] = {None: self._chip(None)}
        self.chips |= {grade: self._chip(grade) for grade in GRADES}
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(tr("Kind of check"))
        self.kinds.currentIndexChanged.connect(self._choose_kind)
        self._notices = column(gap=look.gap_small)
        self.list = CheckList()
        self.list.entryRequested.connect(self.entryRequested)
        head = row()
        head.addWidget(self.title, 1)
        head.addWidget(self.kinds)
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, 0)
        inner.addLayout(head)
        self.filters = Flow(*self.chips.values())
        inner.addWidget(self.filters)
        inner.addLayout(self._notices)
        self.area = scrolling(self.list)
        inner.addWidget(self.area, 1)
        self.setLayout(inner)
        model.changed.connect(self.refresh)
        model.filterChanged.connect(self.refresh)
        self.refresh()

    def _chip(self, grade: Grade | None) -> QPushButton:
        chip = button("", partial(self._choose_grade, grade))
        chip.setObjectName("chip")
        chip.setCheckable(True)
        return chip

    # ---- filters --------------------------------------------------------------------------------------
    def _choose_grade(self, grade: Grade | None) -> None:
        self._model.set_filter(replace(self._model.filter, grade=grade))
        self._show_chips()

    def _choose_kind(self, at: int) -> None:
        if not self._filling:
            self._model.set_filter(replace(self._model.filter, kind=self.kinds.itemData(at)))

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the checks as they are now."""
        model = self._model
        self._show_chips()
        self._show_kinds()
        self._show_notices()
        if model.checks is None:
            self.list.set_checks((), tr("Checking…") if model.loading else "")
        else:
            said = tr("No check passes this filter.") if model.checks.checks else tr("Nothing to check.")
            self.list.set_checks(tuple((one, "") for one in model.shown), said)

    def _show_chips(self) -> None:
        model = self._model
        found = counts(model.checks.checks) if model.checks is not None else {}
        total = sum(count for grade, count in found.items() if grade != "clear")
        for grade, chip in self.chips.items():
            count = total if grade is None else found.get(grade, 0)
            title = tr("All") if grade is None else words.grade(grade)
            chip.setText(f"{title} {count}")
            chip.setVisible(grade is None or count > 0 or grade == model.filter.grade)
            chip.setChecked(grade == model.filter.grade)

    def _show_kinds(self) -> None:
        model = self._model
        found = kinds(model.checks.checks) if model.checks is not None else ()
        self._filling = True
        self.kinds.clear()
        self.kinds.addItem(tr("All kinds"), None)
        for one in found:
            self.kinds.addItem(words.kind(one), one)
        self.kinds.setCurrentIndex(max(0, self.kinds.findData(model.filter.kind)))
        self.kinds.setEnabled(bool(found))
        self._filling = False

    def _show_notices(self) -> None:
        empty(self._notices)
        desk, checks = self._model.desk, self._model.checks
        if desk is not None and not desk.has_tables:
            text = tr(
                "Tables of drug interactions are not installed: the program's own short table alone is "
                "looked up. They are looked for in {place}.",
                place=desk.place,
            )
            self._notices.addWidget(NoticeBox(text, "warning"))
            self.install = button(tr("Open settings…"), self.tablesRequested.emit, name="cog-outline")
            self._notices.addWidget(self.install)
        if checks is not None and checks.unmatched:
            count = len(checks.unmatched)
            text = (
                tr("1 medicine was not recognised: nothing of it was checked.")
                if count == 1
                else tr("{count} medicines were not recognised: nothing of them was checked.", count=count)
            )
            self._notices.addWidget(NoticeBox(text, "warning"))
