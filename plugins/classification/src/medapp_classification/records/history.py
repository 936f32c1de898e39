"""What is known of a person up to a moment, and the features that models take of it.

One way from there to numbers for training cohorts and for patients: what is not known is NaN. Nothing after
the moment is in a history, so no feature can see the future.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_classification.records.mapping import conditions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

YEAR: Final = 365.25
MEASURED: Final = ("hdl", "sbp")
FIB4_LIMIT: Final = 2.67
"""The cohort states the FIB-4 score only above the limit for advanced fibrosis."""
_STATISTICS: Final = ("last", "mean", "min", "max", "spread", "change", "count", "since", "recent")
_RECENT_DAYS: Final = 730.0
NAN: Final = float("nan")


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Values of one variable in order of time.

    Attributes:
        days: Before the moment, never positive.
        entries: `Entry.id` of each; empty in a cohort.
    """

    days: NDArray[np.float64]
    values: NDArray[np.float64]
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """One person at one moment.

    Attributes:
        age: Years.
        male: 1 or 0.
        body: ``height`` (cm), ``weight`` (kg), ``bmi`` (kg/m2), the last before the moment.
        measured: By key: ``hdl`` (mg/dL), ``sbp`` (mm[Hg]), ``fib4`` (values above 2.67).
        conditions: Days of the first mention of those that are there, never positive; NaN where it is
            not dated.
    """

    age: float
    male: float
    body: Mapping[str, float] = field(default_factory=dict)
    measured: Mapping[str, Measured] = field(default_factory=dict)
    conditions: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feature:
    """One column.

    Attributes:
        about: The variable or condition that it is of; reasons are given by that.
        group: ``person``, ``conditions`` or ``measurements``.
    """

    name: str
    about: str
    group: str


def features() -> tuple[Feature, ...]:
    """Every column of `rows`, in order."""
    found = [Feature(name, name, "person") for name in ("age", "male", "bmi", "weight", "height")]
    for one in conditions():
        found += [Feature(f"{part} {one.key}", one.key, "conditions") for part in ("has", "years")]
    for key in MEASURED:
        found += [Feature(f"{key} {part}", key, "measurements") for part in _STATISTICS]
    found += [Feature(f"fib4 {part}", "fib4", "measurements") for part in ("high", "last", "since")]
    found += [Feature(f"seen {part}", "seen", "measurements") for part in ("last", "first")]
    return tuple(found)


def terms() -> tuple[Feature, ...]:
    """Columns that linear models take besides: squares and products."""
    found = [Feature("age squared", "age", "person"), Feature("age of men", "age", "person")]
    found.append(Feature("bmi squared", "bmi", "person"))
    found += [Feature(f"age with {one.key}", one.key, "conditions") for one in conditions()]
    return tuple(found)


def rows(histories: Sequence[History]) -> NDArray[np.float64]:
    """Features of histories, (N, features)."""
    found = np.array([_row(one) for one in histories], dtype=float)
    return found.reshape(len(histories), len(features()))


def term_rows(base: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squares and products of `rows`, (N, terms)."""
    names = [one.name for one in features()]
    age, male, bmi = (base[:, names.index(name)] for name in ("age", "male", "bmi"))
    found = [(age - 50) ** 2 / 100, (age - 50) * male, (bmi - 28) ** 2 / 10]
    found += [base[:, names.index(f"has {one.key}")] * (age - 60) / 10 for one in conditions()]
    return np.stack(found, axis=1)


def _row(one: History) -> list[float]:
    body = [one.body.get(name, NAN) for name in ("bmi", "weight", "height")]
    found = [one.age, one.male, *body]
    for condition in conditions():
        day = one.conditions.get(condition.key)
        found += [0.0, NAN] if day is None else [1.0, float(np.log1p(max(-day, 0.0) / YEAR))]
    for key in MEASURED:
        found += _of_values(one.measured.get(key))
    return [*found, *_of_fib4(one.measured.get("fib4")), *_of_visits(one)]


def _of_values(one: Measured | None) -> list[float]:
    if one is None or not len(one.values):
        return [NAN] * 6 + [0.0, NAN, 0.0]
    values, mean = one.values, float(one.values.mean())
    spread = float(values.std(ddof=1)) if len(values) > 1 else NAN
    last = float(values[-1])
    recent = int((one.days > -_RECENT_DAYS).sum())
    return [
        last,
        mean,
        float(values.min()),
        float(values.max()),
        spread,
        last - mean,
        float(np.log1p(len(values))),
        _years_ago(one.days[-1]),
        float(np.log1p(recent)),
    ]


def _of_fib4(one: Measured | None) -> list[float]:
    if one is None or not len(one.values):
        return [0.0, NAN, NAN]
    return [1.0, float(one.values[-1]), _years_ago(one.days[-1])]


def _of_visits(one: History) -> list[float]:
    days = [each.days for key, each in one.measured.items() if key in MEASURED and len(each.days)]
    if not days:
        return [NAN, NAN]
    every = np.concatenate(days)
    return [_years_ago(every.max()), _years_ago(every.min())]


def _years_ago(day: float) -> float:
    return float(np.log1p(max(-float(day), 0.0) / YEAR))
