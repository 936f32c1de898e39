"""The tab of laboratory values and measurements: the list, the trend of one, and all its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QSplitter, QStackedLayout, QWidget

from medapp.ui.record.empty_page import nothing_page
from medapp.ui.record.lab_list import LabsModel, SparkDelegate
from medapp.ui.record.lab_rows import LATEST, TREND, analyte_columns, values_table
from medapp.ui.record.table_page import RowsView, TablePage
from medapp.ui.record.trend import TrendView
from medapp.ui.shell.widgets import ElidedLabel, column, row
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.record import Entry
    from medapp.ui.record.labs import LabGroup
    from medapp.ui.record.tables import Row

_SHARES = (590, 350)
_HEIGHTS = (220, 140)


class LabsPage(QWidget):
    """List at the left; trend and values at the right."""

    entrySelected = Signal(object)
    importRequested = Signal()

    def __init__(self) -> None:
        """Start without a record."""
        super().__init__()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(tr("Filter of laboratory values"))
        self.unstated = ElidedLabel("", "faint")
        self.view = RowsView(tr("Laboratory values and measurements"), tabular(self.font()))
        self.model = LabsModel()
        self.view.setItemDelegateForColumn(TREND, SparkDelegate(self.view))
        self.view.begin(self.model)
        self.trend = TrendView()
        self.values = TablePage(tr("Values"), tr("No values."), slim=True)
        self._silent = False
        self._lay_out()
        self.model.modelReset.connect(self._span_heads)
        self.filter.textChanged.connect(self.model.set_filter)
        self.view.selectionModel().currentRowChanged.connect(self._moved)
        self.view.clicked.connect(lambda index: self._show_line(index.row()))
        self.values.rowSelected.connect(self._value_chosen)
        self.trend.pointSelected.connect(self._point_chosen)

    def set_groups(self, groups: Sequence[LabGroup]) -> None:
        """Show these, and the first of them as a trend."""
        self.filter.clear()
        self.model.set_groups(groups)
        self.view.set_columns(analyte_columns(), self.model.rows())
        self.unstated.set_full_text(self.view.unstated)
        self._stack.setCurrentIndex(0 if groups else 1)
        self._silent = True
        first = self.model.first()
        if first >= 0:
            self.view.selectRow(first)
        else:
            self._show_line(-1)
        self._silent = False

    def select(self, entry: Entry) -> None:
        """Show the analyte that has a value from an entry, and mark the value."""
        line = self.model.line_of(entry)
        if line < 0:
            return
        self._silent = True
        current = self.trend.analyte
        if self.model.analyte(line) is not current:
            self.view.selectRow(line)
            self.view.scrollTo(self.model.index(line, 0))
        self.trend.select(entry)
        self.values.select(entry)
        self._silent = False

    def _moved(self, index: QModelIndex, _: QModelIndex) -> None:
        self._show_line(index.row() if index.isValid() else -1)

    def _show_line(self, line: int) -> None:
        analyte = self.model.analyte(line)
        if line >= 0 and analyte is None:
            return
        self.trend.set_analyte(analyte)
        if analyte is not None:
            self.values.set_table(values_table(analyte))
            if not self._silent:
                self.entrySelected.emit((analyte.latest or analyte.points[0]).entry)

    def _value_chosen(self, found: Row) -> None:
        self.trend.select(found.entry)
        self.entrySelected.emit(found.entry)

    def _point_chosen(self, entry: Entry) -> None:
        self.values.select(entry)
        self.entrySelected.emit(entry)

    def _span_heads(self) -> None:
        self.view.clearSpans()
        for line in self.model.heads():
            self.view.setSpan(line, 0, 1, self.model.columnCount())
        for line in self.model.in_words():
            self.view.setSpan(line, LATEST, 1, 2)

    def _lay_out(self) -> None:
        look = tokens.current()
        head = row(gap=look.gap_small)
        head.setContentsMargins(look.gap, look.gap_tiny, look.gap, look.gap_tiny)
        head.addWidget(self.filter, 1)
        head.addWidget(self.unstated, 1)
        listed = QWidget()
        inner = column(gap=0)
        inner.addLayout(head)
        inner.addWidget(self.view, 1)
        listed.setLayout(inner)
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(self.trend)
        right.addWidget(self.values)
        right.setSizes(_HEIGHTS)
        self.parts = QSplitter(Qt.Orientation.Horizontal)
        self.parts.addWidget(listed)
        self.parts.addWidget(right)
        self.parts.setSizes(_SHARES)
        self.parts.setStretchFactor(0, 3)
        self.parts.setStretchFactor(1, 2)
        told = tr("The record holds no laboratory values or measurements.")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.parts)
        self._stack.addWidget(nothing_page(told, self.importRequested.emit))
