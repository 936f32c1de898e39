"""Accepted and corrected findings become examples: pseudonymous, by task, without what says nothing."""

import csv
import json
import stat

import pytest

from medapp.library.findings import Decision
from medapp.services.app import App
from medapp.services.feedback import feedback_of, write_feedback
from medapp.services.inbox import decide
from medapp.services.paths import AppPaths
from medapp.services.plans import Basis, make_plan, sign
from medapp.services.plans import decide as decide_line
from tests.unit.planned import OPTION, TABLE, WARFARIN
from tests.unit.services.answers import DEATH, EFFUSION, MASS, VOLUME, kept, proposal


@pytest.fixture
def app(tmp_path):
    with App.open(AppPaths.under(tmp_path / "home")) as found:
        yield found


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_examples_by_task(app, tmp_path):
    items = kept(
        app,
        proposal("a1", (EFFUSION, MASS)),
        proposal("b1", (VOLUME,), task="mr.volumes"),
        proposal("c1", (EFFUSION,), task="undecided"),
    )
    decide(app.library, items["a1"], "Effusion", "accepted")
    decide(app.library, items["a1"], "Mass", "corrected", instead="absent", reason="a nipple")
    decide(app.library, items["b1"], "v1", "corrected", instead="-2.9 ml")
    paths = write_feedback(feedback_of(app), tmp_path / "out")
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "out/cxr.findings/examples.csv",
        "out/mr.volumes/examples.csv",
        "out/feedback.json",
    ]
    effusion, mass = rows_of(paths[0])
    assert (effusion["label_kind"], effusion["label"], effusion["said_probability"]) == (
        "answer",
        "present",
        "0.82",
    )
    assert (mass["label"], mass["reason"], mass["verdict"]) == ("absent", "a nipple", "corrected")
    assert effusion["input_sha256"] == "cd" * 32
    (volume,) = rows_of(paths[1])
    assert (volume["label"], volume["unit"], volume["said_value"]) == ("-2.9", "ml", "3.21")
    assert effusion["patient"] == volume["patient"]
    told = json.loads(paths[2].read_text())
    assert told["warning"] == "Not for diagnostic use"
    assert [one["examples"] for one in told["tasks"]] == [2, 1]
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_what_teaches_nothing_is_counted_and_left_out(app):
    items = kept(app, proposal("a1", (EFFUSION, MASS, DEATH)))
    decide(app.library, items["a1"], "Effusion", "rejected", reason="wrong place")
    # A library of before may hold such a decision; nobody can make it any more.
    app.library.findings.decide(Decision("a1", "Mass", "accepted", decided=1.0))
    app.library.findings.decide(Decision("a1", "death", "accepted", decided=1.0))
    found = feedback_of(app)
    assert found.examples == ()
    assert dict(found.left_out) == {
        "rejected: it is not said what holds instead": 1,
        "accepted, but the model has said nothing definite": 1,
        "an accepted risk: it is not said what came": 1,
    }


def test_patients_have_lasting_pseudonyms_that_do_not_show_their_keys(app):
    for person in ("P|1|", "P|2|"):
        items = kept(app, proposal(f"of-{person[2]}", (EFFUSION,), patient=person))
        decide(app.library, next(iter(items.values())), "Effusion", "accepted")
    first = [one.patient for one in feedback_of(app).examples]
    assert first == [one.patient for one in feedback_of(app).examples]
    assert len(set(first)) == 2
    assert not any("P|" in one for one in first)
    key = app.paths.config / "pseudonyms.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.unlink()
    assert set(first).isdisjoint(one.patient for one in feedback_of(app).examples)


def test_one_task_alone_and_answers_that_cannot_be_read(app):
    items = kept(app, proposal("a1", (EFFUSION,)), proposal("b1", (VOLUME,), task="mr.volumes"))
    decide(app.library, items["a1"], "Effusion", "accepted")
    decide(app.library, items["b1"], "v1", "accepted")
    assert [one.task for one in feedback_of(app, "mr.volumes").examples] == ["mr.volumes"]
    (items["a1"].entry.folder / "findings.json").unlink()
    found = feedback_of(app)
    assert [one.task for one in found.examples] == ["mr.volumes"]
    assert found.left_out == (("the answer's files cannot be read", 1),)


def test_lines_of_signed_plans_are_examples_too(app, tmp_path):
    library = app.library
    open_plan = make_plan(library, "P|1|", OPTION, Basis((WARFARIN,), models=(TABLE,)))
    decide_line(library, open_plan, 1, "accepted")
    plan = make_plan(library, "P|1|", OPTION, Basis((WARFARIN,), models=(TABLE,)))
    plan = decide_line(library, plan, 0, "rejected", reason="she bled")
    plan = decide_line(library, plan, 1, "accepted")
    plan = decide_line(library, plan, 2, "changed", dose="250 mg", reason="eGFR")
    sign(library, plan, "Dr. A")
    found = feedback_of(app)
    assert found.left_out == (("decided in a treatment plan that is not signed", 1),)
    examples, told = write_feedback(found, tmp_path / "out")
    assert examples == tmp_path / "out" / "treatment" / "examples.csv"
    first, _, last = rows_of(examples)
    assert (first["verdict"], first["reason"], first["against"]) == ("rejected", "she bled", "They bleed.")
    assert (last["drug"], last["proposed_dose"], last["dose"]) == ("Metformin", "500 mg", "250 mg")
    assert first["current"] == "warfarin"
    assert first["patient"] == last["patient"] != "P|1|"
    assert json.loads(told.read_text())["tasks"] == [{"task": "treatment", "examples": 3, "patients": 1}]
    assert feedback_of(app, "cxr.findings").lines == ()
