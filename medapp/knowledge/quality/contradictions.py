"""What cannot both be so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record import Allergy, Observation, Person, Problem, Quantity, When
from medapp.domain.record.coding import LOINC
from medapp.knowledge.quality.facts import moments
from medapp.knowledge.quality.limits import base_name
from medapp.knowledge.quality.scaling import line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.domain.record import Component, Entry, ReferenceRange

_SYSTOLIC: Final = frozenset({"8480-6", "76215-3", "8459-0", "8460-8", "8461-6"})
_DIASTOLIC: Final = frozenset({"8462-4", "76213-8", "8453-3", "8454-1", "8455-8"})
_LEAST: Final = frozenset({"lowest", "min", "minimum"})
_MOST: Final = frozenset({"highest", "max", "maximum"})
_HIGH: Final = frozenset({"H", "HH", "HU"})
_LOW: Final = frozenset({"L", "LL", "LU"})
_OVER: Final = frozenset({"resolved", "inactive", "remission"})


def of_entry(entry: Entry) -> list[str]:
    """What of one entry contradicts the rest of it, each as a stable word."""
    content = entry.content
    if isinstance(content, Observation):
        return [*_of_range(content.value, content.flags, content.ranges), *_of_pressure(content.components)]
    if isinstance(content, Problem | Allergy):
        _start, end = moments(entry)
        # FHIR R4 con-4: what has abated is inactive, resolved or in remission.
        return ["status"] if end is not None and content.status == "active" else []
    return []


def _of_range(value: object, flags: tuple[str, ...], ranges: tuple[ReferenceRange, ...]) -> list[str]:
    found = []
    for one in ranges:
        if one.low is not None and one.high is not None and one.low.unit == one.high.unit:
            found += ["range"] if one.low.value > one.high.value else []
    if not isinstance(value, Quantity) or len(ranges) != 1 or found or value.comparator:
        return found
    given = set(flags)
    low, high = (_held(value, limit) for limit in (ranges[0].low, ranges[0].high))
    is_low, is_high = low is not None and low < 0, high is not None and high > 0
    wrong = (given & _HIGH and (is_low or (high is not None and high < 0))) or (
        given & _LOW and (is_high or (low is not None and low > 0))
    )
    if wrong or ("N" in given and (is_low or is_high)):
        found.append("flag")
    return found


def _held(value: Quantity, limit: Quantity | None) -> float | None:
    """The value less a limit, in the value's unit; None where they cannot be held against each other."""
    if limit is None:
        return None
    own, other = value.code or value.unit, limit.code or limit.unit
    if own == other:
        return value.value - limit.value
    scale = line(other, own)
    return None if scale is None else value.value - (limit.value * scale[0] + scale[1])


def _of_pressure(components: tuple[Component, ...]) -> list[str]:
    found: dict[str, float] = {}
    for one in components:
        if isinstance(one.value, Quantity):
            found[one.concept.code(LOINC)] = one.value.value
    systolic = [value for code, value in found.items() if code in _SYSTOLIC]
    diastolic = [value for code, value in found.items() if code in _DIASTOLIC]
    return ["order"] if systolic and diastolic and systolic[0] < diastolic[0] else []


def of_row(values: Mapping[str, float]) -> list[str]:
    """Columns of one row whose lowest is above their highest; names of the first of each two."""
    least: dict[str, tuple[str, float]] = {}
    most: dict[str, float] = {}
    for title, value in values.items():
        name, statistic = base_name(title)
        if statistic in _LEAST:
            least[name] = title, value
        elif statistic in _MOST:
            most[name] = value
    return [title for name, (title, value) in least.items() if name in most and value > most[name]]


def of_person(one: Person, other: Person) -> bool:
    """Whether two rows about one person cannot both be right."""
    sexes = {one.sex, other.sex} - {None, "unknown"}
    births = [person.birth_date for person in (one, other) if person.birth_date]
    short = min((len(when.text[:10]) for when in births), default=0)
    return len(sexes) > 1 or len({when.text[:short] for when in births}) > 1


def died_before_birth(person: Person) -> bool:
    """Whether somebody died before being born."""
    death = person.deceased
    return isinstance(death, When) and person.birth_date is not None and death.day < person.birth_date.day
