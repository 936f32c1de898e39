"""Colours of the viewports, from the program's style."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor, QIcon


@dataclass(frozen=True)
class Look:
    """What the viewports draw with. The image's ground is black: grey values are judged against it."""

    background: int
    background_color: QColor
    text: QColor
    letters: QColor
    shadow: QColor
    hint: QColor
    warning: QColor
    accent: QColor
    good: QColor
    scale: QColor
    crosshair: QColor
    measure: QColor
    border: QColor


@cache
def look() -> Look:
    """The colours; made once."""
    return Look(
        background=0xFF000000,
        background_color=QColor("#000000"),
        text=QColor("#d7dde5"),
        letters=QColor("#e8c468"),
        shadow=QColor("#000000"),
        hint=QColor("#8a94a3"),
        warning=QColor("#f0b24a"),
        accent=QColor("#4aa3df"),
        good=QColor("#5fb878"),
        scale=QColor("#9fb0c3"),
        crosshair=QColor(74, 163, 223, 170),
        measure=QColor("#7fe0c3"),
        border=QColor("#2b333d"),
    )


def icon(name: str) -> QIcon:
    """A symbol in the colour of text; an empty one where the icon font has no such name."""
    import qtawesome

    try:
        return qtawesome.icon(name, color=look().text.name())  # type: ignore[no-any-return]
    except Exception:  # noqa: BLE001 - the font's own error type; a missing picture must not stop the window
        return QIcon()
