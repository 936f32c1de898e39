"""Which of the formats a folder of training data is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.api import TaskRefused
from medapp_treatment.records import fhir, mimic, omop
from medapp_treatment.records.files import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.domain.record import Record

READERS = {"MIMIC-III": mimic, "OMOP CDM 5": omop, "FHIR R4": fhir}


def format_of(folder: Path) -> str:
    """Name of the format.

    Raises:
        TaskRefused: Where it is none of them.
    """
    for name, reader in READERS.items():
        if reader.is_there(folder):
            return name
    message = (
        "the folder holds neither tables of MIMIC-III (PATIENTS, ADMISSIONS, PRESCRIPTIONS) or OMOP (PERSON, "
        "DRUG_EXPOSURE, CONCEPT) nor files of FHIR in JSON"
    )
    raise TaskRefused(message)


def records_of(folder: Path) -> Iterator[Record]:
    """Everyone's record.

    Raises:
        TaskRefused: Where the folder is in no known format or cannot be read.
    """
    reader = READERS[format_of(folder)]
    try:
        yield from reader.read(folder)
    except DataError as error:
        raise TaskRefused(str(error)) from error
