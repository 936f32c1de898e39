"""Figures of ranked answers: where the truth stands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from medapp.engine.evaluation.bootstrap import ROUNDS, Interval, interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

TOP = (1, 3, 5, 10)


def ranking_figures(
    ranks: ArrayLike, patients: Sequence[str], *, rounds: int = ROUNDS, seed: int = 0
) -> dict[str, Interval]:
    """Share of cases whose truth is among the first 1, 3, 5, 10, and the mean of one over its rank.

    Args:
        ranks: Of the truth, from 1; infinite where it was not ranked.
        patients: Whose each row is.
        rounds: Of the bootstrap by patient.
        seed: Of the bootstrap.
    """
    places = np.asarray(ranks, dtype=float)
    found = {
        f"top_{top}": interval(partial(_within, places, top), patients, rounds=rounds, seed=seed)
        for top in TOP
    }
    found["mean_reciprocal_rank"] = interval(
        lambda rows: float((1 / places[rows]).mean()), patients, rounds=rounds, seed=seed
    )
    return found


def _within(places: np.ndarray, top: int, rows: np.ndarray) -> float:
    return float((places[rows] <= top).mean())
