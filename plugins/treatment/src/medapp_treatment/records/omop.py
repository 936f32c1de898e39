"""OMOP CDM 5.x as a folder of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record import (
    Code,
    Concept,
    Encounter,
    Entry,
    Medication,
    Observation,
    Period,
    Person,
    Problem,
    Procedure,
    Quantity,
    Record,
    Source,
)
from medapp.domain.record.coding import ATC, CVX, ICD9CM, ICD10CM, LOINC, NDC, RXNORM, SNOMED
from medapp_treatment.records.files import find_table, rows_of, when

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from medapp.domain.record import When
    from medapp.domain.record.clinical import Content
    from medapp.domain.record.person import Sex

_NEEDED: Final = ("PERSON", "DRUG_EXPOSURE", "CONCEPT")
_OMOP: Final = "https://fhir-terminology.ohdsi.org"
"""Concept ids themselves, for vocabularies that have no name in FHIR."""
_SYSTEMS: Final = {
    "SNOMED": SNOMED,
    "RxNorm": RXNORM,
    "LOINC": LOINC,
    "ICD9CM": ICD9CM,
    "ICD10CM": ICD10CM,
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "ICD9Proc": "urn:oid:2.16.840.1.113883.6.104",
    "ICD10PCS": "http://www.cms.gov/Medicare/Coding/ICD10",
    "CPT4": "http://www.ama-assn.org/go/cpt",
    "HCPCS": "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "CVX": CVX,
    "ATC": ATC,
    "NDC": NDC,
}
_FEMALE, _MALE = "8532", "8507"
Concepts = dict[str, Code]


def is_there(folder: Path) -> bool:
    """Whether a folder holds the tables."""
    return all(find_table(folder, one) for one in _NEEDED)


def read(folder: Path) -> Iterator[Record]:
    """Everyone's record.

    Raises:
        DataError: Where a table cannot be read.
    """
    concepts = _concepts(folder)
    persons = {row["person_id"]: _person(row) for row in _rows(folder, "PERSON", "person_id")}
    entries: dict[str, list[Entry]] = {one: [] for one in persons}
    for one in _entries(folder, concepts):
        if one.subject in entries:
            entries[one.subject].append(one)
    for subject, person in persons.items():
        yield Record((person,), tuple(entries[subject]))


def _rows(folder: Path, table: str, *needed: str) -> Iterator[Mapping[str, str]]:
    path = find_table(folder, table)
    return iter(()) if path is None else rows_of(path, needed)


def _concepts(folder: Path) -> Concepts:
    needed = ("concept_id", "concept_name", "vocabulary_id", "concept_code")
    found = {}
    for row in _rows(folder, "CONCEPT", *needed):
        system = _SYSTEMS.get(row["vocabulary_id"])
        code = row["concept_code"] if system else row["concept_id"]
        found[row["concept_id"]] = Code(system or _OMOP, code, row["concept_name"])
    return found


def _person(row: Mapping[str, str]) -> Person:
    parts = [row.get(name, "").zfill(2) for name in ("month_of_birth", "day_of_birth")]
    year = row.get("year_of_birth", "")
    born = when("-".join([year, *parts])) or when(year)
    sexes: dict[str, Sex] = {_FEMALE: "female", _MALE: "male"}
    sex = sexes.get(row.get("gender_concept_id", ""))
    return Person(row["person_id"], Source("PERSON", "omop"), birth_date=born, sex=sex)


def _entries(folder: Path, concepts: Concepts) -> Iterator[Entry]:
    for row in _rows(folder, "VISIT_OCCURRENCE", "person_id", "visit_occurrence_id", "visit_start_date"):
        during = _period(row, "visit_start", "visit_end")
        kind = _concept(row, "visit", concepts)
        yield _entry("VISIT_OCCURRENCE", row, "visit_occurrence_id", Encounter(kind, during=during))
    for row in _rows(folder, "CONDITION_OCCURRENCE", "person_id", "condition_concept_id"):
        onset = _period(row, "condition_start", "condition_end")
        content: Content = Problem(_concept(row, "condition", concepts), onset=onset)
        yield _entry("CONDITION_OCCURRENCE", row, "condition_occurrence_id", content)
    for row in _rows(folder, "PROCEDURE_OCCURRENCE", "person_id", "procedure_concept_id"):
        done = Period(_day(row, "procedure"))
        content = Procedure(_concept(row, "procedure", concepts), "completed", done)
        yield _entry("PROCEDURE_OCCURRENCE", row, "procedure_occurrence_id", content)
    for row in _rows(folder, "DRUG_EXPOSURE", "person_id", "drug_concept_id"):
        concept = _concept(row, "drug", concepts)
        if any(code.system == CVX for code in concept.codes):
            continue
        taken = _period(row, "drug_exposure_start", "drug_exposure_end")
        yield _entry("DRUG_EXPOSURE", row, "drug_exposure_id", Medication(concept, "statement", taken=taken))
    for row in _rows(folder, "MEASUREMENT", "person_id", "measurement_concept_id", "value_as_number"):
        try:
            value = Quantity(float(row["value_as_number"]), row.get("unit_source_value", ""))
        except ValueError:
            continue
        moment = Period(_day(row, "measurement"))
        content = Observation(_concept(row, "measurement", concepts), "final", "", moment, value)
        yield _entry("MEASUREMENT", row, "measurement_id", content)


def _concept(row: Mapping[str, str], prefix: str, concepts: Concepts) -> Concept:
    numbers = (row.get(f"{prefix}_concept_id", ""), row.get(f"{prefix}_source_concept_id", ""))
    codes = tuple(dict.fromkeys(concepts[one] for one in numbers if one in concepts and one != "0"))
    own = row.get(f"{prefix}_source_value", "")
    return Concept(codes, next((code.display for code in codes if code.display), own))


def _day(row: Mapping[str, str], prefix: str) -> When | None:
    return when(row.get(f"{prefix}_datetime", "")) or when(row.get(f"{prefix}_date", ""))


def _period(row: Mapping[str, str], start: str, end: str) -> Period:
    return Period(_day(row, start), _day(row, end))


def _entry(table: str, row: Mapping[str, str], key: str, content: Content) -> Entry:
    visit = row.get("visit_occurrence_id", "")
    encounter = f"VISIT_OCCURRENCE/{visit}" if visit not in {"", "0"} else ""
    return Entry(f"{table}/{row.get(key, '')}", row["person_id"], Source(table, "omop"), content, encounter)
