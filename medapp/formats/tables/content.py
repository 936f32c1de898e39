"""Rows as persons and entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from medapp.domain.record.clinical import (
    Allergy,
    Encounter,
    Immunization,
    Medication,
    Note,
    Observation,
    Other,
    Problem,
    Procedure,
    Reaction,
    ReferenceRange,
    StudyReference,
)
from medapp.domain.record.coding import Concept, Quantity
from medapp.domain.record.person import Address, HumanName, Identifier, Person
from medapp.domain.record.time import Period
from medapp.formats.tables.cells import number
from medapp.formats.tables.record import known, said, value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from medapp.domain.record.clinical import Content, Value
    from medapp.domain.record.entry import Source
    from medapp.domain.record.person import Sex
    from medapp.formats.tables.record import Record

_SEXES = frozenset({"male", "female", "other", "unknown"})
_ENCOUNTERS = {
    "ambulatory": "AMB", "outpatient": "AMB", "wellness": "AMB", "inpatient": "IMP", "emergency": "EMER",
    "urgentcare": "AMB", "virtual": "VR", "home": "HH", "snf": "IMP", "hospice": "IMP", "urgent": "IMP",
    "elective": "IMP", "ew emer.": "IMP", "direct emer.": "IMP", "surgical same day admission": "IMP",
    "observation admit": "OBSENC", "eu observation": "OBSENC", "direct observation": "OBSENC",
    "ambulatory observation": "OBSENC",
}  # fmt: skip
"""v3 ActCode by Synthea's classes and by MIMIC's planned admissions."""


def person(record: Record, subject: str, source: Source) -> Person:
    """Who a row is about, as far as the table says.

    Raises:
        CellError: Where a date is none.
    """
    sex = record.text("sex")
    age = record.text("age")
    facts = [*record.facts()]
    if age:
        facts.append(("age", age))
    return Person(
        subject=subject,
        source=source,
        identifiers=tuple(_identifiers(record)),
        names=_names(record),
        birth_date=record.when("birth", day_only=True),
        sex=cast("Sex", sex) if sex in _SEXES else None,
        deceased=record.when("death", day_only=True),
        addresses=_addresses(record),
        facts=tuple(facts),
    )


def _identifiers(record: Record) -> Iterator[Identifier]:
    number = record.key("subject")
    if number:
        yield Identifier(number)
    for column, cell in record.every("identifier"):
        yield Identifier(cell, kind=column.system) if column.system else Identifier(cell, column.header)


def _names(record: Record) -> tuple[HumanName, ...]:
    given = tuple(cell for _column, cell in record.every("given"))
    family = record.text("family")
    if not given and not family:
        return ()
    return (HumanName(family, given, record.text("prefix"), record.text("suffix")),)


def _addresses(record: Record) -> tuple[Address, ...]:
    lines = tuple(cell for _column, cell in record.every("line"))
    parts = [record.text(role) for role in ("city", "state", "postal", "country")]
    return (Address(lines, *parts),) if lines or any(parts) else ()


def measurements(record: Record) -> Iterator[tuple[str, Observation]]:
    """Every value of a row with one patient, named as its column is.

    Raises:
        CellError: Where the date of the row is none.
    """
    when, comment = _span(record), record.comment()
    for role, category in (("value", ""), ("words", ""), ("age", "demographics")):
        for column, cell in record.every(role):  # type: ignore[arg-type]
            found = value(column, cell, known(column.unit))
            concept = Concept((), column.header)
            yield column.header, Observation(concept, "", category, when, found, comment=comment)
    yield from outcomes(record, comment)


def outcomes(record: Record, comment: str = "") -> Iterator[tuple[str, Observation]]:
    """What is said of the outcome, beside what a row is about. When that was is not told."""
    for column, cell in record.every("outcome"):
        found = value(column, cell, known(column.unit))
        yield (
            column.header,
            Observation(Concept((), column.header), "", "outcome", value=found, comment=comment),
        )


def _span(record: Record) -> Period:
    return Period(record.when("start"), record.when("end"))


def _observation(record: Record) -> Observation:
    found = _value(record)
    unit = found.unit if isinstance(found, Quantity) else record.text("unit")
    low, high = (_limit(record, role, unit) for role in ("low", "high"))
    if not isinstance(found, Quantity) or low is high is None:
        ranges: tuple[ReferenceRange, ...] = ()
    else:
        ranges = (ReferenceRange(low, high),)
    flag = record.text("flag")
    return Observation(
        record.concept(),
        category=record.text("category"),
        effective=_span(record),
        value=found,
        flags=(flag,) if flag else (),
        ranges=ranges,
        specimen=record.specimen(),
        comment=record.comment(),
    )


def _value(record: Record) -> Value:
    """The number where there is one, else the words."""
    found = record.first("value")
    if found is not None:
        measured = value(*found, record.unit(found[0]))
        if isinstance(measured, Quantity) or record.first("words") is None:
            return measured
    words = record.first("words")
    return value(*words, record.unit(words[0])) if words else None


def _limit(record: Record, role: str, unit: str) -> Quantity | None:
    found = record.first(role)  # type: ignore[arg-type]
    if found is None:
        return None
    measured = number(found[1], found[0].decimal or ".")
    return Quantity(measured[0], unit) if measured else None


def _problem(record: Record) -> Problem:
    return Problem(
        record.concept(), category=record.text("category"), status=record.text("status"),
        severity=record.text("severity").lower(), onset=_span(record), body_site=record.text("site"),
        comment=record.comment(),
    )  # fmt: skip


def _medication(record: Record) -> Medication:
    found = record.first("dose")
    measured = number(found[1], found[0].decimal or ".") if found else None
    unit = record.text("dose_unit")
    said_of_dose = f"{found[1]} {unit}".strip() if found and measured is None else ""
    return Medication(
        record.concept(), record.plan.mapping.medication, record.text("status"), taken=_span(record),
        dose=Quantity(measured[0], unit, "", measured[1]) if measured else None,
        route=record.text("route"), frequency=record.text("frequency"),
        instruction="; ".join(part for part in (said_of_dose, record.comment()) if part),
        reason=record.concept("reason_code", "reason_name"),
    )  # fmt: skip


def _procedure(record: Record) -> Procedure:
    reason = record.concept("reason_code", "reason_name")
    return Procedure(
        record.concept(), record.text("status"), _span(record), record.text("site"), reason, record.comment()
    )


def _encounter(record: Record) -> Encounter:
    kind = record.text("category")
    concept = record.concept()
    return Encounter(
        concept or Concept((), kind), _ENCOUNTERS.get(kind.casefold(), ""), during=_span(record),
        reason=record.concept("reason_code", "reason_name"), place=record.text("site"),
    )  # fmt: skip


def _allergy(record: Record) -> Allergy:
    shown = [said(*one) for one in record.every("comment")]
    severities = [said(*one).lower() for one in record.every("severity")]
    # Which severity is of which reaction is only known where every reaction has one.
    known = len(shown) == len(severities)
    reactions = tuple(
        Reaction((Concept((), one),), severities[number] if known else "") for number, one in enumerate(shown)
    )
    return Allergy(
        record.concept(),
        record.text("category"),
        record.text("flag"),
        onset=_span(record),
        reactions=reactions,
    )


def _immunization(record: Record) -> Immunization:
    return Immunization(record.concept(), given=record.when("start"), route=record.text("route"))


def _note(record: Record) -> Note:
    found = record.first("text")
    return Note(
        record.concept(), written=record.when("start"), title=record.text("title"),
        text=found[1] if found else "", media_type="text/plain",
    )  # fmt: skip


def _study(record: Record) -> StudyReference:
    modality = record.text("modality")
    return StudyReference(
        record.text("uid"), record.when("start"), (modality,) if modality else (),
        description=record.concept().display, body_site=record.text("site"),
    )  # fmt: skip


def _other(record: Record) -> Other:
    layout = record.plan.mapping.layout
    facts = [*record.facts(), *((column.header, cell) for column, cell in record.every("offset"))]
    facts.extend((column.header, said(column, cell)) for column, cell in record.every("value"))
    return Other(
        layout.partition(".")[2] or "Event",
        record.concept(),
        record.text("status"),
        _span(record),
        tuple(facts),
    )


CONTENTS: dict[str, Callable[[Record], Content]] = {
    "observation": _observation,
    "problem": _problem,
    "medication": _medication,
    "procedure": _procedure,
    "encounter": _encounter,
    "allergy": _allergy,
    "immunization": _immunization,
    "note": _note,
    "study": _study,
    "other": _other,
}
"""What makes an entry of a row, by what a row is."""
