"""A dialog that asks one thing: a question, a form, a line for what is wrong, and two buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent
    from PySide6.QtWidgets import QWidget

_WIDTH = 120 * tokens.GRID


class AskDialog(QDialog):
    """Put what is asked into `form`; `accept` is called by the first button."""

    def __init__(self, title: str, question: str, action: str, parent: QWidget) -> None:
        """Ask `question`; the first button says `action`."""
        super().__init__(parent)
        look = tokens.current()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        self.form = column(gap=look.gap_small)
        self.said = text_label("", "dim", wrap=True)
        self.ok = button(action, self.accept, primary=True)
        self.ok.setDefault(True)
        line = row()
        line.addStretch()
        cancel = button(tr("Cancel"), self.reject)
        cancel.setAutoDefault(False)
        line.addWidget(cancel)
        line.addWidget(self.ok)
        outer = column(margin=look.gap_large, gap=look.gap)
        outer.addWidget(text_label(question, "heading", wrap=True))
        outer.addLayout(self.form)
        outer.addWidget(self.said)
        outer.addLayout(line)
        self.setLayout(outer)

    def say(self, text: str, *, may_go: bool, state: str = "") -> None:
        """Show what is wrong, or what should be noticed."""
        self.said.setText(text)
        self.said.setProperty("state", state)
        self.said.style().polish(self.said)
        self.ok.setEnabled(may_go)

    def showEvent(self, event: QShowEvent) -> None:
        """As high as its texts are at its width: Qt takes texts that wrap for higher."""
        super().showEvent(event)
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))
