"""What the colours of the map are: of clusters, or from a low value to a high one."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from medapp.ui.molecules.marks import mixed
from medapp.ui.molecules.space import GROUPS
from medapp.ui.molecules.words import number
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from medapp.ui.molecules.space import Points

STEPS: Final = 24
"""Colours of values: points of one colour are drawn together."""
_MAP: Final = "viridis"
_PART: Final = {"dark": (0.3, 1.0), "light": (0.0, 0.82)}
"""Of the colour map: its ends are too dark or too light to be seen on the ground of a look."""
_REST: Final = 0.7
_DOT: Final = 2 * tokens.GRID
_BAR: Final = 24 * tokens.GRID
_HIGH: Final = 5 * tokens.GRID


@lru_cache(maxsize=2)
def colors_of_values(look: str) -> tuple[QColor, ...]:
    """From low to high, told apart by colour-blind readers and in grey."""
    low, high = _PART.get(look, (0.0, 1.0))
    found = pg.colormap.get(_MAP).map(np.linspace(low, high, STEPS), mode="qcolor")
    return tuple(found)


def colors_of_groups() -> tuple[QColor, ...]:
    """One for each of the largest clusters."""
    return tuple(QColor(one) for one in tokens.LABEL_COLORS[:GROUPS])


def color_of_rest() -> QColor:
    """For what has no colour of its own: quieter than those that have, more than what lies behind."""
    look = tokens.current()
    return QColor(mixed(look.text_dim, look.surface, _REST))


class ColorKey(QWidget):
    """One line; empty where colours stand for nothing."""

    def __init__(self) -> None:
        """Nothing is shown yet."""
        super().__init__()
        self._groups: tuple[tuple[str, QColor], ...] = ()
        self._ends: tuple[str, str] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_points(self, points: Points) -> None:
        """Explain the colours of points."""
        colors = colors_of_groups()
        there = sorted({int(one) for one in points.group if one >= 0})
        self._groups = tuple((str(one + 1), colors[one]) for one in there)
        if self._groups:
            self._groups += ((tr("others"), color_of_rest()),)
        known = bool(np.isfinite(points.low))
        self._ends = (number(points.low), number(points.high)) if known else None
        self.setVisible(bool(self._groups) or known)
        said = [tr("Clusters"), *(name for name, _ in self._groups)] if self._groups else self._ends or ()
        self.setAccessibleName(" ".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        """One line."""
        return QSize(_BAR, max(_HIGH, self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dots with their numbers, or the bar between its ends."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._groups:
            self._paint_groups(painter)
        elif self._ends is not None:
            self._paint_bar(painter, *self._ends)

    def _write(self, painter: QPainter, x: float, text: str) -> float:
        """Write a text and return where it ends."""
        wide = self.fontMetrics().horizontalAdvance(text)
        painter.setPen(QColor(tokens.current().text_dim))
        painter.drawText(QRectF(x, 0, wide + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
        return x + wide + tokens.current().gap_small

    def _paint_groups(self, painter: QPainter) -> None:
        x = self._write(painter, 0, tr("Cluster"))
        for name, color in self._groups:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QRectF(x, (self.height() - _DOT) / 2, _DOT, _DOT))
            x = self._write(painter, x + _DOT + tokens.GRID, name)

    def _paint_bar(self, painter: QPainter, low: str, high: str) -> None:
        x = self._write(painter, 0, low)
        gradient = QLinearGradient(x, 0, x + _BAR, 0)
        colors = colors_of_values(tokens.current().name)
        for at, color in enumerate(colors):
            gradient.setColorAt(at / (len(colors) - 1), color)
        painter.fillRect(QRectF(x, (self.height() - _DOT) / 2, _BAR, _DOT), gradient)
        self._write(painter, x + _BAR + tokens.current().gap_small, high)
