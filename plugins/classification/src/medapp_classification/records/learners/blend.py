"""Several learners together: a sum of their scores, weighted on cases that none of them had seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.engine.calibration import sigmoid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Cases, Learner


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """Made of fitted learners; it is saved by naming them.

    Attributes:
        parts: Learners.
        weights: Of their scores.
        offset: Added.
    """

    parts: tuple[Learner, ...]
    weights: NDArray[np.float64]
    offset: float

    def predict(self, cases: Cases) -> NDArray[np.float64]:
        """Log-hazards or log-odds."""
        return self.sum([one.predict(cases) for one in self.parts])

    def sum(self, scores: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
        """The same of the parts' scores."""
        found: NDArray[np.float64] = np.stack(scores, axis=1) @ self.weights + self.offset
        return found

    def explain(self, cases: Cases) -> NDArray[np.float64]:
        """The parts' own, weighted: Shapley values of a sum are the sum of Shapley values."""
        each = [weight * one.explain(cases) for one, weight in zip(self.parts, self.weights, strict=True)]
        found: NDArray[np.float64] = np.sum(each, axis=0)
        return found


def odds_weights(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Weights, none negative, and offset of scores (N, parts) by logistic regression."""
    from scipy.optimize import minimize

    middle, spread = scores.mean(axis=0), scores.std(axis=0) + 1e-9
    z = np.hstack([(scores - middle) / spread, np.ones((len(scores), 1))])

    def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        said = z @ beta
        value = float(np.mean(np.logaddexp(0, said) - labels * said)) + 1e-3 * float((beta[:-1] ** 2).sum())
        slope = z.T @ (sigmoid(said) - labels) / len(z)
        slope[:-1] += 2e-3 * beta[:-1]
        return value, slope

    bounds = [(0.0, None)] * scores.shape[1] + [(None, None)]
    start = np.array([0.3] * scores.shape[1] + [-1.0])
    beta = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - weights @ middle)
