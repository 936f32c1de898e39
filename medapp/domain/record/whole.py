"""The record of one patient as data: what every model gets that asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.domain.record.entry import Entry
    from medapp.domain.record.person import Person


@dataclass(frozen=True, slots=True)
class Record:
    """All that the library holds of one patient.

    Attributes:
        persons: What each source says of who this is; they may contradict each other.
        entries: In order of time, those without one first; none of them is withheld or cleaned.
    """

    persons: tuple[Person, ...] = ()
    entries: tuple[Entry, ...] = ()
