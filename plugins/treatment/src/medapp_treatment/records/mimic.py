"""MIMIC-III (v1.4) as a folder of tables: a visit is a stay in hospital."""

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
from medapp.domain.record.coding import ICD9CM, LOINC, NDC
from medapp_treatment.records.files import find_table, rows_of, when

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from medapp.domain.record.clinical import Content
    from medapp.domain.record.person import Sex

ICD9_PROCEDURES: Final = "urn:oid:2.16.840.1.113883.6.104"
_NEEDED: Final = ("PATIENTS", "ADMISSIONS", "PRESCRIPTIONS")
_CARRIER: Final = "BASE"
"""Drug type of the fluid that a medicine is dissolved in: no medicine of its own."""


def is_there(folder: Path) -> bool:
    """Whether a folder holds the tables."""
    return all(find_table(folder, one) for one in _NEEDED)


def read(folder: Path) -> Iterator[Record]:
    """Everyone's record.

    Raises:
        DataError: Where a table cannot be read.
    """
    persons = {row["subject_id"]: _person(row) for row in _rows(folder, "PATIENTS", "subject_id")}
    entries: dict[str, list[Entry]] = {one: [] for one in persons}
    for one in _entries(folder):
        if one.subject in entries:
            entries[one.subject].append(one)
    for subject, person in persons.items():
        yield Record((person,), tuple(entries[subject]))


def _rows(folder: Path, table: str, *needed: str) -> Iterator[Mapping[str, str]]:
    path = find_table(folder, table)
    return iter(()) if path is None else rows_of(path, needed)


def _person(row: Mapping[str, str]) -> Person:
    sexes: dict[str, Sex] = {"F": "female", "M": "male"}
    born = when(row.get("dob", "")[:10])
    sex = sexes.get(row.get("gender", ""))
    return Person(row["subject_id"], Source("PATIENTS", "table"), birth_date=born, sex=sex)


def _entries(folder: Path) -> Iterator[Entry]:
    for row in _rows(folder, "ADMISSIONS", "subject_id", "hadm_id", "admittime"):
        during = Period(when(row["admittime"]), when(row.get("dischtime", "")))
        kind = Concept(text=row.get("admission_type", "").lower())
        yield _entry("ADMISSIONS", row, Encounter(kind, "IMP", "finished", during))
    for row in _rows(folder, "DIAGNOSES_ICD", "subject_id", "hadm_id", "icd9_code"):
        if row["icd9_code"]:
            yield _entry("DIAGNOSES_ICD", row, Problem(Concept((Code(ICD9CM, row["icd9_code"]),))))
    for row in _rows(folder, "PROCEDURES_ICD", "subject_id", "hadm_id", "icd9_code"):
        if row["icd9_code"]:
            yield _entry(
                "PROCEDURES_ICD", row, Procedure(Concept((Code(ICD9_PROCEDURES, row["icd9_code"]),)))
            )
    for row in _rows(folder, "PRESCRIPTIONS", "subject_id", "hadm_id", "drug"):
        if row.get("drug_type", "") != _CARRIER and row["drug"]:
            yield _entry("PRESCRIPTIONS", row, _medication(row))
    yield from _labs(folder)


def _medication(row: Mapping[str, str]) -> Medication:
    ndc = row.get("ndc", "").strip()
    codes = (Code(NDC, ndc),) if ndc.strip("0") else ()
    taken = Period(when(row.get("startdate", "")), when(row.get("enddate", "")))
    return Medication(Concept(codes, row["drug"].strip()), "request", taken=taken, route=row.get("route", ""))


def _labs(folder: Path) -> Iterator[Entry]:
    """Results of the laboratory, by the LOINC code that the dictionary states."""
    names = {
        row["itemid"]: (row.get("loinc_code", ""), row.get("label", ""))
        for row in _rows(folder, "D_LABITEMS", "itemid")
    }
    for row in _rows(folder, "LABEVENTS", "subject_id", "hadm_id", "itemid", "valuenum"):
        code, label = names.get(row["itemid"], ("", ""))
        try:
            value = float(row["valuenum"])
        except ValueError:
            continue
        concept = Concept((Code(LOINC, code, label),) if code else (), label)
        if concept and row["hadm_id"]:
            unit = row.get("valueuom", "")
            moment = Period(when(row.get("charttime", "")))
            seen = Observation(concept, "final", "laboratory", moment, Quantity(value, unit))
            yield _entry("LABEVENTS", row, seen)


def _entry(table: str, row: Mapping[str, str], content: Content) -> Entry:
    stay = row["hadm_id"]
    name = f"{table}/{row.get('row_id') or stay}"
    encounter = f"ADMISSIONS/{stay}" if stay else ""
    if table == "ADMISSIONS":
        name = encounter
    return Entry(name, row["subject_id"], Source(table, "table"), content, encounter)
