"""Logistic regression for each medicine, with a ridge penalty, and what all share: being prescribed again.

That a medicine stood at the last visit counts the same for all of them, beside what it counts for each: few
patients have two visits with a rare one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.engine.calibration import logit, sigmoid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp_treatment.next_visit.cohort import Cases
    from medapp_treatment.next_visit.learners.base import Arrays, Lesson

_RIDGES: Final = (0.3, 1.0, 3.0, 10.0)
_STEPS: Final = 120


@dataclass(frozen=True, slots=True, eq=False)
class Logistic:
    """Weights (columns, medicines), offsets, and what the last visit counts for every medicine."""

    weights: NDArray[np.float32]
    offsets: NDArray[np.float32]
    again: float

    def scores(self, cases: Cases) -> NDArray[np.float64]:
        """Log-odds."""
        own = cases.rows[cases.asked] @ self.weights + self.offsets
        found: NDArray[np.float64] = own.astype(float) + self.again * cases.last[cases.asked]
        return found

    def to_arrays(self) -> Arrays:
        """For safetensors."""
        return {"weights": self.weights, "offsets": self.offsets, "again": np.array([self.again])}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Logistic:
        """What `to_arrays` made."""
        weights, offsets = (np.asarray(arrays[name], np.float32) for name in ("weights", "offsets"))
        return cls(weights, offsets, float(np.asarray(arrays["again"])[0]))


def fit(cases: Cases, chooser: Cases | None, lesson: Lesson) -> tuple[Logistic, dict[str, Any]]:
    """Fit; with cases to choose by, the penalty that they are least surprised with is taken."""
    ridges = _RIDGES if chooser is not None else (float(lesson.settings.get("ridge", 1.0)),)
    best: tuple[float, Logistic, float] | None = None
    start = None
    for ridge in sorted(ridges, reverse=True):  # from stiff to loose, each from the one before
        lesson.check()
        found = _fit(cases, ridge, lesson, start)
        start = found
        surprise = 0.0 if chooser is None else log_loss(found.scores(chooser), chooser.truth[chooser.asked])
        if best is None or surprise < best[0]:
            best = (surprise, found, ridge)
    if best is None:
        message = "there is no penalty to choose from"
        raise ValueError(message)
    return best[1], {"ridge": best[2]}


def log_loss(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """Mean negative log-likelihood of log-odds."""
    return float(np.mean(np.logaddexp(0, scores) - truth * scores))


def _fit(cases: Cases, ridge: float, lesson: Lesson, start: Logistic | None) -> Logistic:
    from scipy.optimize import minimize

    x = cases.rows[cases.asked]
    truth, last = (one[cases.asked].astype(np.float32) for one in (cases.truth, cases.last))
    shape = (x.shape[1] + 1, truth.shape[1])
    rates = (truth.sum(axis=0) + 0.5) / (len(truth) + 1)
    begin, again = np.zeros(shape), 0.0
    begin[-1] = logit(rates)
    if start is not None:
        begin, again = np.vstack([start.weights, start.offsets]).astype(float), start.again

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        lesson.check()
        whole = flat[:-1].reshape(shape).astype(np.float32)
        weights, offsets = whole[:-1], whole[-1]
        scores = x @ weights + offsets + np.float32(flat[-1]) * last
        value = float(np.sum(np.logaddexp(0, scores) - truth * scores)) + 0.5 * ridge * float(
            np.sum(weights**2)
        )
        error = (sigmoid(scores) - truth).astype(np.float32)
        slope = np.vstack([x.T @ error + ridge * weights, error.sum(axis=0)])
        return value, np.append(slope.astype(float).ravel(), float(np.sum(error * last)))

    flat = np.append(begin.ravel(), again)
    found = minimize(loss, flat, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    whole = found.x[:-1].reshape(shape).astype(np.float32)
    return Logistic(whole[:-1], whole[-1], float(found.x[-1]))
