"""A patient's record as a history: the numbers that a cohort's people have, with where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.domain.notice import Notice
from medapp.domain.record import Observation, Problem
from medapp.domain.record.summary import DENIED
from medapp.knowledge.features.gathering import moment_of
from medapp.knowledge.quality.facts import moments
from medapp_classification.records.history import FIB4_LIMIT, History, Measured
from medapp_classification.records.lacking import (
    events,
    named_conditions,
    of_numbers,
    of_problems,
    timed,
    undated,
)
from medapp_classification.records.mapping import by_loinc, conditions, variables
from medapp_classification.records.people import end_of_day, individual_of, last_moment
from medapp_classification.records.reading import numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medapp.domain.record import Record, When
    from medapp_classification.records.people import Individual
    from medapp_classification.records.reading import Number, Numbers

YOUNGEST: Final = 18
_DAY: Final = 86400.0
_TOGETHER: Final = timedelta(days=30)
"""Liver tests of one FIB-4 score are at most so far apart."""
TITLES: Final = {
    "age": "Age",
    "male": "Sex",
    "fib4": "FIB-4 score above 2.67",
    "seen": "When and how often measured",
    **{one.key: one.title for one in conditions()},
    **{one.key: one.title for one in variables()},
}


@dataclass(frozen=True, slots=True)
class Shown:
    """How a variable is shown among the reasons."""

    value: str
    entries: tuple[str, ...] = ()
    when: When | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Patient:
    """What is known of a patient at a moment.

    Attributes:
        at: The moment; None where no entry is dated.
        history: None where a model cannot be asked.
        lacking: Why it cannot, each with what would help.
        shown: By variable.
        notices: What the reader should know.
    """

    at: datetime | None
    history: History | None
    lacking: tuple[str, ...] = ()
    shown: dict[str, Shown] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


def patient_of(
    record: Record,
    *,
    as_of: str = "",
    no_problems: bool = False,
    in_part: bool = False,
    today: datetime | None = None,
) -> Patient:
    """Read a record up to a moment.

    Args:
        record: Of the patient.
        as_of: Day that the answer holds for, YYYY-MM-DD; by default the day of the last clinical entry.
        no_problems: Whether a person says that an empty list of problems means that there are none.
        in_part: Whether a history is wanted where problems or measurements are not there; `lacking` says so.
        today: Nothing is looked at after it.
    """
    now = today or datetime.now(UTC)
    try:
        at = end_of_day(as_of) if as_of else last_moment(record, now)
    except ValueError:
        return Patient(None, None, (f"{as_of!r} is no day such as 2024-05-31",))
    person = individual_of(record)
    if at is None or next(timed(record), None) is None:
        return Patient(
            None, None, (undated(record), *_of_person(person, record), *_of_rest(record, now, no_problems))
        )
    numbers = numbers_of(record, by_loinc(), at)
    ill = _conditions(record, at)
    lacking = [*_of_person(person, record), *_unfit(person, at)]
    named = next(named_conditions(record, at), None) is not None
    unfit = bool(lacking) or named
    lacking += of_problems(record, at, no_problems=no_problems)
    lacking += of_numbers(record, numbers, at)
    notices = (
        *numbers.notices(),
        *_old(at, now, stated=bool(as_of)),
        *(() if named else _events(record, no_problems=no_problems)),
    )
    if unfit or (lacking and not in_part) or person.born is None or person.male is None:
        return Patient(at, None, tuple(lacking), {}, notices)
    history = _history(person, numbers, ill, at)
    return Patient(at, history, tuple(lacking), _shown(history, person, numbers, ill, at), notices)


def _of_person(person: Individual, record: Record) -> list[str]:
    """What is not known of the person; an age by itself is said to be none that can be used."""
    aged = any(
        isinstance(one.content, Observation) and one.content.category == "demographics"
        for one in record.entries
    )
    hint = " (an age without the day on which it held does not do)" if aged else ""
    return [f"{one}{hint}" if one == "the birth date is not stated" else one for one in person.lacking]


def _of_rest(record: Record, now: datetime, no_problems: bool) -> list[str]:  # noqa: FBT001 - as the caller has it
    numbers = numbers_of(record, by_loinc(), now)
    return [*of_problems(record, now, no_problems=no_problems), *of_numbers(record, numbers, now)]


def _events(record: Record, *, no_problems: bool) -> list[Notice]:
    """That entries of tables were not looked at, where a person says that there are no problems."""
    count = events(record)
    if not no_problems or not count:
        return []
    message = (
        f"It was stated that there are no problems; the record holds {count} events of tables of which it is "
        "not known whether they are diseases, and they were not looked at."
    )
    return [Notice("events-not-read", message, "warning", {"count": count})]


def _unfit(person: Individual, at: datetime) -> list[str]:
    found = []
    age = person.birthdays(at)
    if age is not None and age < YOUNGEST:
        words = f"{age} years old" if age >= 0 else "not born"
        found.append(f"the models are for adults, and the patient was {words} on {at.date().isoformat()}")
    if person.is_dead and (person.died is None or person.died <= at):
        found.append("the patient has died; ask for a day before with as_of")
    return found


def _old(at: datetime, now: datetime, *, stated: bool) -> list[Notice]:
    day = at.date().isoformat()
    if (now - at).days <= 365:  # noqa: PLR2004 - a year
        return []
    message = (
        f"The last clinical entry of the record is of {day}: the answers hold for that day, not for today."
    )
    if stated:
        message = f"The answers hold for {day}, as was asked, not for today; nothing later was looked at."
    return [Notice("old-record", message, "warning", {"day": day})]


@dataclass(frozen=True, slots=True)
class _Ill:
    first: datetime | None
    entries: tuple[str, ...]
    when: When | None
    code: str


def _conditions(record: Record, at: datetime) -> dict[str, _Ill]:
    found: dict[str, list[tuple[datetime | None, str, When | None, str]]] = {}
    for entry in record.entries:
        content = entry.content
        if not isinstance(content, Problem) or content.certainty in DENIED:
            continue
        start, end = moments(entry)
        when = start or end or entry.recorded
        moment = moment_of(when)
        if moment is not None and moment > at:
            continue
        for one in conditions():
            if one.is_said_by(content.concept):
                code = next((f"{each.system}|{each.value}" for each in content.concept.codes), "")
                found.setdefault(one.key, []).append((moment, entry.id, when, code))
    return {key: _first(mentions) for key, mentions in found.items()}


def _first(mentions: Sequence[tuple[datetime | None, str, When | None, str]]) -> _Ill:
    dated = [one for one in mentions if one[0] is not None]
    first = min(dated, key=lambda one: str(one[0]), default=mentions[0])
    return _Ill(first[0], tuple(one[1] for one in mentions), first[2], first[3])


def _history(person: Individual, numbers: Numbers, ill: dict[str, _Ill], at: datetime) -> History:
    measured = {key: _measured(numbers.found[key], at) for key in ("hdl", "sbp") if numbers.found.get(key)}
    scores = _fib4(person, numbers)
    if scores:
        measured["fib4"] = _measured(scores, at)
    days = {
        key: float("nan") if one.first is None else (one.first - at).total_seconds() / _DAY
        for key, one in ill.items()
    }
    return History(person.age(at) or 0.0, float(bool(person.male)), _body(numbers), measured, days)


def _measured(numbers: Sequence[Number], at: datetime) -> Measured:
    return Measured(
        np.array([min(0.0, (one.moment - at).total_seconds() / _DAY) for one in numbers]),
        np.array([one.value for one in numbers]),
        tuple(one.entry for one in numbers),
    )


def _body(numbers: Numbers) -> dict[str, float]:
    found = {key: values[-1].value for key, values in numbers.found.items() if key in _BODY and values}
    if "bmi" not in found and {"weight", "height"} <= set(found):
        found["bmi"] = found["weight"] / (found["height"] / 100) ** 2
    return found


_BODY: Final = frozenset({"bmi", "weight", "height"})


def _fib4(person: Individual, numbers: Numbers) -> list[Number]:
    """The score (Sterling et al., Hepatology 2006) where its tests are near each other, above its limit."""
    found = []
    for ast in numbers.found.get("ast", ()):
        alt = _nearest(numbers.found.get("alt", ()), ast.moment)
        platelets = _nearest(numbers.found.get("platelets", ()), ast.moment)
        age = person.age(ast.moment)
        if alt is None or platelets is None or age is None:
            continue
        score = age * ast.value / (platelets.value * alt.value**0.5)
        if score > FIB4_LIMIT:
            found.append(type(ast)(ast.moment, score, ast.entry, ast.when))
    return found


def _nearest(numbers: Sequence[Number], moment: datetime) -> Number | None:
    near = [one for one in numbers if abs(one.moment - moment) <= _TOGETHER]
    return min(near, key=lambda one: abs(one.moment - moment), default=None)


def _shown(
    history: History, person: Individual, numbers: Numbers, ill: dict[str, _Ill], at: datetime
) -> dict[str, Shown]:
    units = {one.key: (one.unit, one.code) for one in variables()}
    found = {
        "age": Shown(f"{person.birthdays(at)} years"),
        "male": Shown("male" if person.male else "female"),
        "seen": Shown(f"{len(numbers.found.get('hdl', ())) + len(numbers.found.get('sbp', ()))} values"),
    }
    for key in ("hdl", "sbp", "weight", "height", "bmi"):
        values = numbers.found.get(key, ())
        unit, code = units[key]
        if values:
            last = values[-1]
            entries = tuple(one.entry for one in reversed(values))
            found[key] = Shown(f"{last.value:.4g} {unit}", entries, last.when, code)
        elif key in history.body:
            found[key] = Shown(f"{history.body[key]:.4g} {unit}", (), None, code)
        else:
            found[key] = Shown("not measured", (), None, code)
    fib4 = history.measured.get("fib4")
    found["fib4"] = Shown("not found") if fib4 is None else Shown(f"{fib4.values[-1]:.3g}", fib4.entries)
    for one in conditions():
        seen = ill.get(one.key)
        found[one.key] = Shown("not in the record") if seen is None else _of_ill(seen)
    return found


def _of_ill(one: _Ill) -> Shown:
    since = "not dated" if one.when is None else f"since {one.when.text[:10]}"
    return Shown(since, one.entries, one.when, one.code)
