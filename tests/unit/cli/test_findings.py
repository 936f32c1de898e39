"""The inbox of a patient without a screen: listed, decided on, exported, and given back as examples."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace

import pytest

from medapp.cli.findings import _said
from medapp.cli.main import main
from medapp.cli.run_findings import _row, _table
from medapp.services.app import App
from medapp.services.inbox import inbox_of
from tests.unit.services.answers import EFFUSION, MARFAN, MASS, kept, proposal
from tests.unit.services.segmenting import ct_series


@pytest.fixture
def command(monkeypatch, capsys, medapp_home):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["medapp", *map(str, arguments)])
        status = main()
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


@pytest.fixture
def patient(tmp_path, medapp_home):
    """Key of a patient with images and two answers of models."""
    ct_series(tmp_path / "ct", PatientID="P-7", PatientName="Doe^Jane")
    with App.open() as app:
        app.library.import_paths([tmp_path / "ct"])
        (found,) = app.library.patients()
        kept(
            app,
            proposal("aaaa1", (EFFUSION, MASS), patient=found.key),
            proposal("bbbb1", (MARFAN,), patient=found.key, task="rare.disease", used=("record",)),
            proposal("bbbb2", (), patient=found.key, task="strange", abstained="unlike the training data"),
        )
    return found.key


def test_both_commands_leave_out_sets_that_do_not_count_and_say_why(command, patient, capsys):
    chance = replace(EFFUSION, key="Pneumonia", title="Pneumonia", auroc=(0.56, 0.47, 0.65))
    risk = replace(MASS, key="stroke", title="Stroke", kind="risk", answers=("absent",), low=None,
                   c_index=(0.79, 0.77, 0.81), gain=(0.01, -0.003, 0.025),
                   baseline="age and sex")  # fmt: skip
    with App.open() as app:
        kept(app, proposal("cccc1", (chance, risk), patient=patient))
    _, out, err = command("findings", "P-7")
    (line,) = (line for line in out.splitlines() if "Pneumonia" in line)
    assert "present" not in line
    assert "no better than chance in tests" in line
    assert "AUROC 0.56 (0.47 to 0.65)" in line
    assert "cccc1: Stroke: Not shown better than age and sex alone (+0.010, -0.003 to +0.025)." in err
    _, out, _ = command("findings", "P-7", "--json")
    told = {one["key"]: one for answer in json.loads(out)["answers"] for one in answer["findings"]}
    assert told["Pneumonia"]["answers"] == []
    assert told["stroke"]["notice"] == ["not shown better than age and sex"]
    _table((chance, risk), 0.9)
    run = capsys.readouterr()
    (line,) = (line for line in run.out.splitlines() if "Pneumonia" in line)
    assert "present" not in line
    assert "no better than chance in tests" in line
    assert "not excluded (sets hold the truth in 90 %)" in run.out
    assert "Pneumonia: No better than chance in tests" in run.err


def test_a_probability_is_never_said_to_be_none_or_whole():
    said = [_said(replace(MASS, probability=one)) for one in (0.0, 0.0001, 0.041, 0.99996, 1.0)]
    assert said == ["< 0.001", "< 0.001", "0.041", "> 0.999", "> 0.999"]


def decisions(patient):
    with App.open() as app:
        items = inbox_of(app.library, patient).items
        return {key: one for item in items for key, one in item.decisions.items()}


def test_the_inbox_is_listed(command, patient):
    status, out, err = command("findings", "P-7")
    assert status == 0
    assert "aaaa1:Effusion" in out
    (mass,) = (line for line in out.splitlines() if "aaaa1:Mass" in line)
    assert "present / absent" in mass
    assert "uncertain" in mass
    assert "0.820" in out
    assert "no answer of Answers of strange: unlike the training data" in err
    assert "3 answers, 3 unread, 3 findings" in err
    assert "Not for diagnostic use" in err


def test_a_patient_of_images_is_found_by_words_of_the_name_too(command, patient, tmp_path):
    assert command("findings", "jane")[1] == command("findings", "P-7")[1]
    ct_series(tmp_path / "other", PatientID="P-8", PatientName="Doe^John")
    with App.open() as app:
        app.library.import_paths([tmp_path / "other"])
    status, _, err = command("findings", "doe")
    assert status == 2
    assert "2 patients fit 'doe'" in err
    assert "number P-8" in err


def test_a_refusal_is_json_too_where_json_is_asked_for(command, patient):
    status, out, err = command("findings", "nobody", "--json")
    told = json.loads(out)
    assert told["status"] == status == 3
    assert told["error"] in err


def test_probabilities_of_a_run_are_told_with_interval_and_time():
    risk = replace(EFFUSION, title="Death", probability=0.0348, low=0.021, high=0.06, horizon_days=1826.25)
    assert _row(risk)[:4] == ("Death", "3.5%", "2.1% to 6.0%", "5 years")
    assert _row(replace(risk, probability=0.99997))[1] == "> 99.9%"
    assert _row(replace(risk, probability=0.0))[1] == "< 0.1%"
    assert _row(replace(risk, probability=0.37, horizon_days=30.0))[1:4:2] == ("37%", "30 days")


def test_as_json(command, patient):
    status, out, _ = command("findings", patient, "--json")
    report = json.loads(out)
    assert status == 0
    by_id = {one["result"]: one for one in report["answers"]}
    assert by_id["aaaa1"]["findings"][0]["probability"] == 0.82
    assert by_id["aaaa1"]["decisions"] == {}
    assert by_id["bbbb1"]["warning"] == "Not for diagnostic use"


def test_deciding(command, patient):
    status, out, _ = command(
        "findings", "P-7", "--accept", "aaaa1:Effusion", "--accept", f"bbbb1:{MARFAN.key}", "--reason", "seen"
    )
    assert status == 0
    assert "accepted" in out
    assert {key: one.verdict for key, one in decisions(patient).items()} == {
        "Effusion": "accepted",
        MARFAN.key: "accepted",
    }
    again = ("findings", "P-7", "--reject", "aaaa:Effusion", "--reason", "wrong place")
    status, _, err = command(*again)
    assert status == 2
    assert "was accepted before; --replace" in err
    assert decisions(patient)["Effusion"].verdict == "accepted"
    status, _, err = command(*again, "--replace")
    assert status == 0
    assert "replaced: Pleural effusion: accepted on " in err
    command("findings", "P-7", "--correct", "aaaa:Mass", "--instead", "absent")
    found = decisions(patient)
    assert (found["Effusion"].verdict, found["Effusion"].reason) == ("rejected", "wrong place")
    assert (found["Mass"].verdict, found["Mass"].instead) == ("corrected", "absent")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--accept", "cccc:Effusion"), 3, "no result 'cccc'"),
        (("--accept", "aaaa1:Nodule"), 3, "no finding 'Nodule'"),
        (("--accept", "bbbb:x"), 2, "2 results begin with 'bbbb'"),
        (("--accept", ":x"), 3, "no result"),
        (("--accept", "aaaa1:Mass"), 2, "say present or absent"),
        (("--correct", "aaaa1:Mass"), 2, "--instead"),
        (("--accept", "aaaa1:Mass", "--reject", "aaaa1:Mass"), 2, "twice"),
        (("--accept", "aaaa1:Effusion", "--accept", "aaaa1:Nodule"), 3, "no finding"),
    ],
)
def test_what_cannot_be_decided_changes_nothing(command, patient, arguments, status, words):
    ended, _, err = command("findings", "P-7", *arguments)
    assert ended == status
    assert words in err
    assert decisions(patient) == {}


def test_nobody_of_that_name(command, patient):
    assert command("findings", "nobody")[0] == 3


def test_answers_and_examples_are_written(command, patient, tmp_path):
    status, _, err = command("feedback", "--out", tmp_path / "none")
    assert status == 3
    assert "nobody has accepted" in err
    command("findings", "P-7", "--accept", "aaaa1:Effusion")
    status, out, _ = command("findings", "P-7", "--out", tmp_path / "out", "--json")
    folders = json.loads(out)["written"]
    assert status == 0
    assert len(folders) == 3
    assert len(list((tmp_path / "out").glob("*/findings.pdf"))) == 3
    assert len(list((tmp_path / "out").glob("*/findings.fhir.json"))) == 1
    status, out, err = command("feedback", "--out", tmp_path / "examples")
    assert status == 0
    assert "cxr.findings" in out
    text = (tmp_path / "examples" / "cxr.findings" / "examples.csv").read_text("utf-8-sig")
    # the key a pseudonym is made of is drawn anew each time, and may well begin with a 7
    assert re.search(r"\bP-7\b", text) is None
