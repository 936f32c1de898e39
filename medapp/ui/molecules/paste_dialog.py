"""Asks for SMILES, one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit

from medapp.ui.molecules.giving import as_lines
from medapp.ui.shell.widgets import column, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_SIZE = (130 * tokens.GRID, 90 * tokens.GRID)


class PasteDialog(QDialog):
    """Begins with what the clipboard holds where that may be SMILES."""

    pasted = Signal(str)

    def __init__(self, parent: QWidget, text: str = "") -> None:
        """Show `text` to begin with."""
        super().__init__(parent)
        look = tokens.current()
        self.setWindowTitle(tr("Paste SMILES"))
        self.resize(*_SIZE)
        self.text = QPlainTextEdit(text)
        self.text.setAccessibleName(tr("SMILES"))
        self.text.setPlaceholderText("CC(=O)Oc1ccccc1C(=O)O aspirin\nCN1C=NC2=C1C(=O)N(C(=O)N2C)C caffeine")
        self.count = text_label("", "faint")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = buttons.addButton(tr("Take them"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setProperty("primary", True)
        buttons.accepted.connect(self._take)
        buttons.rejected.connect(self.reject)
        inner = column(margin=look.gap_large, gap=look.gap)
        inner.addWidget(text_label(tr("One a line; a name may stand behind it."), "dim", wrap=True))
        inner.addWidget(self.text, 1)
        inner.addWidget(self.count)
        inner.addWidget(buttons)
        self.setLayout(inner)
        self.text.textChanged.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        count = as_lines(self.text.toPlainText()).count("\n")
        self.count.setText(tr("{count} lines", count=count))
        self.ok.setEnabled(bool(count))

    def _take(self) -> None:
        self.pasted.emit(self.text.toPlainText())
        self.accept()
