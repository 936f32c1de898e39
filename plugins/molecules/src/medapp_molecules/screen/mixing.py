"""How much of the student goes into what is said: as much as is best for what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_molecules.screen.student import Student
    from medapp_molecules.screen.tables import Asked

SHARES: Final = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
"""That are tried, the largest first."""


def line_of(
    asked: Asked, student: Student, columns: NDArray[np.float32], values: NDArray[np.float64]
) -> tuple[float, float]:
    """Slope and offset by which the student's rank becomes the value, or the logarithm of the odds."""
    from medapp.engine.calibration import fit_platt

    ranks = student.said(asked.file, columns)
    if asked.number:
        found = np.polyfit(ranks, values, 1)
        return float(found[0]), float(found[1])
    platt = fit_platt(ranks, values)
    return platt.slope, platt.offset


def said_of_student(
    asked: Asked, student: Student, line: tuple[float, float], columns: NDArray[np.float32]
) -> NDArray[np.float64]:
    """What the student says, on the scale of the trees."""
    return np.asarray(np.polyval(line, student.said(asked.file, columns)), np.float64)


def share_of(
    asked: Asked, student: NDArray[np.float64], trees: NDArray[np.float64], values: NDArray[np.float64]
) -> float:
    """The share with which the mixture stands highest; the largest of equals, none where none can be told.

    Args:
        asked: The property.
        student: What it says of molecules, which it was not taught.
        trees: What those say that were fitted without the molecule's fold.
        values: What was measured.
    """
    found = [standing(asked, share * student + (1 - share) * trees, values) for share in SHARES]
    good = (share for share, one in zip(SHARES, found, strict=True) if one >= max(found))
    return next(good, 0.0)


def standing(asked: Asked, said: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Rank correlation of a number, AUROC of a yes or no; not-a-number where there is none."""
    from scipy.stats import spearmanr
    from sklearn.metrics import roc_auc_score

    if asked.number:
        return float(spearmanr(said, values).statistic)
    if not 0 < values.sum() < len(values):
        return float("nan")
    return float(roc_auc_score(values, said))
