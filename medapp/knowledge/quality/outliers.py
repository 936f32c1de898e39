"""Values that are far from the others, by median and median absolute deviation.

The modified z-score is 0.6745 (x - median) / MAD; beyond 3.5 a value is taken for an outlier (Iglewicz and
Hoaglin, How to Detect and Handle Outliers, ASQC 1993). Laboratory values are skewed: where all are positive,
one has to be far on the logarithmic scale too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

FAR: Final = 3.5
_SCALE: Final = 0.6745
FEWEST: Final = 10
"""Fewer values do not tell what is usual."""
_FEWEST_DIFFERENT: Final = 5
"""A variable with fewer different values is a list of choices."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which values are usual."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value is usual."""
        return self.low <= value <= self.high


def bounds_of(values: Sequence[float], far: float = FAR) -> Bounds | None:
    """Bounds beyond which a value is an outlier; None where the values do not tell.

    Args:
        values: Finite, in one unit.
        far: The largest modified z-score that is usual.
    """
    if len(values) < FEWEST or len(set(values)) < _FEWEST_DIFFERENT:
        return None
    plain = _around(values, far)
    if plain is None or min(values) <= 0:
        return plain
    logs = _around([math.log(value) for value in values], far)
    if logs is None:
        return plain
    return Bounds(min(plain.low, math.exp(logs.low)), max(plain.high, _power(logs.high)))


def _around(values: Sequence[float], far: float) -> Bounds | None:
    middle = median(values)
    deviation = median(abs(value - middle) for value in values)
    if not deviation:
        return None
    reach = far * deviation / _SCALE
    return Bounds(middle - reach, middle + reach)


def _power(exponent: float) -> float:
    return math.exp(exponent) if exponent < 700 else math.inf  # noqa: PLR2004  beyond a float
