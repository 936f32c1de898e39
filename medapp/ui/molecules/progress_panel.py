"""The bar of what runs, its time, and the button that ends it; its place is kept while nothing runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QProgressBar

from medapp.ui.jobs.far import show_far
from medapp.ui.shell.widgets import ElidedLabel, button, column, row
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.molecules.running import RunningModel

_STEPS = 1000


class ProgressPanel(QFrame):
    """Always of one height: what stands above it would else move away under the mouse."""

    def __init__(self, running: RunningModel) -> None:
        """Show `running`."""
        super().__init__()
        self._running = running
        look = tokens.current()
        self.setObjectName("raised")
        self.title = ElidedLabel("")
        self.said = ElidedLabel("", "dim")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.cancel = button(tr("Cancel"), running.cancel, name="close")
        kept = self.bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.bar.setSizePolicy(kept)
        self.title.setMinimumHeight(self.cancel.sizeHint().height())
        line = row(gap=look.gap_small)
        line.addWidget(self.title, 1)
        line.addWidget(self.cancel)
        inner = column(gap=look.gap_tiny)
        inner.setContentsMargins(look.gap_small, look.gap_small, look.gap_small, look.gap_small)
        inner.addLayout(line)
        inner.addWidget(self.said)
        inner.addWidget(self.bar)
        self.setLayout(inner)
        running.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show how far it is."""
        running, line = self._running, self._running.run_line
        for part in (self.bar, self.cancel):
            part.setVisible(running.is_busy)
        if not running.is_busy:
            self.title.set_full_text(tr("Nothing is running"))
            self.said.set_full_text("")
            return
        self.title.set_full_text(running.title)
        self.said.set_full_text(show_far(self.bar, line))
        self.cancel.setEnabled(line is None or not line.stopping)
