"""How a text that is not UTF-8 is written: by which of the usual encodings makes words of it."""

from __future__ import annotations

import codecs
from itertools import accumulate
from typing import Final

CANDIDATES: Final = ("cp1252", "cp850", "mac_roman")
"""Windows and Latin-1, which it holds; DOS; the Mac before it had Unicode. Of equals the first is taken."""
NAMES: Final = {
    "cp1252": "Windows-1252 (Latin-1)",
    "latin-1": "Latin-1 (ISO 8859-1)",
    "cp850": "DOS code page 850",
    "mac_roman": "Mac Roman",
}
_ENOUGH: Final = 1 << 13
"""Bytes of lines with signs beyond ASCII that are looked at."""
_LAST_LETTER: Final = 0x17F
"""Of Latin Extended-A."""
_QUOTE: Final = "\u2019"
_SIGNS: Final = frozenset(f"µ°²³±·×½¼¾‰€£§©®–—\u2018{_QUOTE}“”…«»ºª¿¡")
"""That stand in tables, and not within words."""
_CONTROLS: Final = bytes(sign for sign in range(32) if sign not in b"\t\n\v\f\r\x1a")
_FEW: Final = 0.01
"""Share of control signs from which on data are no text: no encoding makes words of a picture."""
_WITHIN, _BESIDE, _STRANGE, _NONE = 2, 1, -3, -10


def best(data: bytes) -> str:
    """The encoding of a text that is not UTF-8.

    Args:
        data: What there is of it; the more letters beyond ASCII, the surer.
    """
    if len(data) - len(data.translate(None, _CONTROLS)) > _FEW * len(data):
        return CANDIDATES[0]
    lines = [line for line in data.splitlines() if not line.isascii()]
    seen = accumulate(len(line) for line in lines)
    lines = [line[:_ENOUGH] for line, before in zip(lines, [0, *seen], strict=False) if before < _ENOUGH]
    return max(CANDIDATES, key=lambda name: sum(_score(line, name) for line in lines))


def words(encoding: str) -> str:
    """An encoding as people call it; empty for UTF-8, which is what a text should be in."""
    plain = codecs.lookup(encoding).name
    if plain.startswith("utf-8"):
        return ""
    known = {codecs.lookup(name).name: title for name, title in NAMES.items()}
    return known.get(plain, encoding.upper())


def is_known(encoding: str) -> bool:
    """Whether there is such an encoding of texts."""
    try:
        "".encode(encoding)
    except LookupError:
        return False
    return bool(encoding)


def _score(line: bytes, name: str) -> int:
    text = f" {line.decode(name, errors='replace')} "
    return sum(_of(text, at) for at in range(1, len(text) - 1) if not text[at].isascii())


def _of(text: str, at: int) -> int:
    """How likely one sign is between its neighbours."""
    before, sign, after = text[at - 1], text[at], text[at + 1]
    in_word = before.isalpha() and after.isalpha()
    if sign.isalpha() and ord(sign) <= _LAST_LETTER and sign not in _SIGNS:
        if in_word and before.islower() and after.islower() and sign.isupper():
            return _STRANGE
        if in_word and before.isupper() and after.isupper() and sign.islower() and sign != "ß":
            return _STRANGE
        if before.isalpha() or after.isalpha():
            return _WITHIN
        return _STRANGE if before.isdigit() or after.isdigit() else _BESIDE
    if sign in _SIGNS:
        return _STRANGE if in_word and sign != _QUOTE else _WITHIN
    return _NONE
