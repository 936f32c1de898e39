"""Icons from the fonts that QtAwesome carries, drawn in the colours of the look.

QtAwesome itself loads eleven fonts and every Qt binding's shims (0.3 s); of all that the window
needs one font and its table of names, which are read straight from its package.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from medapp.ui.style import tokens

_FONT = "materialdesignicons6-webfont-*.ttf"
_NAMES = "materialdesignicons6-webfont-charmap-*.json"


@cache
def _folder() -> Path | None:
    spec = find_spec("qtawesome")
    return Path(spec.origin).parent / "fonts" if spec is not None and spec.origin else None


@cache
def _characters() -> dict[str, str]:
    folder = _folder()
    files = sorted(folder.glob(_NAMES)) if folder else []
    return json.loads(files[0].read_text(encoding="utf-8")) if files else {}


@cache
def _family() -> str:
    folder = _folder()
    files = sorted(folder.glob(_FONT)) if folder else []
    number = QFontDatabase.addApplicationFont(str(files[0])) if files else -1
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families[0] if families else ""


class _Glyph(QIconEngine):
    """Draws one character, at whatever size and pixel ratio is asked for."""

    def __init__(self, character: str, color: str, chosen: str) -> None:
        super().__init__()
        self._character = character
        self._color = color
        self._chosen = chosen
        self._drawn: dict[tuple[int, int, str], QPixmap] = {}

    def _shade(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return tokens.current().text_faint
        return self._chosen if state == QIcon.State.On else self._color

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        font = QFont(_family())
        font.setPixelSize(max(1, round(rect.height())))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(font)
        painter.setPen(QColor(self._shade(mode, state)))
        painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, self._character)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        # A button asks again at every painting.
        asked = (size.width(), size.height(), self._shade(mode, state))
        if asked in self._drawn:
            return self._drawn[asked]
        result = QPixmap(size)
        if result.isNull():  # a button that was squeezed to nothing
            return result
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        self._drawn[asked] = result
        return result

    def clone(self) -> QIconEngine:
        return _Glyph(self._character, self._color, self._chosen)


def icon(name: str, color: str = "", chosen: str = "") -> QIcon:
    """An icon by its Material Design name, ``folder-open``; empty where there is none.

    Args:
        name: As QtAwesome's browser shows it, without ``mdi6.``.
        color: The look's dimmed text by default.
        chosen: Colour while its button is checked; the look's text by default.
    """
    number = _characters().get(name)
    if number is None or not _family():
        return QIcon()
    look = tokens.current()
    return QIcon(_Glyph(chr(int(number, 16)), color or look.text_dim, chosen or look.text))
