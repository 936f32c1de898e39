"""What stands in the workspace while nobody is in focus: what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from medapp.ui.shell.widgets import ElidedLabel, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

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
        box = QWidget()
        box.setFixedWidth(144 * tokens.GRID)
        inner = column(gap=look.gap)
        title = text_label(tr("Open images to begin"), "title")
        hint = text_label(
            tr("Drop a folder, files, a zip archive or a DICOMDIR anywhere on this window. "
               "Files stay where they are; only their headers are read into the library."),
            "dim",
            wrap=True,
        )  # fmt: skip
        buttons = row()
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
        middle.addWidget(box)
        middle.addStretch()
        outer.addLayout(middle)
        outer.addStretch(3)
        self.setLayout(outer)
        self.set_recent(())

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
