"""Projects of before are told from each other: by date, count, tasks and the file they were saved as."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime

import pytest

from medapp.services.molecule_given import as_run
from medapp.services.molecule_project import STATE, begin, new_run, save
from medapp.services.molecule_recent import recent_of
from medapp.ui.molecules.giving import GivingModel
from medapp.ui.molecules.recent import recent_text
from tests.unit.ui_molecules.conftest import put, screened

MOMENT = datetime(2026, 3, 5, 14, 7).astimezone().timestamp()


@pytest.fixture
def home(app):
    return app.paths.data / "molecules"


def generated(home, count, moment):
    made = begin(home, "Generation")
    run = replace(
        new_run("molecules.generate", "Generation", makes=True), is_whole=True, facts={"rows": count}
    )
    made = made.with_run(run)
    save(made)
    os.utime(made.folder / STATE, (moment, moment))
    return made


def test_two_of_one_name_are_told_from_each_other(home):
    generated(home, 100, MOMENT)
    generated(home, 12, MOMENT + 3600)
    assert [recent_text(one) for one in recent_of(home)] == [
        "Generation · 12 molecules · 2026-03-05 15:07", "Generation · 100 molecules · 2026-03-05 14:07",
    ]  # fmt: skip


def test_what_was_given_is_counted_before_anything_was_run(home):
    made = begin(home, "some.smi", text="CCO\nCC\n")
    assert recent_of(home)[0].count is None
    assert recent_text(recent_of(home)[0]).startswith("some.smi · 20")
    put(made.rows_path(as_run()), screened(1, "a", "CCO", 1, 1), screened(2, "b", "CC", 1, 1))
    assert "some.smi · 2 molecules · 20" in recent_text(recent_of(home)[0])
    part = replace(new_run("molecules.screen", "Screening", places=(0,)), is_whole=True, facts={"rows": 1})
    save(made.with_run(part))
    assert "some.smi · 2 molecules · Screening · 20" in recent_text(recent_of(home)[0])


def test_what_was_pasted_says_once_how_many_they_are(home):
    made = begin(home, "2 pasted molecules", text="CCO\nCC\n")
    put(made.rows_path(as_run()), screened(1, "a", "CCO", 1, 1), screened(2, "b", "CC", 1, 1))
    assert recent_text(recent_of(home)[0]).startswith("2 pasted molecules · 20")


def test_the_file_that_one_was_saved_as_is_told(qtbot, session, opened, tmp_path):
    giving = GivingModel(session, opened)
    giving.save_as(tmp_path / "mine")
    qtbot.waitUntil(lambda: bool(session.messages), timeout=20000)
    first = opened.project
    giving.open_files([tmp_path / "mine.medmol"])
    qtbot.waitUntil(lambda: opened.project.folder != first.folder and len(giving.recent) == 2, timeout=20000)
    told = [giving.describe(one) for one in giving.recent]
    assert all(one.endswith("saved as mine.medmol") for one in told)
    assert all("four · " in one and "Screening, Metabolism" in one for one in told)
    assert giving.describe(begin(giving.home, "new")) == "new"


def test_projects_that_a_run_has_begun_are_listed_too(qtbot, session, model):
    giving = GivingModel(session, model)
    made = generated(giving.home, 3, MOMENT)
    model.set_project(made)  # as a run does that makes molecules
    qtbot.waitUntil(lambda: [one.folder for one in giving.recent] == [made.folder], timeout=20000)
