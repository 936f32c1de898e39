"""Figures of yes-or-no questions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from medapp.engine.evaluation.bootstrap import ROUNDS, Interval, interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

BINS = 10


def auroc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Area under the receiver operating characteristic; NaN with cases of one kind only.

    By ranks: a bootstrap asks for it some thousand times, and scikit-learn looks at its arguments for longer.
    """
    truth = np.asarray(labels, dtype=bool)
    positives = int(truth.sum())
    negatives = truth.size - positives
    if not positives or not negatives:
        return float("nan")
    above = float(rankdata(scores)[truth].sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)


def auprc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Average precision; NaN where there is no case."""
    truth, said = np.asarray(labels, dtype=bool), np.asarray(scores, dtype=float)
    if not truth.any():
        return float("nan")
    order = np.argsort(-said, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(said[order])), truth.size - 1)  # equal scores are found together
    hits = np.cumsum(truth[order])[ends]
    precision, gained = hits / (ends + 1), np.diff(hits, prepend=0)
    return float((precision * gained).sum() / truth.sum())


def brier(labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean squared difference of probability and outcome; smaller is better."""
    return float(np.mean((probabilities - labels) ** 2))


def ece(labels: ArrayLike, probabilities: ArrayLike, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal width (Naeini et al., AAAI 2015)."""
    truth, said = np.asarray(labels, dtype=float), np.asarray(probabilities, dtype=float)
    places = np.minimum((said * bins).astype(int), bins - 1)
    sums = np.bincount(places, said - truth, bins)
    return float(np.abs(sums).sum() / len(truth))


def _at(name: str, threshold: float) -> Callable[[np.ndarray, np.ndarray], float]:
    def figure(labels: np.ndarray, probabilities: np.ndarray) -> float:
        found = probabilities >= threshold
        truth = labels.astype(bool)
        hits, right = float((found & truth).sum()), float((found == truth).mean())
        recall = hits / truth.sum() if truth.any() else float("nan")
        specificity = (~found & ~truth).sum() / (~truth).sum() if not truth.all() else float("nan")
        precision = hits / found.sum() if found.any() else float("nan")
        f1 = 2 * hits / (found.sum() + truth.sum()) if found.any() or truth.any() else float("nan")
        values = {
            "accuracy": right,
            "recall": recall,
            "specificity": float(specificity),
            "precision": precision,
            "f1": f1,
        }
        return float(values[name])

    return figure


def figures_of(threshold: float = 0.5) -> dict[str, Callable[[np.ndarray, np.ndarray], float]]:
    """Figures by name, those of decisions at `threshold`."""
    names = ("accuracy", "recall", "specificity", "precision", "f1")
    return {
        "auroc": auroc,
        "auprc": auprc,
        "brier": brier,
        "ece": ece,
        **{name: _at(name, threshold) for name in names},
    }


def binary_figures(
    labels: ArrayLike,
    probabilities: ArrayLike,
    patients: Sequence[str],
    *,
    threshold: float = 0.5,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> dict[str, Interval]:
    """AUROC, AUPRC, Brier, ECE, and accuracy, recall, specificity, precision, F1 at a threshold.

    Args:
        labels: 0 and 1.
        probabilities: Of 1.
        patients: Whose each row is.
        threshold: From which probability 1 is said.
        rounds: Of the bootstrap by patient.
        seed: Of the bootstrap.
    """
    truth, said = np.asarray(labels, dtype=int), np.asarray(probabilities, dtype=float)
    return {
        name: interval(partial(_of_rows, metric, truth, said), patients, rounds=rounds, seed=seed)
        for name, metric in figures_of(threshold).items()
    }


def _of_rows(
    metric: Callable[[np.ndarray, np.ndarray], float], truth: np.ndarray, said: np.ndarray, rows: np.ndarray
) -> float:
    return metric(truth[rows], said[rows])


def best_threshold(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """The threshold with the largest sum of recall and specificity (Youden); for training data only."""
    from sklearn.metrics import roc_curve

    false_rate, rate, thresholds = roc_curve(labels, probabilities)
    found = float(thresholds[int(np.argmax(rate - false_rate))])
    return found if np.isfinite(found) else 0.5


def calibration_points(
    labels: ArrayLike, probabilities: ArrayLike, bins: int = BINS
) -> list[dict[str, float]]:
    """Said and seen in bins of like size, with Wilson's interval of what was seen."""
    truth, said = np.asarray(labels, dtype=float), np.asarray(probabilities, dtype=float)
    order = np.argsort(said, kind="stable")
    points = []
    for rows in np.array_split(order, min(bins, len(order))):
        seen, count = float(truth[rows].mean()), len(rows)
        low, high = wilson(seen, count)
        points.append(
            {"said": float(said[rows].mean()), "seen": seen, "low": low, "high": high, "count": float(count)}
        )
    return points


def wilson(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z = 1.959964
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def decision_curve(
    labels: ArrayLike, probabilities: ArrayLike, thresholds: Sequence[float] | None = None
) -> list[dict[str, float]]:
    """Net benefit of acting on the model, on all, on none (Vickers and Elkin, Med Decis Making 2006)."""
    truth, said = np.asarray(labels, dtype=bool), np.asarray(probabilities, dtype=float)
    rate = float(truth.mean())
    points = []
    for threshold in thresholds if thresholds is not None else np.arange(0.01, 0.81, 0.01):
        odds = threshold / (1 - threshold)
        found = said >= threshold
        model = float((found & truth).mean() - (found & ~truth).mean() * odds)
        points.append(
            {"threshold": float(threshold), "model": model, "all": rate - (1 - rate) * odds, "none": 0.0}
        )
    return points
