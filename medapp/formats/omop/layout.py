"""Which table of OMOP CDM 5.4 a file is, by the columns in its first line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from medapp.formats.tables.delimited import sample, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIGNS: dict[str, frozenset[str]] = {
    "PERSON": frozenset({"person_id", "gender_concept_id", "year_of_birth"}),
    "VISIT_OCCURRENCE": frozenset({"visit_occurrence_id", "person_id", "visit_concept_id"}),
    "CONDITION_OCCURRENCE": frozenset({"condition_occurrence_id", "person_id", "condition_concept_id"}),
    "DRUG_EXPOSURE": frozenset({"drug_exposure_id", "person_id", "drug_concept_id"}),
    "MEASUREMENT": frozenset({"measurement_id", "person_id", "measurement_concept_id"}),
    "OBSERVATION": frozenset({"observation_id", "person_id", "observation_concept_id"}),
    "PROCEDURE_OCCURRENCE": frozenset({"procedure_occurrence_id", "person_id", "procedure_concept_id"}),
    "DEVICE_EXPOSURE": frozenset({"device_exposure_id", "person_id", "device_concept_id"}),
    "NOTE": frozenset({"note_id", "person_id", "note_text"}),
    "DEATH": frozenset({"person_id", "death_date", "cause_concept_id"}),
    "CONCEPT": frozenset({"concept_id", "concept_name", "vocabulary_id", "concept_code"}),
    "CDM_SOURCE": frozenset({"cdm_source_name", "cdm_version"}),
}

READ_FIRST = ("CDM_SOURCE", "CONCEPT", "DEATH")
"""Tables that others need."""

IN_ORDER = (
    "PERSON",
    "VISIT_OCCURRENCE",
    "CONDITION_OCCURRENCE",
    "DRUG_EXPOSURE",
    "MEASUREMENT",
    "OBSERVATION",
    "PROCEDURE_OCCURRENCE",
    "DEVICE_EXPOSURE",
    "NOTE",
    "DEATH",
)
"""Tables that entries are made of, in the order they are given out."""


def table_of(head: bytes) -> str:
    """Name of the table; empty for a table that is not read, and for what is none."""
    dialect = tell(head)
    lines = sample(head, dialect.encoding)
    try:
        header = next(csv.reader(lines[:1], delimiter=dialect.delimiter), [])
    except csv.Error:
        return ""
    columns = {cell.strip().strip("\ufeff").lower() for cell in header}
    return next((name for name, signs in _SIGNS.items() if signs <= columns), "")


def looks_like(names: Iterable[str], heads: Iterable[bytes]) -> bool:
    """Whether the files of a folder are OMOP tables.

    Args:
        names: Of the files; only content decides, but both come in the same order.
        heads: The first 64 KiB of each, decompressed.
    """
    return any(table_of(head) in IN_ORDER for _name, head in zip(names, heads, strict=True))
