"""The image under an answer with the places that it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from medapp.services.heat_picture import hottest, picture
from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from medapp.domain.finding import HeatMap
    from medapp.domain.volume import Volume

_HEIGHT = 90 * tokens.GRID


class _Picture(QWidget):
    """An image as large as there is room, with square pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self.setMinimumHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_pixels(self, pixels: NDArray[np.uint8] | None) -> None:
        if pixels is None:
            self._image = None
        else:
            whole = np.ascontiguousarray(pixels)
            rows, columns = whole.shape[:2]
            image = QImage(whole.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888)
            self._image = image.copy()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        if self._image is None:
            return
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect().adjusted(left, top, -left, -top), self._image)

    def sizeHint(self) -> QSize:
        return QSize(_HEIGHT, _HEIGHT)


class HeatView(QWidget):
    """A slice with its heat map; the slice with the most heat is shown first."""

    imageRequested = Signal(int)
    """The slice that shall be opened in Read."""

    def __init__(self) -> None:
        """Start with nothing."""
        super().__init__()
        self._volume: Volume | None = None
        self._map: HeatMap | None = None
        self.picture = _Picture()
        self.slice = self._slider(tr("Slice"))
        self.opacity = self._slider(tr("Opacity"))
        self.opacity.setRange(0, 100)
        self.opacity.setValue(55)
        self._method = text_label("", "faint", wrap=True)
        line = row()
        for title, slider in ((tr("Slice"), self.slice), (tr("Opacity"), self.opacity)):
            line.addWidget(text_label(title, "dim"))
            line.addWidget(slider, 1)
        line.addWidget(
            button(
                tr("Open in Read"),
                lambda: self.imageRequested.emit(self.slice.value()),
                name="radiology-box-outline",
            )
        )
        inner = column()
        inner.addWidget(self.picture)
        inner.addLayout(line)
        self._unseen = text_label(tr("Opacity is 0: the map is there, and is not seen."), "dim", wrap=True)
        self._unseen.hide()
        inner.addWidget(self._unseen)
        inner.addWidget(self._method)
        self.setLayout(inner)
        self.slice.valueChanged.connect(lambda _: self._draw())
        self.opacity.valueChanged.connect(lambda _: self._draw())

    @staticmethod
    def _slider(name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setAccessibleName(name)
        return slider

    def show_map(self, heat: HeatMap | None, volume: Volume | None) -> None:
        """Show a map over its image; hidden without one."""
        self._map, self._volume = heat, volume
        self.setVisible(heat is not None)
        if heat is None:
            self.picture.set_pixels(None)
            return
        self.slice.blockSignals(True)
        self.slice.setRange(0, len(heat.array) - 1)
        self.slice.setValue(hottest(heat))
        self.slice.setEnabled(len(heat.array) > 1)
        self.slice.blockSignals(False)
        self._method.setText(
            tr("{title}, by {method}. It shows what the model looked at, not where a disease is.",
               title=heat.title, method=heat.method)
        )  # fmt: skip
        self._draw()

    def _draw(self) -> None:
        heat, volume = self._map, self._volume
        if heat is None:
            return
        k = self.slice.value()
        self._unseen.setVisible(not self.opacity.value())
        self.picture.set_pixels(picture(heat, volume, k, self.opacity.value() / 100))
