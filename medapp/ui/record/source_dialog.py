"""Shows the very text that an entry was read from, and where its file lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from medapp.ui.record.facts import source_text, title_of
from medapp.ui.shell.widgets import CopyLabel, NoticeBox, button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.record import Entry
    from medapp.services.sources import SourceText

_SIZE = (200, 150)
"""On the grid."""


class SourceDialog(QDialog):
    """Does not stop the window behind it. Texts are shown as they stand, never as markup."""

    def __init__(self, entry: Entry, found: SourceText, parent: QWidget | None = None) -> None:
        """Show `found` of `entry`."""
        super().__init__(parent)
        look = tokens.current()
        self.setWindowTitle(tr("Source of an entry"))
        self.setModal(False)
        self.resize(*(side * tokens.GRID for side in _SIZE))
        self.text = QPlainTextEdit(found.text)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(tr("Text of the source"))
        inner = column(margin=look.gap_large, gap=look.gap_small)
        inner.addWidget(text_label(title_of(entry.content), "heading", wrap=True))
        inner.addWidget(text_label(source_text(entry), "dim", wrap=True, selectable=True))
        if found.path:
            inner.addWidget(CopyLabel(found.path, "dim"))
        if found.problem:
            inner.addWidget(NoticeBox(tr("It cannot be shown: {problem}.", problem=found.problem)))
        self.text.setVisible(bool(found.text))
        inner.addWidget(self.text, 1)
        if not found.text:
            inner.addStretch(1)
        foot = row()
        if found.text:
            foot.addWidget(button(tr("Copy the text"), self.copy, name="content-copy"))
        foot.addStretch()
        foot.addWidget(button(tr("Close"), self.close, primary=True))
        inner.addLayout(foot)
        self.setLayout(inner)

    def copy(self) -> None:
        """Put the text into the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
