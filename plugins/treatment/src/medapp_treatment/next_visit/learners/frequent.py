"""The same medicines for everyone: how often each is prescribed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.engine.calibration import logit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp_treatment.next_visit.cohort import Cases
    from medapp_treatment.next_visit.learners.base import Arrays, Lesson


@dataclass(frozen=True, slots=True, eq=False)
class Frequent:
    """Log-odds of each medicine."""

    odds: NDArray[np.float64]

    def scores(self, cases: Cases) -> NDArray[np.float64]:
        """The same for each visit."""
        return np.tile(self.odds, (len(cases.asked), 1))

    def to_arrays(self) -> Arrays:
        """For safetensors."""
        return {"odds": self.odds}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Frequent:
        """What `to_arrays` made."""
        return cls(np.asarray(arrays["odds"], float))


def fit(cases: Cases, chooser: Cases | None, lesson: Lesson) -> tuple[Frequent, dict[str, Any]]:
    """Count; there is nothing to choose."""
    del chooser, lesson
    truth = cases.truth[cases.asked]
    return Frequent(logit((truth.sum(axis=0) + 0.5) / (len(truth) + 1))), {}
