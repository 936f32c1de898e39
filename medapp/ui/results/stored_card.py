"""A result of the library that is not open: what, by which model, when, its status, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from medapp.ui.results.details import stored_made_by, stored_status, stored_title
from medapp.ui.shell.widgets import breakable, button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.services.results import StoredResult
    from medapp.ui.results.stored import StoredResults


class StoredCard(QFrame):
    """The head of a result, without its labels."""

    def __init__(self, found: StoredResult, model: StoredResults) -> None:
        """Show `found`; its button asks `model` to open it."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("raised")
        opening = found.series.key in model.opening
        self.title = text_label(breakable(stored_title(found)), "heading", wrap=True, selectable=True)
        self.status = text_label(stored_status(found))
        self.status.setProperty("state", "success" if found.record else "")
        self.made = text_label(stored_made_by(found), "dim", wrap=True, selectable=True)
        self.show_button = button(
            tr("being opened…") if opening else tr("Show"),
            lambda: model.open(found.series),
            name="layers-outline",
            tip=tr("Lay it over the images; it can be corrected then"),
        )
        self.show_button.setEnabled(not opening)
        line = row()
        line.addWidget(self.status)
        line.addStretch()
        line.addWidget(self.show_button)
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap, look.gap_small, look.gap, look.gap_small)
        inner.addWidget(self.title)
        inner.addWidget(self.made)
        inner.addLayout(line)
        self.setLayout(inner)
