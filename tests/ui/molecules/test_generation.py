"""Molecules out of nothing, on the page: as they are wanted, the same for a seed, searched for by wishes."""

from __future__ import annotations

import numpy as np

from tests.ui.molecules.conftest import run


def shown_smiles(qtbot, page, count):
    molecules = page.molecules
    qtbot.waitUntil(lambda: len(molecules.shown) == count, timeout=30000)
    return [molecules.molecules.smiles[int(at)] for at in molecules.shown]


def test_the_page_shows_how_to_make_some(qtbot, page):
    rows = page.workspace.tasks.rows
    assert not rows["molecules.generate"].head.isChecked()
    page.workspace.empty.make.click()
    assert [name for name, row in rows.items() if row.head.isChecked()] == ["molecules.generate"]
    assert rows["molecules.generate"].run_button.isEnabled()


def test_molecules_come_of_nothing_and_of_a_seed(qtbot, page):
    assert page.molecules.project is None
    page.workspace.tasks.seed.setValue(7)
    done = run(qtbot, page, "molecules.generate", number=12, weight="..330", required="c1ccccc1")
    assert done.is_whole
    assert done.makes
    first = shown_smiles(qtbot, page, 12)
    assert len(set(first)) == 12
    weights = page.molecules.molecules.values("weight")
    assert np.all(weights[page.molecules.shown] <= 330)
    again = run(qtbot, page, "molecules.generate", number=12, weight="..330", required="c1ccccc1")
    assert again.seed == 7
    assert shown_smiles(qtbot, page, 12) == first


def test_wishes_that_contradict_each_other_are_told_before(qtbot, page, window):
    run(qtbot, page, "molecules.generate", number=5, required="c1ccncc1", forbidden="c1ccncc1")
    told = " ".join(str(one) for one in window.problems[-1:])
    assert "contradicts forbidden" in told


def test_a_search_by_wishes_shows_what_it_scored(qtbot, page):
    done = run(
        qtbot, page, "molecules.optimise", goal="profile", wishes="weight ..300; realism 0.1..", calls=30,
        begin=20,
    )  # fmt: skip
    assert done.is_whole
    qtbot.waitUntil(lambda: len(page.molecules.shown) == 30, timeout=30000)
    scores = page.molecules.molecules.values("score")
    assert np.nanmax(scores) > 0.5
