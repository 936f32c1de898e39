"""Numbers that are written where the real one is not known: they are no ground for two to be one person."""

from __future__ import annotations

import re
from typing import Final

_SIGNS: Final = re.compile(r"[\s./_-]+")
_LEAST: Final = 5
"""A shorter number of one digit may well be somebody's."""
_RUNS: Final = "01234567890", "09876543210"
_LONG: Final = 8
_KNOWN: Final = frozenset({"078051120", "219099999", "457555462"})
"""Numbers of social security that were printed on samples and in advertisements, and never are a person's."""


def is_dummy(value: str) -> bool:
    """Whether a number is one such: ``000-00-0000``, ``999-99-9999``, ``123-45-6789``."""
    plain = _SIGNS.sub("", value)
    if not (plain.isascii() and plain.isdigit()):
        return False
    if not plain.strip("0") or plain in _KNOWN:
        return True
    if len(set(plain)) == 1:
        return len(plain) >= _LEAST
    return len(plain) >= _LONG and any(plain in run for run in _RUNS)
