"""A probability drawn: its interval, the threshold, and where it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from medapp.ui.findings.words import interval_of, percent
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from medapp.domain.finding import Finding

_SCALE = (0.0, 0.25, 0.5, 0.75, 1.0)
_EDGE = 3 * tokens.GRID
_LABEL = 14.0 * tokens.GRID
_HEIGHT = 12 * tokens.GRID
_TRACK = 4 * tokens.GRID


class ProbabilityBar(QWidget):
    """From 0 to 100 %, with the interval as a band and the threshold as a mark."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self._finding: Finding | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_finding(self, finding: Finding | None) -> None:
        """Show one; hidden where it has no probability."""
        self._finding = finding
        has = finding is not None and finding.probability is not None
        self.setVisible(has)
        if finding is not None and has:
            said = [percent(finding.probability), interval_of(finding)]
            if finding.threshold is not None:
                said.append(tr("counts as found from {share}", share=percent(finding.threshold)))
            self.setAccessibleName(", ".join(part for part in said if part))
            self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(60 * tokens.GRID, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        finding = self._finding
        if finding is None or finding.probability is None:
            return
        look = tokens.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, width = float(_EDGE), self.width() - 2.0 * _EDGE

        def at(share: float) -> float:
            return left + width * share

        middle = _TRACK
        painter.fillRect(QRectF(left, middle - 3, width, 6), QColor(look.pressed))
        if finding.low is not None and finding.high is not None:
            band = QRectF(at(finding.low), middle - 6, at(finding.high) - at(finding.low), 12)
            painter.fillRect(band, QColor(look.selection))
        if finding.threshold is not None:
            painter.setPen(QPen(QColor(look.warning), 2))
            painter.drawLine(
                QPointF(at(finding.threshold), 2), QPointF(at(finding.threshold), 2 * middle - 2)
            )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.accent))
        painter.drawEllipse(QPointF(at(finding.probability), middle), 6, 6)
        painter.setPen(QColor(look.text_faint))
        for share in _SCALE:
            # Those at the ends stand within the widget.
            from_ = min(max(at(share) - _LABEL / 2, 0.0), self.width() - _LABEL)
            place = QRectF(from_, 2 * middle, _LABEL, self.height() - 2 * middle)
            painter.drawText(place, _align(share), f"{share * 100:.0f} %")


def _align(share: float) -> Qt.AlignmentFlag:
    if share in {0.0, 1.0}:
        return Qt.AlignmentFlag.AlignLeft if share == 0.0 else Qt.AlignmentFlag.AlignRight
    return Qt.AlignmentFlag.AlignHCenter
