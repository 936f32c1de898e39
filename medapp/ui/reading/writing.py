"""Writing on images: legible on black and white, and drawn anew only when the words change.

Laying out and drawing the corner texts takes longer than drawing the image does; most of them stay the
same while one scrolls, so each block is kept as a picture.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

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
_SHADOW = 1
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
            found = _pictures[key] = self._written(box, flags, text, color)
            while len(_pictures) > _KEPT:
                _pictures.popitem(last=False)
        else:
            _pictures.move_to_end(key)
        self.painter.drawPixmap(*found)

    def _written(self, box: QRectF, flags: int, text: str, color: QColor) -> tuple[QPointF, QPixmap]:
        width = float(round(box.width())) if flags & WRAP else _FAR
        picture = _drawn(self.painter, flags, text, color, width)
        return _corner(box, flags, picture, self._ratio), picture


def _drawn(painter: QPainter, bits: int, text: str, color: QColor, width: float) -> QPixmap:
    flags = bits & (_ACROSS | WRAP) | TOP
    size = painter.boundingRect(QRectF(0, 0, width, _FAR), flags, text).size()
    ratio = painter.device().devicePixelRatioF()
    wide, high = int(size.width()) + 1 + 2 * _SHADOW, int(size.height()) + 1 + 2 * _SHADOW
    picture = QPixmap(round(wide * ratio), round(high * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    inner = QRectF(_SHADOW, _SHADOW, wide - 2 * _SHADOW, high - 2 * _SHADOW)
    writer = QPainter(picture)
    writer.setFont(painter.font())
    writer.setPen(look().shadow)
    for side in (_SHADOW, -_SHADOW):
        writer.drawText(inner.translated(side, side), flags, text)
    writer.setPen(color)
    writer.drawText(inner, flags, text)
    writer.end()
    return picture


def _corner(box: QRectF, bits: int, picture: QPixmap, ratio: float) -> QPointF:
    """Upper left corner of the picture, on whole pixels: half of one would blur the letters."""
    width, height = picture.width() / ratio, picture.height() / ratio
    x, y = box.left() - _SHADOW, box.top() - _SHADOW
    if bits & RIGHT:
        x = box.right() - width + _SHADOW
    elif bits & HCENTER:
        x = box.center().x() - width / 2
    if bits & BOTTOM:
        y = box.bottom() - height + _SHADOW
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


@lru_cache(maxsize=512)
def elided(text: str, font: str, width: int) -> str:
    """A line cut to a width in px with an ellipsis; `font` as ``QFont.toString`` writes it."""
    return _metrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
