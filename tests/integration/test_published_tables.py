"""Synthea's and MIMIC's tables: proposed, confirmed and read by the command line, codes with their words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from medapp.domain.record import Allergy, Medication, Observation, Quantity
from medapp.domain.record.coding import LOINC
from medapp.formats.tables import Labels, propose, read
from medapp.library import Library
from medapp.services.records import import_records
from medapp.services.tables import propose_table, read_tables
from tests.integration.published import MIMIC, P1, SYNTHEA, write


def medapp(*arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "medapp", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def brought(folder: Path, place: Path) -> dict[str, Any]:
    """Propose, confirm all as proposed, read; then read again."""
    waiting = medapp("import", folder, "--propose", place / "mapping.json")
    assert not waiting["counts"]
    assert [table["questions"] for table in waiting["tables"] if table["questions"]] == []
    first = medapp("import", folder, "--mapping", place / "mapping.json")
    assert first["waiting"] == []
    again = medapp("import", folder, "--mapping", place / "mapping.json")
    assert again["counts"] == first["counts"]
    return first


def entries(home: Path, number: str) -> Counter[str]:
    with Library.open(home / "data" / "library") as library:
        (person,) = library.records.persons(number)
        found = library.records.entries(person.key)
        assert len(found) == person.entries
    return Counter(type(one.content).__name__ for one in found)


def test_synthea_end_to_end(tmp_path: Path, medapp_home: Path) -> None:
    write(tmp_path / "csv", SYNTHEA)
    report = brought(tmp_path / "csv", tmp_path)
    assert report["counts"] == {
        "Allergy": 2, "Encounter": 1, "Immunization": 1, "Medication": 1, "Observation": 3, "Person": 2,
        "Problem": 2, "Procedure": 1, "supplies": 1,
    }  # fmt: skip
    assert {Path(one["file"]).stem for one in report["refused"]} == {
        "organizations", "providers", "payer_transitions",
    }  # fmt: skip
    assert {one["code"] for one in report["refused"]} == {"unread"}
    found = entries(medapp_home, "roe ada")
    assert found == {
        "Allergy": 1, "Encounter": 1, "Immunization": 1, "Medication": 1, "Observation": 2, "Problem": 1,
        "Procedure": 1, "Other": 1,
    }  # fmt: skip
    with Library.open(medapp_home / "data" / "library") as library:
        (person,) = library.records.persons("roe")
        assert (person.name, person.birth_date, person.sex) == ("Roe, Ada Bea", "1950-02-03", "female")
        assert person.number == P1
        (allergy,) = (one.content for one in library.records.entries(person.key, "Allergy"))
        assert isinstance(allergy, Allergy)
        shown = [(one.manifestations[0].display, one.severity) for one in allergy.reactions]
        assert shown == [("Wheal", "mild"), ("Rash", "severe")]
        (medicine,) = (one.content for one in library.records.entries(person.key, "Medication"))
        assert isinstance(medicine, Medication)
        assert medicine.reason.display == "Diabetes mellitus type 2"


def test_mimic_end_to_end(tmp_path: Path, medapp_home: Path) -> None:
    write(tmp_path / "mimic", MIMIC, packed=True)
    report = brought(tmp_path / "mimic", tmp_path)
    assert report["counts"] == {
        "Encounter": 3, "Medication": 1, "Observation": 6, "Person": 2, "Problem": 3, "Procedure": 1,
    }  # fmt: skip
    # The same number is the same patient in all folders, and nobody else's.
    assert entries(medapp_home, "10001") == {
        "Encounter": 2, "Medication": 1, "Observation": 4, "Problem": 2, "Procedure": 1,
    }  # fmt: skip
    with Library.open(medapp_home / "data" / "library") as library:
        (person,) = library.records.persons("10001")
        found = {one.content.concept.display: one.content for one in library.records.entries(person.key)}
        creatinine, glucose = found["Creatinine"], found["Glucose"]
        assert isinstance(creatinine, Observation)
        assert isinstance(glucose, Observation)
        assert creatinine.value == Quantity(1.7, "mg/dL")
        assert (creatinine.specimen, glucose.specimen, glucose.value) == ("Blood", "Urine", "NEG")
        assert creatinine.ranges[0].high == Quantity(1.1, "mg/dL")
        assert {"Heart Rate", "Portal hypertension", "Heparin"} <= found.keys()
        # One code is another thing among procedures than among diagnoses.
        assert "Implantation of chemotherapeutic agent" in found
        (other,) = library.records.persons("10002")
        named = [one.content.concept.display for one in library.records.entries(other.key, "Problem")]
        assert named == ["Cholera due to vibrio cholerae"]
        unknown = library.records.entries(other.key, "Observation")
        # A code that no list explains stays the code.
        assert "59999" in {one.content.concept.display for one in unknown}


def test_a_table_alone_finds_the_lists_that_lie_beside_it(tmp_path: Path) -> None:
    """As in the window, where each table is confirmed by itself."""
    write(tmp_path / "mimic", MIMIC)
    with Library.open(tmp_path / "library") as library:
        found = import_records(library, library.import_paths([tmp_path / "mimic"]).records)
        proposals = {file.name: propose_table(library, file) for file in found.waiting}
        done = read_tables(library, [proposals["labevents.csv"]])
        assert done.counts["Observation"] == 3
        (person,) = library.records.persons("10001")
        named = {one.content.concept.display for one in library.records.entries(person.key)}
        assert named == {"Creatinine", "Glucose"}


def test_codes_of_a_list_go_with_its_words(tmp_path: Path) -> None:
    """MIMIC-III names LOINC codes in its list of items."""
    items, labs = tmp_path / "D_LABITEMS.csv", tmp_path / "LABEVENTS.csv"
    items.write_text(
        "ROW_ID,ITEMID,LABEL,FLUID,CATEGORY,LOINC_CODE\n1,50912,Creatinine,Blood,Chemistry,2160-0\n"
    )
    labs.write_text(
        "ROW_ID,SUBJECT_ID,HADM_ID,ITEMID,CHARTTIME,VALUE,VALUENUM,VALUEUOM,FLAG\n"
        "1,7,8,50912,2101-02-03 04:05:00,1.2,1.2,mg/dL,\n"
    )
    labels = Labels()
    labels.add(items, propose(items))
    (_, entry) = read(labs, propose(labs), labels=labels)
    concept = entry.content.concept  # type: ignore[union-attr]
    assert (concept.display, concept.code(LOINC)) == ("Creatinine", "2160-0")
    assert concept.codes[-1].value == "50912"
    assert list(read(items, propose(items))) == []


def test_a_list_of_ones_own_is_used_once_a_person_says_that_it_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "tests.csv").write_text("test_id,test_name,note\n77,Ferritin,a\n78,Transferrin,b\n79,Zinc,c\n")
    (folder / "results.csv").write_text(
        "patient_id,date,test_id,value\n1,2020-01-02,77,5.5\n1,2020-01-02,78,2.5\n2,2020-01-03,80,1\n"
    )
    with Library.open(tmp_path / "library") as library:
        found = import_records(library, library.import_paths([folder]).records)
        proposals = {file.name: propose_table(library, file) for file in found.waiting}
        listed, results = proposals["tests.csv"], proposals["results.csv"]
        assert listed.mapping is not None
        assert results.mapping is not None
        answered = []
        for one, content, roles in (
            (listed, "labels", {"test_id": "id", "test_name": "name", "note": "ignore"}),
            (
                results,
                "observation",
                {"patient_id": "subject", "date": "start", "test_id": "code", "value": "value"},
            ),
        ):
            mapping = one.mapping
            assert mapping is not None
            for header, role in roles.items():
                mapping = mapping.with_column(header, role=role)
            answered.append(type(one)(one.file, type(mapping)(mapping.columns, content), shared=True))  # type: ignore[arg-type]
        read_tables(library, answered)
        (person,) = library.records.persons("1")
        named = [one.content.concept.display for one in library.records.entries(person.key)]
        assert named == ["Ferritin", "Transferrin"]


def test_what_a_real_folder_holds_is_read_row_for_row(
    shared_data: Path, tmp_path: Path, medapp_home: Path
) -> None:
    for name, counts in (
        (
            "mimic3_demo",
            {"Encounter": 88, "Medication": 6532, "Problem": 1189, "Procedure": 356, "Person": 65},
        ),
        ("eicu_demo", {"Medication": 2638, "Problem": 1260, "Procedure": 1398, "Person": 108}),
    ):
        folder = shared_data / "ehr" / name
        if not folder.is_dir():
            pytest.skip(f"no {name}")
        report = brought(folder, tmp_path)
        assert {kind: report["counts"][kind] for kind in counts} == counts
