"""Prediction sets that hold the truth for a stated share of patients (Vovk et al., 2005)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from medapp.domain.finding import Answer


@dataclass(frozen=True, slots=True)
class BinarySets:
    """Which answers of a yes-or-no question cannot be excluded; the coverage holds for either answer.

    Attributes:
        present: Smallest probability with which "present" is kept.
        absent: Largest probability with which "absent" is kept.
    """

    present: float
    absent: float
    coverage: float

    def answers(self, probability: float) -> tuple[Answer, ...]:
        """Answers that are kept: both where the model cannot tell, none where it knows no such case."""
        found: list[Answer] = []
        if probability >= self.present:
            found.append("present")
        if probability <= self.absent:
            found.append("absent")
        return tuple(found)

    def hold(self, probabilities: ArrayLike, labels: ArrayLike) -> np.ndarray:
        """Whether the set of each row holds its truth."""
        said, truth = np.asarray(probabilities, float), np.asarray(labels, bool)
        return np.where(truth, said >= self.present, said <= self.absent)

    def to_array(self) -> np.ndarray:
        """For safetensors."""
        return np.array([self.present, self.absent, self.coverage])

    @classmethod
    def from_array(cls, array: np.ndarray) -> BinarySets:
        """What `to_array` made."""
        present, absent, coverage = map(float, array)
        return cls(present, absent, coverage)


def fit_binary_sets(probabilities: ArrayLike, labels: ArrayLike, coverage: float = 0.9) -> BinarySets:
    """Limits from cases that neither model nor calibration was fitted on, for each answer by itself.

    Raises:
        ValueError: Where there are no cases of both kinds.
    """
    said, truth = np.asarray(probabilities, float), np.asarray(labels, bool)
    if truth.all() or not truth.any():
        message = "there are no cases of both kinds"
        raise ValueError(message)
    return BinarySets(1 - quantile(1 - said[truth], coverage), quantile(said[~truth], coverage), coverage)


@dataclass(frozen=True, slots=True)
class RankedSets:
    """Which of ranked answers cannot be excluded: those with at least a probability.

    Attributes:
        least: Smallest probability that is kept.
    """

    least: float
    coverage: float

    def size(self, probabilities: ArrayLike) -> int:
        """How many of the first are in the set; `probabilities` fall."""
        return int((np.asarray(probabilities, float) >= self.least).sum())


def fit_ranked_sets(
    probabilities: Sequence[ArrayLike], places: Sequence[int | None], coverage: float = 0.9
) -> RankedSets:
    """The limit from cases that nothing was fitted on.

    Args:
        probabilities: Of the answers of each case, falling.
        places: Of the truth among them, from 0; None where it is not there.
        coverage: Share of cases whose set shall hold the truth.

    Raises:
        ValueError: Where there is no case.
    """
    scores = [
        1.0 if place is None else 1 - float(np.asarray(said, float)[place])
        for said, place in zip(probabilities, places, strict=True)
    ]
    if not scores:
        message = "there is no case to take the limit from"
        raise ValueError(message)
    return RankedSets(1 - quantile(np.array(scores), coverage), coverage)


def quantile(scores: np.ndarray, coverage: float) -> float:
    """The score that a new case stays at or below with probability `coverage`; 1 where there are too few."""
    rank = int(np.ceil((len(scores) + 1) * coverage))
    return 1.0 if rank > len(scores) else float(np.sort(scores)[rank - 1])
