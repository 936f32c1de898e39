"""Cross-validation by patient with everything fitted inside the folds, and how sure its figures are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from medapp.engine.evaluation.binary import brier
from medapp.engine.evaluation.bootstrap import Interval, interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of all folds together.

    Attributes:
        predicted: Of every row, by the fold that did not see its patient.
        fold_aurocs: Of each fold alone; NaN for one with cases of one kind only.
    """

    auroc: Interval
    auprc: Interval
    brier: Interval
    fold_aurocs: tuple[float, ...]
    predicted: np.ndarray


def folds(
    labels: np.ndarray, patients: Sequence[str], *, count: int = 5, seed: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Training and test rows; all rows of a patient are on one side, both kinds of cases in like shares."""
    splitter = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    groups = np.unique(np.asarray(patients, dtype=str), return_inverse=True)[1]
    return [(train, test) for train, test in splitter.split(np.zeros(len(labels)), labels, groups)]


def cross_validate(
    fit_and_predict: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    labels: np.ndarray,
    patients: Sequence[str],
    *,
    count: int = 5,
    seed: int = 0,
    rounds: int = 500,
) -> Evaluation:
    """Evaluate a way of learning.

    Args:
        fit_and_predict: Takes training rows, their labels and test rows; whatever is fitted, rules of quality
            and features among it, is fitted on the training rows by it. It never sees labels of test rows.
        labels: 0 and 1, a row a case.
        patients: Whose each row is.
        count: Number of folds.
        seed: Of the folds and the bootstrap.
        rounds: Of the bootstrap.
    """
    predicted = np.full(len(labels), np.nan)
    each = []
    for train, test in folds(labels, patients, count=count, seed=seed):
        predicted[test] = fit_and_predict(train, labels[train], test)
        both = np.unique(labels[test]).size > 1
        each.append(float(roc_auc_score(labels[test], predicted[test])) if both else float("nan"))
    return Evaluation(
        auroc=bootstrap(roc_auc_score, labels, predicted, patients, rounds=rounds, seed=seed),
        auprc=bootstrap(average_precision_score, labels, predicted, patients, rounds=rounds, seed=seed),
        brier=bootstrap(brier, labels, predicted, patients, rounds=rounds, seed=seed),
        fold_aurocs=tuple(each),
        predicted=predicted,
    )


def leak_test(
    fit_and_predict: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    labels: np.ndarray,
    patients: Sequence[str],
    *,
    count: int = 5,
    seed: int = 0,
    rounds: int = 500,
) -> Evaluation:
    """The same with labels that were shuffled between patients: without a leak its AUROC is about 0.5."""
    names, groups = np.unique(np.asarray(patients, dtype=str), return_inverse=True)
    order = np.random.default_rng(seed).permutation(len(names))
    firsts = np.array([labels[np.flatnonzero(groups == place)[0]] for place in range(len(names))])
    one_each = len(names) == len(labels)
    shuffled = np.random.default_rng(seed).permutation(labels) if one_each else firsts[order][groups]
    return cross_validate(fit_and_predict, shuffled, patients, count=count, seed=seed, rounds=rounds)


def bootstrap(
    metric: Callable[[np.ndarray, np.ndarray], float],
    labels: np.ndarray,
    predicted: np.ndarray,
    patients: Sequence[str],
    *,
    rounds: int = 500,
    seed: int = 0,
) -> Interval:
    """A figure and its interval, patients drawn with replacement with all of their rows."""
    return interval(
        lambda rows: (
            float(metric(labels[rows], predicted[rows])) if np.unique(labels[rows]).size > 1 else float("nan")
        ),
        patients,
        rounds=rounds,
        seed=seed,
    )
