"""Colours of the viewports, from the program's style."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor

from medapp.ui.style import tokens

_OPAQUE = 0xFF000000
_SEE_THROUGH = 170
"""Alpha of the crosshair, which must not hide what it crosses."""


@dataclass(frozen=True)
class Look:
    """What the viewports draw with."""

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
    draft: QColor
    border: QColor


def look() -> Look:
    """The colours of the look in use."""
    return _made(tokens.current())


@cache
def _made(style: tokens.Tokens) -> Look:
    crosshair = QColor(style.crosshair)
    crosshair.setAlpha(_SEE_THROUGH)
    return Look(
        background=_OPAQUE | int(style.viewport.removeprefix("#"), 16),
        background_color=QColor(style.viewport),
        text=QColor(style.image_text),
        letters=QColor(style.image_warning),
        shadow=QColor(style.image_outline),
        hint=QColor(tokens.DARK.text_dim),
        warning=QColor(style.image_warning),
        accent=QColor(tokens.DARK.accent),
        good=QColor(tokens.DARK.success),
        scale=QColor(tokens.DARK.text_dim),
        crosshair=crosshair,
        measure=QColor(style.measure),
        draft=QColor(style.measure_active),
        border=QColor(style.border),
    )
