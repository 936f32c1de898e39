"""From scores to probabilities by a time: one way for times until an event, one for yes-or-no questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.engine.calibration import Platt, fit_platt, from_arrays
from medapp_classification.records.hazard import Curve, fit_curve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Target


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """A curve, or a line of log-odds; fitted on cases that the scores were not fitted on."""

    kind: Curve | Platt
    horizon: float

    def probability(self, scores: NDArray[np.float64], day: float | None = None) -> NDArray[np.float64]:
        """Of the event by a day, by default the horizon."""
        if isinstance(self.kind, Curve):
            return self.kind.probability(scores, self.horizon if day is None else day)
        return self.kind.apply(scores)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        made = self.kind.to_arrays()
        return {**made, "horizon": np.array([self.horizon])}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Scale:
        """What `to_arrays` made.

        Raises:
            KeyError, ValueError: Where it is neither.
        """
        numbers = {name: np.asarray(one, dtype=float) for name, one in arrays.items()}
        horizon = float(numbers.pop("horizon")[0])
        if "knots" in numbers:
            return cls(Curve.from_arrays(numbers), horizon)
        kind = from_arrays(numbers)
        if not isinstance(kind, Platt):
            message = "the scale is not one of this kind"
            raise ValueError(message)  # noqa: TRY004 - what a file holds, not what a caller hands in
        return cls(kind, horizon)


def fit_scale(scores: NDArray[np.float64], target: Target) -> Scale:
    """Fit on cases that the scores were not fitted on."""
    if target.is_survival:
        return Scale(fit_curve(scores, target.times, target.labels, target.horizon), target.horizon)
    return Scale(fit_platt(scores, target.labels), 0.0)
