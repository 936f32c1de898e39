"""What stands where there is nothing to show: why, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QWidget

from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QPushButton


def import_button(pressed: Callable[[], object], *, primary: bool = False) -> QPushButton:
    """The way out of nothing."""
    return button(tr("Import a record"), pressed, name="tray-arrow-down", primary=primary)


def nothing_page(words: str, pressed: Callable[[], object] | None) -> QWidget:
    """A tab without entries: words, and a button where something can be done."""
    look = tokens.current()
    page = QWidget()
    inner = column(margin=look.gap_large, gap=look.gap)
    inner.addWidget(text_label(words, "dim", wrap=True))
    if pressed is not None:
        inner.addWidget(import_button(pressed), 0, Qt.AlignmentFlag.AlignLeft)
    inner.addStretch(1)
    page.setLayout(inner)
    return page


class EmptyPage(QWidget):
    """The whole workspace without a record."""

    def __init__(self, pressed: Callable[[], object]) -> None:
        """Call `pressed` where the user wants to import one."""
        super().__init__()
        look = tokens.current()
        self.message = text_label("", "heading", wrap=True)
        self.explanation = text_label("", "dim", wrap=True)
        self.button = import_button(pressed, primary=True)
        self.busy = QProgressBar()
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        self.busy.hide()
        box = QWidget()
        box.setMaximumWidth(150 * tokens.GRID)
        inner = column(margin=look.gap_huge, gap=look.gap)
        inner.addStretch(1)
        for part in (self.message, self.explanation, self.busy):
            inner.addWidget(part)
        inner.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addStretch(2)
        box.setLayout(inner)
        around = row(gap=0)
        around.addStretch(1)
        around.addWidget(box, 4)
        around.addStretch(1)
        self.setLayout(around)

    def say(self, message: str, explanation: str, *, can_import: bool, busy: bool = False) -> None:
        """Tell why there is nothing; `busy` where something is on its way."""
        self.busy.setVisible(busy)
        self.message.setText(message)
        self.explanation.setText(explanation)
        self.button.setVisible(can_import)
