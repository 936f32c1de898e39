"""The widget of one viewport: paints its model and passes the mouse on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from medapp.ui.reading import drawing
from medapp.ui.reading.corners import corners
from medapp.ui.reading.gestures import Gestures
from medapp.ui.reading.look import look
from medapp.ui.reading.measure_text import measurement_text
from medapp.ui.reading.orientation import shown_edges, unknown_text
from medapp.ui.reading.render import Renderer
from medapp.ui.reading.text import tr
from medapp.ui.reading.viewstate import Placement
from medapp.ui.reading.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import (
        QContextMenuEvent,
        QDragEnterEvent,
        QDropEvent,
        QMouseEvent,
        QPaintEvent,
        QWheelEvent,
    )

    from medapp.ui.reading.gestures import Button
    from medapp.ui.reading.labels import Rect
    from medapp.ui.reading.measure import Measurement
    from medapp.ui.reading.read_model import ReadModel
    from medapp.ui.reading.viewport_model import Probe, ViewportModel

SERIES_MIME = "application/x-medapp-series"
_BUTTONS: dict[Qt.MouseButton, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
}
_NOTCH = 120.0
_SMALLEST_FOR_TEXTS = 220
_EDGE = 32
"""Pixels from an edge in which its letters are asked about."""


class Viewport(QWidget):
    """Draws one `ViewportModel`. Holds no state of its own but the pointer."""

    activated = Signal()
    maximizeWanted = Signal()
    menuWanted = Signal(object)
    seriesDropped = Signal(str)

    def __init__(self, read: ReadModel, parent: QWidget | None = None) -> None:
        """Start without a model; see `set_model`."""
        super().__init__(parent)
        self._read = read
        self._renderer = Renderer()
        self._model: ViewportModel | None = None
        self._gestures: Gestures | None = None
        self._pointer: tuple[float, float] | None = None
        self._erasing = False
        self._disconnect: Callable[[], None] | None = None
        self.corner_level = "all"
        self.identity = True
        self.is_active = False
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(96, 96)

    @property
    def model(self) -> ViewportModel | None:
        """What is drawn."""
        return self._model

    def set_model(self, model: ViewportModel) -> None:
        """Draw another model."""
        self.release_model()
        self._model = model
        self._gestures = Gestures(model, self._read)
        self._disconnect = model.changed.connect(self.update)
        self.update()

    def release_model(self) -> None:
        """Listen no longer: the widget goes, or gets another model."""
        if self._disconnect is not None:
            self._disconnect()
            self._disconnect = None

    def cancel(self) -> None:
        """Drop the gesture under way."""
        if self._gestures is not None:
            self._gestures.cancel()

    @property
    def screen_size(self) -> tuple[float, float]:
        """In device-independent pixels."""
        return float(self.width()), float(self.height())

    def probe(self) -> Probe | None:
        """What lies under the pointer."""
        if self._model is None or self._pointer is None:
            return None
        place = self._model.placement(self.screen_size)
        return None if place is None else self._model.probe(*place.to_plane(*self._pointer))

    # ---- painting -------------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the image and what lies over it."""
        del event
        painter = QPainter(self)
        box = QRectF(self.rect())
        model = self._model
        if model is None or model.grid is None or not self.draw_image(painter):
            painter.fillRect(box, look().background_color)
            drawing.draw_message(
                Writer(painter), box, self._empty_text(), warning=bool(model and model.failure)
            )
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_over(painter, box, model)
        self._draw_border(painter)
        painter.end()

    def draw_image(self, painter: QPainter) -> bool:
        """Draw the image alone; False where there is none."""
        model = self._model
        if model is None or model.grid is None:
            return False
        overlay = self._read.overlay
        image = model.image(model.fitting_labels(overlay.segmentation), overlay.shown_values())
        if image is None:
            return False
        ratio = self.devicePixelRatioF()
        size = round(self.width() * ratio), round(self.height() * ratio)
        place = Placement.of(model.grid, model.state, *size)
        table = overlay.table(max(1, round(ratio)))
        pixels = self._renderer.draw(image, place, size, model.gray_table(), table, look().background)
        height, width = pixels.shape
        drawn = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGB32)
        drawn.setDevicePixelRatio(ratio)
        painter.drawImage(QPointF(0, 0), drawn)
        return True

    def _draw_over(self, painter: QPainter, box: QRectF, model: ViewportModel) -> None:
        place = model.placement(self.screen_size)
        if place is None:
            return
        drawing.draw_crosshair(painter, model, self._read, place)
        writer = Writer(painter)
        found = self._read.measurements.on(model.key, model.state.plane, model.state.index)
        drawing.draw_measurements(painter, found, place)
        failure = model.slice_failure()
        if failure:
            sentence = tr("This slice could not be decoded: {}").format(failure)
            drawing.draw_message(writer, box, sentence, warning=True)
        level = self.corner_level
        if level == "all" and min(self.width(), self.height()) < _SMALLEST_FOR_TEXTS:
            level = "minimal"
        percent = 100.0 * place.width * self.devicePixelRatioF()
        probe = self.probe()
        lines = corners(model, level=level, identity=self.identity, probe=probe, zoom_percent=percent)
        drawing.draw_corners(writer, box, lines)
        if level != "none":
            drawing.draw_letters(writer, box, model)
            drawing.draw_scale(writer, box, model, place)
        drawing.draw_loading(writer, box, model)
        if (model.key, model.state.index) in self._read.key_images and model.grid is not None:
            drawing.draw_key_mark(writer, box)
        if found:
            free = drawing.reserved(writer, box, lines, probed=probe is not None)
            self._draw_measured(writer, box, found, place, free)
        if self._read.tool == "brush" and self._pointer is not None:
            radius = self._read.brush.radius * place.scale
            drawing.draw_brush(painter, self._pointer, radius, erase=self._erasing)

    def _draw_measured(
        self,
        writer: Writer,
        box: QRectF,
        found: Sequence[Measurement],
        place: Placement,
        free: Sequence[Rect],
    ) -> None:
        model = self._model
        if model is None:
            return
        shown = [(drawing.anchor(one, place, box), measurement_text(model, one)) for one in found]
        seen = [(at, text) for at, text in shown if at is not None and text]
        drawing.draw_measured(writer, box, [at for at, _ in seen], [text for _, text in seen], free)

    def _draw_border(self, painter: QPainter) -> None:
        # Filled, which takes a fifth of drawing a rectangle.
        color = look().accent if self.is_active else look().border
        width, height = self.width(), self.height()
        for x, y, wide, high in (
            (0, 0, width, 1), (0, height - 1, width, 1), (0, 0, 1, height), (width - 1, 0, 1, height)
        ):  # fmt: skip
            painter.fillRect(x, y, wide, high, color)

    def _empty_text(self) -> str:
        model = self._model
        if model is None or model.series is None:
            return tr("Drop a series here, or choose one on the left")
        if model.failure:
            return tr("{} cannot be shown: {}").format(model.series.title, model.failure)
        return tr("This plane needs a volume whose orientation and spacing are known")

    def _tip(self, x: float, y: float) -> str:
        """What the letters at the edge near a point mean, empty where they speak for themselves."""
        found = None if self._model is None else shown_edges(self._model)
        at_edge = min(x, y, self.width() - x, self.height() - y) < _EDGE
        return unknown_text(found) if found is not None and at_edge else ""

    # ---- mouse ----------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self.activated.emit()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        button = _BUTTONS.get(event.button())
        if button is None or self._gestures is None:
            return
        self._erasing = _erases(event.modifiers())
        self._gestures.press(button, _point(event), self.screen_size, erase=self._erasing)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or show the value under the pointer."""
        self._pointer = _point(event)
        if self._gestures is not None:
            self._gestures.move(self._pointer, self.screen_size)
        if not event.buttons():
            self._erasing = _erases(event.modifiers())
        tip = self._tip(*self._pointer)
        if tip != self.toolTip():
            self.setToolTip(tip)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a gesture; a right click without a drag asks for the menu."""
        if self._gestures is None:
            return
        clicked = self._gestures.release(_point(event), self.screen_size)
        if clicked and event.button() == Qt.MouseButton.RightButton:
            self.menuWanted.emit(event.globalPosition().toPoint())
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show this viewport alone, or all of them again."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if self._read.tool == "angle" and self._read.measurements.draft is not None:
            self.mousePressEvent(event)
            return
        self.cancel()
        self.maximizeWanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, or zoom about the pointer."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if self._gestures is None or not turned:
            return
        position = event.position()
        modifiers = event.modifiers()
        self.activated.emit()
        self._gestures.wheel(
            turned / _NOTCH,
            (position.x(), position.y()),
            self.screen_size,
            ten=bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
            zoom=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
        )
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer has gone: its value too."""
        del event
        self._pointer = None
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu comes on release, when it is known that the press was no drag."""
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take series from the strip."""
        if event.mimeData().hasFormat(SERIES_MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Show the series that was dropped."""
        data = event.mimeData().data(SERIES_MIME)
        event.acceptProposedAction()
        self.activated.emit()
        self.seriesDropped.emit(bytes(data.data()).decode("utf-8"))


def _point(event: QMouseEvent) -> tuple[float, float]:
    return event.position().x(), event.position().y()


def _erases(modifiers: Qt.KeyboardModifier) -> bool:
    return bool(modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier))
