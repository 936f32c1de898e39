"""Everybody whom a question may be about: persons of the records, and patients of the images alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from medapp.domain.patient import Patient
from medapp.library import schema as images
from medapp.library.record import matching

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SEXES: Final = {"M": "male", "F": "female", "O": "other"}
_WHOLE: Final = 10


@dataclass(frozen=True)
class Somebody:
    """A person of the records, or of the images alone.

    Attributes:
        person: Key of the record; empty where there is none.
        patients: Keys of the patient of the images, as far as they are known to be the same.
        birth_date, sex: What all sources agree on; empty where they contradict each other.
        died: ISO, as exact as stated; ``yes`` where no date is.
    """

    person: str
    patients: tuple[str, ...]
    name: str
    birth_date: str
    sex: str
    died: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Under which what is known of them is found."""
        return (self.person, *self.patients) if self.person else self.patients

    def age(self, today: date) -> int | None:
        """Whole years, today or at death; None where one of the dates is not known to the day, or is none."""
        born, last = _day(self.birth_date), _day(self.died) if self.died else today
        if born is None or last is None:
            return None
        last = min(today, last)
        return last.year - born.year - ((last.month, last.day) < (born.month, born.day))


def everybody(connection: Connection) -> list[Somebody]:
    """All persons, with their images where those are known to be theirs, then whose images have no record."""
    same: dict[str, list[str]] = {}
    for match in matching.matches(connection):
        if match.verdict == "same":
            same.setdefault(match.person, []).append(match.patient)
    people = [
        Somebody(
            one.person,
            tuple(same.get(one.person, ())),
            next(iter(one.names), ""),
            _only(one.birth_dates),
            _only(one.sexes),
            max(one.died, default=""),
        )
        for one in matching.identities(connection)
    ]
    linked = {key for keys in same.values() for key in keys}
    for row in connection.execute(select(images.patients)):
        if row.key not in linked:
            seen = Patient(row.id, row.name, row.birth_date, row.sex, row.issuer)
            born = matching.iso_date(seen.birth_date)
            sex = _SEXES.get(seen.sex.upper(), "")
            people.append(Somebody("", (row.key,), seen.name.replace("^", ", ", 1), born, sex))
    return people


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:_WHOLE]) if len(text) >= _WHOLE else None
    except ValueError:
        return None


def _only(stated: tuple[str, ...]) -> str:
    return stated[0] if len(stated) == 1 else ""
