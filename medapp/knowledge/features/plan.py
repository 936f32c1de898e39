"""Which features there are: chosen on training patients, then the same columns for everybody."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
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
    from medapp.knowledge.quality.findings import Kind

TIMED: Final[tuple[Statistic, ...]] = (
    "first", "last", "min", "max", "mean", "count", "slope", "since", "measured",
)  # fmt: skip
_CARRIED: Final[frozenset[Statistic]] = frozenset({"first", "last", "min", "max", "mean", "since"})
"""Statistics that a value from before the window may stand for."""
_UNITLESS: Final = frozenset({"count", "measured", "codes", "embedding", "flagged"})
LEAST_SHARE: Final = 0.05
"""What fewer training patients have is left out."""
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
class Unfit:
    """Numbers of a variable that are in units which cannot be brought into its own, by unit."""

    variable: Variable
    units: dict[str, int]

    @property
    def count(self) -> int:
        """How many numbers."""
        return sum(self.units.values())

    @property
    def why(self) -> str:
        """In words, with the units."""
        unit = self.variable.unit
        parts = []
        for other, count in self.units.items():
            if not other:
                parts.append(f"{count} without a unit")
            elif not unit:
                parts.append(f"{count} in {other}, most have no unit")
            else:
                parts.append(f"{count} in {other}, which cannot be brought into {unit}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class FeaturePlan:
    """What is made of a record.

    Attributes:
        windows_days: Lengths of time before the index time.
        codes: Codes that are counted, over the longest window.
        flags: Kinds of findings by variable whose kept values are counted, over the longest window.
        carried: Variables whose last value before a window stands for it where it has none.
    """

    variables: tuple[Variable, ...]
    codes: tuple[tuple[Key, str], ...]
    windows_days: tuple[float, ...]
    statistics: tuple[Statistic, ...] = TIMED
    flags: tuple[tuple[Kind, Key, str], ...] = ()
    carried: tuple[Key, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column, in the order of the frame; no two have one name."""
        labels = self.labels()
        made = (*self._of_variables(labels), *self._of_codes(labels), *self._of_flags(labels))
        seen: Counter[str] = Counter()
        found = []
        for one in made:
            seen[one.name] += 1
            again = seen[one.name] > 1
            found.append(replace(one, name=f"{one.name}#{seen[one.name]}") if again else one)
        return tuple(found)

    def labels(self) -> dict[Key, str]:
        """What columns of a variable or code begin with: its code, else the name of its column in a table.

        Where one code is of several terminologies, the terminology stands before it.
        """
        titles = {one.key: one.title for one in self.variables}
        titles.update({key: title for key, title in self.codes if key not in titles})
        titles.update({key: title for _kind, key, title in self.flags if key not in titles})
        plain = {key: key[1] if key[0] else title for key, title in titles.items()}
        often = Counter(plain.values())
        return {key: f"{key[0]}|{key[1]}" if often[one] > 1 else one for key, one in plain.items()}

    def unfit(self, gathered: Gathered) -> tuple[Unfit, ...]:
        """Numbers that cannot be brought into the unit of their variable and are left out."""
        found = []
        for one in self.variables:
            often = Counter(each.unit for own in gathered.values.values() for each in own.get(one.key, ()))
            units = {unit: count for unit, count in often.items() if _scale(unit, one) is None}
            if units:
                found.append(Unfit(one, units))
        return tuple(found)

    def unknown(self, gathered: Gathered) -> tuple[tuple[str, int], ...]:
        """Variables and codes that are no columns, and how many patients have them; the commonest first.

        Of training patients they are those that too few have, of others what training patients did not have.
        """
        known = {one.key for one in self.variables} | {key for key, _title in self.codes}
        having: Counter[Key] = Counter()
        for own in gathered.values.values():
            having.update(own.keys() - known)
        for codes in gathered.codes.values():
            having.update({key for _when, key in codes} - known)
        return tuple((gathered.titles[key], count) for key, count in having.most_common())

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

    def _of_variables(self, labels: Mapping[Key, str]) -> Iterator[Column]:
        for one in self.variables:
            source, label = source_of(one.key), labels[one.key]
            if not one.is_timed:
                yield Column(label, one.title, one.unit, source, "value")
                continue
            for days in self.windows_days:
                for statistic in self.statistics:
                    name = f"{label}__{statistic}_{days:g}d"
                    unit = _unit(one.unit, statistic)
                    yield Column(name, one.title, unit, source, statistic, days)

    def _of_codes(self, labels: Mapping[Key, str]) -> Iterator[Column]:
        for key, title in self.codes:
            yield Column(f"{labels[key]}__codes", title, "1", source_of(key), "codes", self._longest)

    def _of_flags(self, labels: Mapping[Key, str]) -> Iterator[Column]:
        for kind, key, title in self.flags:
            name = f"{labels[key]}__flagged_{kind}"
            yield Column(name, f"{title} ({kind})", "1", source_of(key), "flagged", self._longest)

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
                before = _before(own, at) if not found and one.key in self.carried else []
                row.extend(
                    _statistic(name, before if before and name in _CARRIED else found, at)
                    for name in self.statistics
                )
        stated = Counter(
            key for when, key in gathered.codes.get(subject, ()) if _is_within(when, at, self._longest)
        )
        row.extend(float(stated[key]) for key, _title in self.codes)
        flagged = Counter(
            (kind, key)
            for when, kind, key in gathered.flags.get(subject, ())
            if _is_within(when, at, self._longest)
        )
        row.extend(float(flagged[kind, key]) for kind, key, _title in self.flags)
        return row

    @property
    def _longest(self) -> float:
        """The longest window, 0 where one is without a start."""
        return 0.0 if 0.0 in self.windows_days else max(self.windows_days, default=0.0)


