"""A table with a line to filter it; where it is empty, a sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStackedLayout, QTableView, QWidget

from medapp.ui.record.cell_delegate import lay_out_lines
from medapp.ui.record.column_widths import squeezed, widths
from medapp.ui.record.empty_page import nothing_page
from medapp.ui.record.table_model import RowsModel
from medapp.ui.record.tables import unstated
from medapp.ui.shell.widgets import ElidedLabel, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent

    from medapp.domain.record import Entry
    from medapp.ui.record.tables import Column, Row, Table

_LEAST = 8
_MARGINS = 5 * tokens.GRID
"""Px beside the words of a cell, the mark of sorting included."""
_NAME = 24
_FILTER = 64 * tokens.GRID


class RowsView(QTableView):
    """A table view of whole lines; Return opens the current one."""

    opened = Signal(QModelIndex)

    def __init__(self, name: str, font: QFont) -> None:
        """Start without a model; `name` is for screen readers, `font` has tabular figures."""
        super().__init__()
        self._columns: tuple[Column, ...] = ()
        self.left_out: tuple[int, ...] = ()
        self._wanted: list[int] = []
        self._least: list[int] = []
        self._filling = False
        lay_out_lines(self, name, font)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(_LEAST * tokens.GRID)
        header.setHighlightSections(False)
        header.setSortIndicatorClearable(True)
        header.sectionResized.connect(self._pulled)

    def begin(self, model: QAbstractItemModel) -> None:
        """Show a model in its own order; a click on a head sorts it."""
        self.setModel(model)
        self.unsort()
        self.setSortingEnabled(True)

    def unsort(self) -> None:
        """Show no head as the one that is sorted by."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def set_columns(self, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        """Give each column the width of its words; the one without gets what is left, enough to be read.

        Columns in which nothing is stated are left out, see `left_out`.
        """
        self._columns = tuple(columns)
        self.left_out = unstated(columns, rows)
        metrics, head = QFontMetrics(self.font()), QFontMetrics(self.horizontalHeader().font())
        wanted, least = widths(columns, rows, metrics.horizontalAdvance, head.horizontalAdvance)
        name = _NAME * metrics.horizontalAdvance("0")
        self._wanted = [(width or name) + _MARGINS for width in wanted]
        self._least = [width + _MARGINS for width in least]
        self._fill()

    @property
    def unstated(self) -> str:
        """Says of which columns nothing is stated; empty where there are none."""
        titles = ", ".join(self._columns[at].title for at in self.left_out)
        return tr("Not stated: {columns}", columns=titles) if titles else ""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._fill()

    def _fill(self) -> None:
        """All columns stay in view: spare ones give way, then the widest; the name gets what is left."""
        if self.horizontalHeader().count() < len(self._columns):
            return
        room = self.viewport().width()
        shown = [at for at in range(len(self._columns)) if at not in self.left_out]
        for at in reversed(shown):
            if self._columns[at].spare and sum(self._wanted[one] for one in shown) > room:
                shown.remove(at)
        found = squeezed([self._wanted[at] for at in shown], room, [self._least[at] for at in shown])
        rest = max(room - sum(found), 0)
        self._filling = True
        for at in range(len(self._columns)):
            self.setColumnHidden(at, at not in shown)
        for at, width in zip(shown, found, strict=True):
            self.setColumnWidth(at, width + (0 if self._columns[at].width else rest))
        self._filling = False

    def _pulled(self, at: int, _: int, width: int) -> None:
        """A person has pulled at a head: the column keeps that width as far as there is room."""
        if not self._filling and at < len(self._wanted):
            self._wanted[at] = width

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class TablePage(QWidget):
    """One of the tabs."""

    rowSelected = Signal(object)
    rowOpened = Signal(object)
    importRequested = Signal()

    def __init__(self, title: str, nothing: str, *, slim: bool = False, headed: bool = False) -> None:
        """Start empty.

        Args:
            title: For screen readers.
            nothing: Said where the record has no such entries.
            slim: Without the line to filter by, and without a way to import where there is nothing.
            headed: Whether the title is shown, for several tables on one page.
        """
        super().__init__()
        self._slim, self._head = slim, title if headed else ""
        self._nothing = nothing
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(_FILTER)
        self.filter.setAccessibleName(tr("Filter of {title}", title=title))
        self.count = text_label("", "faint")
        self.unstated = ElidedLabel("", "faint")
        self.view = RowsView(title, tabular(self.font()))
        self.model = RowsModel(self.view.font())
        self.view.begin(self.model)
        self._restoring = False
        self._lay_out()
        self.filter.textChanged.connect(self._filtered)
        self.view.selectionModel().currentRowChanged.connect(self._moved)
        self.view.clicked.connect(lambda index: self._tell(self.rowSelected, index))
        self.view.opened.connect(lambda index: self._tell(self.rowOpened, index))
        self.view.doubleClicked.connect(lambda index: self._tell(self.rowOpened, index))

    def set_table(self, table: Table) -> None:
        """Show a table from its beginning."""
        self.filter.clear()
        self.view.unsort()
        self.model.set_table(table)
        self.view.set_columns(table.columns, table.rows)
        self.unstated.set_full_text(self.view.unstated)
        self._show_count()
        self._stack.setCurrentIndex(0 if table.rows else 1)

    def select(self, entry: Entry | None) -> None:
        """Mark the line of an entry without telling of it."""
        line = self.model.line_of(entry) if entry is not None else -1
        self._restoring = True
        if line < 0:
            self.view.clearSelection()
            self.view.setCurrentIndex(QModelIndex())
        else:
            self.view.selectRow(line)
            self.view.scrollTo(self.model.index(line, 0), QAbstractItemView.ScrollHint.EnsureVisible)
        self._restoring = False

    def _filtered(self, words: str) -> None:
        self.model.set_filter(words)
        self._show_count()

    def _show_count(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        words = tr("{shown} of {total}", shown=shown, total=total) if shown != total else str(total)
        self.count.setText(words)

    def _moved(self, index: QModelIndex, _: QModelIndex) -> None:
        if not self._restoring:
            self._tell(self.rowSelected, index)

    def _tell(self, signal: object, index: QModelIndex) -> None:
        found: Row | None = self.model.row_at(index) if index.isValid() else None
        if found is not None:
            signal.emit(found)  # type: ignore[attr-defined]

    def _lay_out(self) -> None:
        look = tokens.current()
        head = row(gap=look.gap_small)
        head.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        if self._head:
            head.addWidget(text_label(self._head, "section"))
        head.addWidget(self.filter)
        head.addWidget(self.count)
        head.addWidget(self.unstated, 1)
        full, line = QWidget(), QWidget()
        line.setLayout(head)
        inner = column(gap=0)
        inner.addWidget(line)
        inner.addWidget(self.view, 1)
        full.setLayout(inner)
        # Not before it has a place: without one it would be shown as a window of its own.
        line.setVisible(not self._slim)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(full)
        can_import = None if self._slim or self._head else self.importRequested.emit
        self._stack.addWidget(nothing_page(self._nothing, can_import))
