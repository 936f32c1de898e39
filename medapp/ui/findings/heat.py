"""The image under an answer with the places that it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from medapp.ui.shell.widgets import button, column, row, text_label
from medapp.ui.style import tokens
from medapp.ui.text import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPaintEvent

    from medapp.domain.finding import HeatMap
    from medapp.domain.volume import Volume

_HEIGHT = 90 * tokens.GRID
_INFERNO: Final = (
    (0, 0, 4), (40, 11, 84), (101, 21, 110), (159, 42, 99), (212, 72, 66), (245, 125, 21), (250, 193, 39),
    (252, 255, 164),
)  # fmt: skip
"""Steps of a colour scale that rises in lightness: it can be read without colours."""


def grey(volume: Volume, k: int) -> NDArray[np.uint8]:
    """A slice as grey levels, by the file's own window, else from the 1st to the 99th percentile."""
    plane = np.asarray(volume.array[k], dtype=np.float32)
    if plane.ndim == 3:  # noqa: PLR2004
        plane = plane.mean(axis=-1)
    values = plane * volume.slope + volume.intercept
    if volume.windows:
        window = volume.windows[0]
        low, high = window.center - window.width / 2, window.center + window.width / 2
    else:
        low, high = (float(one) for one in np.percentile(values, (1, 99)))
    shade = np.clip((values - low) / max(high - low, 1e-6), 0, 1)
    levels: NDArray[np.uint8] = ((1 - shade if volume.inverted else shade) * 255).astype(np.uint8)
    return levels


def blend(shades: NDArray[np.uint8], heat: NDArray[np.float32], opacity: float) -> NDArray[np.uint8]:
    """RGB (rows, columns, 3): heat over grey, the more of it the hotter."""
    scale = np.array(_INFERNO, dtype=np.float32)
    places = np.linspace(0, 1, len(scale))
    colors = np.stack([np.interp(heat, places, scale[:, one]) for one in range(3)], axis=-1)
    share = (heat * opacity)[..., None]
    return (shades[..., None] * (1 - share) + colors * share).astype(np.uint8)


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
        hottest = int(np.argmax(heat.array.reshape(len(heat.array), -1).sum(axis=1)))
        self.slice.blockSignals(True)
        self.slice.setRange(0, len(heat.array) - 1)
        self.slice.setValue(hottest)
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
        if volume is None or volume.array.shape[:3] != heat.array.shape:
            shades = np.zeros(heat.array.shape[1:], np.uint8)
        else:
            shades = grey(volume, k)
        self.picture.set_pixels(blend(shades, np.asarray(heat.array[k]), self.opacity.value() / 100))
