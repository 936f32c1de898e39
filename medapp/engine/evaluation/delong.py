"""Two AUROCs on the same cases (DeLong et al., Biometrics 1988), by ranks (Sun and Xu, IEEE SPL 2014)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm, rankdata

from medapp.engine.evaluation.bootstrap import Difference, Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_Z = 1.959964


def delong(labels: ArrayLike, scores_a: ArrayLike, scores_b: ArrayLike) -> Difference:
    """AUROC of the second minus the first, one row a patient.

    Raises:
        ValueError: Where there are no cases of both kinds.
    """
    areas, covariance = _areas(np.asarray(labels, dtype=bool), np.array([scores_a, scores_b], dtype=float))
    value = float(areas[1] - areas[0])
    variance = float(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    if variance <= 0:
        p = 1.0 if value == 0 else float("nan")
        return Difference(value, value, value, p, "DeLong")
    spread = float(np.sqrt(variance))
    p = float(2 * norm.sf(abs(value) / spread))
    return Difference(value, value - _Z * spread, value + _Z * spread, p, "DeLong")


def delong_interval(labels: ArrayLike, scores: ArrayLike) -> Interval:
    """AUROC with DeLong's 95 % interval, held within 0 and 1."""
    areas, covariance = _areas(np.asarray(labels, dtype=bool), np.asarray(scores, dtype=float)[None])
    half = _Z * float(np.sqrt(max(float(covariance[0, 0]), 0.0)))
    area = float(areas[0])
    return Interval(area, max(0.0, area - half), min(1.0, area + half))


def _areas(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Areas (models,) and their covariance (models, models)."""
    positive, negative = scores[:, truth], scores[:, ~truth]
    m, n = positive.shape[1], negative.shape[1]
    if not m or not n:
        message = "there are no cases of both kinds"
        raise ValueError(message)
    among_all = np.array([rankdata(np.concatenate(both)) for both in zip(positive, negative, strict=True)])
    among_positive = np.array([rankdata(one) for one in positive])
    among_negative = np.array([rankdata(one) for one in negative])
    areas = (among_all[:, :m].sum(axis=1) / m - (m + 1) / 2) / n
    of_positive = (among_all[:, :m] - among_positive) / n
    of_negative = 1 - (among_all[:, m:] - among_negative) / m
    covariance = _covariance(of_positive) / m + _covariance(of_negative) / n
    return areas, covariance


def _covariance(rows: np.ndarray) -> np.ndarray:
    if rows.shape[1] < 2:  # noqa: PLR2004 - of one case there is none
        return np.zeros((len(rows), len(rows)))
    return np.atleast_2d(np.cov(rows))
