"""PID to a person, NK1 to somebody who belongs to them (HL7 v2.9, 3.4.2 and 3.4.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import Identifier, Other, Person
from medapp.formats.hl7v2.types import (
    address,
    concept,
    human_name,
    identifier,
    nickname,
    period,
    when,
    words,
)

if TYPE_CHECKING:
    from medapp.domain.record import When
    from medapp.domain.record.person import Sex
    from medapp.formats.hl7v2.scope import Scope
    from medapp.formats.hl7v2.segments import Field, Segment

SEXES: dict[str, Sex] = {
    "F": "female", "M": "male", "O": "other", "A": "other", "N": "other", "X": "other", "U": "unknown",
}  # fmt: skip
"""HL7 table 0001 to FHIR administrative gender."""

US_SSN = "http://hl7.org/fhir/sid/us-ssn"
_FACTS = ((10, "race"), (22, "ethnicity"), (15, "language"), (16, "marital status"), (17, "religion"))


def read_person(scope: Scope, segment: Segment) -> None:
    """Name the person that the segments after this one speak of."""
    scope.check_date(segment, 7, 29)
    identifiers = _identifiers(segment)
    scope.subject = _subject(identifiers) or f"message {scope.number} {segment.place}"
    scope.encounter = ""
    # PID-9 is where older versions state aliases.
    written = [field for number in (5, 9) for field in segment.all(number)]
    names = [name for field in written if (name := human_name(field))]
    names += [name for field in written if (name := nickname(field))]
    scope.found.append(
        Person(
            scope.subject,
            scope.source(segment.place),
            identifiers,
            tuple(names),
            when(segment, 7),
            SEXES.get(segment.text(8).upper()),
            _deceased(segment),
            tuple(address(field) for field in segment.all(11)),
            tuple(
                (name, text) for number, name in _FACTS for text in map(words, segment.all(number)) if text
            ),
        )
    )
    release(scope)


def _identifiers(segment: Segment) -> tuple[Identifier, ...]:
    """PID-3 first, then what older versions state in fields of their own."""
    found = [identifier(field) for number in (3, 2, 4) for field in segment.all(number)]
    security, licence = segment.text(19), segment.one(20)
    if security:
        found.append(Identifier(security, US_SSN, "SS"))
    if licence.first(1):
        found.append(Identifier(licence.first(1), licence.first(2), "DL"))
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _subject(identifiers: tuple[Identifier, ...]) -> str:
    """The same for all messages of a source that name the same first number and issuer."""
    if not identifiers:
        return ""
    first = identifiers[0]
    return f"{first.issuer}|{first.kind}|{first.value}"


def _deceased(segment: Segment) -> When | bool | None:
    moment = when(segment, 29)
    if moment is not None:
        return moment
    return {"Y": True, "N": False}.get(segment.text(30).upper())


def read_relative(scope: Scope, segment: Segment) -> None:
    """NK1: next of kin and others to turn to, from when to when, by which relationship and in which role."""
    scope.check_date(segment, 8, 9)
    names = [name.display for field in segment.all(2) if (name := human_name(field))]
    homes = [", ".join(part for part in _lines(field) if part) for field in segment.all(4)]
    phones = [_phone(field) for number in (5, 6) for field in segment.all(number)]
    said = (("name", names), ("address", homes), ("phone", phones), ("role", [words(segment.one(7))]))
    facts = tuple((name, text) for name, texts in said for text in dict.fromkeys(texts) if text)
    what = concept(segment.one(3))
    if facts or what:
        during = period(when(segment, 8), when(segment, 9))
        scope.add(segment.place, Other("RelatedPerson", what, during=during, facts=facts), encounter="")


def _lines(field: Field) -> tuple[str, ...]:
    home = address(field)
    return (*home.lines, home.postal_code, home.city, home.state, home.country)


def _phone(field: Field) -> str:
    """XTN: as it was written, else put together of its parts, else an address of e-mail."""
    parts = [field.part(number) for number in (5, 6, 7, 8)]
    return field.part(1) or field.part(12) or " ".join(part for part in parts if part) or field.part(4)


def release(scope: Scope) -> None:
    """Give what was said before the PID to its person."""
    for place, content in scope.waiting:
        scope.add(place, content)
    scope.waiting.clear()
