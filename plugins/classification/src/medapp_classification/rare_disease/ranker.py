"""Conditional logistic regression over features of fit: which of all diseases is the one (McFadden, 1974)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from medapp_classification.rare_disease.features import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable

PENALTY: Final = 2e-3
DOUBT: Final = 0.02
"""Share of patients whose phenotype is taken to say nothing; chosen, not fitted."""
_NEAR: Final = 12
_FAR: Final = 0.02
_STEPS: Final = 60
_BY: Final = ("graph_all_1", "terms_3", "nearest_shared", "mean_whole", "shared")
"""Features whose best diseases are the hard ones to tell from the truth."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """Training patients whose disease is known from other publications too.

    Attributes:
        features: float16 (patients, diseases, features).
        known: Diseases that can be ranked for each (patients, diseases).
        truth: Row of the disease of each patient.
        weights: Of each patient.
        publications: Of each patient.
        cases: Numbers of the patients in the reference.
    """

    features: np.ndarray
    known: np.ndarray
    truth: np.ndarray
    weights: np.ndarray
    publications: np.ndarray
    cases: np.ndarray

    def take(self, rows: np.ndarray) -> Lessons:
        """Some of the patients."""
        return Lessons(
            self.features[rows],
            self.known[rows],
            self.truth[rows],
            self.weights[rows],
            self.publications[rows],
            self.cases[rows],
        )


@dataclass(frozen=True, eq=False)
class Ranker:
    """Weights of features; a score is the log of a disease's probability.

    Attributes:
        weights: (features,), in the order of `medapp_classification.rare_disease.features.NAMES`.
        temperature: What the weighed features are divided by.
        doubt: Share of the probability that all diseases have alike, whatever their features: no phenotype
            excludes a disease as surely as small probabilities would have it.
    """

    weights: np.ndarray
    temperature: float = 1.0
    doubt: float = DOUBT

    def raw(self, features: np.ndarray) -> np.ndarray:
        """Weighed features of every disease, (..., diseases)."""
        found: np.ndarray = features.astype(np.float32) @ self.weights.astype(np.float32)
        return found

    def scores(self, features: np.ndarray) -> np.ndarray:
        """Log probabilities of every disease, (..., diseases)."""
        return calibrated(self.raw(features), self.temperature, self.doubt)


def probabilities(scores: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
    """Of scores along the last axis; what is not known has none."""
    held = scores.astype(float) if known is None else np.where(known, scores, -np.inf)
    risen = np.exp(held - held.max(axis=-1, keepdims=True))
    found: np.ndarray = risen / risen.sum(axis=-1, keepdims=True)
    return found


def fit_ranker(
    lessons: Lessons, *, seed: int = 0, penalty: float = PENALTY, tick: Callable[[], None] = lambda: None
) -> Ranker:
    """Fit the weights: of the truth against diseases that are near and some that are not.

    Args:
        lessons: Training patients.
        seed: Of the drawing of diseases that are not near.
        penalty: L2, on standardised features.
        tick: Called at every step; what it raises ends the fitting.
    """
    patient, disease = np.nonzero(_candidates(lessons, seed))
    values = lessons.features[patient, disease].astype(np.float32)
    scales = values.std(axis=0) + 1e-6
    standard = (values - values.mean(axis=0)) / scales
    is_truth = lessons.truth[patient] == disease
    sizes = np.bincount(patient, minlength=len(lessons.truth))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    weights = lessons.weights / lessons.weights.sum()
    spread = np.repeat(weights, sizes)

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        tick()
        scores = standard @ beta.astype(np.float32)
        risen = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        share = risen / np.repeat(np.add.reduceat(risen, starts), sizes)
        told = -float((np.log(np.maximum(share[is_truth], 1e-30)) * weights).sum())
        slope = standard.T @ ((share - is_truth) * spread).astype(np.float32)
        return told + penalty * float(beta @ beta) / 2, slope.astype(float) + penalty * beta

    found = minimize(
        loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}
    )
    return Ranker((found.x / scales).astype(np.float32))


def _candidates(lessons: Lessons, seed: int) -> np.ndarray:
    chosen = np.random.default_rng(seed).random(lessons.known.shape) < _FAR
    for name in _BY:
        values = np.where(lessons.known, lessons.features[..., NAMES.index(name)], -np.inf)
        most = min(_NEAR, values.shape[1]) - 1
        chosen |= values >= -np.partition(-values, most, axis=1)[:, [most]]
    chosen &= lessons.known
    chosen[np.arange(len(lessons.truth)), lessons.truth] = True
    return chosen


def calibrated(
    raw: np.ndarray, temperature: float, doubt: float, known: np.ndarray | None = None
) -> np.ndarray:
    """Log probabilities of weighed features."""
    share = probabilities(raw / temperature, known)
    count = raw.shape[-1] if known is None else known.sum(axis=-1, keepdims=True)
    found: np.ndarray = np.log((1 - doubt) * share + doubt / count + 1e-300)
    return found


def fit_temperature(raw: np.ndarray, known: np.ndarray, truth: np.ndarray) -> float:
    """The temperature (Guo et al., ICML 2017) with the best likelihood of patients held back."""
    rows = np.arange(len(truth))

    def loss(log_temperature: float) -> float:
        return -float(calibrated(raw, float(np.exp(log_temperature)), DOUBT, known)[rows, truth].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.5), method="bounded").x))


def ranks_of(scores: np.ndarray, truth: np.ndarray, known: np.ndarray | None = None) -> np.ndarray:
    """Rank of the truth from 1; of equals the mean, so that a constant score is no good one."""
    held = scores if known is None else np.where(known, scores, -np.inf)
    own = held[np.arange(len(truth)), truth][:, None]
    found: np.ndarray = (held > own).sum(axis=1) + ((held == own).sum(axis=1) + 1) / 2
    return found
