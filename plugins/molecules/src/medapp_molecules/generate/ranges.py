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
_RANGE: Final = re.compile(r"\s*(-?\d+(?:\.\d+)?)?\s*(\.\.)?\s*(-?\d+(?:\.\d+)?)?\s*")


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
    """Of ``200..450``, ``200..``, ``..450`` or ``200``.

    Raises:
        WantedError: Where it is none.
    """
    found = _RANGE.fullmatch(text)
    if found is None or not any(found.groups()) or text == "..":
        message = f"{title}: a range is written 200..450, 200.. or ..450, not {text!r}."
        raise WantedError(message)
    least, dots, most = found.groups()
    if dots is None:
        most = least = least or most
    return Range(
        title, -math.inf if least is None else float(least), math.inf if most is None else float(most)
    )
