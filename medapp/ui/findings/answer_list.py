"""Findings of an answer in one table, with a line to filter, and copies of what it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QModelIndex, QPersistentModelIndex, Signal
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

from medapp.domain.finding import Finding
from medapp.ui.findings.cell_pictures import CellPictures
from medapp.ui.findings.reasons import FittedTable
from medapp.ui.record.cell_delegate import CellDelegate
from medapp.ui.shell.search_line import SearchLine, enter
from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.record.table_model import RowsModel
    from medapp.ui.record.tables import Row, Table

Index = QModelIndex | QPersistentModelIndex
_FILTER = 52 * tokens.GRID
_MOST = 22
_WORTH_FILTERING = 8


class SetDelegate(CellDelegate):
    """A line above the first of those that are not in the prediction set."""

    def __init__(self, rows: RowsModel, parent: QWidget) -> None:
        """Draw cells of `rows`."""
        super().__init__(parent)
        self._rows = rows
        self._pictures = CellPictures()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell, and the line."""
        self._pictures.draw(painter, option, index, super().paint)
        at, model = index.row(), self._rows
        if at and _in_set(model.row_at(at - 1)) and _in_set(model.row_at(at)) is False:
            painter.setPen(QColor(tokens.current().text_dim))
            place = option.rect
            painter.drawLine(QLineF(place.left(), place.top(), place.right() + 1, place.top()))


class AnswerList(QWidget):
    """Enter or a double click goes to a finding."""

    findingRequested = Signal(str)
    copyRequested = Signal(object)
    """Findings that are shown, as a tuple."""
    exportRequested = Signal(object)

    def __init__(self, name: str, font: QFont) -> None:
        """Start empty; `name` is for screen readers."""
        super().__init__()
        look = tokens.current()
        self.filter = SearchLine()
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(_FILTER)
        self.filter.setAccessibleName(tr("Filter of {title}", title=name))
        self.count = text_label("", "faint")
        self.copy = button(
            tr("Copy as CSV"), lambda: self.copyRequested.emit(self.shown), name="content-copy"
        )
        self.export = button(
            tr("Export CSV…"), lambda: self.exportRequested.emit(self.shown), name="file-export-outline"
        )
        self.view = FittedTable(name, font, most=_MOST)
        self.view.setItemDelegate(SetDelegate(self.view.rows, self.view))
        line = row()
        line.addWidget(self.filter)
        line.addWidget(self.count)
        line.addStretch()
        line.addWidget(self.copy)
        line.addWidget(self.export)
        inner = column(gap=look.gap_small)
        inner.addLayout(line)
        inner.addWidget(self.view)
        self.setLayout(inner)
        self.filter.textChanged.connect(self._filtered)
        self.filter.wentDown.connect(lambda: enter(self.view))
        self.view.rowOpened.connect(self._open)

    @property
    def shown(self) -> tuple[Finding, ...]:
        """Findings that the filter lets through, in the order of the table."""
        rows = (self.view.rows.row_at(at) for at in range(self.view.rows.rowCount()))
        return tuple(one.item for one in rows if one is not None and isinstance(one.item, Finding))

    def set_table(self, table: Table, *, same: bool) -> None:
        """Show findings; where they are the `same` as before, what is sorted and filtered stays."""
        if same and len(table.rows) == self.view.rows.total:
            self.view.rows.refresh(table)
            return
        self.filter.clear()
        self.view.set_table(table)
        self.filter.setVisible(len(table.rows) >= _WORTH_FILTERING)
        self._show_count()

    def _filtered(self, words: str) -> None:
        self.view.rows.set_filter(words)
        self.view.fit()
        self._show_count()

    def _show_count(self) -> None:
        shown, total = self.view.rows.rowCount(), self.view.rows.total
        self.count.setText(tr("{shown} of {total}", shown=shown, total=total) if shown != total else "")

    def _open(self, found: Row) -> None:
        if isinstance(found.item, Finding):
            self.findingRequested.emit(found.item.key)


def _in_set(found: Row | None) -> bool | None:
    return found.item.in_set if found is not None and isinstance(found.item, Finding) else None
