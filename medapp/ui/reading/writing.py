"""Writing on images: legible on black and white, and drawn anew only when the words change.

Laying out and drawing the corner texts takes longer than drawing the image does; most of them stay the
same while one scrolls, so each block is kept as a picture.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPixmap

from medapp.ui.reading.labels import Rect
from medapp.ui.reading.look import look

LEFT = Qt.AlignmentFlag.AlignLeft.value
RIGHT = Qt.AlignmentFlag.AlignRight.value
HCENTER = Qt.AlignmentFlag.AlignHCenter.value
TOP = Qt.AlignmentFlag.AlignTop.value
BOTTOM = Qt.AlignmentFlag.AlignBottom.value
VCENTER = Qt.AlignmentFlag.AlignVCenter.value
WRAP = Qt.TextFlag.TextWordWrap.value
"""Qt's own flags as plain numbers: Qt's are slow to combine, and this is done a hundred times a frame."""
_ACROSS = Qt.AlignmentFlag.AlignHorizontal_Mask.value
_EDGE = 2
"""px of dark around the letters."""
_DIM = 0.5
_PIXELS = QImage.Format.Format_ARGB32_Premultiplied
_KEPT = 256
_FAR = 4096.0
_pictures: OrderedDict[tuple[object, ...], tuple[QPointF, QPixmap]] = OrderedDict()


class Writer:
    """Writes with one painter for one frame: what all words need to know of it is asked once.

    Attributes:
        painter: With the viewport's font.
        font: That font, as ``QFont.toString`` writes it.
        line: Distance of two lines in px.
    """

    def __init__(self, painter: QPainter) -> None:
        """Write with `painter`, whose font and device stay as they are."""
        self.painter = painter
        self.font = painter.font().toString()
        self.line = line_spacing(self.font)
        self._ratio = painter.device().devicePixelRatioF()
        self._written: list[tuple[QPointF, QPixmap]] = []
        self._look = (self.font, look().shadow.rgba(), self._ratio)

    def advance(self, text: str) -> int:
        """Width of a text in px."""
        return _advance(text, self.font)

    def write(self, box: QRectF, flags: int, text: str, color: QColor) -> None:
        """Text with a dark edge, aligned in `box` as ``QPainter.drawText`` does it."""
        if not text:
            return
        key = (text, flags, color.rgba(), box.getRect(), self._look)
        found = _pictures.get(key)
        if found is None:
            found = _pictures[key] = self._picture(box, flags, text, color)
            while len(_pictures) > _KEPT:
                _pictures.popitem(last=False)
        else:
            _pictures.move_to_end(key)
        self._written.append(found)
        self.painter.drawPixmap(*found)

    def size(self, text: str, room: int) -> tuple[float, float]:
        """Width and height of a text in px, in lines of at most `room`."""
        return _size(text, self.font, room)

    def taken(self) -> list[Rect]:
        """Where has been written in this frame."""
        ratio = self._ratio
        return [
            Rect(at.x(), at.y(), at.x() + picture.width() / ratio, at.y() + picture.height() / ratio)
            for at, picture in self._written
        ]

    def _picture(self, box: QRectF, flags: int, text: str, color: QColor) -> tuple[QPointF, QPixmap]:
        width = float(round(box.width())) if flags & WRAP else _FAR
        picture = _drawn(self.painter, flags, text, color, width)
        return _corner(box, flags, picture, self._ratio), picture


def _drawn(painter: QPainter, bits: int, text: str, color: QColor, width: float) -> QPixmap:
    flags = bits & (_ACROSS | WRAP) | TOP
    # Qt takes texts without a pen for empty ones.
    painter.setPen(color)
    size = painter.boundingRect(QRectF(0, 0, width, _FAR), flags, text).size()
    ratio = painter.device().devicePixelRatioF()
    wide, high = int(size.width()) + 1 + 2 * _EDGE, int(size.height()) + 1 + 2 * _EDGE
    letters = _blank(QSize(round(wide * ratio), round(high * ratio)))
    letters.setDevicePixelRatio(ratio)
    writer = QPainter(letters)
    writer.setFont(painter.font())
    writer.setPen(color)
    writer.drawText(QRectF(_EDGE, _EDGE, wide - 2 * _EDGE, high - 2 * _EDGE), flags, text)
    writer.end()
    letters.setDevicePixelRatio(1.0)
    picture = QPixmap.fromImage(_edged(letters, max(1, round(ratio))))
    picture.setDevicePixelRatio(ratio)
    return picture


def _edged(letters: QImage, step: int) -> QImage:
    """Letters with a dark edge: what lies next to them is covered, what lies behind that is dimmed.

    Made by moving the picture about, which takes less than writing the letters once more does.
    """
    across = _blank(letters.size())
    writer = QPainter(across)
    _spread(writer, letters, step, 0)
    writer.end()
    whole = _blank(letters.size())
    writer = QPainter(whole)
    _spread(writer, across, 0, step)
    writer.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    writer.fillRect(whole.rect(), look().shadow)
    writer.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    writer.drawImage(0, 0, letters)
    writer.end()
    return whole


def _spread(writer: QPainter, picture: QImage, x: int, y: int) -> None:
    """Lay a picture over itself, moved both ways by one step, and faintly by two."""
    writer.setOpacity(_DIM)
    writer.drawImage(-2 * x, -2 * y, picture)
    writer.drawImage(2 * x, 2 * y, picture)
    writer.setOpacity(1.0)
    writer.drawImage(-x, -y, picture)
    writer.drawImage(x, y, picture)
    writer.drawImage(0, 0, picture)


def _blank(size: QSize) -> QImage:
    image = QImage(size, _PIXELS)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _corner(box: QRectF, bits: int, picture: QPixmap, ratio: float) -> QPointF:
    """Upper left corner of the picture, on whole pixels: half of one would blur the letters."""
    width, height = picture.width() / ratio, picture.height() / ratio
    x, y = box.left() - _EDGE, box.top() - _EDGE
    if bits & RIGHT:
        x = box.right() - width + _EDGE
    elif bits & HCENTER:
        x = box.center().x() - width / 2
    if bits & BOTTOM:
        y = box.bottom() - height + _EDGE
    elif bits & VCENTER:
        y = box.center().y() - height / 2
    return QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio)


def _metrics(font: str) -> QFontMetrics:
    used = QFont()
    used.fromString(font)
    return QFontMetrics(used)


@lru_cache(maxsize=16)
def line_spacing(font: str) -> int:
    """Distance of two lines of a font, written as ``QFont.toString`` does."""
    return _metrics(font).lineSpacing()


@lru_cache(maxsize=64)
def _advance(text: str, font: str) -> int:
    return _metrics(font).horizontalAdvance(text)


@lru_cache(maxsize=64)
def _size(text: str, font: str, room: int) -> tuple[float, float]:
    found = _metrics(font).boundingRect(QRect(0, 0, room, int(_FAR)), TOP | LEFT | WRAP, text)
    return float(min(found.width() + 1, room)), float(found.height())


@lru_cache(maxsize=512)
def elided(text: str, font: str, width: int) -> str:
    """A line cut to a width in px with an ellipsis; `font` as ``QFont.toString`` writes it."""
    return _metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
