"""Properties of the chosen molecule: name, bar with interval, value with unit, remark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate, QTableView

from medapp.ui.record.words import tip
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleOptionViewItem

    from medapp.ui.molecules.properties import Line

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
_LINE = int(Qt.ItemDataRole.UserRole) + 1
_BAR = 1
_BAR_WIDTH = 20 * tokens.GRID
_NAME_WIDTH = 38 * tokens.GRID
_MARK = tokens.GRID


class _Lines(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = ()

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:  # noqa: ANN401 - Qt's
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Property"), tr("Among all"), tr("Value"), tr("Remark"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's
        line = self.lines[index.row()]
        if role == _LINE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return (line.title, "", line.value, line.remark)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == _BAR:
            return line.scale
        if role == Qt.ItemDataRole.ToolTipRole:
            scale = tr("All molecules: {scale}", scale=line.scale) if line.scale else ""
            return tip(
                "\n".join(part for part in (f"{line.title}: {line.value}", scale, line.remark) if part)
            )
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == len("bar"):
            return QColor(tokens.current().text_dim)
        return None


class _Bar(QStyledItemDelegate):
    """A track, the interval on it, and a mark at the value."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look = tokens.current()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(look.selection))
        line: Line = index.data(_LINE)
        if line.place is None:
            return
        track = option.rect.adjusted(look.gap_small, 0, -look.gap_small, 0)
        middle = track.center().y()
        painter.fillRect(QRect(track.left(), middle - 1, track.width(), 2), QColor(look.border_strong))
        if line.interval is not None:
            low, high = (track.left() + round(share * track.width()) for share in line.interval)
            painter.fillRect(
                QRect(low, middle - _MARK // 2, max(high - low, 2), _MARK), QColor(look.selection)
            )
            painter.setPen(QColor(look.accent))
            painter.drawRect(QRect(low, middle - _MARK // 2, max(high - low, 2), _MARK))
        at = track.left() + round(line.place * track.width())
        painter.fillRect(QRect(at - 1, middle - _MARK, 3, 2 * _MARK + 1), QColor(look.accent))


class PropertyBars(QTableView):
    """Fills with `set_lines`."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        look = tokens.current()
        self._lines = _Lines()
        self.setModel(self._lines)
        self.setItemDelegateForColumn(_BAR, _Bar(self))
        self.setAccessibleName(tr("Properties"))
        self.setFont(tabular(self.font()))
        self.setStyleSheet(f"QTableView::item {{ padding: 0 {look.gap_tiny}px; }}")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(look.control_height - look.gap_tiny)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(_BAR, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(0, _NAME_WIDTH)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        self.setColumnWidth(_BAR, _BAR_WIDTH)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines.lines

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        """Show other lines; where they are the same, what is selected stays."""
        if lines != self._lines.lines:
            self._lines.set_lines(lines)
