"""The list of answers and their findings, with filters above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QButtonGroup,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from medapp.ui.findings import words
from medapp.ui.findings.model import FILTERS
from medapp.ui.shell.widgets import button, column, row
from medapp.ui.style import tokens
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    from medapp.domain.finding import Finding
    from medapp.services.inbox import Filter, InboxItem
    from medapp.ui.findings.model import FindingsModel

_PLACE: Final = Qt.ItemDataRole.UserRole
_SHARE: Final = Qt.ItemDataRole.UserRole + 1
_TITLE, _VALUE, _STATUS = range(3)


class ShareDelegate(QStyledItemDelegate):
    """A probability as a number with a bar below it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the text, and the bar where there is a probability."""
        super().paint(painter, option, index)
        share = index.data(_SHARE)
        if share is None:
            return
        look = tokens.current()
        place = option.rect
        track = QRectF(place.left() + 4, place.bottom() - 5, place.width() - 8, 3)
        painter.fillRect(track, QColor(look.border_strong))
        painter.fillRect(QRectF(track.left(), track.top(), track.width() * share, 3), QColor(look.accent))


class InboxList(QWidget):
    """Shows the model's answers; arrow keys and clicks choose."""

    askRequested = Signal()

    def __init__(self, model: FindingsModel) -> None:
        """Show `model`."""
        super().__init__()
        look = tokens.current()
        self._model = model
        self._filling = False
        self.filters = {
            wanted: button(words.filter_title(wanted), self._filter(wanted)) for wanted in FILTERS
        }
        group = QButtonGroup(self)
        line = row(gap=look.gap_tiny)
        for one in self.filters.values():
            one.setCheckable(True)
            one.setProperty("flat", True)
            group.addButton(one)
            line.addWidget(one)
        line.addStretch()
        self.tree = self._tree()
        inner = column(gap=look.gap_small)
        inner.setContentsMargins(look.gap_small, look.gap_small, 0, 0)
        inner.addLayout(line)
        inner.addWidget(self.tree, 1)
        self.setLayout(inner)
        model.changed.connect(self.refresh)
        model.selectionChanged.connect(self._show_choice)
        self.refresh()

    def _filter(self, wanted: Filter) -> Callable[[], None]:
        return lambda: self._model.set_filter(wanted)

    def _tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels([tr("Finding"), tr("Answer"), tr("Decision")])
        tree.setRootIsDecorated(True)
        tree.setUniformRowHeights(False)
        tree.setFont(tabular(tree.font()))
        tree.setAccessibleName(tr("Answers of models and their findings"))
        tree.setItemDelegateForColumn(_VALUE, ShareDelegate(tree))
        head = tree.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(_TITLE, QHeaderView.ResizeMode.Stretch)
        for place in (_VALUE, _STATUS):
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
        head.resizeSection(_VALUE, 27 * tokens.GRID)
        head.resizeSection(_STATUS, 22 * tokens.GRID)
        tree.currentItemChanged.connect(self._chosen)
        return tree

    # ---- showing --------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the answers that the filter lets through."""
        model = self._model
        for wanted, one in self.filters.items():
            one.setText(f"{words.filter_title(wanted)} {model.count(wanted)}")
            one.setChecked(wanted == model.wanted)
        folded = {head.data(_TITLE, _PLACE)[0] for head in self._heads() if not head.isExpanded()}
        self._filling = True
        self.tree.clear()
        for item, findings in model.shown:
            head = self._head(item)
            self.tree.addTopLevelItem(head)
            for finding in findings:
                head.addChild(self._row(item, finding))
            head.setExpanded(item.entry.id not in folded)
        self._filling = False
        self._show_choice()

    def _head(self, item: InboxItem) -> QTreeWidgetItem:
        status = tr("no answer") if item.result.abstained else ""
        found = QTreeWidgetItem([item.entry.title, status, "" if item.entry.read else tr("unread")])
        found.setData(_TITLE, _PLACE, (item.entry.id, ""))
        found.setToolTip(_TITLE, words.made_by(item))
        if not item.entry.read:
            font = found.font(_TITLE)
            font.setBold(True)
            found.setFont(_TITLE, font)
        return found

    def _row(self, item: InboxItem, finding: Finding) -> QTreeWidgetItem:
        look = tokens.current()
        title = " · ".join((finding.title, *words.marks_of(item, finding)))
        found = QTreeWidgetItem([title, words.value_of(finding), words.status_of(item, finding)])
        found.setData(_TITLE, _PLACE, (item.entry.id, finding.key))
        if finding.value is None and finding.probability is not None:
            found.setData(_VALUE, _SHARE, finding.probability)
            found.setSizeHint(_VALUE, QSize(0, 8 * tokens.GRID))
        found.setTextAlignment(_VALUE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        colors = {"info": look.text_dim, "success": look.success, "error": look.error}
        found.setForeground(_STATUS, QColor(colors[words.state_of(item, finding)]))
        found.setToolTip(_TITLE, title)
        return found

    def _show_choice(self) -> None:
        item, finding = self._model.item, self._model.finding
        wanted = None if item is None else (item.entry.id, finding.key if finding else "")
        for found in self._rows():
            if found.data(_TITLE, _PLACE) == wanted:
                self._filling = True
                self.tree.setCurrentItem(found)
                self._filling = False
                return

    def _heads(self) -> list[QTreeWidgetItem]:
        found = (self.tree.topLevelItem(place) for place in range(self.tree.topLevelItemCount()))
        return [head for head in found if head is not None]

    def _rows(self) -> list[QTreeWidgetItem]:
        found: list[QTreeWidgetItem] = []
        for head in self._heads():
            inner = (head.child(number) for number in range(head.childCount()))
            found += [head, *(one for one in inner if one is not None)]
        return found

    def _chosen(self, found: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if found is not None and not self._filling:
            self._model.choose(*found.data(_TITLE, _PLACE))
