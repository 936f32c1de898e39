"""Logistic regression and a linear support vector machine, both on the prepared columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from medapp_classification.records.preparing import Preparation, fit_preparation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Cases, Target

_PENALTY: Final = 0.003
"""Inverse of the L2 penalty of the logistic regression."""
_MARGIN: Final = 0.0003
"""The same of the support vector machine."""


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """Preparation, weights and offset; Shapley values of independent columns are exact."""

    preparation: Preparation
    weights: NDArray[np.float64]
    offset: float

    def predict(self, cases: Cases) -> NDArray[np.float64]:
        """Log-odds, up to a factor where a margin was learned."""
        found: NDArray[np.float64] = self.preparation.apply(cases.linear) @ self.weights + self.offset
        return found

    def explain(self, cases: Cases) -> NDArray[np.float64]:
        """Weight times distance from the mean of training, summed over the columns of one source."""
        each = self.preparation.apply(cases.linear) * self.weights
        found = np.zeros(cases.linear.shape)
        np.add.at(found.T, self.preparation.sources, each.T)
        return found

    def save(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        own: dict[str, NDArray[np.generic]] = {"weights": self.weights, "offset": np.array([self.offset])}
        return own | self.preparation.to_arrays()

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """What `save` made."""
        found = cls(
            Preparation.from_arrays(arrays), np.asarray(arrays["weights"], float), float(arrays["offset"][0])
        )
        if found.weights.shape != (len(found.preparation.sources),):
            message = "the weights of a linear model are not those of its columns"
            raise ValueError(message)
        return found


class Logistic(Linear):
    """Of the event by the horizon, cases weighted for what follow-up did not see."""

    @classmethod
    def fit(cls, cases: Cases, target: Target, seed: int, check: Callable[[], None]) -> Self:
        """See `medapp_classification.records.learners.cases.Learner.fit`."""
        from sklearn.linear_model import LogisticRegression

        check()
        preparation = fit_preparation(cases.linear)
        labels, weights = _known(target)
        model = LogisticRegression(C=_PENALTY, max_iter=2000, random_state=seed)
        model.fit(preparation.apply(cases.linear), labels, weights)
        return cls(preparation, np.asarray(model.coef_[0], float), float(model.intercept_[0]))


class Vector(Linear):
    """A linear support vector machine; its margins become probabilities by the calibration behind it."""

    @classmethod
    def fit(cls, cases: Cases, target: Target, seed: int, check: Callable[[], None]) -> Self:
        """See `medapp_classification.records.learners.cases.Learner.fit`."""
        from sklearn.svm import LinearSVC

        check()
        preparation = fit_preparation(cases.linear)
        labels, weights = _known(target)
        model = LinearSVC(
            C=_MARGIN, loss="squared_hinge", dual=False, class_weight="balanced", random_state=seed
        )
        model.fit(preparation.apply(cases.linear), labels, weights)
        return cls(preparation, np.asarray(model.coef_[0], float), float(model.intercept_[0]))


def _known(target: Target) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    labels, _ = target.by_horizon()
    return labels, target.weights()
