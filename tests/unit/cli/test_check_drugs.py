"""``medapp check-drugs``: a list, a file, a patient of the library; for people and as JSON."""

from __future__ import annotations

import json
import sys

import pytest

from medapp.cli.main import main
from tests.unit.knowledge.therapy.made_up import write_tables

PATIENT = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "resource": {
                "resourceType": "Patient",
                "id": "1",
                "identifier": [{"system": "urn:oid:1.2", "value": "MRN-33"}],
                "name": [{"family": "Roe", "given": ["Jo"]}],
                "gender": "female",
                "birthDate": "1950-01-01",
            }
        },
        {
            "resource": {
                "resourceType": "MedicationRequest",
                "id": "m1",
                "status": "active",
                "intent": "order",
                "medicationCodeableConcept": {"text": "Warfarin Sodium 5 MG Oral Tablet"},
                "subject": {"reference": "Patient/1"},
            }
        },
        {
            "resource": {
                "resourceType": "AllergyIntolerance",
                "id": "a1",
                "clinicalStatus": {"coding": [{"code": "active"}]},
                "category": ["medication"],
                "code": {"text": "Penicillin"},
                "patient": {"reference": "Patient/1"},
            }
        },
        {
            "resource": {
                "resourceType": "Observation",
                "id": "o1",
                "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]},
                "subject": {"reference": "Patient/1"},
                "effectiveDateTime": "2026-06-01",
                "valueQuantity": {"value": 221, "unit": "umol/L", "code": "umol/L"},
            }
        },
    ],
}


@pytest.fixture
def command(monkeypatch, capsys, medapp_home, tmp_path):
    monkeypatch.setenv("MEDAPP_DRUG_TABLES", str(write_tables(tmp_path / "drugs")))
    monkeypatch.setenv("MEDAPP_SHARED", str(tmp_path / "nothing"))
    monkeypatch.delenv("MEDAPP_PGX_TABLES", raising=False)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["medapp", *map(str, arguments)])
        status = main()
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


@pytest.fixture
def patient(command, tmp_path):
    path = tmp_path / "roe.json"
    path.write_text(json.dumps(PATIENT), encoding="utf-8")
    assert command("import", path)[0] == 0
    return "MRN-33"


def test_a_list_for_people(command):
    status, out, _ = command("check-drugs", "warfarin, Diflucan 150 mg, foobarol")
    assert status == 0
    assert "Diflucan 150 mg: fluconazole (brand: diflucan)" in out
    assert "CRITICAL interaction: warfarin + Diflucan 150 mg" in out
    assert "row 2 (NDF-RT, Critical)" in out
    assert "NOT RECOGNISED, nothing of it was checked: foobarol" in out
    assert out.rstrip().splitlines()[-1].startswith("Not for diagnostic use.")


def test_a_file_with_a_code_and_a_remark(command, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("# at home\nRxNorm 855332\n\nestrogens, conjugated 0.625 MG\n", encoding="utf-8")
    status, out, _ = command("check-drugs", path, "--json")
    report = json.loads(out)
    assert status == 0
    assert [one["name"] for one in report["medicines"]] == ["RxNorm 855332", "estrogens, conjugated 0.625 MG"]
    assert report["medicines"][0]["found"][0]["how"] == "code"
    assert report["medicines"][1]["ingredients"] == ["conjugated estrogens"]
    assert report["patient"] is None
    assert report["warning"].startswith("Not for diagnostic use")


def test_with_a_patient_the_current_medicines_are_checked_too(command, patient):
    arguments = (
        "check-drugs",
        "fluconazole,amoxicillin,metformin",
        "--patient",
        patient,
        "--on",
        "2026-06-30",
    )
    status, out, _ = command(*arguments, "--json")
    report = json.loads(out)
    assert status == 0
    found = {
        (one["kind"], one["severity"], *one["drugs"]) for one in report["checks"] if one["outcome"] == "found"
    }
    assert ("interaction", "critical", "Warfarin Sodium 5 MG Oral Tablet", "fluconazole") in found
    assert ("allergy", "critical", "amoxicillin") in found
    assert ("renal", "critical", "metformin") in found
    renal = next(one for one in report["checks"] if one["kind"] == "renal" and one["drugs"] == ["metformin"])
    creatinine = next(one for one in renal["inputs"] if one["name"] == "creatinine")
    assert (creatinine["value"], creatinine["unit"], creatinine["when"]) == (221, "umol/L", "2026-06-01")
    assert creatinine["note"] == "= 2.5 mg/dL"
    genes = [one for one in report["checks"] if one["kind"] == "pharmacogenomics"]
    assert [one["outcome"] for one in genes] == ["unknown"]
    status, out, _ = command(*arguments)
    assert "Warfarin Sodium 5 MG Oral Tablet [record]: warfarin" in out
    assert "creatinine: 221 umol/L, 2026-06-01 (= 2.5 mg/dL)" in out


def test_on_another_day_the_value_is_stale(command, patient):
    status, out, _ = command("check-drugs", "metformin", "--patient", patient, "--on", "2026-11-30", "--json")
    renal = [one for one in json.loads(out)["checks"] if one["kind"] == "renal"]
    assert status == 0
    assert [one["outcome"] for one in renal] == ["unknown"]
    assert "days old" in renal[0]["text"]


def test_without_tables_interactions_are_not_checked(command, monkeypatch, tmp_path):
    monkeypatch.setenv("MEDAPP_DRUG_TABLES", str(tmp_path / "nothing"))
    status, out, _ = command("check-drugs", "warfarin,fluconazole", "--json")
    found, one = [check for check in json.loads(out)["checks"] if check["kind"] == "interaction"]
    assert status == 0
    assert "interactions.tsv" in found["citation"]["identifier"]
    assert one["outcome"] == "unknown"
    assert "no table" in one["text"]
    assert "MEDAPP_DRUG_TABLES" in one["text"]


def test_a_damaged_table_ends_in_a_sentence(command, tmp_path):
    (tmp_path / "drugs" / "ddi_ndfrt_onc.tsv").write_text("nothing\n", encoding="utf-8")
    status, _, err = command("check-drugs", "warfarin")
    assert status == 3
    assert "a table of medicines cannot be used: ddi_ndfrt_onc.tsv" in err
    assert "Traceback" not in err


def test_too_many_are_refused(command):
    status, _, err = command("check-drugs", ",".join(["warfarin"] * 301))
    assert status == 2
    assert "more than one list can have" in err


def test_characters_that_steer_a_terminal_are_not_printed(command):
    _, out, _ = command("check-drugs", "war\x1b[31mfarin")
    assert "\x1b" not in out
