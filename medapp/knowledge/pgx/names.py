"""Names of alleles and diplotypes: their order, and how they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEPARATOR = re.compile(r"/(?![^\[]*\])")
_DIGITS = re.compile(r"(\d+)")
NO_CALL = frozenset(
    {"", ".", "./.", ".|.", "n/a", "no call", "not available", "not called", "unknown", "unknown/unknown"}
)
"""How a report says that a gene could not be called."""


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key by which ``*2`` comes before ``*10`` and ``c.85`` before ``c.1236``."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part.lower())
        for part in _DIGITS.split(name)
        if part
    )


def split_diplotype(name: str) -> tuple[str, ...]:
    """``*1/[*2 + *3]`` to ``*1`` and ``[*2 + *3]``."""
    return tuple(part.strip() for part in _SEPARATOR.split(name) if part.strip())


def combined(names: Iterable[str]) -> str:
    """Several alleles on one chromosome: ``[*6 + *14]``."""
    found = sorted(names, key=natural)
    return found[0] if len(found) == 1 else f"[{' + '.join(found)}]"
