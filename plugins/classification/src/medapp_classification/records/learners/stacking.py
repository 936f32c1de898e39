"""Boosting, logistic regression and a support vector machine, weighted on cases that none had seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from medapp_classification.records.learners.boosting import Boosting
from medapp_classification.records.learners.linear import Logistic, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Cases, Target

_PARTS: Final[dict[str, type[Boosting | Logistic | Vector]]] = {
    "boosting": Boosting,
    "logistic": Logistic,
    "svm": Vector,
}
_FOLDS: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """A sum of scores, no part of which counts against itself.

    Attributes:
        parts: Fitted, in the order of `_PARTS`.
        weights: Of their scores.
        offset: Added.
    """

    parts: tuple[Boosting | Logistic | Vector, ...]
    weights: NDArray[np.float64]
    offset: float

    def predict(self, cases: Cases) -> NDArray[np.float64]:
        """Log-odds."""
        found: NDArray[np.float64] = self.offset + sum(
            weight * one.predict(cases) for weight, one in zip(self.weights, self.parts, strict=True)
        )
        return found

    def explain(self, cases: Cases) -> NDArray[np.float64]:
        """The parts' own, weighted: Shapley values of a sum are the sum of Shapley values."""
        found: NDArray[np.float64] = np.zeros((len(cases), cases.linear.shape[1]))
        for weight, one in zip(self.weights, self.parts, strict=True):
            found = found + weight * one.explain(cases)
        return found

    def save(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        found: dict[str, NDArray[np.generic]] = {"stack": np.array([*self.weights, self.offset])}
        for name, one in zip(_PARTS, self.parts, strict=True):
            found |= {f"{name}.{key}": value for key, value in one.save().items()}
        return found

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """What `save` made."""
        parts = [
            kind.load(
                {key.partition(".")[2]: one for key, one in arrays.items() if key.startswith(f"{name}.")}
            )
            for name, kind in _PARTS.items()
        ]
        line = np.asarray(arrays["stack"], float)
        return cls(tuple(parts), line[:-1], float(line[-1]))

    @classmethod
    def fit(cls, cases: Cases, target: Target, seed: int, check: Callable[[], None]) -> Self:
        """See `medapp_classification.records.learners.cases.Learner.fit`."""
        from sklearn.model_selection import StratifiedKFold

        scores = np.zeros((len(cases), len(_PARTS)))
        splitter = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
        for train, test in splitter.split(np.zeros(len(cases)), target.labels):
            for place, kind in enumerate(_PARTS.values()):
                scores[test, place] = kind.fit(cases[train], target[train], seed, check).predict(cases[test])
        weights, offset = _weights(scores, target.labels)
        parts = [kind.fit(cases, target, seed, check) for kind in _PARTS.values()]
        return cls(tuple(parts), weights, offset)


def _weights(scores: NDArray[np.float64], labels: NDArray[np.bool_]) -> tuple[NDArray[np.float64], float]:
    """Logistic regression on scores with weights that are not negative."""
    from scipy.optimize import minimize

    middle, spread = scores.mean(axis=0), scores.std(axis=0) + 1e-9
    z = np.hstack([(scores - middle) / spread, np.ones((len(scores), 1))])

    def loss(beta: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        said = z @ beta
        value = float(np.mean(np.logaddexp(0, said) - labels * said)) + 1e-3 * float((beta[:-1] ** 2).sum())
        error = 0.5 * (1 + np.tanh(said / 2)) - labels
        slope = z.T @ error / len(z)
        slope[:-1] += 2e-3 * beta[:-1]
        return value, slope

    bounds = [(0.0, None)] * scores.shape[1] + [(None, None)]
    start = np.array([0.3] * scores.shape[1] + [-1.0])
    beta = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = beta[:-1] / spread
    return weights, float(beta[-1] - weights @ middle)
