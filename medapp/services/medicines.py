"""Checks of medicines for a patient of the library: record, genome and tables brought together."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.resources import resource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from medapp.domain.genome import Genome
    from medapp.domain.medicines import Checks, Doubt
    from medapp.domain.recommendation import Drug
    from medapp.domain.record import Record
    from medapp.knowledge.therapy.loading import DrugTables
    from medapp.library import Library

MOST: Final = 300
"""Medicines of one list; more is no list of one patient."""
_LARGEST: Final = 1 << 20
_OWN: Final = "therapy"


class ListError(ValueError):
    """A list of medicines that cannot be read; the message says why."""


@dataclass(frozen=True)
class PatientMedicines:
    """What checks of one patient go by.

    Attributes:
        current: What the record says is taken now.
        doubt: Why it is not certain whom the record is about; None where it is.
    """

    record: Record | None = None
    genome: Genome | None = None
    current: tuple[Drug, ...] = ()
    doubt: Doubt | None = None


_LOCK = threading.Lock()
_KEPT: dict[tuple[str, ...], DrugTables] = {}


def drug_tables(data_folder: Path | None = None) -> DrugTables:
    """All tables, read when they are first asked for and again where a file of them was changed.

    Takes about a second the first time: call it in a thread. Tables that are not installed are left out, and
    the checks say so.

    Raises:
        OSError: Where a file cannot be read.
        UnreadableError: Where one is not the table that it should be.
    """
    from medapp.knowledge.pgx import find_tables, load_guidelines, load_phenotypes
    from medapp.knowledge.therapy.loading import find_drug_tables, load_drug_tables

    drugs, genes = find_drug_tables(data_folder), find_tables(data_folder)
    state = (*_state(drugs), *_state(genes))
    with _LOCK:
        if state not in _KEPT:
            guidelines = load_guidelines(genes) if genes is not None else None
            if guidelines is not None and not (guidelines.recommendations or guidelines.unlisted):
                guidelines = None
            pgx = load_phenotypes(genes) if genes is not None else None
            _KEPT.clear()
            _KEPT[state] = load_drug_tables(drugs, resource(_OWN), guidelines=guidelines, pgx=pgx)
        return _KEPT[state]


def _state(folder: Path | None) -> tuple[str, ...]:
    """What changes where a table is replaced."""
    if folder is None:
        return ("",)
    found = sorted(one for one in folder.rglob("*") if one.is_file())
    return (str(folder), *(f"{one.name} {one.stat().st_mtime_ns} {one.stat().st_size}" for one in found))


def medicines_of(library: Library, patient_key: str) -> PatientMedicines:
    """Record, genome and current medicines of a patient; takes long enough to be called in a thread."""
    from medapp.knowledge.therapy.checks import current_medicines
    from medapp.knowledge.units import parse
    from medapp.services.medicines_doubt import doubt_of
    from medapp.services.patient_data import data_of

    parse("mg/dL")  # units take a second when they are first asked for: here, and not while a list is checked
    data = data_of(library, patient_key)
    current = current_medicines(data.record) if data.record is not None else ()
    return PatientMedicines(data.record, data.genome, current, doubt_of(library, patient_key))


def check_list(medicines: Sequence[Drug], patient: PatientMedicines, tables: DrugTables, on: date) -> Checks:
    """Check `medicines`, all that would be taken together, for a patient.

    Args:
        medicines: The current ones are in it where they go on.
        patient: An empty one where nobody is named.
        tables: As `drug_tables` gives them.
        on: Today, or the day to check for.
    """
    from medapp.knowledge.therapy.checks import check_medicines

    return check_medicines(patient.record, patient.genome, medicines, tables, on=on, doubt=patient.doubt)


def read_list(path: Path) -> tuple[Drug, ...]:
    """Medicines of a file: one a line, a name or a code; lines that begin with # are left out.

    Raises:
        ListError: Where it is too large, no text, or has more lines than a list of medicines can have.
        OSError: Where it cannot be read.
    """
    if path.stat().st_size > _LARGEST:
        message = f"{path.name} is larger than a list of medicines can be"
        raise ListError(message)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path.name} is no text in UTF-8"
        raise ListError(message) from error
    if "\0" in text:
        message = f"{path.name} is no text in UTF-8"
        raise ListError(message)
    return named([line for line in text.splitlines() if not line.lstrip().startswith("#")])


def named(names: Sequence[str]) -> tuple[Drug, ...]:
    """Medicines as they were written; empty names are left out.

    Raises:
        ListError: Where there are more than a list of medicines can have.
    """
    from medapp.knowledge.therapy.recognise import written

    found = [name for name in names if name.strip()]
    if len(found) > MOST:
        message = f"{len(found)} medicines are more than one list can have ({MOST})"
        raise ListError(message)
    return tuple(written(name) for name in found)
