"""A folder with everything in it: images, records of several kinds, archives, rubbish."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from medapp.domain.record import Observation, Quantity
from medapp.library import Library
from medapp.services.records import Progress, RecordsImport, import_records

HL7 = (
    "MSH|^~\\&|LAB|HOSP|||20200101120000||ORU^R01|1|P|2.5\r"
    "PID|1||77^^^HOSP^MR||Roe^John||19800101|M\r"
    "OBR|1|||24323-8^CMP^LN|||20200101\r"
    "OBX|1|NM|2160-0^Creatinine^LN||1.7|mg/dL|0.6-1.2|H|||F|||20200101\r"
)


def bundle(number: int = 1) -> dict:
    observation = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0", "display": "Creatinine"}]},
        "subject": {"reference": f"Patient/{number}"},
        "effectiveDateTime": "2020-05-05",
        "valueQuantity": {"value": 1.9, "unit": "mg/dL", "code": "mg/dL"},
    }
    broken = {**observation, "id": "o2", "effectiveDateTime": "yesterday"}
    patient = {
        "resourceType": "Patient",
        "id": str(number),
        "identifier": [{"system": "urn:oid:1.2", "value": f"MRN{number}"}],
        "name": [{"family": "Doe", "given": ["Jane"]}],
        "gender": "female",
        "birthDate": "1960-01-01",
    }
    entries = [{"resource": one} for one in (observation, broken, patient)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    (place / "inner").mkdir(parents=True)
    (place / "a.dat").write_bytes(gzip.compress(json.dumps(bundle()).encode()))
    (place / "inner" / "message").write_text(HL7)
    with zipfile.ZipFile(place / "more.zip", "w") as archive:
        archive.writestr("jane.json", json.dumps(bundle(2)))
    (place / "notes.txt").write_text("nothing of interest")
    return place


def bring(library: Library, folder: Path) -> RecordsImport:
    return import_records(library, library.import_paths([folder]).records)


def test_all_kinds_are_told_by_content_and_the_rest_is_refused_with_a_reason(
    tmp_path: Path, folder: Path
) -> None:
    with Library.open(tmp_path / "library") as library:
        report = bring(library, folder)
        assert report.counts["Person"] == 3
        assert report.counts["Observation"] == 3
        assert [(file, code) for file, _, code, _ in report.refused] == [
            (str(folder / "a.dat"), "invalid"),
            (f"{folder / 'more.zip'}!jane.json", "invalid"),
        ]
        names = [one.name for one in library.records.persons()]
        assert names == ["Doe, Jane", "Doe, Jane", "Roe, John"]
        assert [item.path.name for item in library.rejected()] == ["notes.txt"]
        (roe,) = library.records.persons("77")
        (entry,) = library.records.entries(roe.key, "Observation")
        assert isinstance(entry.content, Observation)
        assert entry.content.value == Quantity(1.7, "mg/dL", entry.content.value.code)
        assert entry.content.flags == ("H",)


def test_doing_it_again_changes_nothing(tmp_path: Path, folder: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        bring(library, folder)
        before = library.records.persons()
        bring(library, folder)
        assert library.records.persons() == before


def test_a_cancelled_import_leaves_whole_files_only(tmp_path: Path, folder: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        files = library.import_paths([folder]).records
        asked = iter([False, False, False, True])
        report = import_records(library, files, Progress(cancelled=lambda: next(asked, True)))
        assert report.cancelled
        assert len(library.records.persons()) < 3
        for person in library.records.persons():
            assert len(library.records.entries(person.key)) == person.entries > 0


def test_the_command_line_does_the_same(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDAPP_HOME", str(tmp_path / "home"))
    report = run("import", str(folder), "--json")
    assert report["counts"] == {"Observation": 3, "Person": 3, "Report": 1}
    assert {item["code"] for item in report["refused"]} == {"invalid", "not-dicom"}
    record = run("record", "Roe", "--json")
    assert [one["kind"] for one in record["entries"]].count("Observation") == 1
    found = run("cohort", "women over 60 with creatinine above 1.5 mg/dL", "--json")
    assert found["count"] == 2
    table = tmp_path / "answer.csv"
    run("cohort", "men with creatinine above 100 umol/L", "--out", str(table), "--json")
    assert "Roe" in table.read_text("utf-8-sig")
    wrong = subprocess.run(
        [sys.executable, "-m", "medapp", "record", "Doe"], capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert "2 patients fit" in wrong.stderr


def test_strict_leaves_out_what_does_not_conform(tmp_path: Path, medapp_home: Path) -> None:
    del medapp_home
    found = bundle()
    lacking = {
        "resourceType": "AllergyIntolerance",
        "id": "a1",
        "code": {"text": "penicillin"},
        "patient": {"reference": "Patient/1"},
        "reaction": [{"severity": "mild"}],
    }
    without = {**found["entry"][0]["resource"], "id": "o3"}
    del without["status"]
    found["entry"] += [{"resource": lacking}, {"resource": without}]
    (tmp_path / "a.json").write_text(json.dumps(found))
    report = run("import", str(tmp_path / "a.json"), "--json")
    assert report["counts"] == {"Allergy": 1, "Observation": 2, "Person": 1}
    told = {(one["code"], one["place"]) for one in report["refused"]}
    assert ("incomplete", "Observation/o3.status") in told
    report = run("import", str(tmp_path / "a.json"), "--strict", "--json")
    assert report["counts"] == {"Observation": 1, "Person": 1}
    told = {(one["code"], one["place"]) for one in report["refused"]}
    assert ("nonconformant", "AllergyIntolerance/a1.reaction[0].manifestation") in told
    assert ("nonconformant", "Observation/o3.status") in told


def run(*arguments: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "medapp", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
