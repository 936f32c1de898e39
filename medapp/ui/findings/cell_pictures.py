"""Cells as the style has drawn them: a table asks for the same ones at every painting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionViewItem

from medapp.ui.style import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    Index = QModelIndex | QPersistentModelIndex
    Key = tuple[object, ...]

_MOST: Final = 1000


class CellPictures:
    """Of one table; a style sheet takes a seventh of a millisecond to draw a cell, a picture a fraction."""

    def __init__(self) -> None:
        """Start with none."""
        self._kept: dict[Key, QPixmap] = {}

    def draw(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: Index,
        paint: Callable[[QPainter, QStyleOptionViewItem, Index], None],
    ) -> None:
        """Draw a cell: by `paint` where it has not been drawn in this state before."""
        ratio = painter.device().devicePixelRatioF()
        key = _key(option, index, ratio)
        picture = self._kept.get(key)
        if picture is None:
            picture = _drawn(option, index, ratio, paint)
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = picture
        painter.drawPixmap(option.rect.topLeft(), picture)


def _key(option: QStyleOptionViewItem, index: Index, ratio: float) -> Key:
    """All that the look of a cell hangs on."""
    font, color = index.data(Qt.ItemDataRole.FontRole), index.data(Qt.ItemDataRole.ForegroundRole)
    return (
        index.data(Qt.ItemDataRole.DisplayRole),
        index.column(),
        option.rect.width(),
        option.rect.height(),
        option.state.value,
        option.viewItemPosition.value,
        option.palette.cacheKey(),
        option.font.key(),
        font.key() if isinstance(font, QFont) else "",
        color.rgba() if isinstance(color, QColor) else 0,
        id(tokens.current()),
        ratio,
    )


def _drawn(
    option: QStyleOptionViewItem,
    index: Index,
    ratio: float,
    paint: Callable[[QPainter, QStyleOptionViewItem, Index], None],
) -> QPixmap:
    picture = QPixmap(option.rect.size() * ratio)
    if picture.isNull():
        return picture
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    moved = QStyleOptionViewItem(option)
    moved.rect = QRect(QPoint(0, 0), option.rect.size())
    inner = QPainter(picture)
    paint(inner, moved, index)
    inner.end()
    return picture
