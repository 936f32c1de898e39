"""Texts from outside in PDFs: escaped, and in a font that has their letters."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

FONT: Final = "Vera"
BOLD: Final = "VeraBd"
_EAST: Final = "HeiseiMin-W3"
"""Of the readers themselves, not embedded: Japanese, and Greek and Cyrillic letters."""
_KOREAN: Final = "HYSMyeongJo-Medium"
_HANGUL: Final = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))


@cache
def register() -> TTFont:
    """Make the fonts known to reportlab, once."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    plain = TTFont(FONT, "Vera.ttf")
    pdfmetrics.registerFont(plain)
    pdfmetrics.registerFont(TTFont(BOLD, "VeraBd.ttf"))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)
    for name in (_EAST, _KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return plain


def marked(value: object) -> str:
    """A text for a paragraph of reportlab: nothing in it is taken for markup, no letter is lost silently.

    Letters that none of the fonts has are written as their numbers, ``[U+0E01]``.
    """
    parts = []
    for font, letters in groupby(str(value), _font):
        text = "".join(letters)
        if font == FONT:
            parts.append(escape(text))
        elif font:
            parts.append(f'<font name="{font}">{escape(text)}</font>')
        else:
            parts.append("".join(f"[U+{ord(one):04X}]" for one in text))
    return "".join(parts)


def _font(letter: str) -> str:
    """The font that has a letter; empty where none has."""
    code = ord(letter)
    if letter in "\n\t" or code in register().face.charToGlyph:
        return FONT
    if any(low <= code <= high for low, high in _HANGUL):
        return _KOREAN
    try:
        letter.encode("shift_jis")
    except UnicodeEncodeError:
        return ""
    return _EAST