def fit_plan(
    gathered: Gathered,
    training: Collection[str],
    *,
    windows_days: Sequence[float] = (365.0,),
    statistics: Sequence[Statistic] = TIMED,
    least_share: float = LEAST_SHARE,
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
    flagged: Counter[tuple[Kind, Key]] = Counter()
    for subject in training:
        for key, values in gathered.values.get(subject, {}).items():
            having[key] += 1
            timed[key] += any(one.when for one in values)
            for one in values:
                units[key][one.unit] += 1
        coded.update({key for _when, key in gathered.codes.get(subject, ())})
        flagged.update({(kind, key) for _when, kind, key in gathered.flags.get(subject, ())})
    least = max(1.0, least_share * len(training))
    variables = tuple(
        Variable(key, gathered.titles[key], _commonest(units[key]), 2 * timed[key] > count)
        for key, count in having.items()
        if count >= least
    )
    codes = sorted((key, gathered.titles[key]) for key, count in coded.items() if count >= least)
    wanted = tuple(name for name in get_args(Statistic) if name in statistics)
    flags = sorted(
        (kind, key, gathered.titles[key]) for (kind, key), count in flagged.items() if count >= least
    )
    return FeaturePlan(variables, tuple(codes), tuple(windows_days), wanted, tuple(flags))


def _commonest(units: Counter[str]) -> str:
    stated = Counter({unit: count for unit, count in units.items() if unit})
    return stated.most_common(1)[0][0] if stated else ""


def in_unit(values: Sequence[Value], variable: Variable) -> list[tuple[datetime | None, float]]:
    """Numbers in the plan's unit, without those that cannot be brought into it, unknown units among them."""
    found = []
    for one in values:
        scale = _scale(one.unit, variable)
        if scale is not None:
            found.append((one.when, one.number * scale[0] + scale[1]))
    return found


def _scale(unit: str, variable: Variable) -> tuple[float, float] | None:
    """Factor and offset into the unit of a variable; None where there is no way."""
    if unit == variable.unit:
        return 1.0, 0.0
    return line(unit, variable.unit, variable.key[1] if variable.key[0] == LOINC else "")


def _before(
    values: Sequence[tuple[datetime | None, float]], at: datetime | None
) -> list[tuple[datetime, float]]:
    """The last value before a time, however long ago."""
    return _within(values, at, 0.0)[-1:]


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


def source_of(key: Key) -> str:
    """Terminology and code of a variable, or the name of its column in a table."""
    return " ".join(part for part in key if part)
