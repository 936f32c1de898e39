"""The quality of the record in focus and of the library, looked through in a program without a window."""

from __future__ import annotations

import json

import pytest

from medapp.knowledge.quality import Rule, read_rules
from medapp.services.app import App
from medapp.services.paths import AppPaths
from medapp.services.quality_rules import NAME, chosen_rules
from tests.unit.ui_record.dirty import clean, dirty


@pytest.fixture
def session(qtbot, tmp_path):
    from medapp.ui.shell.session import Session

    with App.open(AppPaths.under(tmp_path / "home").create()) as app:
        for subject, family in (("jane", "Doe"), ("joan", "Roe")):
            person, entries = dirty(subject, family)
            app.library.records.put(f"{subject}.json", "fhir", [person, *entries])
        person, entries = clean()
        app.library.records.put("ann.json", "fhir", [person, *entries])
        made = Session(app)
        made.problems, made.messages, made.ready_to_work, made.opened = [], [], [], []
        made.problem.connect(made.problems.append)
        made.told.connect(made.messages.append)
        made.patientChanged.connect(lambda *_: made.opened.append(made.patient_key))
        made.when_ready(lambda: made.ready_to_work.append(True))
        made.start()
        qtbot.waitUntil(lambda: bool(made.ready_to_work), timeout=20000)
        yield made
        made.close()


@pytest.fixture
def model(session):
    from medapp.ui.record.quality_model import QualityModel

    return QualityModel(session)


def looked(qtbot, model):
    qtbot.waitUntil(lambda: model.cases is not None and not model.is_looking, timeout=20000)
    return model.cases


def kept(session):
    return chosen_rules(session.app.paths)


def test_nothing_is_looked_at_before_it_is_asked_for(model):
    model.set_record(*as_lists(dirty()))
    assert model.cases is None
    assert not model.is_looking
    assert not model.can_accept
    assert model.choices.together == ()


def as_lists(pair):
    return [pair[0]], pair[1]


def test_the_patient_in_focus_is_looked_through_once(qtbot, model):
    seen = []
    model.changed.connect(lambda: seen.append((model.is_looking, model.cases is not None)))
    model.set_record(*as_lists(dirty()))
    model.look()
    model.look()
    found = looked(qtbot, model)
    assert found.counts()["outlier"] == 1
    assert seen == [(False, False), (True, False), (False, True)]
    model.look()
    assert not model.is_looking


def test_a_late_answer_about_somebody_else_is_dropped(qtbot, model):
    model.set_record(*as_lists(dirty()))
    model.look()
    model.set_record(*as_lists(clean()))
    model.look()
    assert sum(looked(qtbot, model).counts().values()) == 0
    qtbot.wait(200)
    assert sum(model.cases.counts().values()) == 0


def test_the_whole_library_is_looked_through_and_is_stale_after_an_import(qtbot, model, session):
    model.set_record(*as_lists(clean()))
    model.show("library")
    found = looked(qtbot, model)
    assert found.persons == 3
    assert found.counts()["duplicate"] == 2
    assert sorted(model.names.values()) == ["Doe, Jane", "Poe, Ann", "Roe, Jane"]
    assert {place.who for one in found.all() for place in one.places} <= set(model.names)
    assert not model.is_stale
    session.libraryChanged.emit()
    assert model.is_stale
    model.look_again()
    looked(qtbot, model)
    assert not model.is_stale
    model.show("patient")
    assert looked(qtbot, model).persons == 1


def test_in_the_library_values_are_held_against_those_of_all(qtbot, model, session):
    # Ann's one value says nothing by itself, and is far from what the others have.
    person, entries = clean("ada")
    from tests.unit.ui_record.dirty import lab

    session.app.library.records.put(
        "ada.json", "fhir", [person, *entries, lab("ada", "x", 9.5, "2021-02-02")]
    )
    model.show("library")
    outliers = next(one for one in looked(qtbot, model).all() if one.kind == "outlier")
    assert {place.entry.id for place in outliers.places} >= {"adax"}


def test_cancelled_looking_leaves_the_patient_in_view(qtbot, model, session):
    model.set_record(*as_lists(clean()))
    model.show("library")
    for line in session.jobs.lines:
        session.jobs.cancel(line.id)
    qtbot.waitUntil(lambda: not model.is_looking or model.cases is not None, timeout=20000)
    qtbot.waitUntil(lambda: bool(session.messages) or model.scope == "library", timeout=20000)
    assert session.problems == []


