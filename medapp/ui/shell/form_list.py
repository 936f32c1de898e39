"""Questions of one kind: their names at the left, the form of the chosen one beside them.

A form is made when it is first looked at: hundreds may wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSplitter, QStackedWidget, QWidget

from medapp.ui.shell.widgets import button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_KEY = Qt.ItemDataRole.UserRole
_NAMES, _FORMS = 56, 230
"""Widths on the grid."""


class Slot(QWidget):
    """Where a form comes to stand; says what is awaited until then."""

    def __init__(self, key: str) -> None:
        """For the question of this key."""
        super().__init__()
        self.key = key
        self.form: QWidget | None = None
        self._box = column(margin=tokens.current().gap_small)
        self._told = text_label(tr("Looking at it…"), "dim", wrap=True)
        self._box.addWidget(self._told)
        self._box.addStretch(1)
        self.setLayout(self._box)

    def put(self, form: QWidget) -> None:
        """Show the form."""
        empty(self._box)
        self._box.setContentsMargins(0, 0, 0, 0)
        self.form = form
        self._box.addWidget(form)


class FormList(QWidget):
    """Asks one after the other."""

    leftOut = Signal(str)
    """Key of a question that shall not be asked any more."""

    def __init__(self, text: str, begin: Callable[[Slot], object], *, leave: str = "") -> None:
        """Say `text` above; `begin` puts the form into a slot, now or later.

        Args:
            text: What is asked.
            begin: Called once for every question that is looked at.
            leave: Title of the button that leaves a question out; none without.
        """
        super().__init__()
        look = tokens.current()
        self._begin = begin
        self._slots: dict[str, Slot] = {}
        self.names = QListWidget()
        self.names.setAccessibleName(tr("Questions"))
        self.names.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.stack = QStackedWidget()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.names)
        split.addWidget(self.stack)
        split.setStretchFactor(1, 1)
        split.setSizes([_NAMES * tokens.GRID, _FORMS * tokens.GRID])
        self.head = row()
        self.head.addWidget(text_label(text, "dim"), 1)
        if leave:
            self.head.addWidget(
                button(leave, self._leave_out, tip=tr("It can be asked again under Answered"))
            )
        inner = column(margin=look.gap_small, gap=look.gap_small)
        inner.addLayout(self.head)
        inner.addWidget(split, 1)
        self.setLayout(inner)
        self.names.currentItemChanged.connect(lambda *_: self._show())

    @property
    def count(self) -> int:
        """How many there are."""
        return self.names.count()

    @property
    def keys(self) -> list[str]:
        """Of all questions, in their order."""
        return [self.names.item(line).data(_KEY) for line in range(self.names.count())]

    @property
    def forms(self) -> list[QWidget]:
        """Forms that have been made."""
        return [slot.form for slot in self._slots.values() if slot.form is not None]

    @property
    def current(self) -> QWidget | None:
        """The form in view; None while it is awaited."""
        slot = self.stack.currentWidget()
        return slot.form if isinstance(slot, Slot) else None

    def form_of(self, key: str) -> QWidget | None:
        """The form of a question; None where it has not been looked at."""
        slot = self._slots.get(key)
        return slot.form if slot is not None else None

    def set_questions(self, questions: Sequence[tuple[str, str, str]]) -> None:
        """Ask these, given as key, name and tool tip; forms that one is at work with stay as they are."""
        wanted = [key for key, _, _ in questions]
        current = self.names.currentItem()
        at, line = (current.data(_KEY) if current is not None else ""), self.names.currentRow()
        for gone in self._slots.keys() - set(wanted):
            slot = self._slots.pop(gone)
            self.stack.removeWidget(slot)
            slot.deleteLater()
        if wanted != self.keys:
            self.names.blockSignals(True)
            self.names.clear()
            for key, name, tip in questions:
                item = QListWidgetItem(name)
                item.setData(_KEY, key)
                item.setToolTip(tip)
                self.names.addItem(item)
            # The next one takes the place of what was answered.
            next_ = wanted.index(at) if at in wanted else min(max(line, 0), len(wanted) - 1)
            self.names.setCurrentRow(next_)
            self.names.blockSignals(False)
        if self.isVisible():
            self._show()

    def showEvent(self, event) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - Qt's
        """Make the first form when it is first seen."""
        super().showEvent(event)
        self._show()

    def _show(self) -> None:
        item = self.names.currentItem()
        if item is None:
            return
        key = item.data(_KEY)
        slot = self._slots.get(key)
        if slot is None:
            slot = self._slots[key] = Slot(key)
            self.stack.addWidget(slot)
            self._begin(slot)
        self.stack.setCurrentWidget(slot)

    def _leave_out(self) -> None:
        item = self.names.currentItem()
        if item is not None:
            self.leftOut.emit(item.data(_KEY))
