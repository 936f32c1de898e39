"""Whether the images and a record are of the same person.

The same number of the same issuer is the same person where nothing contradicts it. Anything less is a
proposal that a person answers, and the answer can be taken back. Nothing is merged: a match is its own row.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from medapp.domain.patient import Patient
from medapp.library.record import schema
from medapp.library.record.dummies import is_dummy
from medapp.library.record.searching import searchable
from medapp.library.schema import patients

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

Verdict = Literal["same", "proposal", "conflict", "different"]
_SEXES = {"M": "male", "F": "female", "O": "other"}
_WHOLE_DATE = 10
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)?(?!\d)")
_UNITED = 2


@dataclass(frozen=True)
class Identity:
    """What a record says of who somebody is, over all its sources.

    Attributes:
        names: Family and given names as the sources write them.
        numbers: Pairs of issuer and value.
        died: When, as exact as stated; ``yes`` where no date is.
    """

    person: str
    names: tuple[str, ...]
    birth_dates: tuple[str, ...]
    sexes: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    died: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """A record and a patient of the images.

    Attributes:
        person, patient: Keys in the library.
        verdict: ``same``: by number and issuer, or as a person said; ``proposal``: to be answered;
            ``conflict``: the number is the same and something contradicts; ``different``: as a person said.
        agrees, differs: What is the same, what is not: ``number``, ``name``, ``birth date``, ``sex``.
        said: Whether a person has answered.
    """

    person: str
    patient: str
    verdict: Verdict
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    said: bool = False


def compare(identity: Identity, patient: Patient) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """What agrees, what differs, and whether number and issuer agree; what is not stated does neither."""
    agrees: list[str] = []
    differs: list[str] = []
    values = {value for _, value in identity.numbers}
    issuers = {(_issuer(issuer), value) for issuer, value in identity.numbers if issuer}
    number = "" if is_dummy(patient.id) else patient.id
    certain = bool(number and patient.issuer) and (_issuer(patient.issuer), number) in issuers
    if number and number in values:
        agrees.append("number")
    birth = iso_date(patient.birth_date)
    for title, mine, theirs in (
        ("name", {_name(one) for one in identity.names} - {""}, _name(patient.name)),
        ("birth date", {one for one in identity.birth_dates if len(one) == _WHOLE_DATE}, birth),
        ("sex", set(identity.sexes) - {"", "unknown"}, _SEXES.get(patient.sex.upper(), "")),
    ):
        if mine and theirs:
            (agrees if theirs in mine else differs).append(title)
    return tuple(agrees), tuple(differs), certain


def judge(identity: Identity, key: str, patient: Patient, answer: str | None) -> Match | None:
    """A match worth telling, None where nothing speaks for one."""
    agrees, differs, certain = compare(identity, patient)
    if answer is not None:
        verdict: Verdict = "same" if answer == "same" else "different"
        return Match(identity.person, key, verdict, agrees, differs, said=True)
    if certain:
        return Match(identity.person, key, "conflict" if differs else "same", agrees, differs)
    if differs:
        return None
    looks_alike = {"name", "birth date"} <= set(agrees) or ("number" in agrees and len(agrees) >= _UNITED)
    return Match(identity.person, key, "proposal", agrees, differs) if looks_alike else None


def matches(connection: Connection, *, patient: str = "", person: str = "") -> tuple[Match, ...]:
    """All matches of a patient of the images, of a person, or of all; what is certain comes first."""
    known = {one.person: one for one in identities(connection, [person] if person else None)}
    order: Sequence[Verdict] = ("same", "conflict", "proposal", "different")
    found = _among(connection, known, patient)
    return tuple(sorted(found, key=lambda one: (order.index(one.verdict), one.person, one.patient)))


def _among(connection: Connection, known: Mapping[str, Identity], patient: str = "") -> list[Match]:
    """Matches of some persons, with one patient or with all."""
    answers = _answers(connection)
    likely = _Likely(known.values(), answers)
    found = []
    where = [patients.c.key == patient] if patient else []
    for row in connection.execute(select(patients).where(*where)):
        seen = Patient(row.id, row.name, row.birth_date, row.sex, row.issuer)
        for key in sorted(likely.of(row.key, seen) & known.keys()):
            match = judge(known[key], row.key, seen, answers.get((key, row.key)))
            if match is not None:
                found.append(match)
    return found


def with_images(connection: Connection) -> frozenset[str]:
    """See `RecordStore.with_images`."""
    return frozenset(person for person, _ in same(connection))


def same(connection: Connection) -> tuple[tuple[str, str], ...]:
    """See `RecordStore.same`: compared are only those who share a number, or have an answer."""
    number, column = schema.identifiers.c, schema.subjects.c
    same_number = (
        select(column.person)
        .join(schema.identifiers, number.subject == column.key)
        .join(patients, (patients.c.id == number.value) & (patients.c.id != "") & (patients.c.issuer != ""))
    )
    answered = select(column.person).join(schema.matches, schema.matches.c.subject == column.key)
    some = set(connection.scalars(same_number)) | set(connection.scalars(answered))
    known = {one.person: one for one in identities(connection, some)} if some else {}
    return tuple((one.person, one.patient) for one in _among(connection, known) if one.verdict == "same")


class _Likely:
    """Who shares anything with a patient: to compare everybody with everybody takes far too long."""

    def __init__(self, known: Iterable[Identity], answers: Mapping[tuple[str, str], str]) -> None:
        self._numbers: dict[str, set[str]] = {}
        self._names: dict[str, set[str]] = {}
        self._answered: dict[str, set[str]] = {}
        for identity in known:
            for _, value in identity.numbers:
                self._numbers.setdefault(value, set()).add(identity.person)
            for name in identity.names:
                self._names.setdefault(_name(name), set()).add(identity.person)
        for person, patient in answers:
            self._answered.setdefault(patient, set()).add(person)

    def of(self, key: str, patient: Patient) -> set[str]:
        """Persons with the same number or name, or of whom a person has said something."""
        nobody: set[str] = set()
        numbers = self._numbers.get(patient.id, nobody) if patient.id else nobody
        name = _name(patient.name)
        names = self._names.get(name, nobody) if name else nobody
        return numbers | names | self._answered.get(key, nobody)


def answer(connection: Connection, person: str, patient: str, *, same: bool | None) -> None:
    """Write what a person says of a match; None takes it back.

    Raises:
        KeyError: Where there is nobody of this key.
    """
    subjects = connection.scalars(
        select(schema.subjects.c.key).where(schema.subjects.c.person == person)
    ).all()
    if not subjects:
        raise KeyError(person)
    table = schema.matches
    connection.execute(delete(table).where(table.c.subject.in_(subjects), table.c.patient == patient))
    if same is not None:
        row = {"patient": patient, "answer": "same" if same else "different", "said": time.time()}
        connection.execute(upsert(table), [{"subject": key, **row} for key in subjects])


def _answers(connection: Connection) -> dict[tuple[str, str], str]:
    table = schema.matches
    rows = connection.execute(
        select(schema.subjects.c.person, table.c.patient, table.c.answer)
        .join(schema.subjects, schema.subjects.c.key == table.c.subject)
        .order_by(table.c.said)
    )
    return {(row.person, row.patient): row.answer for row in rows}


def identities(connection: Connection, persons: Iterable[str] | None = None) -> list[Identity]:
    """What the records say of who somebody is; of some persons or of all."""
    column = schema.subjects.c
    where = []
    if persons is not None:
        wanted = func.json_each(json.dumps(sorted(persons))).table_valued("value")
        where.append(column.person.in_(select(wanted.c.value)))
    names: dict[str, list[tuple[str, str, str, str]]] = {}
    for row in connection.execute(
        select(column.person, column.name, column.birth_date, column.sex, column.died).where(
            column.payload.is_not(None), *where
        )
    ):
        names.setdefault(row.person, []).append((row.name, row.birth_date, row.sex, row.died))
    numbers: dict[str, list[tuple[str, str]]] = {}
    for person_key, issuer, value in connection.execute(
        select(column.person, schema.identifiers.c.issuer, schema.identifiers.c.value)
        .join(schema.identifiers, schema.identifiers.c.subject == column.key)
        .where(*where)
    ):
        numbers.setdefault(person_key, []).append((issuer, value))
    found = []
    for key, rows in names.items():
        stated = [tuple(dict.fromkeys(one for one in part if one)) for part in zip(*rows, strict=True)]
        name, born, sex, died = stated
        found.append(Identity(key, name, born, sex, tuple(numbers.get(key, ())), died))
    return found


def _issuer(text: str) -> str:
    return text.strip().removeprefix("urn:oid:").rstrip("/").casefold()


def iso_date(text: str) -> str:
    """ISO 8601 of a DICOM date; empty where it is none."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if re.fullmatch(r"\d{8}", text) else ""


def iso_moment(day: str, time: str) -> str:
    """ISO 8601 of a DICOM date and time, as exact as both are stated; empty where the date is none.

    Raises nothing: a time that is none (PS3.5 6.2, VR TM) leaves the day, as does one of the hour alone.
    """
    date = iso_date(day)
    found = _TIME.match(time.strip().replace(":", ""))
    if not date or found is None:
        return date
    return f"{date}T{found[1]}:{found[2]}" + (f":{found[3]}" if found[3] else "")


def _name(text: str) -> str:
    """Family and first given name, however they are written: ``Doe^Jane^Q``, ``Doe, Jane Q``."""
    first = text.partition("=")[0]
    family, _, given = first.replace("^", ",", 1).partition(",")
    words = re.split(r"[\s^]+", given.strip())
    plain = searchable(family, words[0])
    return "".join(one for one in plain if one.isalnum())
