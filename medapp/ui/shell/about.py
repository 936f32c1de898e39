"""What the program is, and what it is not for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

import medapp
from medapp.ui.shell.banner import not_for_diagnosis
from medapp.ui.shell.widgets import NoticeBox, button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class AboutDialog(QDialog):
    """Version, licence, intended use."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show it with `open`."""
        super().__init__(parent)
        look = tokens.current()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("About medapp"))
        self.setMinimumWidth(110 * tokens.GRID)
        inner = column(margin=look.gap_large + tokens.GRID, gap=look.gap)
        inner.addWidget(text_label(f"medapp {medapp.__version__}", "title"))
        inner.addWidget(
            text_label(
                tr("Images of one patient on one screen, and models that work on them."), "dim", wrap=True
            )
        )
        inner.addWidget(
            NoticeBox(
                tr(
                    "{mark}. The program and the models that come with it are for research and teaching.",
                    mark=not_for_diagnosis(),
                ),
                "warning",
            )
        )
        inner.addWidget(
            text_label(tr("Licence: Apache-2.0. Nothing that is opened leaves this computer."), wrap=True)
        )
        inner.addStretch()
        buttons = row()
        buttons.addStretch()
        close = button(tr("Close"), self.close, primary=True)
        close.setDefault(True)
        buttons.addWidget(close)
        inner.addLayout(buttons)
        self.setLayout(inner)
