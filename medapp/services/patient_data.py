"""The record and the genome of a patient as models get them, from the library or from files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    """Files speak of more than one person; the message says of how many and how to name one."""


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
        subject: Name of the person in the source, or one of their numbers; needed where there are several.
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


def _subjects(persons: Iterable[Person], entries: Iterable[Entry], wanted: str) -> frozenset[str]:
    # An entry without a subject is about nobody: an organisation, a practitioner.
    named = [one.subject for one in persons] + [one.subject for one in entries]
    names = dict.fromkeys(name for name in named if name)
    if wanted:
        chosen = {one.subject for one in persons if wanted in {number.value for number in one.identifiers}}
        chosen |= {name for name in names if name == wanted}
        if not chosen:
            message = f"nobody in the files has the number {wanted!r}"
            raise ManyPatientsError(message)
        return frozenset(chosen)
    if len(names) > 1:
        message = f"the files speak of {len(names)} people; name one with --patient"
        raise ManyPatientsError(message)
    return frozenset(names)


def _in_time(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    from medapp.services.patient_record import moment

    return tuple(sorted(entries, key=moment))
