"""Colours of the viewports, from the program's style."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

from medapp.ui.style import tokens

_OPAQUE = 0xFF000000
_DARKER = 150
"""Per cent by which the crosshair is dimmed: it must not outshine what it crosses."""


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
    style = tokens.current()
    kept = _kept.get(id(style))
    if kept is None or kept[0] is not style:
        kept = _kept[id(style)] = (style, _made(style))
    return kept[1]


_kept: dict[int, tuple[tokens.Tokens, Look]] = {}
"""By identity: a look has too many values to be compared at every stroke of the pen."""


def _made(style: tokens.Tokens) -> Look:
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
        crosshair=QColor(style.crosshair).darker(_DARKER),
        measure=QColor(style.measure),
        draft=QColor(style.measure_active),
        border=QColor(style.border),
    )
