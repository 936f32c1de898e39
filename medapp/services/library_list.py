"""Whom the library lists: patients with images, then those of whom there is a record only, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.patient import Patient
from medapp.library import PatientEntry
from medapp.library.keys import RECORD_ONLY

if TYPE_CHECKING:
    from medapp.library import Library
    from medapp.library.record import PersonEntry

PAGE: Final = 100
"""Persons that are read at once."""
_SEXES: Final = {"male": "M", "female": "F", "other": "O"}
_WHOLE: Final = 10


@dataclass(frozen=True)
class Listed:
    """A part of the list.

    Attributes:
        patients: In the order that they are shown in.
        persons: How many of them are known by a record only.
        all_persons: How many such persons fit in all.
    """

    patients: tuple[PatientEntry, ...]
    persons: int
    all_persons: int


def list_patients(library: Library, query: str, *, after: int = 0, count: int = PAGE) -> Listed:
    """Whom all words of `query` are found in; takes long enough to be called in a thread.

    Of somebody with images and a record that are known to be theirs, both are looked at.

    Args:
        library: Whose patients.
        query: Words; empty for everybody.
        after: How many persons without images have been read: with 0 come all patients with images too.
        count: How many of those are read at most.
    """
    records = library.records
    same = records.same()
    found, total = records.page(query, without={key for key, _ in same}, first=after, count=count)
    people = tuple(
        PatientEntry(
            RECORD_ONLY + one.key,
            identity_of(one),
            0,
            0,
            (),
            "",
            entries=one.entries,
            number="" if one.number else one.shown_number,
        )
        for one in found
    )
    if after:
        return Listed(people, len(people), total)

    def by_record(word: str) -> tuple[str, ...]:
        holding = records.holding(word) if same else frozenset()
        return tuple(patient for person, patient in same if person in holding)

    return Listed(library.patients(query, also=by_record) + people, len(people), total)


def identity_of(one: PersonEntry) -> Patient:
    """A person of the records as the images would name them; a date that is not whole stays as it is."""
    born = one.birth_date
    return Patient(
        one.number,
        one.name.replace(", ", "^", 1),
        _dicom_day(born),
        _SEXES.get(one.sex, ""),
    )


def _dicom_day(born: str) -> str:
    """A whole date as the images state it, without a time of day; what is less stays as it is."""
    day, _, _ = born.partition("T")
    return day.replace("-", "") if len(day) == _WHOLE else born
