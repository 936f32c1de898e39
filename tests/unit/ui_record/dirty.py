"""Persons with a record in which something of every kind is wrong; nobody of them is or was anybody."""

from __future__ import annotations

from medapp.domain.record import (
    Code,
    Concept,
    Entry,
    HumanName,
    Observation,
    Period,
    Person,
    Problem,
    Quantity,
    Source,
    When,
)
from medapp.domain.record.coding import LOINC

FILE = "dirty.json"


def source(place: str) -> Source:
    return Source(FILE, "fhir", place)


def lab(subject, name, value, day, unit="mg/dL", code="2160-0", title="Creatinine") -> Entry:
    found = None if value is None else Quantity(value, unit, unit)
    when = Period(When(f"{day}T08:00:00Z"))
    content = Observation(
        Concept((Code(LOINC, code, title),)), "final", "laboratory", effective=when, value=found
    )
    return Entry(f"{subject}{name}", subject, source(f"Observation/{subject}{name}"), content)


def dirty(subject="jane", family="Doe") -> tuple[Person, list[Entry]]:
    """Twenty values of creatinine, and one of each kind that is wrong."""
    person = Person(
        subject,
        source(f"Patient/{subject}"),
        (),
        (HumanName(family, ("Jane",)),),
        When("1950-01-01"),
        "female",
    )
    entries = [lab(subject, f"n{n}", 0.8 + n / 50, f"2020-01-{n + 1:02d}") for n in range(20)]
    entries += [
        lab(subject, "twice", 0.8, "2020-01-01"),
        lab(subject, "none", None, "2020-02-01"),
        lab(subject, "far", 9.0, "2020-02-02"),
        lab(subject, "wrong", 900.0, "2020-02-03"),
        lab(subject, "molar", 97.0, "2020-02-04", "umol/L"),
        lab(subject, "early", 1.0, "1940-02-05"),
        lab(subject, "other", 1.7, "2020-01-02"),
        Entry(f"{subject}p", subject, source(f"Condition/{subject}p"), Problem(Concept(text="Gout"))),
    ]
    return person, entries


def clean(subject="ann") -> tuple[Person, list[Entry]]:
    """Somebody with nothing wrong."""
    person = Person(subject, source(f"Patient/{subject}"), (), (HumanName("Poe", ("Ann",)),))
    return person, [lab(subject, "n1", 1.0, "2021-01-01")]
