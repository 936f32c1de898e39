"""What is shown of the molecules: words, ranges of values, without patterns, without what was refused."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QWidget

from medapp.ui.molecules.choosing import Range
from medapp.ui.molecules.words import column_title, number
from medapp.ui.shell.widgets import column, empty, icon_button, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.molecules.model import MoleculesModel

_WORDS = 60 * tokens.GRID
_LEAST = 24 * tokens.GRID
_BOUND = 18 * tokens.GRID
_PAUSE_MS = 250


class FilterBar(QWidget):
    """Above table and plot; a line more for every range."""

    def __init__(self, model: MoleculesModel) -> None:
        """Choose in `model`."""
        super().__init__()
        look = tokens.current()
        self._model = model
        self._seen: tuple[str, ...] | None = None
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("Filter by name or SMILES"))
        self.words.setClearButtonEnabled(True)
        self.words.setAccessibleName(tr("Filter by name or SMILES"))
        self.words.setMinimumWidth(_LEAST)
        self.words.setMaximumWidth(_WORDS)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._set_words)
        self.words.textChanged.connect(lambda _: self._pause.start())
        self.words.returnPressed.connect(self._set_words)
        self.patterns = _chip(
            tr("No alerts"), tr("Only those that were screened and in which no pattern hit")
        )
        self.patterns.toggled.connect(lambda on: self._set(without_patterns=on))
        self.refused = _chip(tr("Hide refused"), tr("Leave out rows that nothing is said of"))
        self.refused.toggled.connect(lambda on: self._set(without_refused=on))
        self.add = QComboBox()
        self.add.setAccessibleName(tr("Add a range"))
        self.add.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.add.setMinimumContentsLength(len(tr("Add a range…")))
        self.add.activated.connect(self._add_range)
        self.count = text_label("", "faint")
        self._ranges = column(gap=look.gap_tiny)
        self.bounds: dict[str, tuple[QLineEdit, QLineEdit]] = {}
        head = row(gap=look.gap_small)
        head.addWidget(self.words, 2)
        for part in (self.patterns, self.refused, self.add):
            head.addWidget(part)
        head.addStretch(1)
        head.addWidget(self.count)
        outer = column(gap=look.gap_tiny)
        outer.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        outer.addLayout(head)
        outer.addLayout(self._ranges)
        self.setLayout(outer)
        model.choiceChanged.connect(self.refresh)
        model.shownChanged.connect(self._show_counts)
        self.refresh()

    # ---- setting --------------------------------------------------------------------------------------
    def _set(self, **more: object) -> None:
        self._model.set_choice(replace(self._model.choice, **more))  # type: ignore[arg-type]

    def _set_words(self) -> None:
        self._pause.stop()
        self._set(words=self.words.text())

    def _add_range(self, at: int) -> None:
        name = self.add.itemData(at)
        self.add.setCurrentIndex(0)
        if name and all(one.column != name for one in self._model.choice.ranges):
            self._set(ranges=(*self._model.choice.ranges, Range(name)))
            self.bounds[name][0].setFocus()

    def _set_range(self, name: str) -> None:
        if name not in self.bounds:
            return  # a field that is taken away tells of its end
        low, high = (_value(one.text()) for one in self.bounds[name])
        ranges = tuple(
            Range(name, low, high) if one.column == name else one for one in self._model.choice.ranges
        )
        self._set(ranges=ranges)

    def _remove(self, name: str) -> None:
        self._set(ranges=tuple(one for one in self._model.choice.ranges if one.column != name))

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the choice as it is now; fields that are typed into stay."""
        choice = self._model.choice
        for box, on in ((self.patterns, choice.without_patterns), (self.refused, choice.without_refused)):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)
        if not self.words.hasFocus() and self.words.text() != choice.words:
            self.words.setText(choice.words)
        if [one.column for one in choice.ranges] != list(self.bounds):
            self._fill_ranges()
        self._show_counts()

    def _fill_ranges(self) -> None:
        empty(self._ranges)
        self.bounds = {}
        for one in self._model.choice.ranges:
            self._ranges.addWidget(self._range_row(one))

    def _range_row(self, one: Range) -> QWidget:
        title = column_title(self._model.molecules, one.column)
        line = row(gap=tokens.current().gap_small)
        line.addWidget(text_label(title, "dim"))
        fields = (_bound(tr("from"), title, one.low), _bound(tr("to"), title, one.high))
        self.bounds[one.column] = fields
        for field in fields:
            field.editingFinished.connect(partial(self._set_range, one.column))
            line.addWidget(field)
        line.addWidget(icon_button("close", tr("Remove the range"), partial(self._remove, one.column)))
        line.addStretch(1)
        found = QWidget()
        found.setLayout(line)
        return found

    def _show_counts(self) -> None:
        model = self._model
        total, here = len(model.molecules), len(model.shown)
        refused = sum(map(bool, model.molecules.refused)) if total else 0
        said = str(total) if total == here else tr("{shown} of {total}", shown=here, total=total)
        parts = (said, tr("{count} refused", count=refused) if refused else "")
        self.count.setText(" · ".join(part for part in parts if part) if total else "")
        columns = model.molecules.columns
        if columns != self._seen:
            self._seen = columns
            self.add.clear()
            self.add.addItem(tr("Add a range…"), "")
            for name in columns:
                self.add.addItem(column_title(model.molecules, name), name)
        self.add.setEnabled(bool(columns))


def _chip(text: str, tip: str) -> QPushButton:
    found = QPushButton(text)
    found.setObjectName("chip")
    found.setCheckable(True)
    found.setToolTip(tip)
    found.setAccessibleName(text)
    return found


def _bound(what: str, title: str, value: float | None) -> QLineEdit:
    field = QLineEdit("" if value is None else number(value))
    field.setPlaceholderText(what)
    field.setAccessibleName(f"{title} {what}")
    field.setValidator(QDoubleValidator(field))
    field.setFixedWidth(_BOUND)
    return field


def _value(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
