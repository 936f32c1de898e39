"""Tables that are as high as their rows: what moved an answer, similar cases, what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyleOptionViewItem

from medapp.ui.findings.reason_tables import ItemLine
from medapp.ui.record.cell_delegate import CellDelegate
from medapp.ui.record.table_model import RowsModel
from medapp.ui.record.table_page import RowsView
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QWheelEvent

    from medapp.ui.record.tables import Row, Table

Index = QModelIndex | QPersistentModelIndex
_BAR = 8


class FittedTable(RowsView):
    """A table on a page that scrolls: it shows all of its rows, up to a number of them."""

    rowOpened = Signal(object)
    """The `Row` that Enter or a double click was meant for."""

    def __init__(self, name: str, font: QFont, *, most: int = 14) -> None:
        """Start empty; it scrolls itself beyond `most` rows."""
        super().__init__(name, tabular(font))
        self._most = most
        self.rows = RowsModel(self.font())
        self.begin(self.rows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.opened.connect(self._open)
        self.doubleClicked.connect(self._open)

    def set_table(self, table: Table) -> None:
        """Show a table from its beginning."""
        self.unsort()
        self.rows.set_table(table)
        self.set_columns(table.columns, table.rows)
        self.fit()

    def fit(self) -> None:
        """Take the height of the rows."""
        shown = max(1, min(self.rows.rowCount(), self._most))
        row = self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * row + tokens.GRID)

    def _open(self, index: QModelIndex) -> None:
        found: Row | None = self.rows.row_at(index)
        if found is not None:
            self.rowOpened.emit(found)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page where all rows are in view."""
        if self.verticalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()


class EffectDelegate(CellDelegate):
    """A bar to the right for what speaks for it, to the left for what speaks against."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the bar in a column of its own."""
        super().paint(painter, option, index)
        line = _line(index)
        if line is None or line.share is None:
            return
        look, place = tokens.current(), option.rect
        half = (place.width() - 2 * look.gap_small) / 2
        middle = place.left() + look.gap_small + half
        top = place.center().y() - _BAR / 2 + 1
        color = QColor(look.warning if line.share > 0 else look.info)
        start = middle if line.share > 0 else middle + half * line.share
        painter.fillRect(QRectF(middle, place.top() + 3, 1, place.height() - 6), QColor(look.border_strong))
        painter.fillRect(QRectF(start, top, abs(half * line.share), _BAR), color)


class ItemsTable(FittedTable):
    """Items of the record and the genome; Enter or a double click opens one in the record."""

    entryRequested = Signal(str)
    """Id of an entry of the record."""

    def __init__(self, name: str, font: QFont) -> None:
        """Start empty."""
        super().__init__(name, font)
        self._effects = EffectDelegate(self)
        self._bar = -1
        self.rowOpened.connect(self._ask)

    def set_table(self, table: Table) -> None:
        """Show a table; the last column without a title is that of the bars."""
        if self._bar >= 0:
            self.setItemDelegateForColumn(self._bar, self.itemDelegate())
        super().set_table(table)
        self._bar = len(table.columns) - 1 if table.columns and not table.columns[-1].title else -1
        if self._bar >= 0:
            self.setItemDelegateForColumn(self._bar, self._effects)

    @property
    def has_links(self) -> bool:
        """Whether any of its rows leads to the record."""
        lines = (self.rows.row_at(at) for at in range(self.rows.rowCount()))
        return any(isinstance(one.item, ItemLine) and one.item.item.entries for one in lines if one)

    def _ask(self, row: Row) -> None:
        if isinstance(row.item, ItemLine) and row.item.item.entries:
            self.entryRequested.emit(row.item.item.entries[0])


def _line(index: Index) -> ItemLine | None:
    model = index.model()
    row = model.row_at(index) if isinstance(model, RowsModel) else None
    return row.item if row is not None and isinstance(row.item, ItemLine) else None
