"""The partial likelihood of Cox (1972) with Breslow's ties, and the curve that goes with a score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.engine.evaluation.survival import cox_coefficient

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FAR: Final = 30.0
_KNOTS: Final = 120


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """Who is at risk when an event happens.

    Attributes:
        order: Rows by falling time.
        first, last: Of each row in that order, the first and last place of those with its time.
        seen: In that order, 1 where the event was seen.
    """

    order: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]
    seen: NDArray[np.float64]

    @classmethod
    def of(cls, times: NDArray[np.float64], events: NDArray[np.bool_]) -> RiskSets:
        """Risk sets of rows."""
        order = np.argsort(-times, kind="stable")
        falling = -times[order]
        return cls(
            order,
            np.searchsorted(falling, falling, side="left"),
            np.searchsorted(falling, falling, side="right") - 1,
            events[order].astype(float),
        )

    def weights(self, scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """In that order, exp(score), and the sum of it over those at risk."""
        own = scores[self.order]
        weight = np.exp(np.clip(own - own.max(), -_FAR, 0.0))
        return weight, np.cumsum(weight)[self.last]

    def cumulated(self, each: NDArray[np.float64]) -> NDArray[np.float64]:
        """In that order, the sum of a number over all events up to the time of a row."""
        found: NDArray[np.float64] = np.cumsum((self.seen * each)[::-1])[::-1][self.first]
        return found

    def slopes(self, scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """First and second derivative of the negative log-likelihood by each row's score."""
        weight, total = self.weights(scores)
        hazard, squared = self.cumulated(1 / total), self.cumulated(1 / total**2)
        first = np.empty_like(weight)
        second = np.empty_like(weight)
        first[self.order] = weight * hazard - self.seen
        second[self.order] = np.maximum(weight * hazard - weight**2 * squared, 1e-6)
        return first, second


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The probability of an event by a time: Breslow's cumulative hazard times exp(slope * score).

    Attributes:
        slope: Of the score, fitted on cases that the score was not: below 1 where it is too sure of itself.
        middle: Score that the hazard holds for.
        days: Knots.
        hazard: Cumulative at the knots.
    """

    slope: float
    middle: float
    days: NDArray[np.float64]
    hazard: NDArray[np.float64]

    def probability(self, scores: NDArray[np.float64], day: float) -> NDArray[np.float64]:
        """Of the event by `day`."""
        at = float(np.interp(day, self.days, self.hazard))
        found: NDArray[np.float64] = -np.expm1(-at * np.exp(self.slope * (scores - self.middle)))
        return found

    def to_arrays(self) -> dict[str, NDArray[np.float64]]:
        """For safetensors."""
        return {"line": np.array([self.slope, self.middle]), "knots": np.stack([self.days, self.hazard])}

    @classmethod
    def from_arrays(cls, arrays: dict[str, NDArray[np.float64]]) -> Curve:
        """What `to_arrays` made."""
        slope, middle = map(float, arrays["line"])
        return cls(slope, middle, *np.asarray(arrays["knots"], dtype=float))


def fit_curve(
    scores: NDArray[np.float64], times: NDArray[np.float64], events: NDArray[np.bool_], until: float
) -> Curve:
    """Fit slope and hazard on cases that the scores were not fitted on.

    Args:
        scores: Grow with the risk.
        times: Days.
        events: Whether the event was seen.
        until: The slope is fitted to what happens up to this day.
    """
    middle = float(scores.mean())
    slope = cox_coefficient(np.minimum(times, until), events & (times <= until), scores)
    slope = slope if np.isfinite(slope) and slope > 0 else 0.0
    sets = RiskSets.of(times, events)
    centred = slope * (scores - middle)
    own = centred[sets.order]
    total = np.cumsum(np.exp(np.clip(own, -_FAR, _FAR)))[sets.last]
    steps = sets.seen / total
    falling = times[sets.order]
    days = np.unique(np.quantile(times, np.linspace(0, 1, _KNOTS)))
    days = np.unique(np.concatenate([[0.0], days, [until]]))
    hazard = np.array([float(steps[falling <= day].sum()) for day in days])
    return Curve(slope, middle, days, hazard)
