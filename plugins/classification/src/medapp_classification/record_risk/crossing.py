"""Nested cross-validation: what every learner says of cases that neither it nor its calibration has seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.engine.conformal import BinarySets, fit_binary_sets
from medapp.engine.tabular.evaluating import folds as folds_of
from medapp_classification.record_risk.lessons import FOLDS
from medapp_classification.record_risk.questions import COHORT, COVERAGE, ICU
from medapp_classification.records.hazard import Curve
from medapp_classification.records.learners import learner_named
from medapp_classification.records.learners.blend import Blend, odds_weights
from medapp_classification.records.scales import Scale, fit_scale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from medapp_classification.record_risk.lessons import Lesson
    from medapp_classification.records.learners.cases import Cases, Learner, Target
    from medapp_classification.records.learners.recurrent import Net

INNER: Final = FOLDS
"""As many as outside: so the folds are calibrated just as the model of all cases is."""
BLENDED = {COHORT: ("cox", "boosting", "gru"), ICU: ("logistic", "svm", "boosting")}


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A learner with the scale and the sets that were fitted on cases it had not seen."""

    learner: Learner | Blend
    scale: Scale
    sets: BinarySets


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What was said of every case while it was held back.

    Attributes:
        scores: Of the learner of its fold, as they are.
        probabilities: By the horizon.
        holds: Whether the set held the truth; meaningless where the truth is not known.
    """

    scores: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    holds: NDArray[np.bool_]

    @classmethod
    def empty(cls, count: int) -> Held:
        """Nothing said yet."""
        return cls(np.full(count, np.nan), np.full(count, np.nan), np.zeros(count, dtype=bool))

    def fill(
        self, rows: NDArray[np.intp], fitted: Fitted, scores: NDArray[np.float64], target: Target
    ) -> None:
        """Take in what one fold's learner said of the cases it was kept from."""
        came, _ = target.by_horizon()
        self.scores[rows] = scores
        self.probabilities[rows] = fitted.scale.probability(scores)
        self.holds[rows] = fitted.sets.hold(self.probabilities[rows], came)


@dataclass(frozen=True, slots=True, eq=False)
class Crossed:
    """All of one learner: held-back answers, the models of the folds, and that of all cases."""

    held: Held
    folds: tuple[Fitted, ...]
    final: Fitted


@dataclass(frozen=True, slots=True, eq=False)
class Unseen:
    """Scores of training cases by learners that had not seen them; NaN where there are none."""

    scores: NDArray[np.float64]


def cross(name: str, lesson: Lesson, seed: int, tell: Callable[[], None]) -> tuple[Crossed, list[Unseen]]:
    """Cross-validate a learner that is fitted question by question.

    Returns:
        What came of it, and for each fold the scores of its training cases by learners of inner folds.
    """
    cases, target, part = lesson.cases, lesson.target, lesson.part
    held, folds, unseen = Held.empty(len(cases)), [], []
    kind = learner_named(name)
    for number in np.unique(part):
        train, test = np.flatnonzero(part != number), np.flatnonzero(part == number)
        inner = _inner(name, lesson, train, seed, tell)
        learner = kind.fit(cases[train], target[train], seed, tell)
        fitted = calibrated(learner, inner, target[train])
        held.fill(test, fitted, learner.predict(cases[test]), target[test])
        folds.append(fitted)
        unseen.append(Unseen(inner))
    final = calibrated(kind.fit(cases, target, seed, tell), held.scores, target)
    return Crossed(held, tuple(folds), final), unseen


def calibrated(learner: Learner | Blend, scores: NDArray[np.float64], target: Target) -> Fitted:
    """Scale and sets from scores of cases the learner had not seen; others have none and are left out."""
    rows = np.flatnonzero(np.isfinite(scores))
    own, truth = scores[rows], target[rows]
    scale = fit_scale(own, truth)
    came, known = truth.by_horizon()
    return Fitted(learner, scale, fit_binary_sets(scale.probability(own)[known], came[known], COVERAGE))


