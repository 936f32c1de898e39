"""What a record says of one thing: a value that can be gone by, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from medapp.domain.recommendation import CheckInput
from medapp.domain.record.clinical import Component, Observation
from medapp.domain.record.coding import LOINC, Quantity
from medapp.domain.record.summary import WITHDRAWN
from medapp.knowledge.units import analyte, convert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from medapp.domain.record import Entry, When

T = TypeVar("T")
_DAYS_SHOWN: Final = 3
_NO_UNIT: Final = frozenset({"", "1", "{inr}", "inr", "{ratio}", "ratio"})


@dataclass(frozen=True, slots=True)
class Stated(Generic[T]):
    """A value with what it was taken from.

    Attributes:
        value: None where it may not be gone by; `reason` then says why.
    """

    value: T | None
    reason: str = ""
    inputs: tuple[CheckInput, ...] = ()

    @property
    def entries(self) -> tuple[str, ...]:
        """Entries of the record that it was taken from."""
        return tuple(one.entry for one in self.inputs if one.entry)


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured.

    Attributes:
        unit: UCUM; ``1`` for INR, which has none.
        days: How old the latest value may be; a limit of this program.
        spread: Share by which two values of one moment may differ.
        by_day: Whether two values of one day are of one moment, whatever their times.
        low, high: Outside of these a value cannot be true of a living patient, and its unit is likely wrong;
            bounds of this program, wide around what case reports hold.
    """

    name: str
    loinc: frozenset[str]
    unit: str
    days: int
    spread: float = 0.02
    by_day: bool = False
    low: float = 0.0
    high: float = float("inf")

    def is_plausible(self, value: float) -> bool:
        """Whether a value, in `unit`, can be true."""
        return self.low <= value <= self.high


def _measure(
    name: str,
    codes: str,
    unit: str,
    days: int,
    bounds: tuple[float, float],
    spread: float = 0.02,
    *,
    by_day: bool = False,
) -> Measure:
    return Measure(name, frozenset(codes.split()), unit, days, spread, by_day, *bounds)


MEASURES: Final = {
    one.name: one
    for one in (
        _measure("creatinine", "2160-0 38483-4 14682-9 59826-8", "mg/dL", 90, (0.15, 40)),
        _measure(
            "reported eGFR",
            "33914-3 48642-3 48643-1 62238-1 69405-9 77147-7 88293-6 88294-4 98979-8",
            "mL/min/{1.73_m2}",
            90,
            (1, 200),
        ),
        _measure("weight", "29463-7 3141-9", "kg", 180, (0.3, 650), by_day=True),
        _measure("bilirubin", "1975-2 14631-6 42719-5", "mg/dL", 90, (0.05, 80)),
        _measure("albumin", "1751-7 61151-7 2862-1 61152-5", "g/dL", 90, (0.4, 8)),
        _measure("INR", "6301-6 34714-6 46418-0", "1", 90, (0.5, 30)),
        _measure("potassium", "2823-3 6298-4", "mmol/L", 30, (1, 15)),
        _measure("QTc", "8636-3", "ms", 90, (200, 900)),
        _measure("systolic blood pressure", "8480-6", "mm[Hg]", 365, (20, 370), spread=0.5),
    )
}
"""LOINC codes by loinc.org; blood, serum or plasma."""
_ASKED: Final = frozenset(code for one in MEASURES.values() for code in one.loinc)


@dataclass(frozen=True, slots=True)
class _Value:
    quantity: Quantity
    when: When | None
    entry: str
    loinc: str


def values(entries: Iterable[Entry]) -> dict[str, list[_Value]]:
    """Numbers of all `MEASURES` by LOINC code, those of components too; withdrawn ones left out."""
    found: dict[str, list[_Value]] = {}
    for entry in entries:
        content = entry.content
        if not isinstance(content, Observation) or content.status in WITHDRAWN:
            continue
        when = content.effective.start or content.effective.end
        parts: tuple[Observation | Component, ...] = (content, *content.components)
        for part in parts:
            if not isinstance(part.value, Quantity):
                continue
            for code in part.concept.codes:
                if code.value in _ASKED and code.system == LOINC:
                    one = _Value(part.value, when, entry.id, code.value)
                    found.setdefault(code.value, []).append(one)
                    break
    return found


