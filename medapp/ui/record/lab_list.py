"""The list of analytes by category, with a small trend in each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle

from medapp.ui.record.cell_delegate import CellDelegate
from medapp.ui.record.facts import category_words
from medapp.ui.record.lab_rows import LATEST, TREND, analyte_columns, analyte_row
from medapp.ui.record.table_model import ROOT, Index, align, look_color
from medapp.ui.record.tables import Row, matching, ordered
from medapp.ui.record.words import tip
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem

    from medapp.domain.record import Entry
    from medapp.ui.record.labs import Analyte, LabGroup

SPARK = Qt.ItemDataRole.UserRole
_POINTS = 40
_EDGE = 4.0


class LabsModel(QAbstractTableModel):
    """A line for each category and, below it, one for each analyte; sorting stays within a category."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._columns = analyte_columns()
        self._groups: list[tuple[str, list[Row]]] = []
        self._lines: list[Row | str] = []
        self._words = ""
        self._by: tuple[int, bool] | None = None
        self._bold = QFont()
        self._bold.setBold(True)

    def set_groups(self, groups: Sequence[LabGroup]) -> None:
        """Show these."""
        self.beginResetModel()
        self._groups = [
            (category_words(group.category), [analyte_row(one) for one in group.analytes]) for group in groups
        ]
        self._arrange()
        self.endResetModel()

    def set_filter(self, words: str) -> None:
        """Show analytes that hold all words, and the categories that have any."""
        self.beginResetModel()
        self._words = words
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort each category; -1 for by name."""
        self.beginResetModel()
        self._by = (column, order == Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self._arrange()
        self.endResetModel()

    def analyte(self, line: int) -> Analyte | None:
        """The analyte of a line; None for a category."""
        found = self._lines[line] if 0 <= line < len(self._lines) else None
        return found.item if isinstance(found, Row) else None  # type: ignore[return-value]

    def line_of(self, entry: Entry) -> int:
        """The line whose analyte has a value from an entry, -1 where none has."""
        for line in range(len(self._lines)):
            one = self.analyte(line)
            if one is not None and any(point.entry is entry for point in one.points):
                return line
        return -1

    def heads(self) -> Iterator[int]:
        """Lines of categories."""
        return (line for line, one in enumerate(self._lines) if isinstance(one, str))

    def in_words(self) -> Iterator[int]:
        """Lines of analytes of which the latest value is no number: it has no unit either."""
        for line, one in enumerate(self._lines):
            if isinstance(one, Row) and isinstance(one.cells[LATEST].key, str):
                yield line

    def rows(self) -> list[Row]:
        """All analytes, whatever is filtered."""
        return [one for _, rows in self._groups for one in rows]

    def first(self) -> int:
        """The first line of an analyte, -1 where there is none."""
        return next((line for line, one in enumerate(self._lines) if isinstance(one, Row)), -1)

    def _arrange(self) -> None:
        self._lines = []
        for name, rows in self._groups:
            shown = matching(rows, self._words)
            if self._by is not None:
                shown = ordered(rows, shown, self._by[0], falling=self._by[1])
            if shown:
                self._lines.append(name)
                self._lines += [rows[at] for at in shown]

    # ---- Qt -------------------------------------------------------------------------------------------
    def rowCount(self, parent: Index = ROOT) -> int:
        """Categories and analytes."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Always the same."""
        return 0 if parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Categories cannot be selected."""
        if self.analyte(index.row()) is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's
        """Titles."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return align(self._columns[section].right) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        """Text and look of a cell; numbers of the small trend under `SPARK`."""
        if not 0 <= index.row() < len(self._lines):
            return None
        line = self._lines[index.row()]
        if isinstance(line, str):
            return self._head(line, index.column(), role)
        cell = line.cells[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell.text
            case Qt.ItemDataRole.ToolTipRole:
                return tip(line.tip)
            case Qt.ItemDataRole.TextAlignmentRole:
                return align(self._columns[index.column()].right and not isinstance(cell.key, str))
            case Qt.ItemDataRole.ForegroundRole:
                return look_color(cell.look)
            case _ if role == SPARK and index.column() == TREND:
                one = self.analyte(index.row())
                return one.series[0].numbers[-_POINTS:] if one and one.series else None
        return None

    def _head(self, name: str, column: int, role: int) -> Any:  # noqa: ANN401 - Qt's
        if role == Qt.ItemDataRole.DisplayRole and column == 0:
            return name
        if role == Qt.ItemDataRole.FontRole:
            return self._bold
        return QColor(tokens.current().text_dim) if role == Qt.ItemDataRole.ForegroundRole else None


class SparkDelegate(CellDelegate):
    """Draws the small trend of an analyte: the last values of its latest unit."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The line, and a dot where it ends."""
        numbers = index.data(SPARK)
        state, place = option.state, QRectF(option.rect)
        look = tokens.current()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, QColor(look.selection))
        if numbers is None or not len(numbers):
            return
        inner = place.adjusted(2 * _EDGE, _EDGE + 2, -2 * _EDGE, -_EDGE - 2)
        low, high = numbers.min(axis=0), numbers.max(axis=0)
        size = high - low
        points = [
            QPointF(
                inner.left() + (inner.width() * (x - low[0]) / size[0] if size[0] else inner.width()),
                inner.bottom() - (inner.height() * (y - low[1]) / size[1] if size[1] else inner.height() / 2),
            )
            for x, y in numbers.tolist()
        ]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.text_dim), 1.2))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.accent))
        painter.drawEllipse(points[-1], 2.2, 2.2)
        painter.restore()
