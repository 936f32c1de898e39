"""What the patient takes, as it was recognised, and the problems that a plan is made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QTabWidget, QWidget

from medapp.ui.plan import words
from medapp.ui.plan.parts import TwoLineList, TwoLines
from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.medicines import Checks
    from medapp.ui.plan.model import PlanModel

_AT = int(Qt.ItemDataRole.UserRole)


def medicine_lines(checks: Checks | None) -> tuple[TwoLines, ...]:
    """What is taken; what was not recognised comes first, as nothing of it was checked."""
    medicines = checks.medicines if checks is not None else ()
    found = sorted(medicines, key=lambda one: one.drug.is_known)
    return tuple(
        TwoLines(
            one.drug.name,
            words.medicine_line(one),
            one.drug.entry,
            "warning" if not one.drug.is_known or one.unclear or one.notes else "",
        )
        for one in found
    )


class PatientLists(QTabWidget):
    """At the foot of the left side."""

    entryRequested = Signal(str)

    def __init__(self, model: PlanModel, parent: QWidget) -> None:
        """Show `model`."""
        super().__init__(parent)
        self._model = model
        self._filling = False
        self.medicines = TwoLineList(tr("Medicines that are taken now"))
        self.medicines.keyOpened.connect(self.entryRequested)
        self.problems = QListWidget()
        self.problems.setAccessibleName(tr("Problems in focus"))
        self.problems.itemChanged.connect(self._ticked)
        self.problems.itemActivated.connect(self._open_problem)
        self.own = QLineEdit()
        self.own.setPlaceholderText(tr("A problem in your own words"))
        self.own.setAccessibleName(self.own.placeholderText())
        self.own.returnPressed.connect(self._add)
        self.add = button(tr("Add"), self._add)
        self.no_medicines = text_label("", "dim", wrap=True)
        self.no_medicines.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.addTab(self._page(self.medicines, self.no_medicines), "")
        self.addTab(self._problem_page(), "")
        model.changed.connect(self.refresh)
        model.focusChanged.connect(self.refresh)
        self.refresh()

    def _page(self, *parts: QWidget) -> QWidget:
        look = tokens.current()
        page = QWidget()
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap_tiny, look.gap_tiny, 0, 0)
        for one in parts:
            inner.addWidget(one)
        inner.addStretch()
        inner.addWidget(
            text_label(tr("Enter or a double click opens an entry in the record."), "faint", wrap=True)
        )
        inner.setStretchFactor(parts[0], 1)
        page.setLayout(inner)
        return page

    def _problem_page(self) -> QWidget:
        line = row()
        line.addWidget(self.own, 1)
        line.addWidget(self.add)
        foot = QWidget()
        foot.setLayout(line)
        return self._page(self.problems, foot)

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the lists as they are now."""
        model = self._model
        lines = medicine_lines(model.checks)
        self.medicines.set_lines(lines)
        self.medicines.setVisible(bool(lines))
        self.no_medicines.setText(
            tr("Reading what is taken…")
            if model.checks is None
            else tr("The record names no medicine that is taken now. What it does not list is not known.")
        )
        self.no_medicines.setVisible(not lines)
        self.setTabText(0, tr("Medicines {count}", count=len(lines)))
        chosen, total = len(model.focus), len(model.problems)
        self.setTabText(1, tr("Problems {chosen} of {total}", chosen=chosen, total=total))
        self._fill_problems()

    def _fill_problems(self) -> None:
        model = self._model
        self._filling = True
        shown = [self.problems.item(at).text() for at in range(self.problems.count())]
        if shown != [one.text for one in model.problems]:
            self.problems.clear()
            for at, one in enumerate(model.problems):
                item = QListWidgetItem(one.text)
                item.setData(_AT, at)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setToolTip(one.text if one.entry else tr("In your own words, not in the record"))
                self.problems.addItem(item)
        for at, one in enumerate(model.problems):
            ticked = Qt.CheckState.Checked if model.is_in_focus(one) else Qt.CheckState.Unchecked
            self.problems.item(at).setCheckState(ticked)
        self._filling = False

    # ---- acting ---------------------------------------------------------------------------------------
    def _ticked(self, item: QListWidgetItem) -> None:
        if not self._filling:
            wanted = item.checkState() == Qt.CheckState.Checked
            self._model.set_in_focus(self._model.problems[item.data(_AT)], wanted=wanted)

    def _open_problem(self, item: QListWidgetItem) -> None:
        entry = self._model.problems[item.data(_AT)].entry
        if entry:
            self.entryRequested.emit(entry)

    def _add(self) -> None:
        if self._model.add_problem(self.own.text()):
            self.own.clear()
