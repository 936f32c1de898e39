"""Asks what the columns of a table mean: the proposal preselected, questions first, ten rows below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from medapp.ui.shell.waiting_model import (
    CONTENTS,
    MOST_COLUMNS,
    ROLES,
    MappingForm,
    content_words,
    form_words,
    forms_of,
    role_words,
    units_as,
    words_as,
)
from medapp.ui.shell.widgets import NoticeBox, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from medapp.formats.tables.mapping import Column
    from medapp.services.tables import TableProposal

_ROLE, _UNIT, _FORM, _WORDS, _WHY = range(1, 6)
_WIDTHS: Final = {_ROLE: 44, _UNIT: 18, _FORM: 42, _WORDS: 34}
"""On the grid."""
_MOST_NAME: Final = 56
"""Width of the column of names on the grid; longer ones are whole in their tips."""
_UNITS: Final = 72
"""For the units of several things that one column holds."""
_MOST_QUESTIONS: Final = 3


class TableForm(QWidget):
    """One table."""

    confirmed = Signal(object)
    """The `TableProposal` with the mapping that is now confirmed."""

    def __init__(self, proposal: TableProposal, rows: list[list[str]]) -> None:
        """Show what is proposed, and the first rows as they are written."""
        super().__init__()
        if proposal.mapping is None:
            raise ValueError(proposal.problem)
        look = tokens.current()
        self.form = MappingForm(proposal, proposal.mapping)
        self.notices = column(gap=look.gap_small)
        self.content = _choice(CONTENTS, proposal.mapping.content, self._set_content, content_words)
        self.content.setAccessibleName(tr("A row is"))
        self.shared = QCheckBox(tr("The same patients' numbers in all tables of this folder"))
        self.shared.setChecked(proposal.shared)
        self.shared.toggled.connect(self._set_shared)
        self.columns = _table((
            tr("Column"), tr("Meaning"), tr("Unit"), tr("Written as"), tr("Stands for"), tr("Why"),
        ))  # fmt: skip
        self.preview = _table([one.header for one in proposal.mapping.columns[:MOST_COLUMNS]])
        self.read_button = button(tr("Read this table"), self.confirm, primary=True)
        head = row(gap=look.gap)
        head.addWidget(text_label(tr("A row is")))
        head.addWidget(self.content)
        head.addStretch()
        head.addWidget(self.read_button)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.columns)
        split.addWidget(self.preview)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 1)
        inner = column(margin=look.gap_small, gap=look.gap_small)
        inner.addLayout(head)
        # On a line of its own: beside it the button would be cut where letters are wide or the window narrow.
        inner.addWidget(self.shared)
        inner.addLayout(self.notices)
        inner.addWidget(split, 1)
        self.setLayout(inner)
        self._fill_columns()
        self._fill_preview(rows)
        self._show_questions()

    @property
    def answer(self) -> TableProposal:
        """The table with the mapping as it stands now."""
        return self.form.answer

    def confirm(self) -> None:
        """Say that the mapping is right."""
        if self.form.is_answered:
            self.confirmed.emit(self.answer)

    def _fill_columns(self) -> None:
        shown = self.form.columns()
        self.columns.setRowCount(len(shown))
        for place, one in enumerate(shown):
            self._fill_row(place, one)
        self.columns.resizeColumnToContents(0)
        self.columns.setColumnWidth(0, min(self.columns.columnWidth(0), _MOST_NAME * tokens.GRID))
        for place, width in _WIDTHS.items():
            self.columns.setColumnWidth(place, width * tokens.GRID)
        if any(one.units and not one.unit for one in shown):
            self.columns.setColumnWidth(_UNIT, _UNITS * tokens.GRID)

    def _fill_row(self, place: int, one: Column) -> None:
        name, form = one.header, self.form
        self.columns.setItem(place, 0, _fixed(name))
        self.columns.setItem(place, _WHY, _fixed(one.reason))
        role = _choice(ROLES, one.role, lambda text: self._say(form.set_role, name, text), role_words)
        role.setAccessibleName(tr("Meaning of {name}", name=name))
        self.columns.setCellWidget(place, _ROLE, role)
        unit = _line(units_as(one), lambda text: form.set_unit(name, text))
        unit.setAccessibleName(tr("Unit of {name}", name=name))
        self.columns.setCellWidget(place, _UNIT, unit)
        forms = forms_of(one)
        if forms:
            now = one.date or one.decimal
            known = forms if now in forms else (now, *forms)
            written = _choice(known, now, lambda text: self._say(form.set_form, name, text), form_words)
            written.setAccessibleName(tr("How {name} is written", name=name))
            self.columns.setCellWidget(place, _FORM, written)
        words = _line(words_as(one), lambda text: self._say(form.set_words, name, text))
        words.setPlaceholderText(tr("1 = male; 2 = female") if one.role == "sex" else "")
        words.setAccessibleName(tr("What the values of {name} stand for", name=name))
        self.columns.setCellWidget(place, _WORDS, words)

    def _fill_preview(self, rows: list[list[str]]) -> None:
        self.preview.setRowCount(len(rows))
        for place, cells in enumerate(rows):
            for number, cell in enumerate(cells[:MOST_COLUMNS]):
                self.preview.setItem(place, number, _fixed(cell))
        self.preview.resizeColumnsToContents()

    def _say(self, answer: Callable[[str, str], None], name: str, text: str) -> None:
        answer(name, text)
        self._show_questions()

    def _set_content(self, content: str) -> None:
        self.form.set_content(content)
        self._show_questions()

    def _set_shared(self, shared: bool) -> None:
        self.form.set_shared(shared)
        self.shared.blockSignals(True)
        self.shared.setChecked(shared)
        self.shared.blockSignals(False)
        self._show_questions()

    def _show_questions(self) -> None:
        empty(self.notices)
        questions = self.form.questions
        for question in questions[:_MOST_QUESTIONS]:
            self.notices.addWidget(NoticeBox(question))
        if len(questions) > _MOST_QUESTIONS:
            more = tr("And {count} more questions.", count=len(questions) - _MOST_QUESTIONS)
            self.notices.addWidget(text_label(more, "dim"))
        if self.form.shares:
            self.notices.addWidget(self._ask_whose())
        if self.form.proposal.kept:
            self.notices.addWidget(text_label(tr("As it was confirmed before for these columns."), "dim"))
        if len(self.form.mapping.columns) > MOST_COLUMNS:
            text = tr(
                "The first {count} columns are shown; the others are read as proposed.", count=MOST_COLUMNS
            )
            self.notices.addWidget(text_label(text, "dim"))
        self.read_button.setEnabled(self.form.is_answered)
        self.read_button.setToolTip("" if self.form.is_answered else tr("Answer the questions first"))

    def _ask_whose(self) -> NoticeBox:
        """Whether a number is the same patient in all tables, with both answers beside it."""
        box = NoticeBox(self.form.shares)
        self.same_button = button(tr("The same patients"), lambda: self._set_shared(True))
        self.own_button = button(tr("Other patients"), lambda: self._set_shared(False))
        layout = box.layout()
        if layout is not None:
            layout.addWidget(self.same_button)
            layout.addWidget(self.own_button)
        return box


def _table(titles: Iterable[str]) -> QTableWidget:
    names = list(titles)
    result = QTableWidget(0, len(names))
    result.setHorizontalHeaderLabels(names)
    result.verticalHeader().hide()
    result.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    result.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    result.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    result.horizontalHeader().setStretchLastSection(True)
    result.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    return result


def _fixed(text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    item.setToolTip(text)
    return item


def _choice(
    names: Iterable[str],
    now: str,
    chosen: Callable[[str], object],
    words: Callable[[str], str] = str,
) -> QComboBox:
    result = _QuietCombo()
    for name in names:
        result.addItem(words(name), name)
    result.setCurrentIndex(result.findData(now))
    result.currentIndexChanged.connect(lambda _: chosen(result.currentData()))
    return result


def _line(text: str, typed: Callable[[str], object]) -> QLineEdit:
    result = QLineEdit(text)
    result.setCursorPosition(0)
    result.textChanged.connect(typed)
    return result


class _QuietCombo(QComboBox):
    """Does not change under a wheel that scrolls the table."""

    def wheelEvent(self, event) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        """Leave it to the table."""
        event.ignore()
