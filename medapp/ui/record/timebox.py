"""A range of time that is dragged and zoomed with the mouse, and what is drawn into it in px."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsItem

from medapp.ui.style import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

_ZOOM = 1.0015
_LEAST_S = 60.0
_STEP = 0.1


class TimeBox(pg.ViewBox):
    """Seconds from left to right; drag to move, wheel to zoom about the pointer."""

    scrolled = Signal(float)

    def __init__(self) -> None:
        """Begin with some range; `set_reach` says which there is."""
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.setMouseEnabled(x=True, y=False)
        self.disableAutoRange()
        self.setYRange(0, 1, padding=0)
        self.dragged = False

    def set_reach(self, first: float, last: float) -> None:
        """Nothing beyond these can be shown."""
        length = max(last - first, _LEAST_S)
        self.setLimits(xMin=first, xMax=first + length, minXRange=_LEAST_S, maxXRange=length)

    @property
    def low(self) -> float:
        """The first moment that is shown."""
        return float(self.viewRange()[0][0])

    @property
    def high(self) -> float:
        """The last."""
        return float(self.viewRange()[0][1])

    @property
    def second(self) -> float:
        """Px of a second."""
        return float(self.width()) / max(self.high - self.low, 1e-9)

    def show_range(self, low: float, high: float) -> None:
        """Show this range, as far as it can be reached."""
        self.setXRange(low, high, padding=0)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Show `factor` times as much, with what stands at `x` px (the middle by default) where it is."""
        low, high = self.low, self.high
        at = low + (self.width() / 2 if x is None else x) / self.second
        self.show_range(at - (at - low) * factor, at + (high - at) * factor)

    def move(self, share: float) -> None:
        """Go on by a share of what is shown."""
        # At the edge a range that does not fit would be squeezed by the limits: it stops there instead.
        low, high = self.low, self.high
        first, last = self.state["limits"]["xLimits"]
        step = share * (high - low)
        step = min(max(step, (first if first is not None else low + step) - low), step) if step < 0 else step
        if step > 0 and last is not None:
            step = min(step, last - high)
        self.show_range(low + step, high + step)

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:  # noqa: ANN401, ARG002 - pyqtgraph's
        """Move with the pointer; up and down is for whoever scrolls."""
        ev.accept()
        self.dragged = not ev.isFinish()
        step = ev.pos() - ev.lastPos()
        if step.x():
            self.move(-step.x() / max(self.width(), 1.0))
        if step.y():
            self.scrolled.emit(-step.y())

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:  # noqa: ANN401, ARG002 - pyqtgraph's
        """Zoom; sideways, or with Shift, move."""
        ev.accept()
        if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.scrolled.emit(-ev.delta() / 2)
        elif ev.orientation() == Qt.Orientation.Horizontal:
            self.move(-_STEP * ev.delta() / 120)
        else:
            self.zoom(_ZOOM ** -ev.delta(), ev.pos().x())


class PixelItem(QGraphicsItem):
    """One item that fills a `TimeBox` and draws all of it at once, in px."""

    def __init__(self, box: TimeBox, draw: Callable[[QPainter, QRectF], None]) -> None:
        """Draw by `draw` whenever the range or the size changes."""
        super().__init__(box)
        self._box = box
        self._draw = draw
        self.painted = 0
        self._rect = QRectF(box.rect())
        box.sigXRangeChanged.connect(lambda *_: self.update())
        box.sigResized.connect(lambda *_: self._resize())

    def boundingRect(self) -> QRectF:
        """All of the box."""
        return self._rect

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 - Qt's
        widget: QWidget | None = None,  # noqa: ARG002 - Qt's
    ) -> None:
        """Draw."""
        self.painted += 1
        self._draw(painter, self._rect)

    def _resize(self) -> None:
        self.prepareGeometryChange()
        self._rect = QRectF(self._box.rect())
        self.update()


class _View(pg.GraphicsView):
    """Keeps the tool tip that its owner shows."""

    def viewportEvent(self, event: QEvent) -> bool:
        """Qt asks the items for a tool tip after a moment; without one it would take away what is shown."""
        if event.type() == QEvent.Type.ToolTip:
            return True
        return bool(super().viewportEvent(event))


def graphics_view(box: TimeBox) -> pg.GraphicsView:
    """A view with the box as all that it shows; keys go to its owner."""
    view = _View(background=QColor(tokens.current().surface))
    view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    view.setAntialiasing(False)
    view.setCentralItem(box)
    return view
