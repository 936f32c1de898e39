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
_STEPS: Final = 40


def refuse_one_kind(
    labels: NDArray[np.bool_],
    groups: Sequence[str],
    title: str,
    units: tuple[str, str] = ("cases", "patients"),
) -> None:
    """Refuse an outcome that (nearly) nobody or everybody has.

    Args:
        labels: Whether each row has it.
        groups: Rows of one group are kept together; groups are counted.
        title: Of the question.
        units: What rows are, and what groups are, in the plural.

    Raises:
        TaskRefused: With what would make it run.
    """
    of = np.asarray(groups, dtype=str)
    counts = [len(np.unique(of[labels == kind])) for kind in (True, False)]
    if min(counts) < _LEAST:
        kind = counts[0] < counts[1]
        words = "have it" if kind else "do not have it"
        rows = int((labels == kind).sum())
        message = (
            f"{title}: {rows} {units[0]} of {min(counts)} {units[1]} {words}; one class alone cannot be "
            f"learned, {_LEAST} {units[1]} with each are needed"
        )
        raise TaskRefused(message)


def refuse_leaks(
    rows: NDArray[np.float64],
    names: Sequence[str],
    outcomes: Sequence[NDArray[np.bool_]],
    title: str,
    times: NDArray[np.float64] | None = None,
) -> None:
    """Refuse columns that by themselves, or by what is missing in them, tell the outcome.

    Args:
        rows: (N, columns), NaN where nothing is known.
        names: Of the columns.
        outcomes: Each (N,): whether the outcome came, in one way or another of looking at it.
        title: Of the question.
        times: (N,) until the outcome or the end of follow-up; a column may tell that too.

    Raises:
        TaskRefused: With the names of the columns.
    """
    found = [
        name
        for name, column in zip(names, rows.T, strict=True)
        if any(_tells(column, labels) for labels in outcomes)
        or (times is not None and _tells_time(column, times))
    ]
    if found:
        message = (
            f"{title}: label leaking the outcome in {listed(found)}: "
            "leave out what was written down after the outcome, or because of it"
        )
        raise TaskRefused(message)


def _tells(column: NDArray[np.float64], labels: NDArray[np.bool_]) -> bool:
    known = np.isfinite(column)
    areas = [_area(known.astype(float), labels)]
    if known.sum() > 2 * _LEAST:
        values, came = column[known], labels[known]
        areas += [_area(values, came), _area_of_steps(values, came)]
    return max(max(one, 1 - one) for one in areas) >= _TELLING


def _tells_time(column: NDArray[np.float64], times: NDArray[np.float64]) -> bool:
    known = np.isfinite(column)
    if known.sum() <= 2 * _LEAST or not np.ptp(column[known]):
        return False
    first, second = rankdata(column[known]), rankdata(times[known])
    return bool(np.ptp(second)) and abs(float(np.corrcoef(first, second)[0, 1])) >= _TELLING


def _area_of_steps(values: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    """Of the share with the outcome among values nearby, each half by the other: any shape is found."""
    if min(int(labels.sum()), int((~labels).sum())) < 2 * _LEAST:
        return 0.5
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _STEPS + 1)[1:-1]))
    step = np.searchsorted(edges, values, side="right")
    half = np.arange(len(values)) % 2 == 0
    said = np.zeros(len(values))
    for own in (half, ~half):
        seen = np.bincount(step[~own], labels[~own], minlength=_STEPS + 1)
        count = np.bincount(step[~own], minlength=_STEPS + 1)
        said[own] = ((seen + labels.mean()) / (count + 1))[step[own]]
    return _area(said, labels)


def _area(values: NDArray[np.float64], labels: NDArray[np.bool_]) -> float:
    positives, negatives = int(labels.sum()), int((~labels).sum())
    if min(positives, negatives) < _KINDS:
        return 0.5
    total = float(rankdata(values)[labels].sum())
    return (total - positives * (positives + 1) / 2) / (positives * negatives)
