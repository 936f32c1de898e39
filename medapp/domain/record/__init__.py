"""A patient's record: who it is about, and its entries, each with where it came from.

A reader of a format yields a stream of `Item`: the person, entries that name the person by `subject`, and
`Refusal` for what could not be read. A stream holds any number of patients and is never held whole.
"""

from __future__ import annotations

from medapp.domain.record.clinical import (
    Allergy,
    CodedValue,
    Component,
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
    Report,
    StudyReference,
    Value,
)
from medapp.domain.record.coding import Code, Concept, Quantity
from medapp.domain.record.entry import Entry, Refusal, Source
from medapp.domain.record.person import Address, HumanName, Identifier, Person
from medapp.domain.record.time import Period, Since, When
from medapp.domain.record.whole import Record

Item = Person | Entry | Refusal
"""What a reader yields."""

__all__ = [
    "Address",
    "Allergy",
    "Code",
    "CodedValue",
    "Component",
    "Concept",
    "Encounter",
    "Entry",
    "HumanName",
    "Identifier",
    "Immunization",
    "Item",
    "Medication",
    "Note",
    "Observation",
    "Other",
    "Period",
    "Person",
    "Problem",
    "Procedure",
    "Quantity",
    "Reaction",
    "Record",
    "ReferenceRange",
    "Refusal",
    "Report",
    "Since",
    "Source",
    "StudyReference",
    "Value",
    "When",
]
