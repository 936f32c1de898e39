"""``medapp recommend`` as a process of its own: a real worker, the shipped model, checks and what is kept."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from medapp.services.app import App
from medapp.services.paths import AppPaths
from medapp.services.recommending import proposals_of
from tests.unit.treatment.treated import coded

"""A worker imports torch, which takes its time on a machine that others use too."""

SNOMED = "http://snomed.info/sct"
HL7 = "http://terminology.hl7.org/CodeSystem"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


@pytest.fixture
def run(medapp_home, tmp_path):
    """Run the program and return its status, standard output and error output."""

    def ask(*words: object) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "medapp", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
        return done.returncode, done.stdout, done.stderr

    return ask


def bundle(tmp_path, *more):
    """A made-up person with hypertension who has a sore throat at the last of three visits."""
    person = {
        "resourceType": "Patient", "id": "made-up", "birthDate": "1970-02-03", "gender": "female",
        "identifier": [{"system": "urn:made", "value": "77001"}],
        "name": [{"family": "Madeup", "given": ["Ada"]}],
    }  # fmt: skip
    subject = {"reference": "Patient/made-up"}
    nodes = [person, *more]
    for number, day in enumerate(("2017-01-05", "2018-01-09", "2019-01-15")):
        visit = {"encounter": {"reference": f"Encounter/v{number}"}, "subject": subject}
        kind = coded(SNOMED, "185345009", "Encounter for symptom")
        nodes.append(
            {
                "resourceType": "Encounter", "id": f"v{number}", "status": "finished", "subject": subject,
                "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
                "type": [kind], "period": {"start": f"{day}T10:00:00Z", "end": f"{day}T10:15:00Z"},
            }
        )  # fmt: skip
        if number == 2:
            nodes.append(
                {
                    "resourceType": "Condition", "id": "throat", "onsetDateTime": f"{day}T10:00:00Z",
                    "clinicalStatus": coded(f"{HL7}/condition-clinical", "active", ""),
                    "code": coded(SNOMED, "43878008", "Streptococcal sore throat (disorder)"), **visit,
                }
            )  # fmt: skip
    path = tmp_path / "made_up.json"
    entries = [{"resource": node} for node in nodes]
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    return path


PENICILLIN = {
    "resourceType": "AllergyIntolerance", "id": "a1", "patient": {"reference": "Patient/made-up"},
    "category": ["medication"], "criticality": "high",
    "clinicalStatus": coded(f"{HL7}/allergyintolerance-clinical", "active", "Active"),
    "code": {"text": "Penicillin"},
}  # fmt: skip


def proposed(report):
    (one,) = report["recommendations"]
    return {change["drug"]["name"]: option for option in one["options"] for change in option["changes"]
            if option["key"] != "set"}  # fmt: skip


def test_a_file_is_answered_with_options_checks_and_sources(run, tmp_path):
    status, out, error = run("recommend", bundle(tmp_path), "--on", "2019-02-01", "--json")
    assert status == 0, error
    report = json.loads(out)
    assert report["warning"].startswith("Not for diagnostic use")
    assert report["patient"] is None
    found = proposed(report)
    assert "penicillin v" in found
    one = found["penicillin v"]
    assert not one["vetoed"]
    assert {check["outcome"] for check in one["checks"]} <= {"found", "clear", "unknown"}
    assert all(check["citation"]["title"] for check in one["checks"])
    best = next(text for text in one["statements"] if text["direction"] == "for")
    assert "sore throat" in best["text"]
    assert best["entries"]
    assert one["estimates"][0]["citation"]["kind"] == "model"
    (recommendation,) = report["recommendations"]
    assert len(recommendation["provenance"]["weights"]["treatment_next.safetensors"]) == 64


def test_an_allergy_vetoes_and_the_option_is_shown_last_with_its_reason(run, tmp_path):
    status, out, error = run("recommend", bundle(tmp_path, PENICILLIN), "--on", "2019-02-01", "--json")
    assert status == 0, error
    found = proposed(json.loads(out))
    forbidden = found["penicillin v"]
    assert forbidden["vetoed"]
    assert any(
        check["kind"] == "allergy" and check["key"] in forbidden["vetoed"] for check in forbidden["checks"]
    )
    ranks = [bool(option["vetoed"]) for option in json.loads(out)["recommendations"][0]["options"]]
    assert ranks == sorted(ranks)
    status, out, _ = run("recommend", bundle(tmp_path, PENICILLIN), "--on", "2019-02-01")
    assert status == 0
    assert "VETOED: Start penicillin v" in out
    assert "FORBIDDEN by allergy" in out


def test_a_patient_of_the_library_has_the_proposals_kept(run, tmp_path, medapp_home):
    assert run("import", bundle(tmp_path))[0] == 0
    status, out, error = run("recommend", "77001", "--on", "2019-02-01", "--json")
    assert status == 0, error
    report = json.loads(out)
    assert report["patient"]
    with App.open(AppPaths.default()) as app:
        (kept,), unreadable = proposals_of(app.library, report["patient"])
    assert not unreadable
    assert [one.key for one in kept.result.options] == [
        one["key"] for one in report["recommendations"][0]["options"]
    ]
    assert kept.report["provenance"]["task"] == "treatment.next"
    assert kept.report["warning"].startswith("Not for diagnostic use")


def test_a_risk_is_told_beside_the_options_or_why_not(run, tmp_path):
    status, out, error = run("recommend", bundle(tmp_path), "--on", "2019-02-01", "--risk", "--json")
    assert status == 0, error
    report = json.loads(out)
    assert report["recommendations"][0]["options"]
    outlook = report["outlook"]
    assert bool(outlook["estimates"]) != bool(outlook["abstained"])
    for one in outlook["estimates"]:
        assert 0 <= one["low"] <= one["probability"] <= one["high"] <= 1


def test_what_cannot_be_asked_ends_with_its_reason(run, tmp_path):
    status, _, error = run("recommend", "nobody")
    assert status == 3
    assert "nobody" in error
    status, _, error = run("recommend", bundle(tmp_path), "--task", "record.risk")
    assert status == 2
    assert "treatment.next" in error
    status, _, error = run("run", "treatment.next", bundle(tmp_path), "--out", tmp_path / "out")
    assert status == 2
    assert "medapp recommend PATIENT" in error
    status, _, error = run("recommend", bundle(tmp_path), "--on", "soon")
    assert status == 2
    status, out, error = run("recommend", bundle(tmp_path), "--on", "2016-01-01", "--json")
    assert status == 0
    (one,) = json.loads(out)["recommendations"]
    assert not one["options"]
    assert "no visit" in one["abstained"]
