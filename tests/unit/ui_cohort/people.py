"""Three persons with a small record each; nobody of them is or was anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import (
    Code,
    Concept,
    Entry,
    HumanName,
    Medication,
    Observation,
    Period,
    Person,
    Problem,
    Quantity,
    Source,
    When,
)
from medapp.domain.record.coding import LOINC

if TYPE_CHECKING:
    from medapp.library import Library

SOURCE = Source("people.json", "fhir")
CREATININE = Concept((Code(LOINC, "2160-0", "Creatinine [Mass/volume] in Serum"),))


def put_people(library: Library) -> None:
    """Jane with kidneys, John with diabetes, Ann of whom neither birth date nor sex is known."""
    people = [
        Person("jane", SOURCE, (), (HumanName("Doe", ("Jane",)),), When("1950-01-01"), "female"),
        Person("john", SOURCE, (), (HumanName("Roe", ("John",)),), When("1940-02-02"), "male"),
        Person("ann", SOURCE, (), (HumanName("Poe", ("Ann",)),)),
    ]
    entries = [
        lab("jane", 1, 1.6, "2019-01-01"),
        lab("jane", 2, 1.9, "2020-05-05"),
        lab("john", 3, 2.5, "2021-05-05"),
        lab("ann", 4, 3.0, "2021-06-06"),
        Entry("m", "john", SOURCE, Medication(Concept(text="Metformin 500 mg"), "statement", "active")),
        Entry("p", "john", SOURCE, Problem(Concept(text="Diabetes"), onset=Period(When("2010")))),
    ]
    library.records.put("people", "fhir", [*people, *entries])


def lab(subject: str, number: int, value: float, day: str) -> Entry:
    """A value of creatinine."""
    found = Quantity(value, "mg/dL", "mg/dL")
    content = Observation(CREATININE, "final", effective=Period(When(day)), value=found)
    return Entry(f"lab{number}", subject, SOURCE, content)
