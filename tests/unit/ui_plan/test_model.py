"""What is known of the patient in focus: read when somebody looks, checked, filtered, put in focus."""

from __future__ import annotations

import shutil

from medapp.domain.patient import Patient
from medapp.ui.plan.checks import CheckFilter
from medapp.ui.plan.model import PlanModel
from tests.unit.planning import put_patient


def test_nothing_is_read_before_somebody_looks(qtbot, session, person):
    model = PlanModel(session)
    qtbot.wait(50)
    assert not model.loading
    assert model.desk is None
    model.want()
    assert model.loading
    qtbot.waitUntil(lambda: model.checks is not None, timeout=30000)
    assert not model.loading
    assert model.desk.has_tables


def test_medicines_are_recognised_and_checked(model):
    found = {one.drug.name: one.drug.ingredients for one in model.checks.medicines}
    assert found["Warfarin 5 MG Oral Tablet"] == ("warfarin",)
    assert [one.drug.name for one in model.checks.unmatched] == ["Wundermittel"]
    assert all(one.drug.entry for one in model.checks.medicines)
    pairs = [one for one in model.shown if one.kind == "interaction" and one.outcome == "found"]
    assert [one.drugs for one in pairs] == [("Simvastatin 20 MG Oral Tablet", "Amlodipine 5 MG Oral Tablet")]


def test_a_filter_shows_some_and_says_so_once(qtbot, model):
    with qtbot.waitSignal(model.filterChanged):
        model.set_filter(CheckFilter(grade="unknown"))
    assert model.shown
    assert {one.outcome for one in model.shown} == {"unknown"}
    with qtbot.assertNotEmitted(model.filterChanged):
        model.set_filter(CheckFilter(grade="unknown"))


def test_a_problem_is_in_focus_once_a_person_has_ticked_or_named_it(model):
    assert [one.text for one in model.problems] == ["Atrial fibrillation", "Hypertension"]
    assert model.focus == ()
    model.set_in_focus(model.problems[0], wanted=True)
    assert [one.text for one in model.focus] == ["Atrial fibrillation"]
    assert model.add_problem("  falls   at night ")
    assert not model.add_problem("Falls at night")
    assert not model.add_problem("  ")
    assert model.focus[-1].text == "falls at night"
    assert model.focus[-1].entry == ""
    model.set_in_focus(model.problems[1], wanted=True)
    assert len(model.focus) == 3
    model.set_in_focus(model.problems[0], wanted=False)
    assert [one.text for one in model.focus] == ["Hypertension", "falls at night"]


def test_another_patient_changes_everything_at_once(qtbot, app, session, model):
    model.add_problem("falls")
    other = put_patient(app, name="other")
    session._set_patient(Patient("2", "Roe^Rita"), other, ())
    assert model.desk is None
    assert model.checks is None
    assert model.own == ()
    qtbot.waitUntil(lambda: model.checks is not None, timeout=30000)
    assert model.desk.person == other


def test_without_tables_it_is_said_what_is_not_checked(qtbot, app, session, person):
    shutil.rmtree(app.paths.data / "knowledge")
    model = PlanModel(session)
    model.want()
    qtbot.waitUntil(lambda: model.checks is not None, timeout=30000)
    assert not model.desk.has_tables
    assert str(app.paths.data) in model.desk.place
    (told,) = [one for one in model.checks.checks if one.kind == "interaction" and one.outcome == "unknown"]
    assert "ddi_ndfrt_onc.tsv" in told.text


def test_a_damaged_table_is_told_and_not_taken_for_an_empty_one(qtbot, app, session, person):
    (app.paths.data / "knowledge" / "drugs" / "ddi_ndfrt_onc.tsv").write_text("no table\n")
    model = PlanModel(session)
    model.want()
    qtbot.waitUntil(lambda: bool(model.failed), timeout=30000)
    assert model.checks is None
    assert session.problems
