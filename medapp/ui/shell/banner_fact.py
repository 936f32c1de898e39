"""One fact of the banner: whole where there is room, cut in the middle or at the end where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QSizePolicy

from medapp.ui.shell.widgets import CopyLabel
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class FactLabel(CopyLabel):
    """Its menu copies all of it; its tip tells what it is told to, whether it is cut or not."""

    _frame = 0

    def __init__(self, mode: Qt.TextElideMode, least: int, frame: int = 0) -> None:
        """Cut as `mode` says, never below `least` pixels; `frame` are those that its frame takes."""
        super().__init__("–")
        self._frame = frame
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._mode, self._least, self._tip = mode, least, ""

    def say(self, text: str, tip: str = "") -> None:
        """Show `text`; `tip` tells more where it is given, else what was cut off."""
        self._tip = tip
        self.set_full_text(text)
        self.updateGeometry()
        self._say_tip()

    def sizeHint(self) -> QSize:
        """As wide as the whole text, and its frame."""
        whole = super().sizeHint()
        return QSize(whole.width() + self._frame, whole.height())

    def minimumSizeHint(self) -> QSize:
        """No wider than its text."""
        whole = self.sizeHint()
        return QSize(min(self._least, whole.width()), whole.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew; what the tip tells stays."""
        super().resizeEvent(event)
        self._say_tip()

    def _cut(self) -> None:
        self.ensurePolished()
        room = max(0, self.width() - self._frame)
        shown = QFontMetrics(self.font()).elidedText(self.full_text, self._mode, room)
        self.setText(shown)
        self.setToolTip(self.full_text if shown != self.full_text else "")

    def _say_tip(self) -> None:
        if self._tip:
            self.setToolTip(self._tip)


def id_label() -> FactLabel:
    """The first to be cut: its ends tell most numbers apart."""
    return FactLabel(Qt.TextElideMode.ElideMiddle, 20 * tokens.GRID)


def allergies_label() -> FactLabel:
    """Cut after the number."""
    return FactLabel(Qt.TextElideMode.ElideRight, 26 * tokens.GRID)


def alert_label() -> FactLabel:
    """What must not be overlooked: its frame stays however little room there is, its tip has all of it."""
    result = FactLabel(Qt.TextElideMode.ElideRight, 56 * tokens.GRID, 5 * tokens.GRID)
    result.setObjectName("alert")
    return result
