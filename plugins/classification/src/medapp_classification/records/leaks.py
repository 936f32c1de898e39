"""Refuse columns that tell the outcome, and outcomes that cannot be learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import rankdata

from medapp.api import TaskRefused
from medapp_classification.records.tables import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_TELLING: Final = 0.97
"""AUROC of one column by itself that no measurement before the outcome has."""
_LEAST: Final = 20
_KINDS: Final = 2


def refuse_one_kind(labels: NDArray[np.bool_], groups: Sequence[str], title: str) -> None:
    """Refuse an outcome that (nearly) nobody or everybody has.

    Raises:
        TaskRefused: With what would make it run.
    """
    of = np.asarray(groups, dtype=str)
    counts = [len(np.unique(of[labels == kind])) for kind in (True, False)]
    if min(counts) < _LEAST:
        words = "have it" if counts[0] < counts[1] else "do not have it"
        message = (
            f"{title}: {min(counts)} patients {words}; one class alone cannot be learned, "
            f"{_LEAST} patients of each are needed"
        )
        raise TaskRefused(message)


def refuse_leaks(
    rows: NDArray[np.float64], names: Sequence[str], labels: NDArray[np.bool_], title: str
) -> None:
    """Refuse columns that by themselves, or by what is missing in them, tell the outcome.

    Args:
        rows: (N, columns), NaN where nothing is known.
        names: Of the columns.
        labels: Whether the outcome came.
        title: Of the question.

    Raises:
        TaskRefused: With the names of the columns.
    """
    found = [name for name, column in zip(names, rows.T, strict=True) if _tells(column, labels)]
    if found:
        message = (
            f"{title}: label leaking the outcome in {listed(found)}: "
            "leave out what was written down after the outcome, or because of it"
        )
        raise TaskRefused(message)


def _tells(column: NDArray[np.float64], labels: NDArray[np.bool_]) -> bool:
    known = np.isfinite(column)
    gaps = _area(known.astype(float), labels)
    values = _area(column[known], labels[known]) if known.sum() > 2 * _LEAST else 0.5
    return max(gaps, 1 - gaps, values, 1 - values) >= _TELLING


def _area(values: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    positives, negatives = int(labels.sum()), int((~labels).sum())
    if min(positives, negatives) < _KINDS:
        return 0.5
    total = float(rankdata(values)[labels].sum())
    return (total - positives * (positives + 1) / 2) / (positives * negatives)
