"""The record and the genome of a patient as models get them, from the library or from files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.domain.genome import Genome
from medapp.domain.record import Entry, Person, Record, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from medapp.formats.recognise import RecordFile
    from medapp.library import Library


@dataclass(frozen=True)
class PatientData:
    """What there is beside images; None where nothing is known.

    Attributes:
        refused: File, place, code and reason of what could not be read.
        unread: Files that need an answer first, and why.
    """

    record: Record | None = None
    genome: Genome | None = None
    refused: tuple[tuple[str, str, str, str], ...] = ()
    unread: tuple[tuple[str, str], ...] = ()


class ManyPatientsError(ValueError):
    """Files speak of more than one person, or of nobody who is wanted; the message names them.

    It is for whoever asked, and is not to be logged: it holds names and numbers.
    """


def data_of(library: Library, patient_key: str) -> PatientData:
    """Read record and genome of a patient of the library; takes long enough to be called in a thread.

    Imaging that the library alone knows of is left out: models get the images themselves.
    """
    from medapp.services.patient_record import record_of

    found = record_of(library, patient_key)
    entries = tuple(entry for entry in found.entries if entry.source.format != "dicom")
    record = Record(found.persons, entries) if found.persons or entries else None
    genome = None
    if found.calls or found.lines is not None:
        lines = found.lines
        genome = Genome(
            lines.file if lines is not None else None,
            lines.variants if lines is not None else (),
            found.calls,
        )
    return PatientData(record, genome)


def data_from_files(
    files: Sequence[RecordFile], subject: str = "", *, cancelled: Callable[[], bool] | None = None
) -> PatientData:
    """Read the record of one person from files, without the library.

    Args:
        files: As `medapp.formats.collect` found them.
        subject: Words of the person's name, one of their numbers, or what the source calls them; needed where
            there are several.
        cancelled: Asked now and then.

    Raises:
        ManyPatientsError: Where it is not clear whose record is meant.
    """
    from medapp.formats.recognise import read

    unread = [(file.name, _WAITS[file.kind]) for file in files if file.kind in _WAITS]
    persons: list[Person] = []
    entries: list[Entry] = []
    refused: list[tuple[str, str, str, str]] = []
    for file in files:
        if file.kind in _WAITS:
            continue
        for item in read(file, cancelled):
            if isinstance(item, Person):
                persons.append(item)
            elif isinstance(item, Entry):
                entries.append(item)
            elif isinstance(item, Refusal):
                refused.append((item.source.file, item.source.place, item.code, item.reason))
    names = _subjects(persons, entries, subject)
    entries = [entry for entry in entries if entry.subject in names]
    persons = [person for person in persons if person.subject in names]
    record = Record(tuple(persons), _in_time(entries)) if persons or entries else None
    return PatientData(record, None, tuple(refused), tuple(unread))


_WAITS = {
    "table": "the meaning of its columns has to be confirmed: import it first",
    "omop": "a folder of tables: import it first",
    "vcf": "whose genome it is has to be said: import it for a patient first",
}


def _subjects(persons: Sequence[Person], entries: Iterable[Entry], wanted: str) -> frozenset[str]:
    # An entry without a subject is about nobody: an organisation, a practitioner.
    named = [one.subject for one in persons] + [one.subject for one in entries]
    names = dict.fromkeys(name for name in named if name)
    chosen = _wanted(persons, names, wanted) if wanted else frozenset(names)
    if wanted and not chosen:
        message = f"nobody in the files is called {wanted!r} or has that number; {_listed(persons, names)}"
        raise ManyPatientsError(message)
    if len(chosen) > 1 and not (wanted and _has_number(persons, wanted)):
        who = f"{len(chosen)} people" + (f" whom {wanted!r} fits" if wanted else "")
        told = _listed([one for one in persons if one.subject in chosen], chosen)
        message = f"the files speak of {who}; name one with --patient: {told}"
        raise ManyPatientsError(message)
    return frozenset(chosen)


def _wanted(persons: Iterable[Person], names: Iterable[str], wanted: str) -> frozenset[str]:
    """Those who have a number, or are called so by the source; else those in whose name all words stand."""
    exact = {one.subject for one in persons if wanted in {number.value for number in one.identifiers}}
    exact |= {name for name in names if name == wanted}
    if exact:
        return frozenset(exact)
    words = set(wanted.casefold().replace(",", " ").split())
    return frozenset(one.subject for one in persons if words and words <= _words(one))


def _has_number(persons: Iterable[Person], wanted: str) -> bool:
    return any(wanted in {number.value for number in one.identifiers} for one in persons)


def _words(person: Person) -> set[str]:
    texts = (f"{one.display} {one.text}" for one in person.names)
    return {word for text in texts for word in text.casefold().replace(",", " ").split()}


def _listed(persons: Iterable[Person], names: Iterable[str]) -> str:
    """Who there is: name, number, birth date; by what the source calls them where it says no more."""
    told = {name: name for name in names}
    for one in persons:
        number = next((each.value for each in one.identifiers), "")
        born = f"born {one.birth_date.text}" if one.birth_date is not None else ""
        parts = (one.name.display, f"number {number}" if number else "", born)
        told[one.subject] = ", ".join(part for part in parts if part) or one.subject
    more = f" and {len(told) - _NAMED} more" if len(told) > _NAMED else ""
    return f"{'; '.join(list(told.values())[:_NAMED])}{more}" or "there is nobody"


_NAMED: Final = 8


def _in_time(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    from medapp.services.patient_record import moment

    return tuple(sorted(entries, key=moment))
