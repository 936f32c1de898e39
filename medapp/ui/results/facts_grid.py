"""Names and values in two columns, such as how a result came to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from medapp.ui.shell.widgets import CopyLabel, empty, has_long_word, text_label
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable


class FactsGrid(QWidget):
    """What can be wrapped is, so that it can be marked; a path or a UID is cut, and copied by its menu."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        look = tokens.current()
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.gap)
        self._grid.setVerticalSpacing(look.gap_tiny)
        self._grid.setColumnStretch(1, 1)
        self.setLayout(self._grid)

    def set_rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Show other facts."""
        empty(self._grid)
        for number, (name, value) in enumerate(rows):
            self._grid.addWidget(text_label(name, "dim"), number, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(_value(value), number, 1)


def _value(text: str) -> QLabel:
    if has_long_word(text):
        return CopyLabel(text)
    shown = text_label(text, wrap=True, selectable=True)
    shown.setToolTip(text)
    return shown
