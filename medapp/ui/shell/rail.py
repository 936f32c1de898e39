"""The rail at the left edge: the library and the workspaces that there are."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QFrame, QToolButton

from medapp.ui.shell.widgets import column
from medapp.ui.shell.workspaces import places
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon
from medapp.ui.style.sheet import tabular
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_MOST = 99


class Rail(QFrame):
    """Buttons with icon and text."""

    libraryToggled = Signal(bool)
    workspaceRequested = Signal(str)
    evaluateRequested = Signal()
    preferencesRequested = Signal()
    aboutRequested = Signal()

    def __init__(self) -> None:
        """All workspaces that there are."""
        super().__init__()
        look = tokens.current()
        self.setObjectName("rail")
        self.setFixedWidth(look.rail_width)
        self.library = RailButton("folder-account-outline", tr("Library"), tr("Patients, studies, import"))
        self.library.setCheckable(True)
        self.library.toggled.connect(self.libraryToggled)
        self.workspaces = {place.name: RailButton(place.icon, place.title, place.tip) for place in places()}
        for name, one in self.workspaces.items():
            one.setCheckable(True)
            one.clicked.connect(partial(self.workspaceRequested.emit, name))
        self.read, self.record = self.workspaces["read"], self.workspaces["record"]
        self.read.setChecked(True)
        evaluate = RailButton("chart-bell-curve", tr("Evaluate"), tr("How good a model is; A against B"))
        evaluate.clicked.connect(self.evaluateRequested)
        preferences = RailButton("cog-outline", tr("Settings"), tr("Keys, presets, hanging rules"))
        preferences.clicked.connect(self.preferencesRequested)
        about = RailButton("information-outline", tr("About"), tr("Version, licence, intended use"))
        about.clicked.connect(self.aboutRequested)
        inner = column(gap=0)
        inner.setContentsMargins(0, look.gap_tiny, 0, look.gap_tiny)
        inner.addWidget(self.library)
        for one in self.workspaces.values():
            inner.addWidget(one)
        inner.addStretch()
        inner.addWidget(evaluate)
        inner.addWidget(preferences)
        inner.addWidget(about)
        self.setLayout(inner)

    def show_workspace(self, name: str) -> None:
        """Mark the workspace in view, or none; it stays pressed."""
        for one, shown in self.workspaces.items():
            shown.setChecked(one == name)

    def set_count(self, name: str, count: int, what: str) -> None:
        """Say how many of something wait in a workspace: 3 ``unread``; nothing is shown for none."""
        found = next((shown for one, shown in self.workspaces.items() if one == name), None)
        if found is not None:
            found.set_count(count, what)


class RailButton(QToolButton):
    """Icon above text, and a number where something waits."""

    def __init__(self, name: str, text: str, tip: str) -> None:
        """Show `text` below the icon that is called `name`."""
        super().__init__()
        look = tokens.current()
        self._text, self._tip = text, tip
        self.count = 0
        self.setIcon(icon(name))
        self.setIconSize(QSize(look.icon + look.gap_small, look.icon + look.gap_small))
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setFixedSize(look.rail_width - look.border_width, 14 * tokens.GRID)

    def set_count(self, count: int, what: str) -> None:
        """Show a number; `what` says to screen readers and in the tool tip of what."""
        if count == self.count:
            return
        self.count = count
        said = f"{count} {what}" if count else ""
        self.setAccessibleName(", ".join(part for part in (self._text, said) if part))
        self.setToolTip("\n".join(part for part in (self._tip, said) if part))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, and the number over its upper right."""
        super().paintEvent(event)
        if not self.count:
            return
        look = tokens.current()
        font = tabular(self.font())
        font.setPointSizeF(look.font_small * look.hidpi_font_scale - 1)
        font.setBold(True)
        text = str(self.count) if self.count <= _MOST else f"{_MOST}+"
        metrics = QFontMetricsF(font)
        height = metrics.height()
        width = max(metrics.horizontalAdvance(text) + look.gap_small, height)
        place = QRectF(self.width() - width - look.gap_tiny, look.gap_tiny, width, height)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.accent))
        painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setFont(font)
        painter.setPen(QColor(look.accent_text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
