"""What was not read, by file: the place, and what is wrong there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from medapp.services.records import NOTED
from medapp.ui.shell.waiting_model import base_name, by_file, copied
from medapp.ui.shell.waiting_words import unreadable_words
from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACE = 90
"""Width on the grid."""


class RefusalList(QWidget):
    """To read and to copy."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        look = tokens.current()
        self.refused: tuple[tuple[str, str, str, str], ...] = ()
        self.files = QTreeWidget()
        self.files.setColumnCount(2)
        self.files.setHeaderLabels([tr("File and place"), tr("Reason")])
        self.files.setColumnWidth(0, _PLACE * tokens.GRID)
        self.files.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.files.setAccessibleName(tr("Not read"))
        tip = tr("Files are numbered; nothing names a patient")
        foot = row()
        foot.addWidget(button(tr("Copy"), self.copy, name="content-copy", tip=tip))
        self.others = text_label("", "dim")
        foot.addStretch()
        foot.addWidget(self.others)
        inner = column(margin=look.gap_small, gap=look.gap_small)
        inner.addWidget(self.files, 1)
        inner.addLayout(foot)
        self.setLayout(inner)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.refused)

    def set_refused(self, refused: Sequence[tuple[str, str, str, str]]) -> None:
        """Show these: file, place, code and reason."""
        if sorted(refused) == sorted(self.refused):
            return
        # What is only to note comes after what is missing.
        self.refused = tuple(sorted(refused, key=lambda one: one[2] in NOTED))
        self.files.clear()
        for file, reasons in by_file(self.refused).items():
            item = QTreeWidgetItem([f"{base_name(file)}  {len(reasons)}", ""])
            item.setToolTip(0, file)
            self.files.addTopLevelItem(item)
            for place, reason in reasons:
                child = QTreeWidgetItem([place or reason, reason if place else ""])
                child.setToolTip(0, place or reason)
                child.setToolTip(1, reason)
                item.addChild(child)
                child.setFirstColumnSpanned(not place)
            item.setExpanded(True)

    def set_others(self, count: int) -> None:
        """Say how many files no reader takes: what was refused of records is not all that is not read."""
        told = tr("Beside these, of the whole library: {files}.", files=unreadable_words(count))
        self.others.setText(told if count else "")

    def copy(self) -> None:
        """Put what was refused into the clipboard, without what may name a patient."""
        QGuiApplication.clipboard().setText(copied(self.refused))
