"""Make scores into probabilities, fitted on cases that the model was not trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

_EDGE = 1e-6


def sigmoid(values: ArrayLike) -> np.ndarray:
    """The logistic function, without overflow."""
    found: np.ndarray = 0.5 * (1.0 + np.tanh(0.5 * np.asarray(values, dtype=float)))
    return found


def logit(probabilities: ArrayLike) -> np.ndarray:
    """Log-odds; 0 and 1 are taken for nearly so."""
    kept = np.clip(np.asarray(probabilities, dtype=float), _EDGE, 1 - _EDGE)
    found: np.ndarray = np.log(kept) - np.log1p(-kept)
    return found


@dataclass(frozen=True, slots=True)
class Platt:
    """A straight line on scores, then the logistic function (Platt, 1999)."""

    slope: float
    offset: float

    def apply(self, scores: ArrayLike) -> np.ndarray:
        """Probabilities of scores such as logits."""
        return sigmoid(self.slope * np.asarray(scores, dtype=float) + self.offset)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """For safetensors."""
        return {"platt": np.array([self.slope, self.offset])}


@dataclass(frozen=True, slots=True)
class Isotonic:
    """A rising step line through knots, straight between them."""

    scores: np.ndarray
    probabilities: np.ndarray

    def apply(self, scores: ArrayLike) -> np.ndarray:
        """Probabilities of scores."""
        found: np.ndarray = np.interp(np.asarray(scores, dtype=float), self.scores, self.probabilities)
        return found

    def to_arrays(self) -> dict[str, np.ndarray]:
        """For safetensors."""
        return {"isotonic": np.stack([self.scores, self.probabilities])}


def from_arrays(arrays: Mapping[str, np.ndarray]) -> Platt | Isotonic:
    """What `to_arrays` wrote.

    Raises:
        ValueError: Where it is neither.
    """
    if "platt" in arrays and arrays["platt"].shape == (2,):
        slope, offset = arrays["platt"]
        return Platt(float(slope), float(offset))
    if "isotonic" in arrays and arrays["isotonic"].ndim == 2 and len(arrays["isotonic"]) == 2:  # noqa: PLR2004
        return Isotonic(*np.asarray(arrays["isotonic"], dtype=float))
    message = "these arrays hold no calibration"
    raise ValueError(message)


def fit_platt(scores: ArrayLike, labels: ArrayLike) -> Platt:
    """Fit slope and offset by maximum likelihood, with Platt's smoothed targets; the slope is never negative.

    Raises:
        ValueError: Where the labels are not of both kinds, or a score is no number.
    """
    said, truth = _checked(scores, labels)
    positives, negatives = truth.sum(), len(truth) - truth.sum()
    target = np.where(truth > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    middle, spread = float(said.mean()), float(said.std()) or 1.0
    x = (said - middle) / spread

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        z = parameters[0] * x + parameters[1]
        value = float(np.mean(np.logaddexp(0, z) - target * z))
        error = sigmoid(z) - target
        return value, np.array([np.mean(error * x), error.mean()])

    start = np.array([1.0, float(logit([positives / len(truth)])[0])])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None), (None, None)])
    slope = float(found.x[0]) / spread
    return Platt(slope, float(found.x[1]) - slope * middle)


def fit_isotonic(scores: ArrayLike, labels: ArrayLike) -> Isotonic:
    """Fit a rising line; wants some hundred cases.

    Raises:
        ValueError: Where the labels are not of both kinds, or a score is no number.
    """
    from sklearn.isotonic import IsotonicRegression

    said, truth = _checked(scores, labels)
    fitted = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(said, truth)
    return Isotonic(np.asarray(fitted.X_thresholds_, float), np.asarray(fitted.y_thresholds_, float))


def _checked(scores: ArrayLike, labels: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    said, truth = np.asarray(scores, dtype=float), np.asarray(labels, dtype=float)
    if not np.isfinite(said).all():
        message = "a score is no number"
        raise ValueError(message)
    if np.unique(truth).tolist() != [0, 1]:
        message = "there are no cases of both kinds, labelled 0 and 1"
        raise ValueError(message)
    return said, truth
