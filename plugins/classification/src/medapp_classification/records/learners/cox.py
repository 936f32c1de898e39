"""Cox regression with an L2 penalty, by Newton's steps on the partial likelihood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

import numpy as np

from medapp_classification.records.hazard import RiskSets
from medapp_classification.records.learners.linear import Linear
from medapp_classification.records.preparing import fit_preparation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Cases, Target

_PENALTY: Final = 0.03
"""A row; of standardised columns."""
_STEPS: Final = 30
_CLOSE: Final = 1e-6


class Cox(Linear):
    """Log-hazards; a general library's fit takes some ten times as long and gives the same."""

    @classmethod
    def fit(cls, cases: Cases, target: Target, seed: int, check: Callable[[], None]) -> Self:  # noqa: ARG003
        """See `medapp_classification.records.learners.cases.Learner.fit`."""
        preparation = fit_preparation(cases.linear)
        x = preparation.apply(cases.linear)
        weights = fit_weights(x, target.times, target.labels, _PENALTY * float(target.labels.sum()), check)
        return cls(preparation, weights, 0.0)


def fit_weights(
    x: NDArray[np.float64],
    times: NDArray[np.float64],
    events: NDArray[np.bool_],
    penalty: float,
    check: Callable[[], None],
) -> NDArray[np.float64]:
    """Weights of the columns of `x`: the most likely, less half the penalty of their squares."""
    sets = RiskSets.of(times, events)
    ordered = x[sets.order]
    weights = np.zeros(x.shape[1])
    best = _loss(sets, x, weights, penalty)
    for _ in range(_STEPS):
        check()
        step = _step(sets, ordered, x, weights, penalty)
        size = 1.0
        while (found := _loss(sets, x, weights + size * step, penalty)) > best and size > _CLOSE:
            size /= 2
        weights, gained, best = weights + size * step, best - found, min(best, found)
        if gained < _CLOSE * max(1.0, abs(best)):
            break
    return weights


def _loss(sets: RiskSets, x: NDArray[np.float64], weights: NDArray[np.float64], penalty: float) -> float:
    scores = x @ weights
    _, total = sets.weights(scores)
    own = scores[sets.order] - scores.max()
    return float(-(sets.seen * (own - np.log(total))).sum() + penalty / 2 * (weights**2).sum())


def _step(
    sets: RiskSets,
    ordered: NDArray[np.float64],
    x: NDArray[np.float64],
    weights: NDArray[np.float64],
    penalty: float,
) -> NDArray[np.float64]:
    weight, total = sets.weights(x @ weights)
    hazard = sets.cumulated(1 / total)
    gradient = ordered.T @ (weight * hazard - sets.seen) + penalty * weights
    means = np.cumsum(ordered * weight[:, None], axis=0)[sets.last] / total[:, None]
    seen = means[sets.seen > 0]
    curvature = ordered.T @ (ordered * (weight * hazard)[:, None]) - seen.T @ seen
    curvature = curvature + (penalty + _CLOSE) * np.eye(len(weights))
    found: NDArray[np.float64] = -np.linalg.solve(curvature, gradient).astype(np.float64)
    return found
