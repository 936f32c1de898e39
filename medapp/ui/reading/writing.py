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

_SHADOW = 1
_KEPT = 128
_FAR = 4096.0
# As plain numbers: Qt's flags are slow to combine, and this is done a hundred times a frame.
_RIGHT = Qt.AlignmentFlag.AlignRight.value
_HCENTER = Qt.AlignmentFlag.AlignHCenter.value
_BOTTOM = Qt.AlignmentFlag.AlignBottom.value
_VCENTER = Qt.AlignmentFlag.AlignVCenter.value
_WRAP = Qt.TextFlag.TextWordWrap.value
_pictures: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()


def text_at(painter: QPainter, box: QRectF, flags: Qt.AlignmentFlag, text: str, color: QColor) -> None:
    """Text with a dark edge, aligned in `box` as ``QPainter.drawText`` does it."""
    if not text:
        return
    bits = flags if isinstance(flags, int) else flags.value
    wrap = bool(bits & _WRAP)
    ratio = painter.device().devicePixelRatioF()
    width = round(box.width()) if wrap else 0
    key = (text, bits, color.rgba(), painter.font().key(), look().shadow.rgba(), ratio, width)
    picture = _pictures.get(key)
    if picture is None:
        picture = _pictures[key] = _drawn(painter, bits, text, color, float(width) or _FAR)
        while len(_pictures) > _KEPT:
            _pictures.popitem(last=False)
    else:
        _pictures.move_to_end(key)
    painter.drawPixmap(_corner(box, bits, picture, ratio), picture)


def _drawn(painter: QPainter, bits: int, text: str, color: QColor, width: float) -> QPixmap:
    aside = bits & (Qt.AlignmentFlag.AlignHorizontal_Mask.value | Qt.TextFlag.TextWordWrap.value)
    flags = aside | Qt.AlignmentFlag.AlignTop.value
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
    if bits & _RIGHT:
        x = box.right() - width + _SHADOW
    elif bits & _HCENTER:
        x = box.center().x() - width / 2
    if bits & _BOTTOM:
        y = box.bottom() - height + _SHADOW
    elif bits & _VCENTER:
        y = box.center().y() - height / 2
    return QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio)


@lru_cache(maxsize=512)
def elided(text: str, font: str, width: int) -> str:
    """A line cut to a width in px with an ellipsis; `font` as ``QFont.toString`` writes it."""
    used = QFont()
    used.fromString(font)
    return QFontMetrics(used).elidedText(text, Qt.TextElideMode.ElideRight, width)
