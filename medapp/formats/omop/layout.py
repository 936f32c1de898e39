"""Which table of OMOP CDM 5.4 a file is, by the columns in its first line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from medapp.formats.tables.delimited import sample, tell

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIGNS: dict[str, frozenset[str]] = {
    name: frozenset(columns.split())
    for name, columns in {
        "PERSON": "person_id gender_concept_id year_of_birth",
        "VISIT_OCCURRENCE": "visit_occurrence_id person_id visit_concept_id",
        "VISIT_DETAIL": "visit_detail_id person_id visit_detail_concept_id",
        "CONDITION_OCCURRENCE": "condition_occurrence_id person_id condition_concept_id",
        "DRUG_EXPOSURE": "drug_exposure_id person_id drug_concept_id",
        "MEASUREMENT": "measurement_id person_id measurement_concept_id",
        "OBSERVATION": "observation_id person_id observation_concept_id",
        "PROCEDURE_OCCURRENCE": "procedure_occurrence_id person_id procedure_concept_id",
        "DEVICE_EXPOSURE": "device_exposure_id person_id device_concept_id",
        "NOTE": "note_id person_id note_text",
        "DEATH": "person_id death_date cause_concept_id",
        "CONCEPT": "concept_id concept_name vocabulary_id concept_code",
        "CDM_SOURCE": "cdm_source_name cdm_version",
        "LOCATION": "location_id address_1 city state zip",
        "CARE_SITE": "care_site_id care_site_name place_of_service_concept_id",
        "CONDITION_ERA": "condition_era_id person_id condition_concept_id",
        "DRUG_ERA": "drug_era_id person_id drug_concept_id",
        "DOSE_ERA": "dose_era_id person_id drug_concept_id",
        "OBSERVATION_PERIOD": "observation_period_id person_id period_type_concept_id",
        "PAYER_PLAN_PERIOD": "payer_plan_period_id person_id",
        "COST": "cost_id cost_event_id cost_type_concept_id",
        "SPECIMEN": "specimen_id person_id specimen_concept_id",
        "EPISODE": "episode_id person_id episode_concept_id",
        "EPISODE_EVENT": "episode_id event_id episode_event_field_concept_id",
        "FACT_RELATIONSHIP": "domain_concept_id_1 fact_id_1 domain_concept_id_2 fact_id_2",
        "NOTE_NLP": "note_nlp_id note_id note_nlp_concept_id",
        "PROVIDER": "provider_id provider_name specialty_concept_id",
        "COHORT": "cohort_definition_id subject_id cohort_start_date",
        "COHORT_DEFINITION": "cohort_definition_id cohort_definition_name",
        "METADATA": "metadata_concept_id metadata_type_concept_id",
        "CONCEPT_RELATIONSHIP": "concept_id_1 concept_id_2 relationship_id",
        "CONCEPT_ANCESTOR": "ancestor_concept_id descendant_concept_id",
        "CONCEPT_SYNONYM": "concept_id concept_synonym_name",
        "CONCEPT_CLASS": "concept_class_id concept_class_name concept_class_concept_id",
        "DOMAIN": "domain_id domain_name domain_concept_id",
        "DRUG_STRENGTH": "drug_concept_id ingredient_concept_id amount_value",
        "RELATIONSHIP": "relationship_id relationship_name reverse_relationship_id",
        "SOURCE_TO_CONCEPT_MAP": "source_code source_concept_id target_concept_id",
        "VOCABULARY": "vocabulary_id vocabulary_name vocabulary_concept_id",
    }.items()
}
"""Columns that tell each table of CDM 5.4 from the others."""

READ_FIRST = ("CDM_SOURCE", "CONCEPT", "LOCATION", "CARE_SITE", "DEATH")
"""Tables that others need."""

IN_ORDER = (
    "PERSON",
    "VISIT_OCCURRENCE",
    "VISIT_DETAIL",
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

DERIVED = ("CONDITION_ERA", "DRUG_ERA", "DOSE_ERA")
"""Reckoned from other tables: they say nothing that those do not."""
VOCABULARY = (
    "CONCEPT_RELATIONSHIP",
    "CONCEPT_ANCESTOR",
    "CONCEPT_SYNONYM",
    "CONCEPT_CLASS",
    "DOMAIN",
    "DRUG_STRENGTH",
    "RELATIONSHIP",
    "SOURCE_TO_CONCEPT_MAP",
    "VOCABULARY",
)
"""About concepts, not about people."""


def table_of(head: bytes) -> str:
    """Name of the table; empty for what is none of the CDM."""
    dialect = tell(head)
    lines = sample(head, dialect.encoding)
    try:
        header = next(csv.reader(lines[:1], delimiter=dialect.delimiter), [])
    except csv.Error:
        return ""
    columns = {cell.strip().strip("\ufeff").lower() for cell in header}
    return next((name for name, signs in _SIGNS.items() if signs <= columns), "")


def holds_rows(head: bytes) -> bool:
    """Whether more than the names of the columns stands in a table."""
    return sum(bool(line.strip()) for line in sample(head, tell(head).encoding)[:3]) > 1


def unread(tables: Iterable[str]) -> str:
    """A sentence on tables of the CDM that are not read; empty where all are."""
    found = [name for name in _SIGNS if name in set(tables) - {*IN_ORDER, *READ_FIRST}]
    own = [name for name in found if name not in {*DERIVED, *VOCABULARY}]
    parts = [
        (own, "{}"),
        ([name for name in found if name in DERIVED], "{} (derived from tables that are read)"),
        ([name for name in found if name in VOCABULARY], "{} (about concepts, not about people)"),
    ]
    said = "; ".join(words.format(", ".join(names)) for names, words in parts if names)
    return f"known OMOP tables that are not read: {said}" if said else ""


def looks_like(names: Iterable[str], heads: Iterable[bytes]) -> bool:
    """Whether the files of a folder are OMOP tables.

    Args:
        names: Of the files; only content decides, but both come in the same order.
        heads: The first 64 KiB of each, decompressed.
    """
    return any(table_of(head) for _name, head in zip(names, heads, strict=True))
