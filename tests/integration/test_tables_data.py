"""Real tables, OMOP and phenopackets: every row read, and what could not be is told."""

from __future__ import annotations

import subprocess
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from medapp.domain.record import Entry, Observation, Person, Problem, Refusal
from medapp.formats import omop, phenopackets, tables
from medapp.formats.stream import open_bytes
from medapp.formats.tables.delimited import head_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.domain.record import Item


def counts(items: Iterable[Item]) -> Counter[str]:
    found: Counter[str] = Counter()
    for item in items:
        found[type(item.content if isinstance(item, Entry) else item).__name__] += 1
    return found


def data_rows(path: Path) -> int:
    """Rows of a file without quoted line ends, the header left out."""
    with open_bytes(path) as file:
        return max(0, sum(1 for line in file if line.strip()) - 1)


@pytest.fixture
def ehr(shared_data):
    folder = shared_data / "ehr"
    if not folder.is_dir():
        pytest.skip(f"no records at {folder}")
    return folder


def test_every_row_of_the_omop_tables_is_read(ehr):
    folder = ehr / "omop_synthea27nj_v54"
    found = counts(omop.read(folder, ""))
    named = {
        "PERSON": "Person", "VISIT_OCCURRENCE": "Encounter", "CONDITION_OCCURRENCE": "Problem",
        "DRUG_EXPOSURE": "Medication", "PROCEDURE_OCCURRENCE": "Procedure",
    }  # fmt: skip
    for table, kind in named.items():
        assert found[kind] == data_rows(folder / f"{table}.csv.gz"), table
    measured = sum(data_rows(folder / f"{table}.csv.gz") for table in ("MEASUREMENT", "OBSERVATION"))
    assert found["Observation"] == measured
    (told,) = (item for item in omop.read(folder, "") if isinstance(item, Refusal))
    assert (told.code, "VISIT_DETAIL" in told.reason) == ("unread", False)
    paths = sorted(folder.iterdir())
    assert omop.looks_like([path.name for path in paths], [head_of(path) for path in paths])


def test_omop_units_and_codes_are_those_of_the_vocabulary(ehr):
    observed = [
        item.content
        for item in omop.read(ehr / "omop_synthea27nj_v54", "")
        if isinstance(item, Entry) and isinstance(item.content, Observation)
    ]
    weights = [one for one in observed if one.concept.code("http://loinc.org") == "29463-7"]
    assert weights
    assert {one.value.code for one in weights} == {"kg"}


def test_every_phenopacket_is_read(ehr):
    import csv
    import gzip

    folder = ehr / "phenopackets"
    with gzip.open(folder / "cases.tsv.gz", "rt") as file:
        cases = list(csv.DictReader(file, delimiter="\t"))
    refuted = Counter[str]()
    people = 0
    for item in phenopackets.read(folder / "phenopackets.ndjson.gz", "x"):
        assert not isinstance(item, Refusal)
        if isinstance(item, Person):
            people += 1
        elif isinstance(item.content, Problem) and item.content.certainty == "refuted":
            refuted[item.subject.partition("/")[0]] += 1
    assert people == len(cases)
    for case in cases:
        # The table counts each term once.
        stated = len(set(filter(None, case["hpo_excluded"].split(","))))
        assert refuted[case["id"]] >= stated, case["id"]
    for path in sorted((folder / "raw_json").iterdir()):
        assert phenopackets.looks_like(head_of(path))
        assert counts(phenopackets.read(path, path.name))["Refusal"] == 0


KNOWN = {
    "mimic3_demo/ADMISSIONS": ("mimic.admissions", "Encounter"),
    "mimic3_demo/DIAGNOSES_ICD": ("mimic.diagnoses_icd", "Problem"),
    "mimic3_demo/ICUSTAYS": ("mimic.icustays", "Encounter"),
    "mimic3_demo/PATIENTS": ("mimic.patients", "Person"),
    "mimic3_demo/PRESCRIPTIONS": ("mimic.prescriptions", "Medication"),
    "mimic3_demo/PROCEDURES_ICD": ("mimic.procedures_icd", "Procedure"),
    "eicu_demo/admissionDx": ("eicu.admissiondx", "Problem"),
    "eicu_demo/diagnosis": ("eicu.diagnosis", "Problem"),
    "eicu_demo/lab": ("eicu.lab", "Observation"),
    "eicu_demo/medication": ("eicu.medication", "Medication"),
    "eicu_demo/patient": ("eicu.patient", "Person"),
    "eicu_demo/physicalExam": ("eicu.physicalexam", "Observation"),
    "eicu_demo/treatment": ("eicu.treatment", "Procedure"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_published_icu_tables_are_recognised_and_read_whole(ehr, name):
    path = ehr / f"{name}.csv.gz"
    layout, kind = KNOWN[name]
    mapping = tables.propose(path)
    assert tables.looks_like(head_of(path))
    assert (mapping.layout, mapping.questions) == (layout, ())
    found = counts(tables.read(path, mapping))
    assert found[kind] == data_rows(path)
    assert found["Refusal"] == 0


@pytest.mark.parametrize(
    ("name", "kind"), [("labs", "Observation"), ("events", "Other"), ("subjects", "Person")]
)
def test_long_and_wide_tables_of_a_cohort_are_read_whole(ehr, name, kind):
    path = ehr / "nafld_longitudinal" / f"{name}.csv.gz"
    mapping = tables.propose(path)
    assert mapping.columns[0].role == "subject"
    found = counts(tables.read(path, mapping))
    assert found[kind] == data_rows(path)
    assert found["Refusal"] == 0


def test_icu_stays_ask_which_number_is_which_sex(ehr):
    path = ehr / "physionet2012_icu" / "PhysionetChallenge2012-set-a.csv.gz"
    mapping = tables.propose(path)
    assert len(mapping.questions) == 1
    answered = mapping.with_column("Gender", words=(("0.0", "female"), ("1.0", "male")))
    assert {"In-hospital_death"} <= {one.header for one in answered.columns if one.role == "outcome"}
    people = [item for item in tables.read(path, answered) if isinstance(item, Person)]
    assert len(people) == data_rows(path)
    assert {who.sex for who in people} == {"male", "female", None}


def test_clinical_tables_are_read_whole(ehr):
    for path in sorted((ehr / "tabular_clinical").glob("*.csv")):
        mapping = tables.propose(path)
        for column in mapping.columns:
            if column.question:
                assert column.role == "sex", column
                mapping = mapping.with_column(column.header, role="value")
        items = list(tables.read(path, mapping))
        rows = {item.source.place for item in items if isinstance(item, Entry)}
        assert len(rows) == data_rows(path), path.name
        assert not any(isinstance(item, Refusal) for item in items), path.name


def test_hostile_tables_raise_nothing_and_formulas_stay_text(shared_data, tmp_path):
    packed = shared_data / "hostile" / "hostile.tar.zst"
    if not packed.is_file():
        pytest.skip(f"no hostile inputs at {packed}")
    subprocess.run(["tar", "-xf", packed, "-C", tmp_path, "--wildcards", "*e4_csv*"], check=True)
    for path in sorted(tmp_path.rglob("e4_csv/*.csv")):
        mapping = tables.propose(path)
        for item in tables.read(path, mapping):
            assert isinstance(item, Refusal)
        named = mapping.with_column(mapping.columns[0].header, role="subject")
        for item in tables.read(path, named):
            if isinstance(item, Person):
                assert item.subject in {"=1+1", "a\nb"}
