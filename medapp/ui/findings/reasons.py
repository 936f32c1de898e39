"""What moved an answer: items of the record with bars, similar cases, what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from medapp.ui.findings.words import effect_of, number, percent
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    from medapp.domain.finding import Finding

_EFFECT: Final = Qt.ItemDataRole.UserRole
_ENTRIES: Final = Qt.ItemDataRole.UserRole + 1


class EffectDelegate(QStyledItemDelegate):
    """A bar to the right for what speaks for it, to the left for what speaks against."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the bar below the number."""
        super().paint(painter, option, index)
        share = index.data(_EFFECT)
        if share is None:
            return
        look = tokens.current()
        place = option.rect
        half = (place.width() - 8) / 2
        middle = place.left() + 4 + half
        color = QColor(look.warning if share > 0 else look.info)
        start = middle if share > 0 else middle + half * share
        painter.fillRect(QRectF(start, place.bottom() - 4, abs(half * share), 3), color)
        painter.fillRect(QRectF(middle, place.bottom() - 6, 1, 6), QColor(look.text_faint))


class ReasonsTable(QTableWidget):
    """Rows of one kind of reason."""

    entryRequested = Signal(str)
    """Id of an entry of the record."""

    def __init__(self, titles: Sequence[str]) -> None:
        """A column for each of `titles`."""
        super().__init__(0, len(titles))
        self.setHorizontalHeaderLabels(list(titles))
        self.setFont(tabular(self.font()))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        self.setTabKeyNavigation(False)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.itemActivated.connect(self._open)

    def _open(self, cell: QTableWidgetItem) -> None:
        entries = self._cell(cell.row(), 0).data(_ENTRIES)
        if entries:
            self.entryRequested.emit(entries[0])

    def _cell(self, place: int, column: int) -> QTableWidgetItem:
        found = self.item(place, column)
        if found is None:
            found = QTableWidgetItem()
            self.setItem(place, column, found)
        return found

    def _fill(self, rows: Sequence[Sequence[str]]) -> None:
        self.setRowCount(len(rows))
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                self.setItem(place, column, cell)
        self.resizeRowsToContents()


class ItemsTable(ReasonsTable):
    """Items of the record and the genome."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__((tr("What"), tr("Value"), tr("When"), tr("Moved the answer by")))
        self.setAccessibleName(tr("What moved the answer"))
        self.setItemDelegateForColumn(3, EffectDelegate(self))

    def set_finding(self, finding: Finding | None) -> None:
        """Show the items of a finding; a double click or Enter opens the entry in the record."""
        items = finding.items if finding is not None else ()
        self._fill(
            [(one.title, one.value, one.when.text if one.when else "", effect_of(one)) for one in items]
        )
        largest = max((abs(one.effect) for one in items if one.effect is not None), default=0.0)
        for place, one in enumerate(items):
            self._cell(place, 0).setData(_ENTRIES, one.entries)
            if one.effect is not None and largest:
                self._cell(place, 3).setData(_EFFECT, one.effect / largest)
            self.setRowHeight(place, max(self.rowHeight(place), 8 * tokens.GRID))
            if one.entries:
                self._cell(place, 0).setToolTip(tr("{title}: open it in the record", title=one.title))


class CasesTable(ReasonsTable):
    """Similar cases of the training data."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__((tr("Case"), tr("Distance"), tr("What came of it")))
        self.setAccessibleName(tr("Similar cases"))

    def set_finding(self, finding: Finding | None) -> None:
        """Show the cases of a finding."""
        cases = finding.cases if finding is not None else ()
        self._fill([(one.name, number(one.distance), one.outcome) for one in cases])


class ChangesTable(ReasonsTable):
    """What would change the answer of the model."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__((tr("If this were different"), tr("Now"), tr("Instead"), tr("Answer then")))
        self.setAccessibleName(tr("What would change the answer"))

    def set_finding(self, finding: Finding | None) -> None:
        """Show the changes of a finding."""
        changes = finding.changes if finding is not None else ()
        self._fill([(one.change, one.now, one.instead, percent(one.probability)) for one in changes])