def test_what_fails_is_told_once_and_tried_again_for_another_record(qtbot, model, session, monkeypatch):
    import medapp.services.quality_cases

    real = medapp.services.quality_cases.cases_of_patient
    monkeypatch.setattr(medapp.services.quality_cases, "cases_of_patient", lambda *_: 1 / 0)
    model.changed.connect(model.look)  # as a page in view does
    model.set_record(*as_lists(dirty()))
    qtbot.waitUntil(lambda: bool(session.problems), timeout=10000)
    qtbot.wait(100)
    assert len(session.problems) == 1
    assert not model.is_looking
    monkeypatch.setattr(medapp.services.quality_cases, "cases_of_patient", real)
    model.set_record(*as_lists(clean()))
    looked(qtbot, model)


def test_a_rule_is_kept_at_once_and_can_be_taken_back(qtbot, model, session):
    model.set_record(*as_lists(dirty()))
    model.look()
    looked(qtbot, model)
    model.choose("outlier", "Creatinine", "median")
    model.choose("outlier", "", "drop")
    expected = (Rule("outlier", "drop"), Rule("outlier", "median", "Creatinine"))
    assert model.chosen == expected
    qtbot.waitUntil(lambda: kept(session) == expected)
    assert len(session.messages) == 2
    session.messages[-1].undo()
    qtbot.waitUntil(lambda: kept(session) == (Rule("outlier", "median", "Creatinine"),))
    model.choose("outlier", "Creatinine", None)
    qtbot.waitUntil(lambda: kept(session) == ())


def test_the_last_of_many_changes_is_kept(qtbot, model, session):
    actions = ["keep", "drop", "median", "indicator", "locf"] * 4
    for action in actions:
        model.choose("outlier", "", action)
    qtbot.wait(300)
    assert kept(session) == (Rule("outlier", "locf"),)


def test_what_is_proposed_is_taken_for_what_was_found_and_has_no_rule(qtbot, model, session):
    model.set_record(*as_lists(dirty()))
    model.look()
    looked(qtbot, model)
    model.choose("duplicate", "", "keep")
    assert model.can_accept
    model.accept_proposed()
    assert not model.can_accept
    rules = {(one.kind, one.action) for one in model.chosen}
    assert ("duplicate", "keep") in rules
    assert rules >= {("unit", "convert"), ("impossible", "drop"), ("missing", "indicator")}
    qtbot.waitUntil(lambda: kept(session) == model.chosen)
    model.accept_proposed()
    assert len(session.messages) == 2


def test_rules_go_out_and_in_as_a_file(qtbot, model, session, tmp_path):
    model.set_record(*as_lists(dirty()))
    model.look()
    looked(qtbot, model)
    model.choose("unit", "", "keep")
    path = tmp_path / "mine.json"
    model.export_rules(path)
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: any("mine.json" in one.text for one in session.messages))
    assert read_rules(path).rules == model.choices.together
    model.choose("unit", "", "drop")
    model.import_rules(path)
    qtbot.waitUntil(lambda: Rule("unit", "keep") in model.chosen)
    qtbot.waitUntil(lambda: kept(session) == model.chosen)
    (tmp_path / "other.json").write_text("[]")
    model.import_rules(tmp_path / "other.json")
    qtbot.waitUntil(lambda: bool(session.problems))
    assert Rule("unit", "keep") in kept(session)


def test_rules_that_were_kept_hold_and_damaged_ones_are_told_of(qtbot, model, session):
    path = session.app.paths.data / NAME
    text = {"format": "medapp quality rules", "version": 9, "rules": []}
    path.write_text(json.dumps(text))
    model.set_record(*as_lists(dirty()))
    model.look()
    looked(qtbot, model)
    assert "version 9" in model.problem
    assert model.chosen == ()
    model.choose("unit", "", "keep")
    assert model.problem == ""
    qtbot.waitUntil(lambda: path.exists() and kept_or_none(session) == (Rule("unit", "keep"),))


def kept_or_none(session):
    try:
        return kept(session)
    except ValueError:
        return ()


def test_rules_that_cannot_be_written_do_not_hold(qtbot, model, session, monkeypatch):
    monkeypatch.setattr(
        "medapp.services.quality_rules.write_whole", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    model.choose("unit", "", "keep")
    qtbot.waitUntil(lambda: bool(session.problems))
    assert model.chosen == ()


def test_a_place_of_the_library_opens_its_patient_and_then_the_entry(qtbot, model, session):
    found = []
    model.entryFound.connect(found.append)
    model.set_record(*as_lists(clean()))
    model.show("library")
    case = next(one for one in looked(qtbot, model).all() if one.kind == "outlier")
    place = next(one for one in case.places if one.entry.id == "joanfar")
    model.open(place)
    qtbot.waitUntil(lambda: any(key.endswith(place.who) for key in session.opened), timeout=10000)
    assert found == []
    entries = session.app.library.records.entries(place.who)
    model.set_record((), entries)
    assert [one.id for one in found] == ["joanfar"]
    assert any(one is found[0] for one in entries)
    model.open(place)
    assert len(found) == 2
