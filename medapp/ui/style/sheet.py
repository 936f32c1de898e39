"""The Qt palette and style sheet, made from tokens."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QFont, QPalette

from medapp.ui.style import tokens as _tokens

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from medapp.ui.style.tokens import Tokens

_TEMPLATE = Path(__file__).with_name("window.qss")


def sheet(look: Tokens) -> str:
    """The style sheet of a look."""
    scale = look.hidpi_font_scale
    values = {name: getattr(look, name) for name in look.__dataclass_fields__}
    fonts = {name: round(size * scale, 1) for name, size in values.items() if name.startswith("font")}
    # Arrows of fields are files: the style sheet draws none of its own.
    values["folder"] = _TEMPLATE.parent.as_posix()
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute({**values, **fonts})


def palette(look: Tokens) -> QPalette:
    """The palette of a look, for what Qt draws without the style sheet."""
    roles = QPalette.ColorRole
    colors = {
        roles.Window: look.canvas,
        roles.Base: look.surface,
        roles.AlternateBase: look.raised,
        roles.Button: look.raised,
        roles.WindowText: look.text,
        roles.Text: look.text,
        roles.ButtonText: look.text,
        roles.BrightText: look.error,
        roles.ToolTipBase: look.raised,
        roles.ToolTipText: look.text,
        roles.PlaceholderText: look.text_faint,
        roles.Highlight: look.selection,
        roles.HighlightedText: look.text,
        roles.Link: look.accent,
        roles.Mid: look.border,
        roles.Dark: look.canvas,
        roles.Light: look.hover,
        roles.Accent: look.accent,
    }
    result = QPalette()
    for role, color in colors.items():
        result.setColor(role, QColor(color))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(look.text_faint))
    return result


def apply(application: QApplication, look: Tokens | None = None) -> None:
    """Dress the whole program in a look."""
    look = look or _tokens.current()
    application.setStyle("Fusion")
    application.setPalette(palette(look))
    font = application.font()
    font.setPointSizeF(look.font * look.hidpi_font_scale)
    application.setFont(font)
    application.setStyleSheet(sheet(look))


def tabular(font: QFont) -> QFont:
    """The same font with figures of one width, for columns of numbers and readings that change."""
    result = QFont(font)
    tag = QFont.Tag.fromString("tnum")
    if tag is not None:
        result.setFeature(tag, 1)
    return result