def _inner(
    name: str, lesson: Lesson, rows: NDArray[np.intp], seed: int, tell: Callable[[], None]
) -> NDArray[np.float64]:
    cases, target = lesson.cases[rows], lesson.target[rows]
    groups = [lesson.groups[row] for row in rows]
    scores = np.full(len(rows), np.nan)
    kind = learner_named(name)
    for train, test in folds_of(target.labels.astype(int), groups, count=INNER, seed=seed):
        scores[test] = kind.fit(cases[train], target[train], seed, tell).predict(cases[test])
    return scores


@dataclass(frozen=True, slots=True, eq=False)
class Nets:
    """The networks of the folds and that of all people, for all questions of a cohort.

    Attributes:
        resting: Of each network, the rows of the source that it was not trained on, which said when to stop.
    """

    folds: tuple[Net, ...]
    final: Net
    resting: tuple[NDArray[np.intp], ...]


def cross_net(lesson: Lesson, nets: Nets) -> tuple[Crossed, list[Unseen]]:
    """The same for one question of networks that were trained for all of them."""
    from medapp_classification.records.learners.recurrent import Recurrent

    cases, target, part, key = lesson.cases, lesson.target, lesson.part, lesson.question.key
    held, folds, unseen = Held.empty(len(cases)), [], []
    for number in np.unique(part):
        train, test = np.flatnonzero(part != number), np.flatnonzero(part == number)
        learner = Recurrent(nets.folds[number], key)
        scores = np.full(len(train), np.nan)
        rested = np.flatnonzero(np.isin(lesson.rows[train], nets.resting[number]))
        scores[rested] = learner.predict(cases[train[rested]])
        fitted = calibrated(learner, scores, target[train])
        held.fill(test, fitted, learner.predict(cases[test]), target[test])
        folds.append(fitted)
        unseen.append(Unseen(scores))
    final = calibrated(Recurrent(nets.final, key), held.scores, target)
    return Crossed(held, tuple(folds), final), unseen


def cross_blend(lesson: Lesson, parts: Mapping[str, Crossed], unseen: Mapping[str, list[Unseen]]) -> Crossed:
    """The learners in `BLENDED` together; no score counts that is of a case its learner had seen."""
    target, part, names = lesson.target, lesson.part, BLENDED[lesson.question.source]
    held, folds = Held.empty(len(target)), []
    for place, number in enumerate(np.unique(part)):
        train, test = np.flatnonzero(part != number), np.flatnonzero(part == number)
        inner = [unseen[name][place].scores for name in names]
        blend = _blend([parts[name].folds[place] for name in names], inner, target[train])
        fitted = calibrated(blend, blend.sum(inner), target[train])
        said = blend.sum([parts[name].held.scores[test] for name in names])
        held.fill(test, fitted, said, target[test])
        folds.append(fitted)
    every = [parts[name].held.scores for name in names]
    final = _blend([parts[name].final for name in names], every, target)
    return Crossed(held, tuple(folds), calibrated(final, final.sum(every), target))


def _blend(parts: list[Fitted], scores: list[NDArray[np.float64]], target: Target) -> Blend:
    """Of times until an event the mean of the calibrated log-hazards, else weights by logistic regression."""
    learners = tuple(one.learner for one in parts if not isinstance(one.learner, Blend))
    curves = [one.scale.kind for one in parts if isinstance(one.scale.kind, Curve)]
    if len(curves) == len(parts):
        weights = np.array([curve.slope for curve in curves]) / len(curves)
        return Blend(learners, weights, -float(weights @ [curve.middle for curve in curves]))
    return Blend(learners, *odds_weights(np.stack(scores, axis=1), target.labels))


def baseline(lesson: Lesson, columns: tuple[str, ...], tell: Callable[[], None]) -> NDArray[np.float64]:
    """Held-back scores of a Cox regression on a few columns, to be measured against."""
    from medapp_classification.records.learners.cases import Cases as Rows

    names = [one.name for one in lesson.source.columns]
    values = lesson.cases.values[:, [names.index(name) for name in columns]]
    cases: Cases = Rows(values, np.zeros((len(values), 0)))
    scores = np.full(len(cases), np.nan)
    kind = learner_named("cox")
    for number in np.unique(lesson.part):
        train, test = np.flatnonzero(lesson.part != number), np.flatnonzero(lesson.part == number)
        scores[test] = kind.fit(cases[train], lesson.target[train], 0, tell).predict(cases[test])
    return scores
