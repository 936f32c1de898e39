"""What a model says of the current visit of one patient: probabilities, intervals, and what moved them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.engine.calibration import logit, sigmoid
from medapp_treatment.next_visit.cohort import cases_of
from medapp_treatment.next_visit.features import EVER, LAST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from medapp_treatment.next_visit.cohort import Patient
    from medapp_treatment.next_visit.features import Facts
    from medapp_treatment.next_visit.model import Model

_NORMAL: Final = 1.959964
_LEAST_EFFECT: Final = 0.05
"""Log-odds below which an item says nothing worth telling."""
_GROUPS: Final = {
    "problem": "problem",
    "new": "problem",
    "procedure": "procedure",
    "visit": "kind of visit",
    "result": "result",
    LAST.strip(): "medicine before",
    EVER.strip(): "medicine before",
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """One medicine.

    Attributes:
        probability, low, high: That it is prescribed at such a visit, with a 95 % interval.
        scores: Log-odds of the learner of all patients, before calibration.
    """

    name: str
    probability: float
    low: float
    high: float
    place: int


@dataclass(frozen=True, slots=True)
class Reason:
    """An item of the record, and how far it moved the log-odds of a medicine."""

    kind: str
    title: str
    effect: float
    entries: tuple[str, ...]


def ranking(model: Model, patient: Patient, name: str) -> list[Ranked]:
    """All medicines that the model knows, the most probable first.

    The interval is of the fits of the folds: a jackknife that leaves out a fifth of the patients at a time
    (Shao and Tu, 1995).
    """
    final = model.final
    (said,) = final.probabilities(name, [patient], final.medicines, now=True)
    each = np.stack(
        [logit(one.probabilities(name, [patient], final.medicines, now=True)[0]) for one in model.folds]
    )
    # A fold may not have learned a medicine that few patients had: it says nothing of it.
    known = np.array([[name in one.medicines for name in final.medicines] for one in model.folds])
    count = np.maximum(known.sum(axis=0), 1)
    middle = np.where(known, each, 0).sum(axis=0) / count
    spread = np.where(known, (each - middle) ** 2, 0).sum(axis=0)
    error = np.sqrt((count - 1) / count * spread)
    low, high = (sigmoid(logit(said) + sign * _NORMAL * error) for sign in (-1, 1))
    found = [
        Ranked(medicine, float(said[at]), min(float(low[at]), float(said[at])),
               max(float(high[at]), float(said[at])), at)
        for at, medicine in enumerate(final.medicines)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.probability, one.name))


def reasons(
    model: Model, patient: Patient, name: str, ranked: Sequence[Ranked], check: Callable[[], None]
) -> list[list[Reason]]:
    """Of each medicine, the items of the visit whose leaving out changes it most, the strongest first."""
    fitted = model.final
    facts = patient.rows[-1]
    groups = _groups(facts, {*fitted.columns.names, *(f"{LAST}{one}" for one in fitted.medicines)})
    slope = fitted.learners[name].scale.slope
    whole = _scores(model, patient, name)
    effects = []
    for columns in groups.values():
        check()
        left = {column: fact for column, fact in facts.items() if column not in columns}
        without = replace(patient, rows=[*patient.rows[:-1], left])
        effects.append(slope * (whole - _scores(model, without, name)))
    found = []
    for one in ranked:
        mine = [
            _reason(key, facts, columns, float(effect[one.place]))
            for (key, columns), effect in zip(groups.items(), effects, strict=True)
            if abs(effect[one.place]) >= _LEAST_EFFECT
        ]
        found.append(sorted(mine, key=lambda reason: -abs(reason.effect)))
    return found


def _scores(model: Model, patient: Patient, name: str) -> NDArray[np.float64]:
    fitted = model.final
    cases = cases_of([patient], fitted.columns, fitted.medicines, now=True)
    found: NDArray[np.float64] = fitted.learners[name].learner.scores(cases)[0]
    return found


def _groups(facts: Facts, learned: set[str]) -> dict[tuple[str, str], list[str]]:
    """Columns that are one item of the record: a problem, and that it is new, are left out together."""
    groups: dict[tuple[str, str], list[str]] = {}
    for column, (_, item) in facts.items():
        kind, _, rest = column.partition(" ")
        if item is not None and column in learned:
            groups.setdefault((_GROUPS.get(kind, kind), rest), []).append(column)
    return groups


def _reason(key: tuple[str, str], facts: Facts, columns: Sequence[str], effect: float) -> Reason:
    item = facts[columns[0]][1]
    title, entries = ("", ()) if item is None else (item.title, item.entries)
    if item is not None and item.value is not None:
        title = f"{title} {item.value:.4g} {item.unit}".strip()
    return Reason(key[0], title or key[1], effect, entries)
