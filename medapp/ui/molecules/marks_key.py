"""Which colour of a drawing says what, below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from medapp.ui.molecules.structure_view import color_of
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from medapp.ui.molecules.marks import Kind

_DOT: Final = 3 * tokens.GRID


class MarksKey(QWidget):
    """One line of dots and words; gone where nothing is to be explained."""

    def __init__(self) -> None:
        """Nothing is marked yet."""
        super().__init__()
        self.parts: tuple[tuple[Kind, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_parts(self, parts: Sequence[tuple[Kind, str]]) -> None:
        """Explain kinds of marks."""
        self.parts = tuple(parts)
        self.setVisible(bool(self.parts))
        said = tr("The stronger the colour, the more")
        self.setAccessibleName(", ".join([*(text for _, text in self.parts), said]))
        self.setToolTip(said)
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(_DOT, max(_DOT, self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each dot before what it says."""
        del event
        look = tokens.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x = 0.0
        for kind, text in self.parts:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(color_of(kind)))
            painter.drawEllipse(QRectF(x, (self.height() - _DOT) / 2, _DOT, _DOT))
            x += _DOT + tokens.GRID
            wide = self.fontMetrics().horizontalAdvance(text) + 1
            painter.setPen(QColor(look.text_dim))
            painter.drawText(QRectF(x, 0, wide, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
            x += wide + look.gap
