"""Figures of held-back answers of every learner, and which learner is the default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.engine.evaluation import (
    auprc,
    auroc,
    best_threshold,
    brier,
    calibration_points,
    delong,
    ece,
    interval,
    kaplan_meier,
    survival_calibration,
)
from medapp.engine.evaluation.bootstrap import difference_of, draws, interval_of
from medapp.engine.evaluation.concordance import c_indexes, sampled
from medapp.engine.evaluation.survival import brier_at, cox_coefficient
from medapp_classification.record_risk.questions import COVERAGE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from medapp.engine.evaluation import Difference, Interval
    from medapp_classification.record_risk.crossing import Held
    from medapp_classification.record_risk.lessons import Lesson

Json = dict[str, Any]
_ROUNDS = 200


def figures(lesson: Lesson, held: Mapping[str, Held], base: NDArray[np.float64] | None) -> Json:
    """All that the card and the result page state of a question.

    Keys: ``rows``, ``events``, ``learners`` (figures by name), ``default``, ``differences`` (of the others
    to the default), ``calibration``, ``threshold``, ``prevalence`` and for times until an event ``baseline``.

    Args:
        lesson: The question.
        held: By learner, the simplest first.
        base: Held-back scores of what is to be beaten; None where there is nothing.
    """
    found = (
        _survival(lesson, held, base)
        if lesson.target.is_survival and base is not None
        else _binary(lesson, held)
    )
    came, known = lesson.target.by_horizon()
    default = held[str(found["default"])]
    said = default.probabilities
    found |= {
        "rows": len(came),
        "events": int(lesson.target.labels.sum()),
        "events_by_horizon": int(came.sum()),
        "threshold": best_threshold(came[known], said[known]),
    }
    for name, one in held.items():
        found["learners"][name]["coverage"] = coverage(one, lesson)
    return found


def coverage(held: Held, lesson: Lesson) -> dict[str, float]:
    """Share of sets that hold the truth, of those for whom it is known: of all, of either kind."""
    came, known = lesson.target.by_horizon()
    holds = held.holds
    return {
        "nominal": COVERAGE,
        "all": float(holds[known].mean()),
        "present": float(holds[known & came].mean()),
        "absent": float(holds[known & ~came].mean()),
    }


def default_of(names: Sequence[str], is_beaten: Mapping[tuple[str, str], bool]) -> str:
    """The first, the simplest, that no other beats; the last where each is beaten by another.

    Args:
        names: The simplest first.
        is_beaten: Whether the first of a pair is beaten by the second.
    """
    for name in names:
        if not any(is_beaten.get((name, other), False) for other in names):
            return name
    return names[-1]


def slope(
    times: NDArray[np.float64], events: NDArray[np.bool_], said: NDArray[np.float64], horizon: float
) -> float:
    """Coefficient of the complementary log-log of the risk in a Cox model up to the horizon; 1 is right."""
    kept = np.clip(said, 1e-6, 1 - 1e-6)
    return cox_coefficient(np.minimum(times, horizon), events & (times <= horizon), np.log(-np.log1p(-kept)))


def _survival(lesson: Lesson, held: Mapping[str, Held], base: NDArray[np.float64]) -> Json:
    target, groups = lesson.target, lesson.groups
    weights = sampled(groups, rounds=_ROUNDS)
    names = list(held)
    scores = np.stack([base, *(held[name].probabilities for name in names)])
    all_found = c_indexes(target.times, target.labels, scores, weights)
    by_name = dict(zip(names, all_found[1:], strict=True))
    beaten = {
        (one, other): difference_of(by_name[one], by_name[other]).low > 0
        for one in names
        for other in names
        if one != other
    }
    default = default_of(names, beaten)
    learners = {}
    for name in names:
        learners[name] = _one_survival(lesson, held[name]) | {
            "c_index": plain(interval_of(by_name[name])),
            "over_baseline": difference(difference_of(all_found[0], by_name[name])),
        }
    said = held[default].probabilities
    seen = 1 - kaplan_meier(target.times, target.labels, target.horizon)[0]
    return {
        "learners": learners,
        "baseline": plain(interval_of(all_found[0])),
        "default": default,
        "differences": {
            name: difference(difference_of(by_name[default], by_name[name]))
            for name in names
            if name != default
        },
        "calibration": survival_calibration(target.times, target.labels, said, target.horizon),
        "prevalence": seen,
    }


def _one_survival(lesson: Lesson, held: Held) -> Json:
    target, said = lesson.target, held.probabilities
    found = interval(
        lambda rows: slope(target.times[rows], target.labels[rows], said[rows], target.horizon),
        lesson.groups,
        rounds=_ROUNDS,
    )
    seen = 1 - kaplan_meier(target.times, target.labels, target.horizon)[0]
    return {
        "slope": plain(found),
        "brier": brier_at(target.times, target.labels, said, target.horizon),
        "said_over_seen": float(said.mean() / seen) if seen else None,
    }


def _binary(lesson: Lesson, held: Mapping[str, Held]) -> Json:
    truth, groups = lesson.target.labels.astype(int), lesson.groups
    names = list(held)
    said = {name: held[name].probabilities for name in names}
    every = np.arange(len(truth))
    rows = [every, *draws(groups, rounds=_ROUNDS)]
    of_samples = {
        name: {
            title: np.array([figure(truth[one], said[name][one]) for one in rows])
            for title, figure in (("auroc", auroc), ("auprc", auprc), ("ece", ece))
        }
        for name in names
    }
    beaten = {
        (one, other): delong(truth, said[one], said[other]).low > 0
        or difference_of(of_samples[one]["auprc"], of_samples[other]["auprc"]).low > 0
        for one in names
        for other in names
        if one != other
    }
    default = default_of(names, beaten)
    return {
        "learners": {
            name: {title: plain(interval_of(values)) for title, values in of_samples[name].items()}
            | {"brier": brier(truth, said[name])}
            for name in names
        },
        "default": default,
        "differences": {
            name: difference(delong(truth, said[default], said[name])) for name in names if name != default
        },
        "calibration": calibration_points(truth, said[default]),
        "prevalence": float(truth.mean()),
    }


def plain(one: Interval) -> list[float | None]:
    """Value, low and high for JSON, which knows no NaN."""
    return [value if np.isfinite(value) else None for value in (one.value, one.low, one.high)]


def difference(one: Difference) -> Json:
    """The same of a difference."""
    parts = {"value": one.value, "low": one.low, "high": one.high, "p": one.p}
    return {name: value if np.isfinite(value) else None for name, value in parts.items()} | {
        "method": one.method
    }
