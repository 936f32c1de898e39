"""Two plans side by side, in tables."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QSizePolicy, QWidget

from medapp.services.plan_comparing import compare
from medapp.ui.findings.reasons import FittedTable
from medapp.ui.plan import words
from medapp.ui.plan.check_list import CheckList
from medapp.ui.plan.checks import GRADES, marked
from medapp.ui.plan.parts import scrolling
from medapp.ui.record.tables import Cell, Column, Row, Table
from medapp.ui.shell.banner import not_for_diagnosis
from medapp.ui.shell.widgets import Section, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.plan import Plan
    from medapp.services.plan_comparing import Pair

_SIZE = (230 * tokens.GRID, 170 * tokens.GRID)


def pair_table(title: str, rows: Sequence[Pair]) -> Table:
    """Rows of two plans; those that differ are marked by a word."""
    columns = (
        Column(title, 40),
        Column(tr("First plan"), 34),
        Column(tr("Second plan"), 34),
        Column(tr("Differs"), 10),
    )
    return Table(columns, tuple(_row(one) for one in rows))


def _row(one: Pair) -> Row:
    nothing = tr("not in it")
    cells = [Cell(one.title, one.title.casefold())]
    cells += [Cell(text or nothing, text or None, "" if text else "dim") for text in (one.first, one.second)]
    cells.append(Cell(tr("differs"), "0", "warning") if one.differs else Cell(tr("the same"), "1", "dim"))
    return Row(tuple(cells))


def _grade(name: str) -> str:
    return next((words.grade(one) for one in GRADES if one == name), words.grade("unknown"))


class CompareDialog(QDialog):
    """Which two can be chosen here; links are handed on."""

    def __init__(self, plans: Sequence[Plan], first: Plan, parent: QWidget) -> None:
        """Set `first` beside the latest other one of `plans`."""
        super().__init__(parent)
        look = tokens.current()
        self.setWindowTitle(tr("Compare two plans"))
        self._plans = tuple(plans)
        self.first, self.second = self._chooser(tr("First plan")), self._chooser(tr("Second plan"))
        self.first.setCurrentIndex(self._plans.index(first))
        other = next(at for at, one in enumerate(self._plans) if one is not first)
        self.second.setCurrentIndex(other)
        self.medicines = FittedTable(tr("Medicines"), self.font())
        self.counts = FittedTable(tr("Checks"), self.font())
        self.estimates = FittedTable(tr("Expected"), self.font())
        self.checks = CheckList(tr("The checks of both lists say the same."))
        self.expected = Section(tr("What is expected"), self.estimates)
        body = QWidget()
        inner = column(gap=look.gap)
        for part in (self.medicines, self.counts, self.expected):
            inner.addWidget(part)
        inner.addWidget(Section(tr("What the checks say otherwise of the second plan"), self.checks))
        body.setLayout(inner)
        line = row()
        for chooser in (self.first, self.second):
            line.addWidget(chooser, 1)
            chooser.currentIndexChanged.connect(self.refresh)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        outer = column(margin=look.gap)
        outer.addLayout(line)
        outer.addWidget(scrolling(body), 1)
        outer.addWidget(text_label(not_for_diagnosis(), "faint"))
        outer.addWidget(buttons)
        self.setLayout(outer)
        self.resize(*_SIZE)
        self.refresh()

    def _chooser(self, name: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for one in self._plans:
            box.addItem(words.plan_title(one))
        return box

    def refresh(self, *_: object) -> None:
        """Show the two that are chosen."""
        found = compare(self._plans[self.first.currentIndex()], self._plans[self.second.currentIndex()])
        self.medicines.set_table(pair_table(tr("Medicine"), found.medicines))
        checks = [replace(one, title=_grade(one.title)) for one in found.checks]
        self.counts.set_table(pair_table(tr("Checks"), checks))
        self.counts.setVisible(bool(found.checks))
        self.estimates.set_table(pair_table(tr("Expected"), found.estimates))
        self.expected.setVisible(bool(found.estimates))
        self.checks.set_checks(marked(found.difference))
