"""A line to write in, from which the arrow key goes down into what is below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QLineEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class SearchLine(QLineEdit):
    """As any other line, with a signal for the key."""

    wentDown = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow down leaves the line."""
        if event.key() == Qt.Key.Key_Down:
            self.wentDown.emit()
        else:
            super().keyPressEvent(event)


def enter(view: QAbstractItemView) -> None:
    """Go into a list or table: to its current row, or to its first."""
    model = view.model()
    if model is None or not model.rowCount():
        return
    view.setFocus(Qt.FocusReason.TabFocusReason)
    if not view.currentIndex().isValid():
        view.setCurrentIndex(model.index(0, 0))
