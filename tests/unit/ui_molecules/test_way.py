"""The way on which a search came to a molecule, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medapp.domain.molecule import MoleculeRow, Property
from medapp.services.molecule_project import begin, new_run, save
from medapp.ui.molecules.way import WayModel
from tests.unit.ui_molecules.conftest import put


def scored(number, smiles, score, parent=0):
    parents = (Property("parent", parent),) if parent else ()
    return MoleculeRow(number, smiles=smiles, properties=(Property("score", score), *parents))


ROWS = (
    scored(1, "C", 0.1), scored(2, "CC", 0.2, 1), scored(3, "N", 0.15), scored(4, "CCC", 0.4, 2),
    scored(5, "CCCC", 0.7, 4), scored(6, "CN", 0.3, 3),
)  # fmt: skip


@pytest.fixture
def searched(qtbot, app, model):
    """What a search has scored: C, CC, CCC, CCCC come of each other, and CN of N."""
    made = begin(app.paths.data / "molecules", "search")
    run = replace(new_run("molecules.search", "Search", makes=True), is_whole=True)
    put(made.rows_path(run), *ROWS)
    made = made.with_run(run)
    save(made)
    model.set_project(made)
    qtbot.waitUntil(lambda: len(model.shown) == 6, timeout=20000)
    return model


def test_a_step_is_looked_at_and_the_way_stays(searched):
    way = WayModel(searched)
    searched.choose(4)
    assert way.steps == (0, 1, 3, 4)
    assert way.said == "step 3 of 3"
    assert not way.can_walk(1)
    way.choose(1)
    assert searched.chosen == 1
    assert way.steps == (0, 1, 3, 4)
    assert way.said == "step 1 of 3"
    way.walk(1)
    assert searched.chosen == 3
    way.walk(1)
    way.walk(1)
    assert searched.chosen == 4
    for _ in range(9):
        way.walk(-1)
    assert searched.chosen == 0
    assert way.said == "start, 3 steps"
    assert way.text(0) == ("C", "start · score 0.1")
    assert way.text(3) == ("CCCC", "step 3 · score 0.7")


def test_what_is_chosen_elsewhere_has_a_way_of_its_own(searched):
    way = WayModel(searched)
    searched.choose(4)
    way.choose(0)
    searched.choose(1)  # in the table: nobody asked for what came of it
    assert way.steps == (0, 1)
    searched.choose(5)
    assert way.steps == (2, 5)
    searched.choose(2)
    assert way.steps == ()
    assert way.said == ""
    way.walk(1)
    assert searched.chosen == 2


def test_rows_that_come_keep_the_way(searched):
    way = WayModel(searched)
    searched.choose(4)
    way.choose(1)
    searched._arrange()
    assert way.steps == (0, 1, 3, 4)
    assert searched.chosen == 1
