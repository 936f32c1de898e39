"""An answer leaves the program with its decisions and the warning; FHIR holds only what a person accepted."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from medapp.domain.patient import Patient, Series, Study
from medapp.domain.record import Observation, Other, Person, Problem, Refusal
from medapp.formats.fhir import read
from medapp.formats.fhir.validate import faults
from medapp.library.findings import Decision
from medapp.services.app import App
from medapp.services.findings_codes import words as said
from medapp.services.findings_export import export_answer, subject_of
from medapp.services.findings_fhir import Subject, bundle_of
from medapp.services.inbox import DecidedAlreadyError, NothingSaidError, accept_all, decide
from medapp.services.paths import AppPaths
from medapp.services.pdf_text import marked
from tests.unit.services.answers import (
    DEATH,
    EFFUSION,
    EHLERS,
    MARFAN,
    MASS,
    NOT_MADE,
    STICKLER,
    VOLUME,
    kept,
    many,
    proposal,
)

WHO = Patient("42", "Muster^Anna Maria^^Dr.", "19610409", "F", "urn:oid:1.2.3")
WHOSE = Subject(WHO, Series("k", "1.2.840.1", Study("1.2", WHO, "20240531"), "CR", "volume", ()))


@pytest.fixture
def app(tmp_path):
    with App.open(AppPaths.under(tmp_path / "home")) as found:
        yield found


def again(app, identity):
    from medapp.services.inbox import inbox_of

    return next(one for one in inbox_of(app.library, "P|1|").items if one.entry.id == identity)


def imported(bundle, path):
    path.write_text(json.dumps(bundle))
    items = list(read(path, path.name, strict=True))
    assert [one.reason for one in items if isinstance(one, Refusal)] == []
    return items


def resources(bundle, kind):
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def test_all_files_and_the_warning_in_each(app, tmp_path):
    items = kept(app, proposal("a1", (EFFUSION, MASS)))
    decide(app.library, items["a1"], "Effusion", "accepted")
    decide(app.library, items["a1"], "Mass", "rejected", reason="=cmd()")
    found = export_answer(again(app, "a1"), WHOSE, tmp_path)
    assert all(path.is_file() for path in found.files)
    report = json.loads(found.report.read_text())
    assert report["decisions"]["Mass"]["verdict"] == "rejected"
    assert np.load(found.heat_maps[0]).shape == (2, 3, 4)
    with found.table.open(encoding="utf-8-sig", newline="") as file:
        effusion, mass = csv.DictReader(file)
    assert (effusion["probability"], effusion["decision"], effusion["warning"]) == (
        "0.82",
        "accepted",
        "Not for diagnostic use",
    )
    assert mass["reason"] == "'=cmd()"
    assert found.sheet.read_bytes().startswith(b"%PDF")
    assert b"Not for diagnostic use" in found.fhir.read_bytes()
    (entry,) = [path for path in tmp_path.iterdir() if path.name.startswith("cxr")]
    assert sorted(path.name for path in entry.iterdir()) == sorted(path.name for path in found.files)


def test_the_same_answer_is_written_over_and_another_beside(app, tmp_path):
    items = kept(app, proposal("a1", (EFFUSION,)), proposal("b2", (EFFUSION,)))
    decide(app.library, items["a1"], "Effusion", "accepted")
    first = export_answer(again(app, "a1"), WHOSE, tmp_path)
    app.library.findings.take_back("a1", "Effusion")
    second = export_answer(again(app, "a1"), WHOSE, tmp_path)
    assert first.folder == second.folder
    assert second.fhir is None
    assert not first.fhir.exists()
    assert export_answer(items["b2"], WHOSE, tmp_path).folder != first.folder


def test_proposals_and_rejected_findings_are_no_fhir(app):
    items = kept(app, proposal("a1", (EFFUSION, MASS)))
    assert bundle_of(items["a1"], WHOSE) is None
    decide(app.library, items["a1"], "Effusion", "rejected")
    assert bundle_of(again(app, "a1"), WHOSE) is None


def test_fhir_conforms_and_is_read_again(app, tmp_path):
    everything = (EFFUSION, MASS, DEATH, MARFAN, EHLERS, STICKLER, VOLUME, NOT_MADE)
    items = kept(app, proposal("a1", everything))
    accept_all(app.library, items["a1"], [one.key for one in everything if one is not MASS])
    decide(app.library, items["a1"], "Mass", "corrected", instead="absent", reason="a nipple")
    bundle = bundle_of(again(app, "a1"), WHOSE)
    assert faults(bundle) == []
    assert [fault for one in bundle["entry"] for fault in faults(one["resource"])] == []
    found = imported(bundle, tmp_path / "bundle.json")
    (person,) = [one for one in found if isinstance(one, Person)]
    assert (person.names[0].family, person.birth_date.text, person.sex) == ("Muster", "1961-04-09", "female")
    assert (person.identifiers[0].value, person.identifiers[0].issuer) == ("42", "urn:oid:1.2.3")
    entries = {one.content.concept.display: one.content for one in found if not isinstance(one, Person)
               and getattr(one.content, "concept", None)}  # fmt: skip
    effusion, mass = entries["Pleural effusion"], entries["Mass"]
    assert isinstance(effusion, Observation)
    assert (effusion.value.concept.display, effusion.status) == ("Present", "final")
    assert effusion.concept.codes[0].value == "60046008"
    assert effusion.effective.start.text == "2024-05-31"
    assert effusion.components[0].value.value == 0.82
    assert mass.value.concept.display == "Absent"
    assert "a nipple" in mass.comment
    assert "The model said: Mass: probability 0.410" in mass.comment
    volume = entries["Hippocampus, left"]
    assert (volume.value.value, volume.value.unit, volume.value.code) == (3.21, "ml", "mL")
    assert entries["Hippocampus, right"].value is None
    assert entries["Hippocampus, right"].absent == "unknown"
    assert isinstance(entries["Marfan syndrome"], Problem)
    assert entries["Marfan syndrome"].certainty == "provisional"
    kinds = {
        one.content.kind for one in found if not isinstance(one, Person) and isinstance(one.content, Other)
    }
    assert {"RiskAssessment", "Provenance"} <= kinds


def test_risks_keep_their_probability_and_time(app):
    dated = replace(DEATH, as_of="2021-10-17")
    items = kept(app, proposal("a1", (dated, MARFAN), used=("record",)))
    accept_all(app.library, items["a1"], ["death", MARFAN.key])
    bundle = bundle_of(again(app, "a1"), Subject(Patient()))
    risk, marfan = resources(bundle, "RiskAssessment")
    (prediction,) = risk["prediction"]
    assert prediction["probabilityDecimal"] == 0.23
    assert prediction["whenRange"]["high"] == {
        "value": 1826,
        "unit": "d",
        "system": "http://unitsofmeasure.org",
        "code": "d",
    }
    assert risk["occurrenceDateTime"] == "2021-10-17"
    told = [one["text"] for one in risk["note"]]
    assert any(one.startswith("The risk counts from 2021-10-17 to 2026-10-17.") for one in told)
    assert faults(bundle) == []
    (condition,) = resources(bundle, "Condition")
    assert marfan["condition"]["reference"] == f"urn:uuid:{condition['id']}"
    assert condition["code"]["coding"][0]["code"] == "154700"
    (patient,) = resources(bundle, "Patient")
    assert set(patient) == {"resourceType", "id"}


def test_a_risk_without_a_day_is_not_moved_to_that_of_asking(app):
    items = kept(app, proposal("a1", (DEATH,), used=("record",)))
    accept_all(app.library, items["a1"], ["death"])
    (risk,) = resources(bundle_of(again(app, "a1"), Subject(Patient())), "RiskAssessment")
    assert "occurrenceDateTime" not in risk
    assert any("is not stated" in one["text"] for one in risk["note"])


def test_what_is_asserted_is_what_the_model_says(app):
    unlikely = replace(EFFUSION, probability=0.04, low=0.02, high=0.06, answers=("absent",), threshold=0.05)
    chance = replace(MASS, key="Pneumonia", answers=("present",), threshold=None, auroc=(0.56, 0.47, 0.65))
    items = kept(app, proposal("a1", (unlikely, MASS, chance)))
    decide(app.library, items["a1"], "Effusion", "accepted")
    for key in ("Mass", "Pneumonia"):
        with pytest.raises(NothingSaidError, match="say present or absent"):
            decide(app.library, items["a1"], key, "accepted")
    with pytest.raises(NothingSaidError):
        accept_all(app.library, items["a1"], ["Effusion", "Mass"])
    decide(app.library, items["a1"], "Pneumonia", "corrected", instead="absent", by="Dr. Chen")
    effusion, pneumonia = resources(bundle_of(again(app, "a1"), WHOSE), "Observation")
    assert effusion["valueCodeableConcept"]["text"] == "Absent"
    assert pneumonia["valueCodeableConcept"]["text"] == "Absent"
    assert pneumonia["note"][0]["text"].startswith("Decided by Dr. Chen on ")
    assert any("no better than chance" in one["text"] for one in pneumonia["note"])
    assert not any("prediction set" in one["text"] for one in pneumonia["note"])


def test_an_acceptance_of_before_that_asserts_nothing_is_no_fhir(app):
    kept(app, proposal("a1", (MASS,)))
    app.library.findings.decide(Decision("a1", "Mass", "accepted", decided=1.0))
    assert bundle_of(again(app, "a1"), WHOSE) is None


def test_what_was_decided_before_leaves_with_what_holds(app, tmp_path):
    items = kept(app, proposal("a1", (EFFUSION,)))
    decide(app.library, items["a1"], "Effusion", "corrected", instead="absent", by="Dr. Chen")
    with pytest.raises(DecidedAlreadyError, match=r"was corrected \(absent\) by Dr. Chen before"):
        decide(app.library, items["a1"], "Effusion", "accepted", replace_earlier=False)
    decide(app.library, items["a1"], "Effusion", "accepted")
    found = export_answer(again(app, "a1"), WHOSE, tmp_path)
    (before,) = json.loads(found.report.read_text())["decisions"]["Effusion"]["earlier"]
    assert (before["verdict"], before["instead"], before["by"]) == ("corrected", "absent", "Dr. Chen")
    with found.table.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["earlier"].startswith("corrected (absent) by Dr. Chen on ")
    assert (row["holds"], row["images"]) == ("present", "")
    (effusion,) = resources(json.loads(found.fhir.read_text()), "Observation")
    assert any(one["text"].startswith("Before: corrected (absent)") for one in effusion["note"])


def test_shares_have_as_many_digits_as_they_are_worth(app, tmp_path):
    exact = replace(EFFUSION, probability=0.8234567891, low=0.60001234, high=0.93000071)
    items = kept(app, proposal("a1", (exact, replace(MASS, probability=0.0123456))))
    decide(app.library, items["a1"], "Effusion", "accepted")
    found = export_answer(again(app, "a1"), WHOSE, tmp_path)
    with found.table.open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["probability"], first["low"], first["high"]) == ("0.823", "0.6", "0.93")
    assert second["probability"] == "0.012"
    (effusion,) = resources(json.loads(found.fhir.read_text()), "Observation")
    assert effusion["component"][0]["valueQuantity"]["value"] == 0.823
    assert said(exact) == "probability 0.823, 95 % interval 0.600 to 0.930, prediction set: present"


def test_heat_maps_stand_on_the_sheet(app, tmp_path):
    items = kept(app, proposal("a1", (EFFUSION,)), proposal("b1", (replace(EFFUSION, heat_map=""),)))
    with_map = export_answer(items["a1"], WHOSE, tmp_path).sheet.read_bytes()
    without = export_answer(items["b1"], WHOSE, tmp_path).sheet.read_bytes()
    assert with_map.count(b"/Subtype /Image") == without.count(b"/Subtype /Image") + 1


def test_a_corrected_disease_is_what_the_person_named(app):
    items = kept(app, proposal("a1", (MARFAN, EHLERS)))
    decide(app.library, items["a1"], MARFAN.key, "corrected", instead=EHLERS.key)
    bundle = bundle_of(again(app, "a1"), WHOSE)
    assert resources(bundle, "Condition")[0]["code"]["text"] == "Ehlers-Danlos syndrome"
    assert resources(bundle, "RiskAssessment") == []


def test_a_unit_that_is_not_known_is_not_made_up(app):
    items = kept(app, proposal("a1", (replace(VOLUME, unit="", percentile=None),)))
    accept_all(app.library, items["a1"], ["v1"])
    (volume,) = resources(bundle_of(again(app, "a1"), WHOSE), "Observation")
    assert volume["valueQuantity"] == {"value": 3.21}


def test_hundreds_of_measurements_are_written(app, tmp_path):
    items = kept(app, proposal("a1", many(300)))
    accept_all(app.library, items["a1"], [one.key for one in items["a1"].result.findings])
    found = export_answer(again(app, "a1"), WHOSE, tmp_path)
    assert len(resources(json.loads(found.fhir.read_text()), "Observation")) == 300
    assert found.sheet.stat().st_size > 10_000


def test_letters_of_any_script_are_shown_or_named():
    assert marked("a <b> & Ł") == "a &lt;b&gt; &amp; Ł"
    assert marked("Иванов") == '<font name="HeiseiMin-W3">Иванов</font>'
    assert "HYSMyeongJo" in marked("홍길동")
    assert marked("ก") == "[U+0E01]"


def test_the_subject_of_an_answer_about_nobody_that_is_known(app):
    items = kept(app, proposal("a1", (EFFUSION,)))
    assert subject_of(app.library, items["a1"]) == Subject(Patient())
