"""What is wrong with a record in view, and with all records of the library: by kind and variable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from medapp.knowledge.quality import Audit, Cases, fit_records
from medapp.services.feature_records import items_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from medapp.domain.record import Entry, Item, Person
    from medapp.library import Library


@dataclass(frozen=True)
class LibraryCases:
    """What is wrong with the library.

    Attributes:
        names: Of the patients, by key, as far as they are known.
    """

    cases: Cases
    names: dict[str, str]


def cases_of_patient(
    persons: Sequence[Person], entries: Sequence[Entry], *, today: date | None = None
) -> Cases:
    """What is wrong with one record; values are held against the patient's own.

    Args:
        persons: What each source says of who it is.
        entries: Of all sources; the places of cases hold these very entries.
        today: For dates that are yet to come.
    """
    # One name for the patient, whatever each source calls them: what two of them say is said twice.
    renamed = [replace(one, subject="") for one in entries]
    shown = {id(new): old for new, old in zip(renamed, entries, strict=True)}
    items: list[Item] = [*(replace(one, subject="") for one in persons), *renamed]
    found = Cases(today=today)
    found.add(items, show=lambda entry: shown[id(entry)])
    return found


def cases_of_library(
    library: Library,
    *,
    progress: Callable[[float], None] | None = None,
    today: date | None = None,
) -> LibraryCases:
    """What is wrong with all records: each value is held against those of all patients.

    Args:
        library: Gone through twice, one patient at a time.
        progress: Told the share that is done; what it raises ends the work.
        today: For dates that are yet to come.
    """
    people = library.records.persons()
    steps = 2 * len(people)

    def records(done: int) -> Iterator[tuple[str, tuple[Item, ...]]]:
        for number, one in enumerate(people, done + 1):
            yield one.key, items_of(library, one.key)
            if progress is not None:
                progress(number / steps)

    audit = Audit()
    for _key, items in records(0):
        for item in items:
            audit.add(item)
    known = {one.key: one for one in fit_records((), audit, today=today).known}
    found = Cases(today=today, known=known)
    for key, items in records(len(people)):
        found.add(items, key)
    return LibraryCases(found, {one.key: one.name for one in people if one.name})
