"""The smallest change of one variable that would give the other answer: of the model, no advice to anyone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.finding import Counterfactual
from medapp_classification.records.mapping import variables
from medapp_classification.records.stay import TABLE

if TYPE_CHECKING:
    from medapp_classification.record_risk.model import Answerer
    from medapp_classification.record_risk.questions import Question
    from medapp_classification.record_risk.subject import Subject
    from medapp_classification.records.familiar import Familiar

MEANING: Final = "of the model, not advice"
NONE: Final = "No change of one variable that can be changed gives the other answer."
_STEPS: Final = 25
_SHOWN: Final = 3


def changes(
    question: Question, answerer: Answerer, subject: Subject, familiar: Familiar, threshold: float
) -> tuple[Counterfactual, ...]:
    """One change for each variable that has one, the smallest first.

    Values go as far as 99 of 100 training cases have them, and no further.
    """
    now = float(answerer.final.scale.probability(answerer.scores(subject.cases()))[0])
    found: list[tuple[float, Counterfactual]] = []
    for key in question.modifiable:
        one = _change(key, answerer, subject, familiar, (now, threshold))
        if one is not None:
            found.append(one)
    return tuple(change for _, change in sorted(found, key=lambda pair: pair[0])[:_SHOWN])


def _change(
    key: str, answerer: Answerer, subject: Subject, familiar: Familiar, bar: tuple[float, float]
) -> tuple[float, Counterfactual] | None:
    value = subject.now(key)
    limits = _limits(key, subject, familiar)
    if value is None or limits is None:
        return None
    probability, threshold = bar
    grid = np.linspace(*limits, 2 * _STEPS)
    said = answerer.final.scale.probability(answerer.scores(subject.changed(key, grid.tolist())))
    crossed = (said >= threshold) != (probability >= threshold)
    if not crossed.any():
        return None
    distances = np.where(crossed, np.abs(grid - value), np.inf)
    place = int(np.argmin(distances))
    unit = _unit(key)
    way = "from expected to not expected" if probability >= threshold else "from not expected to expected"
    change = Counterfactual(
        f"{subject.titles[key]}: the answer goes {way}, past {100 * threshold:.1f} % ({MEANING})",
        f"{value:.4g}{unit}",
        f"{grid[place]:.3g}{unit}",
        float(said[place]),
    )
    return float(distances[place] / (limits[1] - limits[0])), change


def _limits(key: str, subject: Subject, familiar: Familiar) -> tuple[float, float] | None:
    names = [one.name for one in subject.columns()]
    column = next((name for name in (f"{key} last", f"{key}_last", key) if name in names), "")
    if not column:
        return None
    place = names.index(column)
    low, high = float(familiar.preparation.lows[place]), float(familiar.preparation.highs[place])
    return (low, high) if low < high else None


def _unit(key: str) -> str:
    units = {one.key: one.unit for table in ("variables.tsv", TABLE) for one in variables(table)}
    unit = units.get(key, "1")
    return "" if unit == "1" else f" {unit}"
