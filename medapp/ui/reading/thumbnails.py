"""The strip of series on the left of the Read workspace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from medapp.ui.reading.viewport import SERIES_MIME
from medapp.ui.style import tokens
from medapp.ui.style.icons import icon

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtWidgets import QWidget

_SIDE = 108
_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class ThumbnailItem:
    """One series of the strip.

    Attributes:
        key: Of the series.
        title, subtitle: Two lines below the picture.
        png: Picture, None while it is being made.
        symbol: Name of an icon, for what has no picture.
        tooltip: Shown when the pointer rests on it.
    """

    key: str
    title: str
    subtitle: str = ""
    png: bytes | None = None
    tooltip: str = ""
    symbol: str = ""


class ThumbnailStrip(QListWidget):
    """Series to click on or to drag onto a viewport."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start empty."""
        super().__init__(parent)
        self.setObjectName("thumbnails")
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setFlow(QListWidget.Flow.TopToBottom)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setDragEnabled(True)
        self.setWordWrap(True)
        self.setFixedWidth(_SIDE + 32)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.itemClicked.connect(lambda item: self.chosen.emit(item.data(_KEY)))

    def set_items(self, items: Iterable[ThumbnailItem]) -> None:
        """Show other series; the chosen one stays chosen where it is still there."""
        current = self.current_key()
        self.clear()
        for item in items:
            entry = QListWidgetItem()
            entry.setData(_KEY, item.key)
            entry.setSizeHint(QSize(_SIDE + 20, _SIDE + 44))
            entry.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            entry.setText(f"{item.title}\n{item.subtitle}" if item.subtitle else item.title)
            entry.setToolTip(item.tooltip or entry.text())
            entry.setIcon(_symbol(item.symbol) if item.symbol else _icon(item.png))
            self.addItem(entry)
        self.set_current(current)

    def set_picture(self, key: str, png: bytes) -> None:
        """Fill in a picture that has been made since."""
        for row in range(self.count()):
            if self.item(row).data(_KEY) == key:
                self.item(row).setIcon(_icon(png))

    def keys(self) -> list[str]:
        """Of all series, from top to bottom."""
        return [self.item(row).data(_KEY) for row in range(self.count())]

    def current_key(self) -> str:
        """Of the chosen series, "" where there is none."""
        item = self.currentItem()
        return str(item.data(_KEY)) if item is not None else ""

    def set_current(self, key: str) -> None:
        """Choose a series without asking for it."""
        for row in range(self.count()):
            if self.item(row).data(_KEY) == key:
                self.setCurrentRow(row)
                return

    def neighbour(self, step: int) -> str:
        """The series before (-1) or after (1) the chosen one, "" at the ends."""
        row = self.currentRow() + step
        return str(self.item(row).data(_KEY)) if 0 <= row < self.count() else ""

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        """What is dragged: the key of the series."""
        data = QMimeData()
        if items:
            data.setData(SERIES_MIME, QByteArray(str(items[0].data(_KEY)).encode("utf-8")))
        return data


def _icon(png: bytes | None) -> QIcon:
    picture = QPixmap()
    if not png or not picture.loadFromData(png):
        picture = QPixmap(_SIDE, _SIDE)
        picture.fill(Qt.GlobalColor.black)
    square = picture.scaled(
        _SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return QIcon(square)


def _symbol(name: str) -> QIcon:
    square = QPixmap(_SIDE, _SIDE)
    square.fill(QColor(tokens.current().surface))
    painter = QPainter(square)
    edge = _SIDE // 3
    icon(name).paint(painter, edge, edge, edge, edge)
    painter.end()
    return QIcon(square)
