"""Which features there are: chosen on training patients, then the same columns for everybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, get_args

from medapp.domain.record.coding import LOINC
from medapp.knowledge.features.columns import Column, Statistic
from medapp.knowledge.quality.scaling import line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    import pandas as pd

    from medapp.domain.record.summary import Key
    from medapp.knowledge.features.gathering import Gathered, Value

TIMED: Final[tuple[Statistic, ...]] = (
    "first", "last", "min", "max", "mean", "count", "slope", "since", "measured",
)  # fmt: skip
_UNITLESS: Final = frozenset({"count", "measured", "codes", "embedding"})
_DAY: Final = 86400.0
_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing that is measured; `is_timed` where training patients have it with a time."""

    key: Key
    title: str
    unit: str
    is_timed: bool


@dataclass(frozen=True, slots=True)
class FeaturePlan:
    """What is made of a record.

    Attributes:
        windows_days: Lengths of time before the index time.
        codes: Codes that are counted, over the longest window.
    """

    variables: tuple[Variable, ...]
    codes: tuple[tuple[Key, str], ...]
    windows_days: tuple[float, ...]
    statistics: tuple[Statistic, ...] = TIMED

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in the order of the frame."""
        return (*self._of_variables(), *self._of_codes())

    def frame(self, gathered: Gathered, index: Mapping[str, datetime | None]) -> pd.DataFrame:
        """A row a patient, a column a feature; NaN where there is no value.

        Args:
            gathered: Of the patients in `index`, at least.
            index: The time that windows end at; nothing after it is looked at. None where no time is known:
                then values without a time are all there is.
        """
        import pandas as pd

        rows = [self._row(gathered, subject, at) for subject, at in index.items()]
        names = [column.name for column in self.columns]
        return pd.DataFrame(rows, index=pd.Index(list(index), name="subject"), columns=names, dtype=float)

    def _of_variables(self) -> Iterator[Column]:
        for one in self.variables:
            source = " ".join(part for part in one.key if part)
            if not one.is_timed:
                yield Column(_name(one.title, one.key), one.title, one.unit, source, "value")
                continue
            for days in self.windows_days:
                for statistic in self.statistics:
                    name = f"{_name(one.title, one.key)}__{statistic}_{days:g}d"
                    unit = _unit(one.unit, statistic)
                    yield Column(name, one.title, unit, source, statistic, days)

    def _of_codes(self) -> Iterator[Column]:
        days = max(self.windows_days, default=0.0)
        for key, title in self.codes:
            source = " ".join(part for part in key if part)
            yield Column(f"{_name(title, key)}__codes", title, "1", source, "codes", days)

    def _row(self, gathered: Gathered, subject: str, at: datetime | None) -> list[float]:
        row: list[float] = []
        values = gathered.values.get(subject, {})
        for one in self.variables:
            own = in_unit(values.get(one.key, ()), one)
            if not one.is_timed:
                untimed = [number for when, number in own if when is None]
                row.append(untimed[-1] if untimed else float("nan"))
                continue
            for days in self.windows_days:
                found = _within(own, at, days)
                row.extend(_statistic(name, found, at) for name in self.statistics)
        stated = Counter(
            key for when, key in gathered.codes.get(subject, ()) if _is_within(when, at, self._longest)
        )
        row.extend(float(stated[key]) for key, _title in self.codes)
        return row

    @property
    def _longest(self) -> float:
        return max(self.windows_days, default=0.0)


def fit_plan(
    gathered: Gathered,
    training: Collection[str],
    *,
    windows_days: Sequence[float] = (365.0,),
    statistics: Sequence[Statistic] = TIMED,
    least_share: float = 0.05,
) -> FeaturePlan:
    """Choose variables, their units and codes by what training patients have.

    Args:
        gathered: Of any number of patients.
        training: Those that may be looked at.
        windows_days: Lengths of time before the index time; 0 for all there is before it.
        statistics: Of timed variables.
        least_share: What fewer training patients have is left out.
    """
    units: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    timed: Counter[Key] = Counter()
    having: Counter[Key] = Counter()
    coded: Counter[Key] = Counter()
    for subject in training:
        for key, values in gathered.values.get(subject, {}).items():
            having[key] += 1
            timed[key] += any(one.when for one in values)
            for one in values:
                units[key][one.unit] += 1
        coded.update({key for _when, key in gathered.codes.get(subject, ())})
    least = max(1.0, least_share * len(training))
    variables = (
        Variable(key, gathered.titles[key], _commonest(units[key]), 2 * timed[key] > count)
        for key, count in having.items()
        if count >= least
    )
    codes = sorted((key, gathered.titles[key]) for key, count in coded.items() if count >= least)
    wanted = tuple(name for name in get_args(Statistic) if name in statistics)
    return FeaturePlan(tuple(variables), tuple(codes), tuple(windows_days), wanted)


def _commonest(units: Counter[str]) -> str:
    stated = Counter({unit: count for unit, count in units.items() if unit})
    return stated.most_common(1)[0][0] if stated else ""


def in_unit(values: Sequence[Value], variable: Variable) -> list[tuple[datetime | None, float]]:
    """Numbers in the plan's unit, without those that cannot be brought into it, unknown units among them."""
    loinc = variable.key[1] if variable.key[0] == LOINC else ""
    found = []
    for one in values:
        scale = (1.0, 0.0) if one.unit == variable.unit else line(one.unit, variable.unit, loinc)
        if scale is not None:
            found.append((one.when, one.number * scale[0] + scale[1]))
    return found


def _is_within(when: datetime | None, at: datetime | None, days: float) -> bool:
    if when is None or at is None:
        return when is None and at is None
    age = (at - when).total_seconds()
    return age >= 0 and (not days or age <= days * _DAY)


def _within(
    values: Sequence[tuple[datetime | None, float]], at: datetime | None, days: float
) -> list[tuple[datetime, float]]:
    return [(when, number) for when, number in values if when is not None and _is_within(when, at, days)]


def _statistic(name: Statistic, found: Sequence[tuple[datetime, float]], at: datetime | None) -> float:
    if name == "count":
        return float(len(found))
    if name == "measured":
        return float(bool(found))
    if not found or at is None:
        return float("nan")
    numbers = [number for _when, number in found]
    if name == "since":
        return (at - found[-1][0]).total_seconds() / _HOUR
    if name == "slope":
        return _slope([(when - found[0][0]).total_seconds() / _DAY for when, _number in found], numbers)
    simple = {
        "first": numbers[0],
        "last": numbers[-1],
        "min": min(numbers),
        "max": max(numbers),
        "mean": sum(numbers) / len(numbers),
    }
    return simple[name]


def _slope(days: Sequence[float], numbers: Sequence[float]) -> float:
    """Change a day by least squares; NaN where there is one moment only."""
    mean_day, mean = sum(days) / len(days), sum(numbers) / len(numbers)
    spread = sum((day - mean_day) ** 2 for day in days)
    if not spread:
        return float("nan")
    return sum((day - mean_day) * (one - mean) for day, one in zip(days, numbers, strict=True)) / spread


def _unit(unit: str, statistic: Statistic) -> str:
    if statistic in _UNITLESS:
        return "1"
    if statistic == "since":
        return "h"
    if statistic == "slope":
        return f"{unit}/d" if unit else ""
    return unit


def _name(title: str, key: Key) -> str:
    """The column's own name in a table, else the code: titles of two codes may be the same."""
    return key[1] if key[0] else title
