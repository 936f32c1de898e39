"""What stands in the workspace while nobody is in focus: what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from medapp.ui.shell.widgets import ElidedLabel, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent

_RECENT = 5


class WelcomePage(QWidget):
    """Three ways to begin, and what was opened last."""

    folderRequested = Signal()
    filesRequested = Signal()
    sampleRequested = Signal()
    pathsRequested = Signal(list)

    def __init__(self) -> None:
        """Without recent paths at first."""
        super().__init__()
        look = tokens.current()
        self._covered = 0
        box = QWidget()
        box.setMaximumWidth(152 * tokens.GRID)
        inner = column(gap=look.gap)
        inner.setContentsMargins(look.gap_large, 0, look.gap_large, 0)
        title = text_label(tr("Open images or records to begin"), "title")
        hint = text_label(
            tr("Drop a folder, files, a zip archive or a DICOMDIR anywhere on this window, and records "
               "too: FHIR, HL7 v2, C-CDA, OMOP, tables, phenopackets, VCF. Files stay where they are; of "
               "images only the headers are read into the library, of records what they say."),
            "dim",
            wrap=True,
        )  # fmt: skip
        buttons = self._buttons = row()
        buttons.addWidget(
            button(tr("Open a folder…"), self.folderRequested.emit, name="folder-open-outline", primary=True)
        )
        buttons.addWidget(button(tr("Open files…"), self.filesRequested.emit, name="file-multiple-outline"))
        buttons.addWidget(
            button(tr("Open the sample patient"), self.sampleRequested.emit, name="account-outline")
        )
        buttons.addStretch()
        self._recent_title = text_label(tr("Recent"), "section")
        self._recent = column(gap=0)
        for part in (title, hint):
            inner.addWidget(part)
        inner.addLayout(buttons)
        inner.addSpacing(look.gap_large)
        inner.addWidget(self._recent_title)
        inner.addLayout(self._recent)
        box.setLayout(inner)
        outer = column()
        outer.addStretch(2)
        middle = row(gap=0)
        middle.addStretch()
        # Stretched as far as the box may grow; what is left goes to both sides.
        middle.addWidget(box, 100)
        middle.addStretch()
        outer.addLayout(middle)
        outer.addStretch(3)
        self.setLayout(outer)
        self.set_recent(())

    def keep_clear(self, width: int) -> None:
        """Leave `width` px at the left to the library; buttons then stand below each other if need be."""
        self._covered = width
        self.setContentsMargins(width, 0, 0, 0)
        self._turn()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side or below each other."""
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        items = (self._buttons.itemAt(k) for k in range(self._buttons.count()))
        parts = [item.sizeHint().width() for item in items if item is not None]
        needed = sum(parts) + self._buttons.spacing() * len(parts) + 2 * tokens.current().gap_large
        fits = self.width() - self._covered > needed
        direction = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        self._buttons.setDirection(direction)

    def set_recent(self, paths: Sequence[Path]) -> None:
        """Offer what was opened last."""
        empty(self._recent)
        self._recent_title.setVisible(bool(paths))
        for path in paths[:_RECENT]:
            self._recent.addWidget(self._recent_row(path))

    def _recent_row(self, path: Path) -> QWidget:
        look = tokens.current()
        line = row(gap=look.gap_small)
        choose = button(path.name or str(path), lambda: self.pathsRequested.emit([path]), name="history")
        choose.setProperty("flat", True)
        choose.setToolTip(str(path))
        line.addWidget(choose)
        line.addWidget(ElidedLabel(str(path.parent), "faint", Qt.TextElideMode.ElideMiddle), 1)
        widget = QWidget()
        widget.setLayout(line)
        return widget
