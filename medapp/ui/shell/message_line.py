"""Shows a message above the foot of the window, over the workspace, so that nothing moves when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame

from medapp.ui.shell.widgets import ElidedLabel, button, icon_button, row
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtWidgets import QWidget

    from medapp.ui.shell.message import Message

_SHOWN_MS = 12_000
_BUTTONS = 50
"""Room for the buttons and the distances between, on the grid."""


class MessageLine(QFrame):
    """Goes after a while, or when it is closed; a new message takes the place of the old one.

    One that leads to details stays until it is answered or closed.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        """Hidden until there is something to say."""
        super().__init__(parent)
        look = tokens.current()
        self.setObjectName("raised")
        self._message: Message | None = None
        self.text = ElidedLabel()
        self.undo_button = button(tr("Undo"), self._undo, name="undo")
        inner = row(gap=look.gap)
        inner.setContentsMargins(look.gap, look.gap_tiny, look.gap_small, look.gap_tiny)
        inner.addWidget(self.text, 1)
        inner.addWidget(self.undo_button)
        inner.addWidget(icon_button("close", tr("Close"), self.clear))
        self.setLayout(inner)
        self._clock = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._clock.timeout.connect(self.clear)
        self.hide()

    def say(self, message: Message) -> None:
        """Show `message`."""
        self._message = message
        self.text.set_full_text(message.text)
        self.setAccessibleName(message.text)
        title = message.action or tr("Undo")
        self.undo_button.setText(f" {title}")
        self.undo_button.setAccessibleName(title)
        self.undo_button.setIcon(icon("information" if message.action else "undo"))
        self.undo_button.setVisible(message.undo is not None)
        self.show()
        self.raise_()
        # What asks for an answer waits for it.
        if message.action:
            self._clock.stop()
        else:
            self._clock.start()

    def clear(self) -> None:
        """Say nothing any more."""
        self._message = None
        self._clock.stop()
        self.hide()

    def leave_patient(self) -> None:
        """Somebody else is in focus: what is told of an import stays, what could be undone does not."""
        if self._message is None or not (self._message.action or self._message.stays):
            self.clear()

    def place(self, area: QRect) -> None:
        """Lie at the foot of `area` at its right, no wider than the text needs: lists stand at the left."""
        look = tokens.current()
        height = self.sizeHint().height()
        wanted = self.text.fontMetrics().horizontalAdvance(self.text.full_text) + _BUTTONS * tokens.GRID
        width = min(wanted, area.width() - 2 * look.gap)
        top = area.bottom() - height - look.gap_small
        self.setGeometry(area.right() - look.gap - width, top, width, height)

    def _undo(self) -> None:
        message = self._message
        self.clear()
        if message is not None and message.undo is not None:
            message.undo()
