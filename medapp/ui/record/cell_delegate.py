"""Tables of whole lines: how they lie, and a cell whose colour of state stays when its line is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QStyledItemDelegate

from medapp.ui.style import tokens

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QFont
    from PySide6.QtWidgets import QStyleOptionViewItem, QTableView


class CellDelegate(QStyledItemDelegate):
    """As Qt's, but a warning is a warning in a selected line too."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Take the colour of the model for selected cells as well."""
        super().initStyleOption(option, index)
        if not option.state & QStyle.StateFlag.State_Selected:
            return
        color = index.data(Qt.ItemDataRole.ForegroundRole)
        if isinstance(color, QColor):
            look = tokens.current()
            if color == QColor(look.text_faint):
                color = QColor(look.text_dim)  # on the colour of a selection the faint one cannot be read
            option.palette.setBrush(QPalette.ColorRole.HighlightedText, QBrush(color))


def lay_out_lines(view: QTableView, name: str, font: QFont) -> None:
    """Make a table one of whole lines: `name` is for screen readers, `font` has tabular figures."""
    look = tokens.current()
    view.setAccessibleName(name)
    view.setFont(font)
    view.setStyleSheet(f"QTableView::item {{ padding: 0 {look.gap_tiny}px; }}")
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setItemDelegate(CellDelegate(view))
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setTabKeyNavigation(False)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(look.control_height - look.gap_tiny)
