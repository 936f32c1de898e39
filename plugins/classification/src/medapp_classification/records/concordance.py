"""Harrell's concordance of many models and many bootstrap samples at once.

Pairs are compared once; a sample of patients is then a weight on every row, and a concordance two products
of matrices. A library's takes a third of a second on ten thousand rows, and some thousand are needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.engine.evaluation.bootstrap import Difference, Interval, draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BLOCK = 256


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Weights of rows: the first sample counts each once, the others are drawn by patient.

    Attributes:
        weights: float32 (N, 1 + rounds).
    """

    weights: NDArray[np.float32]

    @classmethod
    def drawn(cls, patients: Sequence[str], *, rounds: int = 200, seed: int = 0) -> Samples:
        """Draw patients with replacement, each with all of their rows."""
        count = len(patients)
        found = [np.ones(count, np.float32)]
        found += [
            np.bincount(rows, minlength=count).astype(np.float32)
            for rows in draws(patients, rounds=rounds, seed=seed)
        ]
        return cls(np.stack(found, axis=1))


def concordances(
    times: NDArray[np.float64],
    events: NDArray[np.bool_],
    scores: NDArray[np.float64],
    samples: Samples,
) -> NDArray[np.float64]:
    """Concordance of each model in each sample, (models, samples).

    Args:
        times: Until the event or the end of follow-up.
        events: Whether the event was seen.
        scores: (models, N), growing with the risk.
        samples: See `Samples`.
    """
    weights = samples.weights
    won = np.zeros((len(scores), weights.shape[1]))
    compared = np.zeros(weights.shape[1])
    happened = np.flatnonzero(events)
    for start in range(0, len(happened), _BLOCK):
        rows = happened[start : start + _BLOCK]
        later = times[None] > times[rows, None]
        later |= (times[None] == times[rows, None]) & ~events[None]
        own = weights[rows]
        compared += (own * (later.astype(np.float32) @ weights)).sum(axis=0)
        for place, score in enumerate(scores):
            ahead = (score[rows, None] > score[None]).astype(np.float32)
            ahead += 0.5 * (score[rows, None] == score[None])
            won[place] += (own * ((ahead * later) @ weights)).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: NDArray[np.float64] = won / compared
    return found


def interval_of(values: NDArray[np.float64]) -> Interval:
    """A figure, the first, with the interval of the others."""
    known = values[1:][np.isfinite(values[1:])]
    low, high = np.percentile(known, [2.5, 97.5]) if known.size else (np.nan, np.nan)
    return Interval(float(values[0]), float(low), float(high))


def difference_of(first: NDArray[np.float64], second: NDArray[np.float64]) -> Difference:
    """Second minus first, paired by sample."""
    each = second - first
    found = interval_of(each)
    known = each[1:][np.isfinite(each[1:])]
    share = min(float((known <= 0).mean()), float((known >= 0).mean())) if known.size else float("nan")
    p = min(1.0, 2 * max(share, 1 / (len(known) + 1)))
    return Difference(found.value, found.low, found.high, p, "paired bootstrap")
