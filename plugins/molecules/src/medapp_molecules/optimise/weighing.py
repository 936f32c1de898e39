"""How far a molecule fulfils a wish, and what is left of a score where something that must be is not.

A range of what follows from the structure is fulfilled by how near the value lies. What is predicted with an
interval counts by how likely the truth lies in the range, so that a wide interval is worth less than a narrow
one around the same value. Parts, the scaffold and the similarity are no wishes among others: what misses one
loses most of its score (as filters multiply the score in REINVENT), and less of it the nearer it comes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from medapp.domain.molecule import Property
    from medapp_molecules.generate.wanted import Range

LEAST: Final = 0.001
"""Worth of a wish that is not fulfilled at all: the others still count then."""
TO_THE_END: Final = 1.6449
"""Standard deviations of a normal curve from its middle to the ends of the middle nine tenths."""
_SPREAD: Final = 0.15
"""How far outside of a range, as a share of its bound, is worth exp(-1/2)."""
_MISSED: Final = 0.05
_NEARLY: Final = 0.5
"""What is left of the score of what misses something that must be: by far, and by nothing at all."""


@dataclass(frozen=True)
class Said:
    """What is said of a molecule.

    Attributes:
        shown: As it is told.
        deviation: Of the truth from the value, on the scale of `logarithm`; 0 where it is not known.
        logarithm: Whether the truth is spread about the value's logarithm (of base 10).
        possible: Least and largest that it can be.
    """

    shown: Property
    deviation: float = 0.0
    logarithm: bool = False
    possible: tuple[float, float] = (-math.inf, math.inf)


def fulfilled(said: Said, wanted: Range) -> float:
    """From 0 to 1; with a deviation the probability that the truth lies in the range."""
    value = said.shown.value
    if value is None or math.isnan(value):
        return 0.0
    if not said.deviation > 0:
        return math.exp(-0.5 * (wanted.outside(value) / _SPREAD) ** 2)
    least, most = said.possible
    # What is beyond the possible was limited to it, so that a range up to there has no end.
    low = -math.inf if wanted.least <= least else wanted.least
    high = math.inf if wanted.most >= most else wanted.most
    return max(0.0, _below(said, high) - _below(said, low))


def gate(share: float) -> float:
    """By what the score is multiplied; `share` is how far something that must be is reached, from 0 to 1."""
    return 1.0 if share >= 1 else _MISSED + (_NEARLY - _MISSED) * max(0.0, share) ** 2


def mean(shares: tuple[tuple[float, float], ...]) -> float:
    """Geometric mean of shares with their weights; 1 where there are none."""
    if not shares:
        return 1.0
    logs = [weight * math.log(max(LEAST, share)) for share, weight in shares]
    return math.exp(sum(logs) / sum(weight for _, weight in shares))


def _below(said: Said, bound: float) -> float:
    """Probability that the truth is less."""
    if math.isinf(bound):
        return float(bound > 0)
    assert said.shown.value is not None  # noqa: S101 - asked for what has a value
    off = (_scaled(bound, said) - _scaled(said.shown.value, said)) / said.deviation
    return 0.5 * math.erfc(-off / math.sqrt(2))


def _scaled(value: float, said: Said) -> float:
    return math.log10(max(value, 1e-300)) if said.logarithm else value
