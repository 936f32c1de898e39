"""The mean of scores of several learners, each on the scale that held on cases it had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Cases, Learner


@dataclass(frozen=True, slots=True, eq=False)
class Blend:
    """Made of fitted learners; it is saved by naming them.

    Attributes:
        parts: Learners.
        lines: (parts, 2): slope of each score, fitted on unseen cases, and its middle.
    """

    parts: tuple[Learner, ...]
    lines: NDArray[np.float64]

    def predict(self, cases: Cases) -> NDArray[np.float64]:
        """Log-hazards."""
        found: NDArray[np.float64] = self.mean([one.predict(cases) for one in self.parts])
        return found

    def mean(self, scores: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """The same of the parts' scores."""
        each = [slope * (score - middle) for score, (slope, middle) in zip(scores, self.lines, strict=True)]
        found: NDArray[np.float64] = np.mean(each, axis=0)
        return found

    def explain(self, cases: Cases) -> NDArray[np.float64]:
        """The parts' own, in the same mean."""
        each = [slope * one.explain(cases) for one, (slope, _) in zip(self.parts, self.lines, strict=True)]
        found: NDArray[np.float64] = np.mean(each, axis=0)
        return found
