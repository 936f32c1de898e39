"""Where the search finds nobody: that it does, and the same words as a question over the library."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from medapp.ui.shell.widgets import ElidedButton, column, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr


class NothingFound(QWidget):
    """One sentence and one button."""

    askRequested = Signal(str)

    def __init__(self) -> None:
        """Offer nothing before there are words."""
        super().__init__()
        self._text = ""
        said = text_label(tr("No patient, study or series has all these words."), "dim", wrap=True)
        said.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.ask_button = ElidedButton(
            "", lambda: self.askRequested.emit(self._text), name="account-search-outline"
        )
        look = tokens.current()
        inner = column(gap=look.gap)
        inner.setContentsMargins(0, look.gap, 0, 0)
        inner.addWidget(said)
        inner.addWidget(self.ask_button)
        inner.addStretch(1)
        self.setLayout(inner)

    def set_text(self, text: str) -> None:
        """Offer these words."""
        self._text = text
        self.ask_button.set_full_text(tr("Ask the library: {question}", question=text))
