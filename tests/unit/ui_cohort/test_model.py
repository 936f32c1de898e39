"""One question at a time, answered from a real library; what is kept, and what is opened."""

from __future__ import annotations

import csv

import pytest


def ask(qtbot, model, text):
    model.ask(text)
    qtbot.waitUntil(lambda: not model.is_asking, timeout=20000)


def names(model):
    return [one.name for one in model.cohort.members]


class Held:
    """Work that is done when the test says so, in the order that it says."""

    def __init__(self):
        self.waiting = []

    def run(self, work, done, failed=None, *, priority=0):
        del priority
        self.waiting.append((work, done, failed))

    def answer(self, which=0):
        work, done, failed = self.waiting.pop(which)
        try:
            found = work()
        except OSError as error:
            failed(error)
        else:
            done(found)


@pytest.fixture
def held(session, model, monkeypatch):
    holding = Held()
    monkeypatch.setattr(session, "background", holding)
    return holding


def test_a_question_is_answered(qtbot, session, model):
    seen = []
    model.changed.connect(lambda: seen.append(model.is_asking))
    ask(qtbot, model, " patients with creatinine above 1.5 mg/dL ")
    assert seen == [True, False]
    assert model.question == "patients with creatinine above 1.5 mg/dL"
    assert names(model) == ["Doe, Jane", "Poe, Ann", "Roe, John"]
    assert model.failure is None
    ask(qtbot, model, "women over 60 with creatinine above 1.5 mg/dL")
    assert names(model) == ["Doe, Jane"]
    assert dict(model.cohort.unknown) == {"sex": 1}
    assert session.problems == []


def test_a_late_answer_to_an_older_question_is_dropped(held, model):
    model.ask("women")
    model.ask("men")
    held.answer(1)
    assert names(model) == ["Roe, John"]
    held.answer()
    assert names(model) == ["Roe, John"]
    assert model.question == "men"


def test_an_answer_that_is_waited_for_no_more_is_dropped(held, model):
    model.ask("men")
    held.answer()
    model.ask("women")
    model.cancel()
    assert not model.is_asking
    held.answer()
    assert (model.question, names(model)) == ("men", ["Roe, John"])
    model.cancel()
    assert names(model) == ["Roe, John"]


def test_what_is_not_understood_is_told_with_what_could_be_changed(qtbot, session, model):
    ask(qtbot, model, "men")
    ask(qtbot, model, "men with CT since May")
    assert model.cohort is None
    assert model.failure.part == "CT since May"
    assert "since 2020-05" in model.failure.advice
    ask(qtbot, model, "creatinine above 1 parsec")
    assert model.failure.part == "parsec"
    assert not model.can_keep
    ask(qtbot, model, "men")
    assert model.failure is None
    assert session.problems == []


def test_a_library_that_cannot_be_asked_is_told(held, session, model, monkeypatch):
    def broken(*_):
        raise OSError

    monkeypatch.setattr("medapp.services.cohorts.ask", broken)
    model.ask("men")
    held.answer()
    assert (model.is_asking, model.cohort) == (False, None)
    assert session.problems[0].what.startswith("The library could not be asked.")


def test_an_answer_grows_old_with_the_library(qtbot, session, model):
    ask(qtbot, model, "men")
    assert not model.is_stale
    session.libraryChanged.emit()
    assert model.is_stale
    ask(qtbot, model, model.question)
    assert not model.is_stale


# ---- what is kept --------------------------------------------------------------------------------------
def change(qtbot, model, act):
    """Do something to what is kept, and wait until it is written."""
    with qtbot.waitSignal(model.savedChanged, timeout=10000):
        act()
    return dict(model.saved)


def test_a_question_is_kept_asked_again_and_forgotten(qtbot, session, model):
    assert not model.can_keep
    model.keep("nothing")
    ask(qtbot, model, "men over 60")
    assert change(qtbot, model, lambda: model.keep("  old men ")) == {"old men": "men over 60"}
    assert session.app.library.records.queries() == (("old men", "men over 60"),)
    assert change(qtbot, model, session.messages[-1].undo) == {}


def test_one_of_the_same_name_is_replaced_and_comes_back(qtbot, session, model):
    ask(qtbot, model, "men over 60")
    change(qtbot, model, lambda: model.keep("a"))
    ask(qtbot, model, "women")
    assert change(qtbot, model, lambda: model.keep("a")) == {"a": "women"}
    assert "takes the place" in session.messages[-1].text
    assert change(qtbot, model, session.messages[-1].undo) == {"a": "men over 60"}


def test_renaming_never_overwrites(qtbot, session, model):
    ask(qtbot, model, "men")
    change(qtbot, model, lambda: model.keep("a"))
    change(qtbot, model, lambda: model.keep("b"))
    assert not model.rename("a", " b ")
    assert "nothing was changed" in session.messages[-1].text
    assert not model.rename("a", "  ")
    assert not model.rename("gone", "c")
    assert model.rename("a", "a")
    assert change(qtbot, model, lambda: model.rename("a", "c")) == {"b": "men", "c": "men"}
    assert change(qtbot, model, session.messages[-1].undo) == {"a": "men", "b": "men"}


def test_deleting_is_undone(qtbot, session, model):
    ask(qtbot, model, "men")
    change(qtbot, model, lambda: model.keep("a"))
    assert change(qtbot, model, lambda: model.remove("a")) == {}
    assert change(qtbot, model, session.messages[-1].undo) == {"a": "men"}
    model.remove("b")
    assert dict(model.saved) == {"a": "men"}


# ---- what is done with an answer -----------------------------------------------------------------------
def test_an_answer_is_written(qtbot, session, model, tmp_path):
    path = tmp_path / "answer.csv"
    model.export(path)
    ask(qtbot, model, "patients with creatinine above 1.5 mg/dL")
    with qtbot.waitSignal(session.told, timeout=10000):
        model.export(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["Doe, Jane", "Poe, Ann", "Roe, John"]
    assert {row["note"] for row in rows} == {"Not for diagnostic use"}
    assert session.messages[-1].text == "answer.csv was written: 3 rows."


def test_a_folder_that_is_not_there_is_told(qtbot, session, model, tmp_path):
    ask(qtbot, model, "men")
    with qtbot.waitSignal(session.problem, timeout=10000):
        model.export(tmp_path / "nowhere" / "answer.csv")
    assert session.problems[0].what.startswith("The table cannot be written.")
    assert session.problems[0].advice


def test_somebody_of_whom_there_is_a_record_is_opened(qtbot, session, model):
    ask(qtbot, model, "women")
    coming = []
    model.opening.connect(lambda: coming.append(session.patient_key))
    (jane,) = model.cohort.members
    model.open(jane)
    qtbot.waitUntil(lambda: session.patient is not None, timeout=10000)
    assert coming == [""]
    assert session.patient.name == "Doe^Jane"
    assert session.patient_key.endswith(jane.person)
