"""What learners learn from, and what all of them can do."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from medapp_classification.records.learners.steps import Steps


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Rows of features.

    Attributes:
        values: (N, columns), NaN where nothing is known.
        terms: (N, further columns) for linear models: squares and products.
        steps: Measurements in order of time, for recurrent ones; None where there are none.
    """

    values: NDArray[np.float64]
    terms: NDArray[np.float64]
    steps: Steps | None = None

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: NDArray[np.intp]) -> Cases:
        steps = None if self.steps is None else self.steps[rows]
        return replace(self, values=self.values[rows], terms=self.terms[rows], steps=steps)

    @property
    def linear(self) -> NDArray[np.float64]:
        """All columns of linear models."""
        return np.hstack([self.values, self.terms])


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """What is to be told.

    Attributes:
        labels: Whether the event was seen; of a yes-or-no question whether it is so.
        times: Days until then or until follow-up ended; empty for a yes-or-no question.
        horizon: Day by which the event is asked for; 0 for a yes-or-no question.
        soft: From 0 to 1, how far a case is like one of the kind: those who died shortly after count in part.
            Only learners look at it, never figures. Empty where there is none.
    """

    labels: NDArray[np.bool_]
    times: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    horizon: float = 0.0
    soft: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: NDArray[np.intp]) -> Target:
        times = self.times[rows] if len(self.times) else self.times
        return replace(
            self, labels=self.labels[rows], times=times, soft=self.soft[rows] if len(self.soft) else self.soft
        )

    @property
    def is_survival(self) -> bool:
        """Whether it is a time until an event."""
        return len(self.times) > 0

    def by_horizon(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether the event came by the horizon, and for whom that is known."""
        if not self.is_survival:
            return self.labels, np.ones(len(self.labels), dtype=bool)
        came = self.labels & (self.times <= self.horizon)
        return came, came | (self.times >= self.horizon)

    def weights(self) -> NDArray[np.float64]:
        """Of each case, to learn what comes by the horizon: one over the chance to be followed so far."""
        if not self.is_survival:
            return np.ones(len(self.labels))
        came, known = self.by_horizon()
        order = np.argsort(self.times, kind="stable")
        at_risk = np.arange(len(order), 0, -1)
        kept = np.cumprod(1 - (~self.labels[order]) / at_risk)
        until = np.where(came, self.times, self.horizon)
        places = np.searchsorted(self.times[order], until, side="left")
        free = np.concatenate([[1.0], kept])[places]
        return np.where(known, 1 / np.maximum(free, 0.05), 0.0)


class Learner(Protocol):
    """A way of learning, fitted."""

    def predict(self, cases: Cases) -> NDArray[np.float64]:
        """Scores that grow with the risk: log-odds or log-hazards."""
        ...

    def explain(self, cases: Cases) -> NDArray[np.float64]:
        """How far each column of `values` and `terms` moved each score, (N, columns + terms)."""
        ...

    def save(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        ...

    @classmethod
    def load(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Self:
        """What `save` made.

        Raises:
            KeyError: Where a part is missing.
            ValueError: Where it is not of this kind.
        """
        ...

    @classmethod
    def fit(cls, cases: Cases, target: Target, seed: int, check: Callable[[], None]) -> Self:
        """Fit on training cases.

        Args:
            cases: Training cases alone.
            target: Of these.
            seed: Of every random choice.
            check: Called now and then; raises where the user has cancelled.
        """
        ...
