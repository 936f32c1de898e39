"""One fact of the banner: whole where there is room, cut in the middle or at the end where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy

from medapp.ui.shell.widgets import CopyLabel
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class FactLabel(CopyLabel):
    """Its menu copies all of it; its tip tells what it is told to, whether it is cut or not."""

    def __init__(self, mode: Qt.TextElideMode, least: int) -> None:
        """Cut as `mode` says, never below `least` pixels."""
        super().__init__("–")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._mode, self._least, self._tip = mode, least, ""

    def say(self, text: str, tip: str = "") -> None:
        """Show `text`; `tip` tells more where it is given, else what was cut off."""
        self._tip = tip
        self.set_full_text(text)
        self.updateGeometry()
        self._say_tip()

    def minimumSizeHint(self) -> QSize:
        """No wider than its text."""
        whole = self.sizeHint()
        return QSize(min(self._least, whole.width()), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew; what the tip tells stays."""
        super().resizeEvent(event)
        self._say_tip()

    def _say_tip(self) -> None:
        if self._tip:
            self.setToolTip(self._tip)


def id_label() -> FactLabel:
    """The first to be cut: its ends tell most numbers apart."""
    return FactLabel(Qt.TextElideMode.ElideMiddle, 20 * tokens.GRID)


def allergies_label() -> FactLabel:
    """Cut after the number."""
    return FactLabel(Qt.TextElideMode.ElideRight, 30 * tokens.GRID)
