"""Dates that cannot be: to come, before birth, after death, ended before started."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Immunization, Medication, Observation, Other, Procedure, When
from medapp.knowledge.quality.facts import moments

if TYPE_CHECKING:
    from medapp.domain.record import Entry

_PLANNED: Final = frozenset(
    {"planned", "booked", "proposed", "preparation", "not-done", "cancelled", "draft"}
)
_ZONES: Final = timedelta(days=1)
"""Somewhere on earth it is a day later."""

Life = tuple[When | None, When | None]
"""Birth and death."""


def last_day(when: When) -> date:
    """The last day that a date can be."""
    first = when.day
    if when.precision == "year":
        return date(first.year, 12, 31)
    if when.precision == "month":
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first


@dataclass(frozen=True, slots=True)
class Dated:
    """The dates of an entry, to be held against a life once that is known.

    Attributes:
        is_planned: Whether it may be yet to come.
        is_of_the_living: Whether it cannot come after death.
    """

    start: When | None
    end: When | None
    is_planned: bool
    is_of_the_living: bool


def dated(entry: Entry) -> Dated | None:
    """The dates of an entry; None where it has none."""
    start, end = moments(entry)
    if isinstance(entry.content, Other) or not (start or end):
        return None
    return Dated(start, end, _is_planned(entry), _is_of_the_living(entry))


def faults(one: Dated, life: Life, today: date) -> list[str]:
    """What is wrong with dates, each as a stable word."""
    found = []
    if one.start and one.end and last_day(one.end) < one.start.day:
        found.append("end-before-start")
    first = one.start or one.end
    if first is None:
        return found
    birth, death = life
    if birth is not None and last_day(first) < birth.day:
        found.append("before-birth")
    if death is not None and one.is_of_the_living and first.day > last_day(death):
        found.append("after-death")
    if first.day > today + _ZONES and not one.is_planned:
        found.append("future")
    return found


def _is_planned(entry: Entry) -> bool:
    content = entry.content
    if isinstance(content, Medication):
        return content.kind == "request"
    return getattr(content, "status", "") in _PLANNED


def _is_of_the_living(entry: Entry) -> bool:
    content = entry.content
    if isinstance(content, Medication):
        return content.kind == "administration"
    if isinstance(content, Observation):
        # The outcome and the certificate of a death are written after it.
        return content.category in {"laboratory", "vital-signs"}
    return isinstance(content, Procedure | Immunization)
