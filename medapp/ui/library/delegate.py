"""Draws a row of the library: a picture or an icon, a line, and a dimmed line below it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from medapp.ui.style import tokens

TITLE = Qt.ItemDataRole.DisplayRole
SUBTITLE = Qt.ItemDataRole.UserRole + 1
PICTURE = Qt.ItemDataRole.UserRole + 2
BOLD = Qt.ItemDataRole.UserRole + 3

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """Two lines a row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Room for two lines and the picture."""
        look = tokens.current()
        lines = 2 * option.fontMetrics.height() + 2 * look.gap_small
        side = self._side(index) + look.gap_small
        return QSize(0, max(lines, side) // tokens.GRID * tokens.GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Background as the style has it, then the row."""
        look = tokens.current()
        self.initStyleOption(option, index)
        option.text, option.icon = "", QIcon()
        style = option.widget.style() if option.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        side = self._side(index)
        rect = option.rect.adjusted(look.gap_tiny, 0, -look.gap_small, 0)
        place = QRect(rect.left(), rect.center().y() - side // 2 + 1, side, side)
        self._draw_picture(painter, place, index)
        left = rect.left() + side + look.gap_small
        lines = QRect(left, rect.top(), rect.right() - left, rect.height())
        self._draw_lines(painter, lines, option, index)

    @staticmethod
    def _side(index: Index) -> int:
        picture = index.data(PICTURE)
        return 10 * tokens.GRID if isinstance(picture, QPixmap) else tokens.current().icon + tokens.GRID

    @staticmethod
    def _draw_picture(painter: QPainter, place: QRect, index: Index) -> None:
        picture = index.data(PICTURE)
        if isinstance(picture, QPixmap):
            painter.fillRect(place, QColor(tokens.current().viewport))
            if not picture.isNull():
                size = (
                    picture.deviceIndependentSize()
                    .toSize()
                    .scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
                )
                target = QRect(place.topLeft(), size)
                target.moveCenter(place.center())
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawPixmap(target, picture)
        elif isinstance(picture, QIcon):
            picture.paint(painter, place.adjusted(2, 2, -2, -2))

    @staticmethod
    def _draw_lines(painter: QPainter, rect: QRect, option: QStyleOptionViewItem, index: Index) -> None:
        look = tokens.current()
        height = option.fontMetrics.height()
        subtitle = str(index.data(SUBTITLE) or "")
        top = rect.center().y() - (height if subtitle else height // 2)
        font = QFont(option.font)
        font.setBold(bool(index.data(BOLD)))
        small = QFont(option.font)
        small.setPointSizeF(look.font_small)
        painter.save()
        for text, used, color, y in (
            (str(index.data(TITLE) or ""), font, look.text, top),
            (subtitle, small, look.text_dim, top + height + 1),
        ):
            painter.setFont(used)
            painter.setPen(QColor(color))
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(
                QRect(rect.left(), y, rect.width(), height),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                shown,
            )
        painter.restore()
