"""A `Table` for Qt's views: sorted and filtered here, thousands of rows at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from medapp.ui.record.tables import Row, Table, matching, ordered
from medapp.ui.record.words import tip
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from medapp.domain.record import Entry

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


class RowsModel(QAbstractTableModel):
    """Rows of one table."""

    def __init__(self, font: QFont) -> None:
        """Start empty; `font` has tabular figures."""
        super().__init__()
        self._table = Table(())
        self._shown: list[int] = []
        self._words = ""
        self._by: tuple[int, bool] | None = None
        self._struck = QFont(font)
        self._struck.setStrikeOut(True)
        self._strong = QFont(font)
        self._strong.setWeight(QFont.Weight.DemiBold)

    def set_table(self, table: Table) -> None:
        """Show another table in its own order."""
        self.beginResetModel()
        self._table, self._by = table, None
        self._shown = matching(table.rows, self._words)
        self.endResetModel()

    def refresh(self, table: Table) -> None:
        """Show other texts in the same rows: what is selected, filtered and sorted stays."""
        if len(table.rows) != len(self._table.rows):
            self.set_table(table)
            return
        self._table = table
        if self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def set_filter(self, words: str) -> None:
        """Show rows that hold all words."""
        self.beginResetModel()
        self._words = words
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 for the order to begin with."""
        self.beginResetModel()
        self._by = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self._arrange()
        self.endResetModel()

    def row_at(self, index: Index | int) -> Row | None:
        """What a line shows."""
        at = index if isinstance(index, int) else index.row()
        return self._table.rows[self._shown[at]] if 0 <= at < len(self._shown) else None

    def line_of(self, entry: Entry) -> int:
        """The line of an entry, -1 where it is not shown."""
        rows = self._table.rows
        return next((at for at, n in enumerate(self._shown) if rows[n].entry is entry), -1)

    @property
    def total(self) -> int:
        """Rows before the filter."""
        return len(self._table.rows)

    def _arrange(self) -> None:
        rows = self._table.rows
        self._shown = matching(rows, self._words)
        if self._by is not None and self._by[0] < len(self._table.columns):
            self._shown = ordered(rows, self._shown, self._by[0], falling=self._by[1])

    # ---- Qt -------------------------------------------------------------------------------------------
    def rowCount(self, parent: Index = ROOT) -> int:
        """Rows that are shown."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Columns of the table."""
        return 0 if parent.isValid() else len(self._table.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's
        """Titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._table.columns):
            return None
        column = self._table.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return align(column.right)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        """Text, tool tip, alignment and look of a cell."""
        row = self.row_at(index)
        if row is None or index.column() >= len(row.cells):
            return None
        cell = row.cells[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text.replace("\n", " ")
            case Qt.ItemDataRole.ToolTipRole:
                return tip("\n".join(part for part in (cell.text, row.tip) if part))
            case Qt.ItemDataRole.TextAlignmentRole:
                return align(self._table.columns[index.column()].right)
            case Qt.ItemDataRole.FontRole:
                return {"struck": self._struck, "strong": self._strong}.get(row.look or cell.look)
            case Qt.ItemDataRole.ForegroundRole:
                return look_color(row.look or cell.look)
        return None


def look_color(look: str) -> QColor | None:
    """The colour of a state; None for plain text."""
    colors = tokens.current()
    found = {
        "struck": colors.text_faint,
        "dim": colors.text_faint,
        "warning": colors.warning,
        "error": colors.error,
        "success": colors.success,
    }.get(look)
    return QColor(found) if found else None


_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
"""Made once: they are asked of every cell in every painting."""


def align(right: bool) -> Qt.AlignmentFlag:
    """Where a cell's text stands."""
    return _RIGHT if right else _LEFT
