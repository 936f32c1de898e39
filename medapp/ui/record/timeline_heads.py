"""The names of the lanes at the left of the time line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from medapp.ui.record.timeline_paint import AXIS, lane_color
from medapp.ui.record.words import lane_title
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from medapp.ui.record.timeline import TimelineView

HEADS = 31 * tokens.GRID


class Heads(QWidget):
    """Names of the lanes and how many entries each has."""

    def __init__(self, owner: TimelineView) -> None:
        """Those of `owner`."""
        super().__init__()
        self._owner = owner
        self.setFixedWidth(HEADS)
        self.setToolTip(tr("Click: make a lane high enough for its titles, or low again"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Make the lane high enough for its titles, or low again."""
        found = self._owner.painter
        at = found.layout.at(event.position().y() + found.offset) if found else None
        if at is not None:
            self._owner.toggle_tall(at[0])

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's
        """Colour, name and count of each lane."""
        look = tokens.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(look.surface))
        if self._owner.hasFocus():
            painter.fillRect(0, 0, 2, self.height(), QColor(look.accent))
        found = self._owner.painter
        if found is None:
            return
        painter.setClipRect(0, 0, self.width(), self.height() - AXIS)
        painter.setFont(found.font)
        metrics = QFontMetrics(found.font)
        for lane, band in zip(found.timeline.lanes, found.layout.bands, strict=True):
            top = band.top - found.offset
            middle = top + min(band.height / 2, metrics.height())
            place = QRectF(
                look.gap + 8, middle - metrics.height() / 2, HEADS - look.gap - 12, metrics.height()
            )
            painter.fillRect(
                QRectF(look.gap - 4, place.top() + 2, 4, place.height() - 4), lane_color(lane.name)
            )
            painter.setPen(QColor(look.text))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, lane_title(lane.name))
            painter.setPen(QColor(look.text_faint))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, f"{len(lane):,}".replace(",", "\u2009"))
            painter.setPen(QColor(look.border))
            painter.drawLine(0, round(top + band.height - 1), HEADS, round(top + band.height - 1))
