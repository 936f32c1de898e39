"""Experts for death within five years, each by one part of the record; others can be put beside them.

An expert is whatever says a probability and how familiar it finds the case: those here are small Cox
regressions and boosted trees; a model of images or of the genome fits in where both exist for one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.engine.calibration import logit
from medapp_classification.records.familiar import Familiar, fit_familiar
from medapp_classification.records.history import features, terms
from medapp_classification.records.learners import learner_named
from medapp_classification.records.learners.cases import Cases
from medapp_classification.records.scales import Scale, fit_scale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from medapp_classification.records.learners.cases import Learner, Target


@dataclass(frozen=True, slots=True)
class Kind:
    """One expert.

    Attributes:
        group: Of the columns it looks at.
        learner: How it learns.
    """

    key: str
    title: str
    group: str
    learner: str


KINDS: Final = (
    Kind("person", "Age, sex and body", "person", "cox"),
    Kind("conditions", "Conditions", "conditions", "cox"),
    Kind("measurements", "Measurements over time", "measurements", "boosting"),
)


def columns_for(kind: Kind) -> tuple[list[int], list[int]]:
    """Places of its columns among features and among terms."""
    first, second = (
        [place for place, one in enumerate(every) if one.group == kind.group]
        for every in (features(), terms())
    )
    return first, second


def cases_for(kind: Kind, cases: Cases) -> Cases:
    """What an expert sees: its own columns; products with what another sees are left out."""
    columns, more = columns_for(kind)
    term = cases.terms[:, more] if kind.group == "person" else np.zeros((len(cases), 0))
    return Cases(cases.values[:, columns], term)


def is_there(kind: Kind, cases: Cases) -> NDArray[np.bool_]:
    """Whether there is anything to go by: who has no measurement is not judged by measurements."""
    if kind.key != "measurements":
        return np.ones(len(cases), dtype=bool)
    names = [one.name for one in features()]
    seen = [names.index(f"{key} last") for key in ("hdl", "sbp")]
    return np.asarray(np.isfinite(cases.values[:, seen]).any(axis=1), dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class Expert:
    """One fitted expert."""

    kind: Kind
    learner: Learner
    scale: Scale
    familiar: Familiar

    def says(self, cases: Cases) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Log-odds of death by the horizon, and how strange it finds each case (1 is its limit)."""
        own = cases_for(self.kind, cases)
        said = self.scale.probability(self.learner.predict(own))
        return logit(said), self.familiar.scores(own.values)

    def to_arrays(self) -> dict[str, NDArray[np.generic]]:
        """For safetensors."""
        parts = {
            "learner": self.learner.save(),
            "scale": self.scale.to_arrays(),
            "familiar": self.familiar.to_arrays(),
        }
        return {f"{name}.{key}": one for name, part in parts.items() for key, one in part.items()}

    @classmethod
    def from_arrays(cls, kind: Kind, arrays: Mapping[str, NDArray[np.generic]]) -> Expert:
        """What `to_arrays` made.

        Raises:
            KeyError, ValueError: Where it is not of this kind.
        """
        parts = {
            name: {key.partition(".")[2]: one for key, one in arrays.items() if key.startswith(f"{name}.")}
            for name in ("learner", "scale", "familiar")
        }
        return cls(
            kind,
            learner_named(kind.learner).load(parts["learner"]),
            Scale.from_arrays(parts["scale"]),
            Familiar.from_arrays(parts["familiar"]),
        )


def fit_expert(
    kind: Kind,
    cases: Cases,
    target: Target,
    folds: Sequence[tuple[NDArray[np.intp], NDArray[np.intp]]],
    seed: int,
    check: Callable[[], None],
) -> tuple[Expert, NDArray[np.float64], NDArray[np.float64]]:
    """Fit an expert on those it has something to go by.

    Returns:
        The expert, and log-odds and strangeness of each case by experts that had not seen it.
    """
    own, there = cases_for(kind, cases), is_there(kind, cases)
    scores = np.full(len(own), np.nan)
    strange = np.zeros(len(own))
    learner = learner_named(kind.learner)
    for train, test in folds:
        rows = train[there[train]]
        scores[test] = learner.fit(own[rows], target[rows], seed, check).predict(own[test])
    rows = np.flatnonzero(there)
    place = np.full(len(own), -1)
    place[rows] = np.arange(len(rows))
    inside = [(place[train[there[train]]], place[test[there[test]]]) for train, test in folds]
    familiar = fit_familiar(own.values[rows], inside)
    strange[rows] = familiar.scores(own.values[rows])
    scale = fit_scale(scores[rows], target[rows])
    fitted = Expert(kind, learner.fit(own[rows], target[rows], seed, check), scale, familiar)
    return fitted, logit(scale.probability(scores)), strange
