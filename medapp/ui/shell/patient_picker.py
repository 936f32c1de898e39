"""Chooses one of the library's patients: words that are searched by, and who fits below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from medapp.ui.shell.search_line import SearchLine, enter
from medapp.ui.shell.widgets import column, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr
from medapp.ui.wording import day, person_name, sex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from medapp.domain.patient import Patient

    Choice = tuple[str, Patient]
    Find = Callable[[str, Callable[[Sequence[Choice]], None]], None]
    """``find(words, done)``: calls `done` with who fits, later."""

_PAUSE_MS = 80
_KEY = Qt.ItemDataRole.UserRole
_LINES = 7
"""Rows that are shown at once."""


class PatientPicker(QWidget):
    """Nobody is chosen before a person has chosen them: who is in focus may be somebody else by chance."""

    changed = Signal()

    def __init__(self, find: Find) -> None:
        """Ask `find` for who fits."""
        super().__init__()
        look = tokens.current()
        self._find = find
        self._patients: dict[str, Patient] = {}
        self._asked = 0
        self.chosen: Choice | None = None
        self.search = SearchLine()
        self.search.setPlaceholderText(tr("Find a patient by name, number or birth date"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("Find a patient"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Patient"))
        self.list.setFixedHeight(_LINES * (look.control_height + 1))
        self.told = text_label("", "dim")
        inner = column(gap=look.gap_tiny)
        for part in (self.search, self.list, self.told):
            inner.addWidget(part)
        self.setLayout(inner)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._ask)
        self.search.textChanged.connect(lambda _: self._timer.start())
        self.search.wentDown.connect(self._go_down)
        # A list that Tab leads to makes its first row the current one: only what is selected is chosen.
        self.list.itemSelectionChanged.connect(self._selected)
        self._tell()
        self._ask()

    def _ask(self) -> None:
        self._asked += 1
        asked = self._asked

        def done(found: Sequence[Choice]) -> None:
            if asked == self._asked:
                self._show(found)

        self._find(self.search.text(), done)

    def _show(self, found: Sequence[Choice]) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        self._patients = dict(found)
        wanted = self.chosen[0] if self.chosen else ""
        for key, patient in found:
            item = QListWidgetItem(who(patient))
            item.setData(_KEY, key)
            self.list.addItem(item)
            if key == wanted:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        if not found:
            self.told.setText(tr("Nobody in the library has all these words."))
        else:
            self._tell()

    def _go_down(self) -> None:
        enter(self.list)
        self.list.setCurrentRow(max(self.list.currentRow(), 0))

    def _selected(self) -> None:
        for item in self.list.selectedItems():
            self._choose(item.data(_KEY))

    def _choose(self, key: str) -> None:
        self.chosen = (key, self._patients[key])
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        self.told.setText(
            tr("Chosen: {who}", who=who(self.chosen[1])) if self.chosen else tr("Nobody is chosen yet.")
        )


def who(patient: Patient) -> str:
    """One line: name, birth date, sex, number."""
    parts = (
        person_name(patient.name) if patient.name else tr("No name"),
        day(patient.birth_date) if patient.birth_date else "",
        sex(patient.sex) if patient.sex else "",
        patient.id,
    )
    return " · ".join(part for part in parts if part)
