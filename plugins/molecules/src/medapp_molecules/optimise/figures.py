"""How well a search did, by what its calls bought (Gao et al. 2022)."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERY: Final = 100
"""Calls between two looks at the best."""


def best_mean(scores: Sequence[float], top: int = 10) -> float:
    """Mean of the best `top` scores; 0 where there are none."""
    best = sorted(scores, reverse=True)[:top]
    return sum(best) / len(best) if best else 0.0


def area(scores: Sequence[float], calls: int, top: int = 10, every: int = EVERY) -> float:
    """Area under the mean of the best `top` against calls, from 0 to 1.

    By trapezoids between looks at every `every` calls, beginning with 0; a search that ended before `calls`
    keeps what it had.

    Args:
        scores: In the order that they were asked for, each molecule once.
        calls: That were allowed.
        top: How many of the best.
        every: Calls between looks.
    """
    scores = scores[:calls]
    found, before, at = 0.0, 0.0, 0
    kept: list[float] = []
    for number, score in enumerate(scores, 1):
        insort(kept, score)
        del kept[:-top]
        if number % every == 0 or number == len(scores):
            now = sum(kept) / len(kept)
            found += (number - at) * (now + before) / 2
            before, at = now, number
    return (found + (calls - at) * before) / calls
