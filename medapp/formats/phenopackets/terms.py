"""Ontology classes (``HP:0001250``) as codes, and times as the schema's TimeElement states them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from medapp.domain.record.coding import (
    ATC,
    HGNC,
    HPO,
    ICD10CM,
    LOINC,
    OMIM,
    RXNORM,
    SNOMED,
    UCUM,
    Code,
    Concept,
    Quantity,
)
from medapp.domain.record.time import Period, When
from medapp.formats.phenopackets.fields import ShapeError, get, messages, number, one, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.formats.phenopackets.fields import Message

_WITHOUT_PREFIX = {
    "LOINC": LOINC, "OMIM": OMIM, "SNOMED": SNOMED, "SNOMEDCT": SNOMED, "SCT": SNOMED, "SCTID": SNOMED,
    "UCUM": UCUM, "RXNORM": RXNORM, "RXCUI": RXNORM, "ATC": ATC, "ICD10CM": ICD10CM,
    "ICD10": "http://hl7.org/fhir/sid/icd-10", "ORPHA": "http://www.orpha.net",
    "ORPHANET": "http://www.orpha.net", "NCIT": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
}  # fmt: skip
_WITH_PREFIX = {
    "HP": HPO, "HGNC": HGNC, "MONDO": "http://purl.obolibrary.org/obo/mondo.owl",
    "GENO": "http://purl.obolibrary.org/obo/geno.owl", "SO": "http://www.sequenceontology.org",
}  # fmt: skip
_NOT_STATED = (Period(), "")
_AGE = re.compile(r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T.*)?")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2}))?")


def resources(meta: Message) -> dict[str, str]:
    """What the packet itself says of its terminologies: URL by prefix of their ids. They are never opened.

    Raises:
        ShapeError: Where metaData is not as the schema says.
    """
    return {
        text(item, "namespacePrefix").upper(): text(item, "url")
        for item in messages(meta, "resources")
        if text(item, "namespacePrefix")
    }


def concept(message: Message, systems: Mapping[str, str]) -> Concept:
    """An OntologyClass; empty where it is absent.

    Raises:
        ShapeError: Where it is not as the schema says.
    """
    curie, label = text(message, "id"), text(message, "label")
    if not curie:
        return Concept((), label)
    prefix, colon, local = curie.partition(":")
    key = prefix.upper()
    if colon and key in _WITHOUT_PREFIX:
        return Concept((Code(_WITHOUT_PREFIX[key], local, label),), label)
    system = _WITH_PREFIX.get(key) or systems.get(key, "") if colon else ""
    return Concept((Code(system, curie, label),), label)


def label(message: Message) -> str:
    """Words of an OntologyClass, else its id.

    Raises:
        ShapeError: Where it is not as the schema says.
    """
    return (text(message, "label") or text(message, "id")) if message else ""


def quantity(message: Message) -> Quantity | None:
    """A Quantity; None where it has no value.

    Raises:
        ShapeError: Where it is not as the schema says.
    """
    value = number(message, "value")
    return None if value is None else in_unit(value, one(message, "unit"))


def in_unit(value: float, unit: Message) -> Quantity:
    """A number in a unit given as OntologyClass.

    Raises:
        ShapeError: Where the unit is not as the schema says.
    """
    curie = text(unit, "id")
    code = curie.partition(":")[2] if curie.upper().startswith("UCUM:") else ""
    return Quantity(value, code or label(unit), code)


def moment(message: Message, name: str) -> When | None:
    """A protobuf Timestamp; midnight UTC stands for the day alone. None where it is absent.

    Raises:
        ShapeError: Where it is no date.
    """
    found = text(message, name)
    if not found:
        return None
    parts = _MOMENT.fullmatch(found)
    try:
        if parts is None:
            raise ValueError  # noqa: TRY301  told below like a day that does not exist
        day, time, zone = parts.groups()
        return When(day if time in {None, "00:00:00"} else f"{day}T{time}{zone}")
    except ValueError:
        problem = f"{name} is no date"
        raise ShapeError(problem) from None


def time(element: Message, birth: When | None) -> tuple[Period, str]:
    """A TimeElement: when, as far as that is known, and how the packet words it where it is no date.

    Raises:
        ShapeError: Where it is not as the schema says.
    """
    if not element:
        return _NOT_STATED
    if get(element, "timestamp") is not None:
        return Period(moment(element, "timestamp")), ""
    interval = one(element, "interval")
    if interval:
        return Period(moment(interval, "start"), moment(interval, "end")), ""
    age = text(one(element, "age"), "iso8601duration")
    if age:
        return Period(_at_age(birth, age)), age
    between = one(element, "ageRange")
    if between:
        ends = (text(one(between, end), "iso8601duration") for end in ("start", "end"))
        return Period(), " to ".join(end for end in ends if end)
    return Period(), label(one(element, "ontologyClass")) or _gestation(one(element, "gestationalAge"))


def _gestation(message: Message) -> str:
    weeks, days = number(message, "weeks"), number(message, "days")
    if weeks is None and days is None:
        return ""
    return f"gestational age {weeks or 0:g} weeks {days or 0:g} days"


def _at_age(birth: When | None, age: str) -> When | None:
    """The first moment it can be, no more exact than the age and the birth date; None without the latter."""
    parts = _AGE.fullmatch(age)
    if parts is None:
        problem = "age is no ISO 8601 duration"
        raise ShapeError(problem)
    if birth is None:
        return None
    years, months, weeks, days = (int(part or 0) for part in parts.groups())
    count = birth.day.year * 12 + birth.day.month - 1 + years * 12 + months
    try:
        first = date(count // 12, count % 12 + 1, 1)
        reached = first + timedelta(days=birth.day.day - 1 + weeks * 7 + days)
    except (ValueError, OverflowError):
        problem = "age is longer than a life"
        raise ShapeError(problem) from None
    stated = 10 if parts[3] or parts[4] else 7 if parts[2] else 4
    return When(reached.isoformat()[: min(stated, len(birth.text[:10]))])