def latest(measure: Measure, found: dict[str, list[_Value]], on: date) -> Stated[float]:
    """The latest value in the unit of `measure`, or why it may not be gone by."""
    here = [one for code in measure.loinc for one in found.get(code, ())]
    if not here:
        return Stated(None, f"the record has no {measure.name}")
    dated = [(one, one.when) for one in here if one.when is not None]
    if not dated:
        return Stated(None, f"{measure.name} has no date", _inputs(here[-1:], measure))
    later = [one for one, when in dated if when.day > on]
    dated = [(one, when) for one, when in dated if when.day <= on]
    if not dated:
        reason = f"{measure.name} has no value up to {on}: {_left_out(later, on)}"
        return Stated(None, reason, _inputs(later, measure))
    last = max(when.instant for _, when in dated)
    day = max((when for _, when in dated), key=lambda one: one.instant).day
    together = [one for one, when in dated if when.instant == last or (measure.by_day and when.day == day)]
    found_here = _one(measure, together, day, on)
    if not later:
        return found_here
    # What is dated later is not known on that day, or is a mistake: either way it must not hide what is.
    note = _left_out(later, on)
    inputs = tuple(replace(one, note="; ".join(filter(None, (one.note, note)))) for one in found_here.inputs)
    return replace(found_here, inputs=inputs)


def _left_out(later: Sequence[_Value], on: date) -> str:
    days = ", ".join(sorted({one.when.text[:10] for one in later if one.when is not None})[:_DAYS_SHOWN])
    count = "1 value" if len(later) == 1 else f"{len(later)} values"
    return f"{count} dated after {on} left out ({days})"


def cannot_be(name: str, value: str, low: float, high: float, unit: str) -> str:
    """Why a value is not gone by that is outside of what can be true."""
    bounds = f"{low:g} to {high:g} {unit}".strip()
    return f"{name} {value} cannot be true (this program's bounds: {bounds}); check its unit"


def _one(measure: Measure, together: Sequence[_Value], day: date, on: date) -> Stated[float]:
    inputs = _inputs(together, measure)
    numbers = [_number(one, measure) for one in together]
    if None in numbers:
        unknown = next(one.quantity for one, number in zip(together, numbers, strict=True) if number is None)
        unit = f"the unit {unknown.unit!r}, which is none of it" if unknown.unit else "no unit"
        why = "is only a bound" if unknown.comparator else f"has {unit}"
        return Stated(None, f"{measure.name} {why}", inputs)
    known = [one for one in numbers if one is not None]
    for one, number in zip(together, known, strict=True):
        if not measure.is_plausible(number):
            unit = "" if measure.unit == "1" else measure.unit
            written = f"{one.quantity.value:g} {one.quantity.unit}".strip()
            said = written if not unit or number == one.quantity.value else f"{written} = {number:.3g} {unit}"
            return Stated(None, cannot_be(measure.name, said, measure.low, measure.high, unit), inputs)
    if max(known) - min(known) > measure.spread * max(abs(one) for one in known):
        listed = " and ".join(f"{one:g}" for one in dict.fromkeys(known))
        return Stated(None, f"{measure.name} of {day} contradicts itself: {listed} {measure.unit}", inputs)
    if on - day > timedelta(days=measure.days):
        age = (on - day).days
        return Stated(None, f"{measure.name} is {age} days old, more than {measure.days}", inputs)
    return Stated(known[-1], "", inputs[-1:])


def _number(one: _Value, measure: Measure) -> float | None:
    quantity = one.quantity
    if quantity.comparator:
        return None
    if measure.unit == "1":
        words = {quantity.unit.casefold(), quantity.code.casefold()}
        return quantity.value if words <= _NO_UNIT else None
    if measure.unit in {quantity.code, quantity.unit}:
        return quantity.value
    known = analyte(one.loinc)
    brought = convert(
        quantity,
        measure.unit,
        molar_mass=known.molar_mass if known else None,
        charge=known.charge if known else None,
    )
    return None if brought is None else brought.value


def _inputs(found: Iterable[_Value], measure: Measure) -> tuple[CheckInput, ...]:
    return tuple(_input(found, measure))


def _input(found: Iterable[_Value], measure: Measure) -> Iterator[CheckInput]:
    for one in found:
        number = _number(one, measure)
        stated = one.quantity
        note = ""
        if number is not None and measure.unit not in {stated.code, stated.unit, "1"}:
            note = f"= {number:.4g} {measure.unit}"
        yield CheckInput(measure.name, stated, one.when, one.entry, note)
