"""The list of answers and their findings, with filters and a line to search above it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from medapp.services.findings_order import ORDERS
from medapp.ui.findings import words
from medapp.ui.findings.cell_pictures import CellPictures
from medapp.ui.findings.flow import Flow
from medapp.ui.findings.model import FILTERS
from medapp.ui.findings.tree import tree_of
from medapp.ui.findings.tree_model import STATUS, TITLE, VALUE, TreeModel
from medapp.ui.shell.search_line import SearchLine, enter
from medapp.ui.shell.widgets import button, column, row
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.findings_order import Order
    from medapp.ui.findings.model import Choice, FindingsModel

_ROW = 7 * tokens.GRID
_BAR = 3
_VALUE = 37 * tokens.GRID
_STATUS = 27 * tokens.GRID


class LineDelegate(QStyledItemDelegate):
    """A probability as a number with a bar below it, and a line where the prediction set ends."""

    def __init__(self, lines: TreeModel, parent: QWidget) -> None:
        """Draw cells of `lines`."""
        super().__init__(parent)
        self._lines = lines
        self._pictures = CellPictures()

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the text, and what belongs to it."""
        self._pictures.draw(painter, option, index, super().paint)
        node = self._lines.node(index)
        if node is None or not (node.rule or (node.share is not None and index.column() == VALUE)):
            return
        look, place = tokens.current(), option.rect
        if node.rule:
            painter.setPen(QColor(look.text_dim))
            painter.drawLine(QLineF(place.left(), place.top(), place.right() + 1, place.top()))
        if node.share is None or index.column() != VALUE:
            return
        track = QRectF(place.left() + 4, place.bottom() - _BAR - 1, place.width() - 8, _BAR)
        painter.fillRect(track, QColor(look.border_strong))
        painter.fillRect(
            QRectF(track.left(), track.top(), track.width() * node.share, _BAR), QColor(look.accent)
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """All lines are equally high, so that thousands need not be asked."""
        return QSize(super().sizeHint(option, index).width(), _ROW)


class InboxList(QWidget):
    """Shows the model's answers; arrow keys and clicks choose."""

    def __init__(self, model: FindingsModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self._model = model
        self._filling = False
        self._folds: dict[Choice, bool] = {}
        self.filters = {
            wanted: button(words.filter_title(wanted), partial(model.set_filter, wanted))
            for wanted in FILTERS
        }
        self.search = SearchLine()
        self.search.setPlaceholderText(tr("Find in findings"))
        self.search.setAccessibleName(tr("Find in findings"))
        self.search.setClearButtonEnabled(True)
        self.order = self._orders()
        self.tree = self._tree()
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_tiny, 0)
        inner.addWidget(self._filter_line())
        line = row()
        line.addWidget(self.search, 1)
        line.addWidget(self.order)
        inner.addLayout(line)
        inner.addWidget(self.tree, 1)
        self.setLayout(inner)
        self.search.textChanged.connect(model.set_words)
        self.search.wentDown.connect(lambda: enter(self.tree))
        model.changed.connect(self.refresh)
        model.selectionChanged.connect(self._show_choice)
        self.refresh()

    def _orders(self) -> QComboBox:
        box = QComboBox()
        titles: dict[Order, str] = {"probability": tr("Most probable first"), "name": tr("By name")}
        for order in ORDERS:
            box.addItem(titles[order], order)
        box.setAccessibleName(tr("Order"))
        box.setToolTip(tr("In which order findings stand under their heading"))
        box.currentIndexChanged.connect(lambda _: self._model.set_order(box.currentData()))
        return box

    def _filter_line(self) -> QWidget:
        group = QButtonGroup(self)
        for one in self.filters.values():
            one.setCheckable(True)
            one.setObjectName("chip")
            group.addButton(one)
        return Flow(*self.filters.values())

    def _tree(self) -> QTreeView:
        tree = QTreeView()
        tree.setFont(tabular(tree.font()))
        self.lines = TreeModel(tree.font(), tree)
        tree.setModel(self.lines)
        tree.setUniformRowHeights(True)
        tree.setAllColumnsShowFocus(True)
        tree.setIndentation(4 * tokens.GRID)
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        tree.setAccessibleName(tr("Answers of models and their findings"))
        tree.setItemDelegate(LineDelegate(self.lines, tree))
        head = tree.header()
        head.setStretchLastSection(False)
        head.setSectionsMovable(False)
        head.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        for place, width in ((VALUE, _VALUE), (STATUS, _STATUS)):
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(place, width)
        tree.selectionModel().currentChanged.connect(self._chosen)
        tree.expanded.connect(lambda index: self._folded(index, is_open=True))
        tree.collapsed.connect(lambda index: self._folded(index, is_open=False))
        return tree

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the answers that the filter and the words let through."""
        model = self._model
        for wanted, one in self.filters.items():
            one.setText(f"{words.filter_title(wanted)} {model.count(wanted)}")
            one.setChecked(wanted == model.wanted)
        if self.search.text() != model.words:
            self.search.setText(model.words)
        self._filling = True
        scrolled = self.tree.verticalScrollBar().value()
        self.lines.set_nodes(tree_of(model.shown))
        for node in self.lines.folding:
            is_open = bool(model.words) or self._folds.get(node.choice, node.is_open)
            self.tree.setExpanded(self.lines.index_of(node.choice), is_open)
        self.tree.verticalScrollBar().setValue(scrolled)
        self._filling = False
        self._show_choice()

    def _folded(self, index: QModelIndex, *, is_open: bool) -> None:
        node = self.lines.node(index)
        if node is not None and not self._filling and not self._model.words:
            self._folds[node.choice] = is_open

    def _show_choice(self) -> None:
        found = self.lines.index_of(self._model.choice)
        if found == self.tree.currentIndex():
            return
        self._filling = True
        self.tree.setCurrentIndex(found)
        if found.isValid():
            # Headings above it unfold, so that what is chosen can be seen.
            self.tree.scrollTo(found)
        self._filling = False

    def _chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        node = self.lines.node(index)
        if node is not None and not self._filling:
            self._model.choose(node.choice.result, node.choice.finding, node.choice.group)
