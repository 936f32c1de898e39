"""The strength of the penalty, chosen by training patients alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from sklearn.metrics import roc_auc_score

from medapp.engine.tabular.evaluating import folds
from medapp.engine.tabular.fitting import fit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

STRENGTHS: Final = (0.001, 0.003, 0.01, 0.03, 0.1)


def choose_strength(
    frame: pd.DataFrame,
    labels: np.ndarray,
    units: Mapping[str, str],
    patients: Sequence[str],
    *,
    strengths: Sequence[float] = STRENGTHS,
    count: int = 3,
    seed: int = 0,
) -> float:
    """The strength with the best AUROC of a cross-validation inside the training data.

    Args:
        frame: Training data alone.
        labels: 0 and 1.
        units: Of the columns.
        patients: Whose each row is.
        strengths: To choose from; the first of equals.
        count: Number of folds inside.
        seed: Of the folds.
    """
    inner = folds(labels, patients, count=count, seed=seed)
    found = []
    for strength in strengths:
        predicted = np.zeros(len(labels))
        for train, test in inner:
            model = fit(frame.iloc[train], labels[train], units, strength=strength)
            predicted[test] = model.predict(frame.iloc[test], units)
        found.append(float(roc_auc_score(labels, predicted)))
    return strengths[int(np.argmax(found))]
