"""Small parts of the page: areas that scroll, and lists of two lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QScrollArea,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from medapp.ui.record.table_model import look_color
from medapp.ui.record.words import tip
from medapp.ui.shell.widgets import column, scroll_area
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent

Index = QModelIndex | QPersistentModelIndex
_LINE = int(Qt.ItemDataRole.UserRole) + 1
_ROOT = QModelIndex()


def scrolling(body: QWidget) -> QScrollArea:
    """`body` at the top of an area that scrolls up and down."""
    look = tokens.current()
    page = QWidget()
    inner = column(gap=0)
    inner.setContentsMargins(0, 0, look.gap_small, look.gap_small)
    inner.addWidget(body)
    inner.addStretch(1)
    page.setLayout(inner)
    return scroll_area(page)


class TwoLines(NamedTuple):
    """A title with what is said of it.

    Attributes:
        key: What a click hands on; empty where it leads nowhere.
        look: State of the second line, as in tables.
    """

    title: str
    said: str
    key: str = ""
    look: str = ""


class _Lines(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[TwoLines, ...] = ()

    def set_lines(self, lines: Sequence[TwoLines]) -> None:
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.lines):
            return None
        line = self.lines[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{line.title}, {line.said}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(f"{line.title}\n{line.said}")
        return line if role == _LINE else None


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: TwoLines | None = index.data(_LINE)
        if line is None:
            return
        look = tokens.current()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(look.selection))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(look.hover))
        place = option.rect.adjusted(look.gap_small, look.gap_tiny, -look.gap_small, -look.gap_tiny)
        half = place.height() // 2
        painter.save()
        painter.setFont(option.font)
        painter.setPen(QColor(look.text))
        _write(painter, QRect(place.left(), place.top(), place.width(), half), line.title)
        painter.setFont(_small(option.font))
        painter.setPen(look_color(line.look) or QColor(look.text_dim))
        _write(painter, QRect(place.left(), place.top() + half, place.width(), half), line.said)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del index
        height = QFontMetrics(option.font).height() + QFontMetrics(_small(option.font)).height()
        return QSize(0, height + 3 * tokens.current().gap_tiny)


def _small(font: QFont) -> QFont:
    look, found = tokens.current(), QFont(font)
    found.setPointSizeF(look.font_small * look.hidpi_font_scale)
    return found


def _write(painter: QPainter, place: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class TwoLineList(QListView):
    """Enter or a double click hands on the key of a line."""

    keyOpened = Signal(str)

    def __init__(self, name: str) -> None:
        """Start empty; `name` is for screen readers."""
        super().__init__()
        self._lines = _Lines()
        self.setModel(self._lines)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.doubleClicked.connect(self._open)

    @property
    def lines(self) -> tuple[TwoLines, ...]:
        """What is shown."""
        return self._lines.lines

    def set_lines(self, lines: Sequence[TwoLines]) -> None:
        """Show other lines; where they are the same, what is selected stays."""
        if tuple(lines) != self._lines.lines:
            self._lines.set_lines(lines)

    @property
    def current(self) -> TwoLines | None:
        """The line that is selected."""
        at = self.currentIndex().row()
        return self._lines.lines[at] if 0 <= at < len(self._lines.lines) else None

    def _open(self, index: QModelIndex) -> None:
        line: TwoLines | None = index.data(_LINE)
        if line is not None and line.key:
            self.keyOpened.emit(line.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)
