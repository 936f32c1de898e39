"""Ranges of properties, as the user writes them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

RANGES: Final[dict[str, tuple[str, float, float]]] = {
    "weight": ("weight", 0.0, math.inf),
    "logp": ("logp", -math.inf, math.inf),
    "polar_surface": ("polar surface", 0.0, math.inf),
    "donors": ("donors", 0.0, math.inf),
    "acceptors": ("acceptors", 0.0, math.inf),
    "rotatable_bonds": ("rotatable bonds", 0.0, math.inf),
    "rings": ("rings", 0.0, math.inf),
    "drug_likeness": ("drug-likeness", 0.0, 1.0),
    "synthetic_accessibility": ("synthetic accessibility", 1.0, 10.0),
}
"""Parameter to the property of the screening, and what it can be at all."""
COUNTS: Final = frozenset(
    {"donors", "acceptors", "rotatable bonds", "rings", "aromatic rings", "heavy atoms", "stereocentres",
     "lipinski violations", "veber violations"}
)  # fmt: skip
"""Properties of which a molecule can have exactly so many."""
_BESIDE: Final = {
    "weight": 5.0, "polar surface": 5.0, "logp": 0.5, "drug-likeness": 0.05, "synthetic accessibility": 0.5,
}  # fmt: skip
"""How far to both sides of a number a range is proposed; of others a tenth of it."""
_NEVER_BELOW: Final = COUNTS | {name for name, least, _ in RANGES.values() if least >= 0}
_NUMBER: Final = r"\d+(?:\.\d+)?"
_DASH: Final = "[-\u2010-\u2015\u2212]"
"""As keyboards and word processors have it; as a sign, too."""
_DOTS: Final = re.compile(rf"(-?{_NUMBER})?\s*\.\.\s*(-?{_NUMBER})?")
_DASHED: Final = re.compile(rf"({_NUMBER})\s*-\s*({_NUMBER})")
_ALONE: Final = re.compile(rf"-?{_NUMBER}")
_OPEN: Final = re.compile(rf"(-\s*)?(-?{_NUMBER})(\s*-)?")
_TWO: Final = re.compile(rf"(-?{_NUMBER})\s*-\s*(-?{_NUMBER})")
_SIGNED: Final = rf"{_DASH}?{_NUMBER}"
READABLE: Final = (
    rf"(?:{_SIGNED})?\s*\.\.\s*(?:{_SIGNED})?|{_NUMBER}\s*{_DASH}\s*{_NUMBER}|(?:{_DASH}|[.\d])+"
)
"""What may be meant as a range, as a part of a regular expression."""


class WantedError(ValueError):
    """What is wanted cannot be read, or contradicts itself; the text is a sentence for the user."""


@dataclass(frozen=True)
class Range:
    """Bounds of a property, both included.

    Attributes:
        name: As the screening has it.
        least, most: Infinite where there is none.
    """

    name: str
    least: float
    most: float

    def outside(self, value: float | None) -> float:
        """0 inside; else how far out, from 0 to 1, 1 where the value is not known."""
        if value is None:
            return 1.0
        off = max(self.least - value, value - self.most, 0.0)
        bound = self.least if value < self.least else self.most
        return 0.0 if off == 0 else min(1.0, off / (abs(bound) + 1.0))

    def __str__(self) -> str:
        """As the user writes it, with the name."""
        least = "" if math.isinf(self.least) else f"{self.least:g}"
        most = "" if math.isinf(self.most) else f"{self.most:g}"
        return f"{self.name} {least}..{most}"


def range_of(title: str, text: str) -> Range:
    """Of ``200..450``, ``200..``, ``..450`` or ``200-450``; of what is counted ``2``, too.

    Raises:
        WantedError: Where it is none, can be read in two ways, or no molecule has exactly that.
    """
    plain = re.sub(_DASH, "-", text.strip())
    if found := _DOTS.fullmatch(plain) or _DASHED.fullmatch(plain):
        least, most = (None if one is None else float(one) for one in found.groups())
        if least is not None or most is not None:
            return Range(title, -math.inf if least is None else least, math.inf if most is None else most)
    if title in COUNTS and plain.isdecimal():
        return Range(title, float(plain), float(plain))
    message = f"{title}: {_unreadable(title, plain, text)}"
    raise WantedError(message)


def _unreadable(title: str, plain: str, text: str) -> str:
    """Why a text is no range, and how what may be meant is written."""
    if two := _TWO.fullmatch(plain):
        return f"{text!r} can be read in more than one way; write {two[1]}..{two[2]}."
    if _ALONE.fullmatch(plain) and (title not in _NEVER_BELOW or not plain.startswith("-")):
        middle = float(plain)
        if title in COUNTS:
            return f"it is counted; write {math.floor(middle)}..{math.ceil(middle)}."
        beside = _BESIDE.get(title, abs(middle) / 10 or 0.1)
        return f"no molecule has exactly {plain}; write {middle - beside:g}..{middle + beside:g}."
    if open_ := _OPEN.fullmatch(plain):
        number = open_[2].lstrip("-")
        return f"{text!r} can be read in more than one way; write ..{number} or {number}.."
    return f"a range is written 200..450, 200.. or ..450, not {text!r}."
