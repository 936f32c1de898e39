"""Draws a cell: the colour of its state stays when its line is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from medapp.ui.style import tokens

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem


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
