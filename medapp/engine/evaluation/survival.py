"""Figures of times until an event, some of which were never seen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from medapp.engine.evaluation.bootstrap import Interval, interval, interval_of
from medapp.engine.evaluation.concordance import c_indexes, sampled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

ROUNDS = 200
_GROUPS = 10
_STEPS = 50
_CLOSE = 1e-7


def survival_figures(
    times: ArrayLike,
    events: ArrayLike,
    risks: ArrayLike,
    patients: Sequence[str],
    *,
    probabilities: ArrayLike | None = None,
    horizon: float | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> dict[str, Interval]:
    """C-index, and where probabilities by a horizon are given: calibration slope, Brier, said over seen.

    Args:
        times: Until the event or the end of follow-up.
        events: Whether the event was seen.
        risks: Grow with the risk.
        patients: Whose each row is.
        probabilities: Of the event by `horizon`.
        horizon: In the unit of `times`.
        rounds: Of the bootstrap by patient.
        seed: Of the bootstrap.
    """
    until, seen, risk = np.asarray(times, float), np.asarray(events, bool), np.asarray(risks, float)
    weights = sampled(patients, rounds=rounds, seed=seed)
    found = {"c_index": interval_of(c_indexes(until, seen, risk[None], weights)[0])}
    if probabilities is None or horizon is None:
        return found
    said = np.asarray(probabilities, float)
    for name, figure in (("slope", _slope), ("brier", brier_at), ("said_over_seen", _said_over_seen)):
        found[name] = interval(
            partial(_of_rows, figure, (until, seen, said), horizon), patients, rounds=rounds, seed=seed
        )
    return found


def _of_rows(
    figure: Callable[[np.ndarray, np.ndarray, np.ndarray, float], float],
    parts: tuple[np.ndarray, np.ndarray, np.ndarray],
    horizon: float,
    rows: np.ndarray,
) -> float:
    until, seen, said = parts
    return figure(until[rows], seen[rows], said[rows], horizon)


def kaplan_meier(times: np.ndarray, events: np.ndarray, at: float) -> tuple[float, float, float]:
    """Share without the event at a time, with Greenwood's 95 % interval on the log-log scale."""
    order = np.argsort(times, kind="stable")
    until, seen = times[order], events[order]
    moments, first = np.unique(until, return_index=True)
    at_risk = len(until) - first
    died = np.add.reduceat(seen.astype(float), first)
    past = moments <= at
    share = float(np.prod(1 - died[past] / at_risk[past]))
    left = at_risk[past] - died[past]
    terms = np.divide(died[past], at_risk[past] * left, out=np.zeros(int(past.sum())), where=left > 0)
    if not 0 < share < 1:
        return share, share, share
    spread = 1.959964 * float(np.sqrt(terms.sum())) / abs(float(np.log(share)))
    return share, share ** float(np.exp(spread)), share ** float(np.exp(-spread))


def _slope(times: np.ndarray, events: np.ndarray, said: np.ndarray, horizon: float) -> float:
    """Coefficient of the complementary log-log of the risk in a Cox model up to the horizon; 1 is right."""
    kept = np.clip(said, 1e-6, 1 - 1e-6)
    return cox_coefficient(np.minimum(times, horizon), events & (times <= horizon), np.log(-np.log1p(-kept)))


def cox_coefficient(times: np.ndarray, events: np.ndarray, x: np.ndarray) -> float:
    """The coefficient of one variable in a Cox model (Breslow's ties), by Newton's steps; NaN for none.

    A bootstrap fits it some hundred times: the general fit of a library takes some hundred times as long.
    """
    order = np.argsort(-times, kind="stable")
    until, seen, z = times[order], events[order], x[order] - x.mean()
    spread = float(z.std())
    if not seen.any() or spread == 0:
        return float("nan")
    z = z / spread
    # Everybody with at least this time is at risk: the last of those with the same time closes the sum.
    last = np.searchsorted(-until, -until, side="right") - 1
    beta = 0.0
    for _ in range(_STEPS):
        weight = np.exp(np.clip(beta * z, -50, 50))
        total, first, second = (np.cumsum(weight * z**power)[last] for power in (0, 1, 2))
        mean = first / total
        gradient = float((z - mean)[seen].sum())
        curvature = float((second / total - mean**2)[seen].sum())
        if curvature <= 0:
            return float("nan")
        step = float(np.clip(gradient / curvature, -1, 1))
        beta += step
        if abs(step) < _CLOSE:
            return beta / spread
    return float("nan")


def brier_at(times: np.ndarray, events: np.ndarray, said: np.ndarray, horizon: float) -> float:
    """Brier score at a horizon, weighted for what was not seen (Graf et al., Stat Med 1999)."""
    free = _censoring(times, events)
    died = events & (times <= horizon)
    lived = times > horizon
    weights = np.zeros(len(times))
    weights[died] = 1 / np.maximum(free(times[died]), 1e-3)
    weights[lived] = 1 / max(float(free(np.array([horizon]))[0]), 1e-3)
    truth = died.astype(float)
    return float(np.mean(weights * (truth - said) ** 2))


def _censoring(times: np.ndarray, events: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Share whose follow-up has not ended just before a time."""
    order = np.argsort(times, kind="stable")
    moments, first = np.unique(times[order], return_index=True)
    at_risk = len(times) - first
    ended = np.add.reduceat((~events[order]).astype(float), first)
    shares = np.concatenate([[1.0], np.cumprod(1 - ended / at_risk)])

    def share(at: np.ndarray) -> np.ndarray:
        found: np.ndarray = shares[np.searchsorted(moments, at, side="left")]
        return found

    return share


def _said_over_seen(times: np.ndarray, events: np.ndarray, said: np.ndarray, horizon: float) -> float:
    seen = 1 - kaplan_meier(times, events, horizon)[0]
    return float(said.mean() / seen) if seen else float("nan")


def survival_calibration(
    times: ArrayLike, events: ArrayLike, probabilities: ArrayLike, horizon: float
) -> list[dict[str, float]]:
    """Said and seen (Kaplan-Meier) by the horizon, in groups of like size by what was said."""
    until, seen, said = (
        np.asarray(times, float),
        np.asarray(events, bool),
        np.asarray(probabilities, float),
    )
    points = []
    for rows in np.array_split(np.argsort(said, kind="stable"), min(_GROUPS, len(said))):
        share, low, high = kaplan_meier(until[rows], seen[rows], horizon)
        points.append(
            {
                "said": float(said[rows].mean()),
                "seen": 1 - share,
                "low": 1 - high,
                "high": 1 - low,
                "count": float(len(rows)),
            }
        )
    return points
