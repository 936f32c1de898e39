"""The tab of notes and reports: the list, and the text as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QWidget

from medapp.domain.record import Note
from medapp.ui.record.note_text import note_text
from medapp.ui.record.table_page import TablePage
from medapp.ui.shell.widgets import column, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.record import Entry
    from medapp.ui.record.note_text import Ids
    from medapp.ui.record.tables import Row, Table

_SHARES = (480, 420)


class NotesPage(QWidget):
    """Texts are shown as they stand, never as markup; a link is words that can be copied, never opened."""

    rowSelected = Signal(object)
    importRequested = Signal()

    def __init__(self) -> None:
        """Start without a record."""
        super().__init__()
        look = tokens.current()
        self.table = TablePage(tr("Notes and reports"), tr("The record holds no notes or reports."))
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Text of the note"))
        self.text.setPlaceholderText(tr("Select a note to read it."))
        self.link = text_label("", "dim", wrap=True, selectable=True)
        self.link.hide()
        self._known: Ids = {}
        right = self._right = QWidget()
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, look.gap_small)
        inner.addWidget(self.link)
        inner.addWidget(self.text, 1)
        right.setLayout(inner)
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.addWidget(self.table)
        parts.addWidget(right)
        parts.setSizes(_SHARES)
        outer = column(gap=0)
        outer.addWidget(parts)
        self.setLayout(outer)
        self.table.rowSelected.connect(self._chosen)
        self.table.importRequested.connect(self.importRequested)

    def set_table(self, table: Table, known: Ids) -> None:
        """Show these; `known` are all entries of the record, for the results of reports."""
        self._known = known
        self.table.set_table(table)
        self._right.setVisible(bool(table.rows))
        self._read(None)

    def select(self, entry: Entry | None) -> None:
        """Show one of them."""
        self.table.select(entry)
        self._read(entry)

    def _chosen(self, found: Row) -> None:
        self._read(found.entry)
        self.rowSelected.emit(found)

    def _read(self, entry: Entry | None) -> None:
        content = entry.content if entry is not None else None
        link = content.link if isinstance(content, Note) else ""
        self.text.setPlainText(note_text(entry, self._known) if entry is not None else "")
        self.link.setText(tr("Link (not opened): {link}", link=link) if link else "")
        self.link.setVisible(bool(link))
