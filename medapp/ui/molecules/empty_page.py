"""What stands where no molecules were given yet: the ways to begin."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from medapp.ui.shell.widgets import ElidedButton, button, column, empty, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.molecules.giving import GivingModel

_WIDE = 190 * tokens.GRID
_RECENT = 4


class EmptyPage(QWidget):
    """In place of table and molecule."""

    openRequested = Signal()
    pasteRequested = Signal()
    medicinesRequested = Signal()
    makeRequested = Signal()

    def __init__(self, giving: GivingModel) -> None:
        """Offer what `giving` knows."""
        super().__init__()
        look = tokens.current()
        self._giving = giving
        self.message = text_label(tr("No molecules yet"), "heading")
        self.said = text_label(
            tr(
                "Open a file of SMILES, CSV or SDF (plain or gzipped), drop it here, paste SMILES, or take "
                "what the patient is taking now. Then choose at the left what is done with them. Or make new "
                "ones, freely or as you want them."
            ),
            "dim", wrap=True,
        )  # fmt: skip
        self.open = button(
            tr("Open a file or project…"), self.openRequested.emit, name="tray-arrow-down", primary=True
        )
        self.paste = button(tr("Paste SMILES…"), self.pasteRequested.emit, name="content-paste")
        self.medicines = button(tr("Present medicines"), self.medicinesRequested.emit, name="pill")
        self.make = button(tr("Make new ones…"), self.makeRequested.emit, name="creation")
        ways = row(gap=look.gap_small)
        for one in (self.open, self.paste, self.medicines):
            ways.addWidget(one)
        ways.addStretch(1)
        self._head = text_label(tr("Go on with"), "section")
        self._recent = column(gap=look.gap_tiny)
        self.recent: list[ElidedButton] = []
        box = QWidget()
        box.setMaximumWidth(_WIDE)
        inner = column(margin=look.gap_huge, gap=look.gap)
        inner.addStretch(1)
        inner.addWidget(self.message)
        inner.addWidget(self.said)
        inner.addLayout(ways)
        inner.addWidget(self.make, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(self._head, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addLayout(self._recent)
        inner.addStretch(2)
        box.setLayout(inner)
        around = row(gap=0)
        around.addStretch(1)
        around.addWidget(box, 4)
        around.addStretch(1)
        self.setLayout(around)
        giving.recentChanged.connect(self.refresh)
        giving.busyChanged.connect(self._show_busy)
        self.refresh()

    def refresh(self) -> None:
        """Offer the projects of before."""
        empty(self._recent)
        self.recent = []
        for project in self._giving.recent[:_RECENT]:
            said = self._giving.describe(project)
            one = ElidedButton(said, partial(self._giving.open_recent, project), name="flask-outline")
            self.recent.append(one)
            self._recent.addWidget(one)
        self._head.setVisible(bool(self.recent))

    def _show_busy(self) -> None:
        for one in (self.open, self.paste, self.medicines, self.make, *self.recent):
            one.setEnabled(not self._giving.busy)
