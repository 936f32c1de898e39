"""Harrell's concordance, of one set of rows or of many bootstrap samples at once, exact with ties.

A pair of rows can be compared where the event of one was seen before the other's time, or at the time at
which the other's follow-up ended. Rows are sorted by time, so that whom a row is compared with is all from
some place on; that stretch is cut into aligned blocks of 1, 2, 4 ... rows, and within a block, sorted by
risk, the weight of those below is a difference of sums. A sample of patients is a weight on every row: the
sorting is done once for all samples, and takes the place of a search tree for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.engine.evaluation.bootstrap import draws

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_CELLS = 4 << 20
"""Weights that are looked at together, rows times samples: 32 MiB."""


def c_index(times: ArrayLike, events: ArrayLike, risks: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Concordance of one set of rows; NaN where no pair can be compared.

    Args:
        times: (N,) until the event or the end of follow-up.
        events: (N,) whether the event was seen.
        risks: (N,) grow with the risk; equal ones count as half.
        weights: (N,) how often each row counts; once where None.

    Raises:
        ValueError: Where the parts differ in length, or one is not a number.
    """
    ones = np.ones(len(np.asarray(times))) if weights is None else np.asarray(weights, float)
    return float(c_indexes(times, events, np.asarray(risks, float)[None], ones[:, None])[0, 0])


def c_indexes(times: ArrayLike, events: ArrayLike, risks: ArrayLike, weights: ArrayLike) -> Floats:
    """Concordance of each model in each sample, (models, samples); NaN where no pair can be compared.

    Args:
        times: (N,) until the event or the end of follow-up.
        events: (N,) whether the event was seen.
        risks: (models, N), growing with the risk.
        weights: (N, samples), how often each row counts in each sample.

    Raises:
        ValueError: Where the parts differ in length, or one is not a number.
    """
    until, seen = np.asarray(times, float), np.asarray(events, bool)
    said, counts = np.asarray(risks, float), np.asarray(weights)
    _check(until, seen, said, counts)
    # At one time events stand before ends of follow-up: the former are compared with the latter.
    order = np.lexsort((~seen, until))
    stretch = _Stretch.of(until[order], seen[order])
    found = np.full((len(said), counts.shape[1]), np.nan)
    step = max(1, _CELLS // max(1, len(until)))
    for start in range(0, counts.shape[1], step):
        part = counts[order, start : start + step].astype(np.float64)
        compared = stretch.compared(part)
        for place, risk in enumerate(said):
            won = stretch.won(risk[order], part)
            np.divide(won, compared, out=found[place, start : start + step], where=compared > 0)
    return found


def sampled(patients: Sequence[str], *, rounds: int, seed: int = 0) -> Floats:
    """Weights of rows, (N, 1 + rounds): each row once, then samples of patients with all of their rows."""
    count = len(patients)
    found = np.ones((count, 1 + rounds))
    for number, rows in enumerate(draws(patients, rounds=rounds, seed=seed), start=1):
        found[:, number] = np.bincount(rows, minlength=count)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Stretch:
    """Rows in order of time, and with whom each event is compared: all from some place on.

    Attributes:
        events: Places of events.
        first: For each event the place from which on it is compared.
        count: Rows.
    """

    events: Places
    first: Places
    count: int

    @classmethod
    def of(cls, times: Floats, seen: NDArray[np.bool_]) -> _Stretch:
        """Of rows that are sorted, events before the others of the same time."""
        events = np.flatnonzero(seen)
        moments, together = np.unique(times[events], return_counts=True)
        start = np.searchsorted(times, moments, side="left")
        return cls(events, np.repeat(start + together, together), len(times))

    def compared(self, weights: Floats) -> Floats:
        """Weight of all pairs, by sample."""
        sums = _sums(weights)
        total: Floats = (weights[self.events] * (sums[-1] - sums[self.first])).sum(axis=0)
        return total

    def won(self, risks: Floats, weights: Floats) -> Floats:
        """Weight of the pairs in which the event had the higher risk, equal ones as half, by sample."""
        ranks = np.unique(risks, return_inverse=True)[1].astype(np.intp)
        total = np.zeros(weights.shape[1])
        at, places, level = self.first.copy(), np.arange(self.count), 0
        while (at < self.count).any():
            asking = np.flatnonzero((at < self.count) & (at >> level & 1 == 1))
            if asking.size:
                # Sorted by block and rank, a block stays where it was.
                keys = (places >> level) * self.count + ranks
                order = np.argsort(keys, kind="stable")
                sums = _sums(weights[order])
                start, event = at[asking], self.events[asking]
                wanted = (start >> level) * self.count + ranks[event]
                below = np.searchsorted(keys[order], wanted, side="left")
                not_above = np.searchsorted(keys[order], wanted, side="right")
                half = 0.5 * (sums[below] + sums[not_above]) - sums[start]
                total += (weights[event] * half).sum(axis=0)
                at[asking] += 1 << level
            level += 1
        return total


def _sums(weights: Floats) -> Floats:
    """Of all rows before each, (N + 1, samples)."""
    found = np.zeros((len(weights) + 1, weights.shape[1]))
    np.cumsum(weights, axis=0, out=found[1:])
    return found


def _check(times: Floats, events: NDArray[np.bool_], risks: Floats, weights: NDArray[np.generic]) -> None:
    count = len(times)
    if len(events) != count or risks.shape[1:] != (count,) or weights.shape[:1] != (count,):
        message = "times, events, risks and weights are not one for each row"
        raise ValueError(message)
    if np.isnan(times).any() or np.isnan(risks).any():
        message = "a time or a risk is not a number"
        raise ValueError(message)
