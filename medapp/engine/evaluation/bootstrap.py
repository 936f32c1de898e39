"""How sure a figure is: patients drawn with replacement, each with all of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROUNDS = 500


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the 2.5th and 97.5th percentile of its bootstrap; NaN where it is not defined."""

    value: float
    low: float
    high: float


def draws(patients: Sequence[str], *, rounds: int = ROUNDS, seed: int = 0) -> Iterator[np.ndarray]:
    """Rows of `rounds` samples of patients."""
    groups = np.unique(np.asarray(patients, dtype=str), return_inverse=True)[1]
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(groups.max() + 2))
    random = np.random.default_rng(seed)
    count = len(starts) - 1
    for _ in range(rounds):
        drawn = random.integers(0, count, count)
        if len(order) == count:  # one row a patient
            yield order[drawn]
        else:
            yield np.concatenate([order[starts[one] : starts[one + 1]] for one in drawn])


def interval(
    figure: Callable[[np.ndarray], float], patients: Sequence[str], *, rounds: int = ROUNDS, seed: int = 0
) -> Interval:
    """A figure of rows and its interval.

    Args:
        figure: Takes the numbers of rows; NaN where they do not suffice, as with cases of one kind only.
        patients: Whose each row is.
        rounds: Samples.
        seed: Of the drawing.
    """
    value = figure(np.arange(len(patients)))
    found = [figure(rows) for rows in draws(patients, rounds=rounds, seed=seed)]
    return interval_of(np.array([value, *found]))


def interval_of(values: np.ndarray) -> Interval:
    """A figure, the first, with the interval of the others, which are of its samples."""
    known = values[1:][np.isfinite(values[1:])]
    low, high = np.percentile(known, [2.5, 97.5]) if known.size else (np.nan, np.nan)
    return Interval(float(values[0]), float(low), float(high))


@dataclass(frozen=True, slots=True)
class Difference:
    """How much the second model is better than the first.

    Attributes:
        value, low, high: With its 95 % interval.
        p: Of the two-sided test that there is no difference; NaN where there is none.
        method: ``paired bootstrap``, ``DeLong``.
    """

    value: float
    low: float
    high: float
    p: float
    method: str


def paired_bootstrap(
    figure_a: Callable[[np.ndarray], float],
    figure_b: Callable[[np.ndarray], float],
    patients: Sequence[str],
    *,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Difference:
    """Difference of a figure of two models on the same patients, drawn together.

    Args:
        figure_a: Of rows, as `interval` takes it, of the first model.
        figure_b: The same of the second.
        patients: Whose each row is, the same for both.
        rounds: Samples.
        seed: Of the drawing.
    """
    rows = [np.arange(len(patients)), *draws(patients, rounds=rounds, seed=seed)]
    return difference_of(np.array([figure_a(one) for one in rows]), np.array([figure_b(one) for one in rows]))


def difference_of(first: np.ndarray, second: np.ndarray) -> Difference:
    """Second minus first of a figure of two models, the first value of all rows, the others of samples."""
    each = second - first
    value, found = float(each[0]), each[1:][np.isfinite(each[1:])]
    if not found.size:
        return Difference(value, float("nan"), float("nan"), float("nan"), "paired bootstrap")
    low, high = np.percentile(found, [2.5, 97.5])
    # Two-sided: the share of samples on the other side of zero; never 0, for there are only so many samples.
    less, more = (found <= 0).mean(), (found >= 0).mean()
    p = min(1.0, 2 * max(min(less, more), 1 / (len(found) + 1)))
    return Difference(value, float(low), float(high), float(p), "paired bootstrap")
