"""The rail at the left edge: the library and the workspaces that there are."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QToolButton

from medapp.ui.shell.widgets import column
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.text import tr


class Rail(QFrame):
    """Buttons with icon and text."""

    libraryToggled = Signal(bool)
    readRequested = Signal()
    recordRequested = Signal()
    findingsRequested = Signal()
    preferencesRequested = Signal()
    aboutRequested = Signal()

    def __init__(self) -> None:
        """All workspaces that there are."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("rail")
        self.setFixedWidth(look.rail_width)
        self.library = _rail_button("folder-account-outline", tr("Library"), tr("Patients, studies, import"))
        self.library.setCheckable(True)
        self.library.toggled.connect(self.libraryToggled)
        self.read = _rail_button("radiology-box-outline", tr("Read"), tr("Look at the images"))
        self.read.setCheckable(True)
        self.read.setChecked(True)
        self.read.clicked.connect(self.readRequested)
        self.record = _rail_button(
            "clipboard-text-clock-outline", tr("Record"), tr("Time line, labs, genome")
        )
        self.record.setCheckable(True)
        self.record.clicked.connect(self.recordRequested)
        self.findings = _rail_button(
            "text-box-search-outline", tr("Findings"), tr("What models say, to accept, correct or reject")
        )
        self.findings.setCheckable(True)
        self.findings.clicked.connect(self.findingsRequested)
        preferences = _rail_button("cog-outline", tr("Settings"), tr("Keys, presets, hanging rules"))
        preferences.clicked.connect(self.preferencesRequested)
        about = _rail_button("information-outline", tr("About"), tr("Version, licence, intended use"))
        about.clicked.connect(self.aboutRequested)
        inner = column(gap=0)
        inner.setContentsMargins(0, look.gap_tiny, 0, look.gap_tiny)
        inner.addWidget(self.library)
        inner.addWidget(self.read)
        inner.addWidget(self.record)
        inner.addWidget(self.findings)
        inner.addStretch()
        inner.addWidget(preferences)
        inner.addWidget(about)
        self.setLayout(inner)

    def show_workspace(self, name: str) -> None:
        """Mark the workspace in view: ``read``, ``record``, ``findings`` or none; it stays pressed."""
        self.read.setChecked(name == "read")
        self.record.setChecked(name == "record")
        self.findings.setChecked(name == "findings")


def _rail_button(name: str, text: str, tip: str) -> QToolButton:
    look = tokens.current()
    result = QToolButton()
    result.setIcon(icon(name))
    result.setIconSize(QSize(look.icon + look.gap_small, look.icon + look.gap_small))
    result.setText(text)
    result.setToolTip(tip)
    result.setAccessibleName(text)
    result.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    result.setFixedSize(look.rail_width - look.border_width, 14 * tokens.GRID)
    return result
