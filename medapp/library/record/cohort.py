"""Answering a question over the library: records, and images whose patient is known to be the same."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, false, or_, select

from medapp.domain.cohort import Cohort, Evidence, Member
from medapp.domain.patient import Patient
from medapp.library import schema as images
from medapp.library.record import matching, schema
from medapp.library.record.rows import searchable, words_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

    from medapp.domain.cohort import CohortQuery, Condition

_KINDS: Final = {
    "problem": ("Problem",),
    "medicine": ("Medication",),
    "procedure": ("Procedure", "Immunization"),
    "measurement": ("Observation",),
    "any": ("Problem", "Medication", "Procedure", "Immunization", "Allergy"),
}
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_NOT_SO: Final = ("entered-in-error", "cancelled", "not-done")
_SEXES: Final = {"M": "male", "F": "female", "O": "other"}
_WHOLE: Final = 10
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Convert = Callable[[float, str, str, str], float | None]
"""Value, its unit, the wanted unit, and the codes of what was measured as `` system|code `` words; None where
the value cannot be brought to the unit."""


@dataclass
class _Somebody:
    """A person of the records, or of the images alone."""

    person: str
    patients: tuple[str, ...]
    name: str
    birth_date: str
    sex: str
    died: str = ""


class Search:
    """One question, asked of one connection."""

    def __init__(self, connection: Connection, convert: Convert, today: date) -> None:
        """`convert` brings a value from one unit to another; `today` says how old people are."""
        self._connection, self._convert, self._today = connection, convert, today
        self._units: dict[str, Counter[str]] = {}

    def cohort(self, query: CohortQuery) -> Cohort:
        """Everybody who fits."""
        unknown: Counter[str] = Counter()
        people = [one for one in self._people() if self._fits(one, query, unknown)]
        found = [(condition, self._evidence(condition)) for condition in query.conditions]
        members = []
        for one in people:
            evidence = _evidence_of(one, found)
            if evidence is not None:
                age = _age(one, self._today)
                who = (one.person, one.patients, one.name, one.birth_date, one.sex, age)
                members.append(Member(*who, evidence, died=bool(one.died)))
        members.sort(key=lambda member: (searchable(member.name), member.person, member.patients))
        missing = tuple(f"nothing in the library fits “{one.text}”" for one, by in found if not by)
        told = (*missing, *self._notices())
        return Cohort(tuple(members), tuple(sorted(unknown.items())), told, query.text)

    def _people(self) -> list[_Somebody]:
        same: dict[str, list[str]] = {}
        for match in matching.matches(self._connection):
            if match.verdict == "same":
                same.setdefault(match.person, []).append(match.patient)
        people = [
            _Somebody(
                one.person,
                tuple(same.get(one.person, ())),
                next(iter(one.names), ""),
                _only(one.birth_dates),
                _only(one.sexes),
                max(one.died, default=""),
            )
            for one in matching.identities(self._connection)
        ]
        linked = {key for keys in same.values() for key in keys}
        for row in self._connection.execute(select(images.patients)):
            if row.key not in linked:
                seen = Patient(row.id, row.name, row.birth_date, row.sex, row.issuer)
                born = matching.iso_date(seen.birth_date)
                sex = _SEXES.get(seen.sex.upper(), "")
                people.append(_Somebody("", (row.key,), seen.name.replace("^", ", ", 1), born, sex))
        return people

    def _fits(self, one: _Somebody, query: CohortQuery, unknown: Counter[str]) -> bool:
        if query.sex is not None:
            if one.sex not in {"male", "female", "other"}:
                unknown["sex"] += 1
            if one.sex != query.sex:
                return False
        if query.youngest is None and query.oldest is None:
            return True
        age = _age(one, self._today)
        if age is None:
            unknown["age"] += 1
            return False
        return (query.youngest is None or age >= query.youngest) and (
            query.oldest is None or age <= query.oldest
        )

    def _evidence(self, condition: Condition) -> dict[str, list[Evidence]]:
        """By key of a person or of a patient of the images."""
        if condition.kind == "imaging":
            return self._imaging(condition)
        column = schema.entries.c
        statement = (
            select(
                schema.subjects.c.person,
                column.display,
                column.start,
                column.value,
                column.unit,
                column.codes,
            )
            .join(schema.subjects, schema.subjects.c.key == column.subject)
            .where(
                column.kind.in_(_KINDS[condition.kind]),
                column.status.not_in(_NOT_SO),
                or_(
                    _words(column.search, condition.words),
                    _code(column.codes, condition.words),
                    _words(column.search, condition.also) if condition.also else false(),
                ),
            )
            .order_by(column.start.nulls_first())
        )
        found: dict[str, list[Evidence]] = {}
        for row in self._connection.execute(statement):
            if condition.comparator is None or self._holds(condition, row.value, row.unit, row.codes):
                seen = Evidence(condition.text, row.display, _day(row.start), row.value, row.unit)
                found.setdefault(row.person, []).append(seen)
        return found

    def _holds(self, condition: Condition, value: float | None, unit: str, codes: str) -> bool:
        if value is None or condition.value is None or condition.comparator is None:
            return False
        if condition.unit and unit != condition.unit:
            converted = self._convert(value, unit, condition.unit, codes)
            if converted is None:
                return False
            value = converted
        elif not condition.unit:
            self._units.setdefault(condition.text, Counter())[unit] += 1
        return _COMPARE[condition.comparator](value, condition.value)

    def _imaging(self, condition: Condition) -> dict[str, list[Evidence]]:
        study, series = images.studies.c, images.series.c
        text = " " + study.search + " " + series.search
        statement = (
            select(
                study.patient_key,
                study.key,
                study.description,
                series.modality,
                series.description,
                study.date,
            )
            .join(images.series, series.study_key == study.key)
            .where(_words(text, condition.words))
            .order_by(study.date)
        )
        found: dict[str, dict[str, Evidence]] = {}
        for patient, key, description, modality, words, day in self._connection.execute(statement):
            title = f"{modality} {description or words}".strip()
            found.setdefault(patient, {})[key] = Evidence(condition.text, title, matching.iso_date(day))
        return {patient: list(studies.values()) for patient, studies in found.items()}

    def _notices(self) -> tuple[str, ...]:
        told = []
        for text, units in self._units.items():
            names = ", ".join(unit or "no unit" for unit, _ in units.most_common())
            told.append(f"{text}: no unit was asked for; compared with values in {names}")
        return tuple(told)


def search(
    connection: Connection,
    query: CohortQuery,
    convert: Convert,
    today: date | None = None,
) -> Cohort:
    """See `RecordStore.cohort`."""
    return Search(connection, convert, today or datetime.now(tz=UTC).date()).cohort(query)


def _evidence_of(
    one: _Somebody, found: list[tuple[Condition, dict[str, list[Evidence]]]]
) -> tuple[Evidence, ...] | None:
    """The latest of every condition; None where one does not hold."""
    evidence = []
    for condition, by_key in found:
        mine = [seen for key in (one.person, *one.patients) if key for seen in by_key.get(key, ())]
        if bool(mine) == condition.absent:
            return None
        if mine:
            last = max(mine, key=lambda seen: seen.date)
            evidence.append(Evidence(last.condition, last.title, last.date, last.value, last.unit, len(mine)))
    return tuple(evidence)


def _only(stated: tuple[str, ...]) -> str:
    """What all sources agree on; sources that contradict each other leave it unknown."""
    return stated[0] if len(stated) == 1 else ""


def _words(column: ColumnElement[str], words: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*[column.contains(words_of(word), autoescape=True) for word in words])


def _code(column: ColumnElement[str], words: tuple[str, ...]) -> ColumnElement[bool]:
    if len(words) != 1:
        return false()
    return column.contains(f"|{words[0]} ", autoescape=True)


def _age(one: _Somebody, today: date) -> int | None:
    """Whole years, today or at death; None where one of the dates is not known to the day."""
    if len(one.birth_date) < _WHOLE:
        return None
    born, last = date.fromisoformat(one.birth_date[:_WHOLE]), today
    if one.died:
        if len(one.died) < _WHOLE:
            return None
        last = min(today, date.fromisoformat(one.died[:_WHOLE]))
    return last.year - born.year - ((last.month, last.day) < (born.month, born.day))


def _day(seconds: float | None) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).date().isoformat() if seconds is not None else ""
