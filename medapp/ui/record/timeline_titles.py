"""Titles on the time line: drawn where there is room, and found again under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QStaticText, QTransform

from medapp.ui.record.label_places import labels_of_row
from medapp.ui.record.lane_layout import PAD
from medapp.ui.style import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from PySide6.QtGui import QPainter

    from medapp.ui.record.lane_layout import Band
    from medapp.ui.record.lanes import Lane

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

MARK = 4.0
"""Px that a mark takes at least."""
_SMALLEST = 7.5
"""Least pt that a title is drawn in."""
_KEPT = 2000


class Chosen(NamedTuple):
    """A mark by lane and number."""

    lane: int
    mark: int


class Titles:
    """Draws titles, and keeps where they stand and what was laid out: most do not change while one drags."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        """Titles of these."""
        self._lanes = lanes
        self._base = QFont()
        self._limit = 0.0
        self._places: list[tuple[QRectF, Chosen]] = []
        self._texts: dict[tuple[str, int, int, int], QStaticText] = {}
        self._widths: dict[tuple[str, int, int], float] = {}
        self._fonts: dict[int, tuple[QFont, QFontMetrics]] = {}

    def begin(self, font: QFont, width: float) -> None:
        """Begin a drawing that is `width` px wide."""
        self._limit = width
        self._places = []
        if font != self._base:
            self._base = QFont(font)
            for kept in (self._texts, self._widths, self._fonts):
                kept.clear()

    def forget_places(self) -> None:
        """What was drawn lies elsewhere now."""
        self._places = []

    def at(self, x: float, y: float) -> list[Chosen]:
        """Marks whose titles were drawn at a place."""
        return [chosen for place, chosen in self._places if place.contains(x, y)]

    def draw(self, painter: QPainter, index: int, band: Band, visible: Ints, x: Floats) -> None:
        """Draw those of one lane.

        Args:
            painter: Its font is left as it was.
            index: Of the lane.
            band: Where it lies.
            visible: Marks that are in view.
            x: (n, 4) px of their spans.
        """
        lane = self._lanes[index]
        font, metrics = self._font(band.row)
        painter.setFont(font)
        painter.setPen(QColor(tokens.current().text))
        rows = lane.rows[visible]
        for row in np.unique(rows):
            inside = np.flatnonzero(rows == row)
            marks = visible[inside].tolist()
            firsts = x[inside, 0].tolist()
            lasts = np.maximum(x[inside, 3], x[inside, 0] + MARK).tolist()
            needed = [self._needed(lane, mark, metrics) for mark in marks]
            top = band.top + PAD + float(row) * band.row
            for label in labels_of_row(firsts, lasts, needed, self._limit):
                mark = marks[label.mark]
                text = self._static(lane, mark, int(label.room), font, metrics)
                size = text.size()
                painter.drawStaticText(QPointF(label.left, top + (band.row - size.height()) / 2), text)
                place = QRectF(label.left, top, size.width(), band.row)
                self._places.append((place, Chosen(index, mark)))
        painter.setFont(self._base)

    def _font(self, row: float) -> tuple[QFont, QFontMetrics]:
        """The font for rows of this height: smaller where they are low, but never too small to be read."""
        key = round(row)
        found = self._fonts.get(key)
        if found is None:
            font = QFont(self._base)
            share = (row + 2) / max(QFontMetrics(font).height(), 1)
            font.setPointSizeF(max(_SMALLEST, self._base.pointSizeF() * min(share, 1.0)))
            found = self._fonts[key] = (font, QFontMetrics(font))
        return found

    def _needed(self, lane: Lane, mark: int, metrics: QFontMetrics) -> float:
        """Px of a whole title."""
        key = (lane.name, mark, metrics.height())
        if key not in self._widths:
            self._widths[key] = metrics.horizontalAdvance(lane.labels[mark]) + 2.0
        return self._widths[key]

    def _static(self, lane: Lane, mark: int, room: int, font: QFont, metrics: QFontMetrics) -> QStaticText:
        """A title cut to its room."""
        key = (lane.name, mark, room, metrics.height())
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) > _KEPT:
                self._texts.clear()
            cut = metrics.elidedText(lane.labels[mark], Qt.TextElideMode.ElideRight, room)
            found = QStaticText(cut)
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            found.prepare(QTransform(), font)
            self._texts[key] = found
        return found
