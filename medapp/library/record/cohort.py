"""Answering a question over the library: records, and images whose patient is known to be the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from medapp.domain.cohort import Cohort, Member
from medapp.library.record.cohort_found import Convert, Finder, Found
from medapp.library.record.cohort_people import everybody
from medapp.library.record.searching import searchable

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from medapp.domain.cohort import CohortQuery
    from medapp.library.record.cohort_people import Somebody

__all__ = ["Convert", "search"]
_SHOWN: Final = 6


def search(connection: Connection, query: CohortQuery, convert: Convert, today: date | None = None) -> Cohort:
    """See `RecordStore.cohort`."""
    today = today or datetime.now(tz=UTC).date()
    unknown: Counter[str] = Counter()
    people = [one for one in everybody(connection) if _fits(one, query, today, unknown)]
    finder = Finder(connection, convert, today, {one.person: one.died for one in people if one.died})
    found = [finder.find(condition) for condition in query.conditions]
    members = [_member(one, found, today) for one in people if _holds(one, found, unknown)]
    members.sort(key=lambda one: (searchable(one.name), one.person, one.patients))
    told = (*_missing(found), *_units(finder.units), *_titles(finder.titles))
    judged = tuple(sorted(unknown.items()))
    return Cohort(tuple(members), judged, told, query.text, query.conditions)


def _fits(one: Somebody, query: CohortQuery, today: date, unknown: Counter[str]) -> bool:
    """Whether sex and age are as asked for."""
    if query.sex is not None:
        if one.sex not in {"male", "female", "other"}:
            unknown["sex"] += 1
        if one.sex != query.sex:
            return False
    if query.youngest is None and query.oldest is None:
        return True
    age = one.age(today)
    if age is None:
        unknown["age"] += 1
        return False
    return (query.youngest is None or age >= query.youngest) and (query.oldest is None or age <= query.oldest)


def _holds(one: Somebody, found: list[Found], unknown: Counter[str]) -> bool:
    """Whether all conditions hold; counted where that hangs on what is not known."""
    judged = [part.judge(one.keys) for part in found]
    if False in judged:
        return False
    if None in judged:
        unknown[found[judged.index(None)].unsure(one.keys)] += 1
        return False
    return True


def _member(one: Somebody, found: list[Found], today: date) -> Member:
    evidence = tuple(seen for part in found if (seen := part.latest(one.keys)) is not None)
    who = (one.person, one.patients, one.name, one.birth_date, one.sex, one.age(today))
    return Member(*who, evidence, died=bool(one.died))


def _missing(found: list[Found]) -> tuple[str, ...]:
    return tuple(
        f"nothing in the library fits “{replace(part.condition, absent=False).text}”"
        for part in found
        if not part.seen and not part.doubt
    )


def _units(units: dict[str, Counter[str]]) -> tuple[str, ...]:
    return tuple(
        f"{text}: no unit was asked for; compared with values in "
        + ", ".join(unit or "no unit" for unit, _ in counted.most_common())
        for text, counted in units.items()
    )


def _titles(titles: dict[str, Counter[str]]) -> tuple[str, ...]:
    """Where words fit values of several names: which, since they may be of several things."""
    return tuple(
        f"{text}: compared with values of "
        + ", ".join(f"“{title}”" for title, _ in counted.most_common(_SHOWN))
        + (f" and {len(counted) - _SHOWN} more" if len(counted) > _SHOWN else "")
        for text, counted in titles.items()
        if len(counted) > 1
    )
