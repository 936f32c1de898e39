"""The table of who fits: a click or Enter opens, a head sorts, a line above filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from medapp.ui.record.table_model import RowsModel
from medapp.ui.record.table_page import RowsView
from medapp.ui.shell.search_line import SearchLine, enter
from medapp.ui.shell.widgets import column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.record.tables import Table

_FILTER = 64 * tokens.GRID


class MembersTable(QWidget):
    """Where nobody fits, a sentence that says what could be changed."""

    opened = Signal(object)
    """The `Member` of a row."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.filter = SearchLine()
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(_FILTER)
        self.filter.setAccessibleName(tr("Filter of those who fit"))
        self.shown = text_label("", "faint")
        self.view = RowsView(tr("Patients who fit"), tabular(self.font()))
        self.model = RowsModel(self.view.font())
        self.view.begin(self.model)
        self.nothing = text_label(
            tr("Leave a condition out, or widen a bound, an age or a time."), "dim", wrap=True
        )
        self._lay_out()
        self.filter.textChanged.connect(self._filtered)
        self.filter.wentDown.connect(lambda: enter(self.view))
        self.view.opened.connect(self._open)
        self.view.clicked.connect(self._open)

    def set_table(self, table: Table) -> None:
        """Show a table from its beginning."""
        self.filter.clear()
        self.view.unsort()
        self.model.set_table(table)
        self.view.set_columns(table.columns, table.rows)
        self._show_count()
        for part in (self._line, self.view):
            part.setVisible(bool(table.rows))
        self.nothing.setVisible(not table.rows)

    def _filtered(self, words: str) -> None:
        self.model.set_filter(words)
        self._show_count()

    def _show_count(self) -> None:
        count, total = self.model.rowCount(), self.model.total
        self.shown.setText(tr("{count} of {total}", count=count, total=total) if count != total else "")

    def _open(self, index: QModelIndex) -> None:
        found = self.model.row_at(index)
        if found is not None:
            self.opened.emit(found.item)

    def _lay_out(self) -> None:
        self._line = QWidget()
        filtering = row()
        filtering.addWidget(self.filter)
        filtering.addWidget(self.shown)
        filtering.addStretch(1)
        self._line.setLayout(filtering)
        inner = column(gap=tokens.current().gap_small)
        inner.addWidget(self._line)
        inner.addWidget(self.view, 1)
        inner.addWidget(self.nothing)
        inner.addStretch(0)
        self.setLayout(inner)
