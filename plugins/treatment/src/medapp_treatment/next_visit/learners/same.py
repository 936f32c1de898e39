"""What was prescribed at the last visit with any medicine is prescribed again."""

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
class Same:
    """Log-odds of a medicine that stood at the last visit, and of one that did not."""

    again: float
    anew: float

    def scores(self, cases: Cases) -> NDArray[np.float64]:
        """One of two values for each medicine."""
        return np.where(cases.last[cases.asked], self.again, self.anew)

    def to_arrays(self) -> Arrays:
        """For safetensors."""
        return {"odds": np.array([self.again, self.anew])}

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Same:
        """What `to_arrays` made."""
        again, anew = map(float, np.asarray(arrays["odds"], float))
        return cls(again, anew)


def fit(cases: Cases, chooser: Cases | None, lesson: Lesson) -> tuple[Same, dict[str, Any]]:
    """Count; there is nothing to choose."""
    del chooser, lesson
    truth, last = cases.truth[cases.asked], cases.last[cases.asked]
    again, anew = (
        float(logit([(truth[where].sum() + 0.5) / (where.sum() + 1)])[0]) for where in (last, ~last)
    )
    return Same(max(again, anew), anew), {}
