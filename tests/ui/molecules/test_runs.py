"""What runs leave on the page: what they told, what can be done next, and the places of the tasks."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from medapp.ui.models.model import RunWish
from tests.ui.molecules.conftest import given, run


def places(page):
    """Where the heads of all tasks lie on the page."""
    return [row.head.mapTo(page, QPoint()) for row in page.workspace.tasks.rows.values()]


def test_a_generation_that_finds_nothing_says_so_and_until_then_that_it_runs(qtbot, page, window):
    page.running.run(RunWish("molecules.generate", {"number": 3, "weight": "..60", "tries": 1}))
    qtbot.waitUntil(lambda: page.molecules.doing is not None, timeout=30000)
    assert page.workspace.table.nothing == "Generation is running…"
    assert page.workspace.given.said.text() == "Generation is running…"
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=240000)
    told = page.workspace.told
    assert told.isVisible()
    assert any("of 3 were found in" in text for text in told.texts)
    assert told.head.text().endswith("1 warning")
    assert page.workspace.table.nothing == "Generation found nothing."
    assert page.workspace.given.said.text() == "Generation found nothing."
    run(qtbot, page, "molecules.optimise", goal="qed", calls=20, begin=10)
    assert [one.task for one in page.molecules.project.runs] == ["molecules.optimise"]
    assert not any("of 3 were found in" in text for text in told.texts)
    assert not window.problems


def test_a_search_tells_its_best_and_can_be_worked_on_when_it_is_opened_again(qtbot, page, window, tmp_path):
    run(qtbot, page, "molecules.optimise", goal="qed", calls=20, begin=10)
    qtbot.waitUntil(lambda: len(page.molecules.shown) == 20, timeout=30000)
    told = page.workspace.told.texts
    line = next(text for text in told if "mean of the best 10" in text)
    assert "20 molecules, best 0." in line
    assert "AUC of the best 10" in line
    path = tmp_path / "proj.medmol"
    page.giving.save_as(path)
    qtbot.waitUntil(path.is_file, timeout=30000)
    given(qtbot, page, "CCO ethanol\n")
    first = page.molecules.project
    page.giving.open_files([path])
    qtbot.waitUntil(lambda: page.molecules.project.folder != first.folder, timeout=30000)
    qtbot.waitUntil(lambda: len(page.molecules.shown) == 20, timeout=30000)
    assert page.workspace.told.texts == told
    row = page.workspace.tasks.rows["molecules.screen"]
    assert row.run_button.isEnabled()
    row.run_button.click()
    assert page.running.is_busy
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=240000)
    assert page.running.last("molecules.screen").is_whole
    assert not window.problems


def test_tasks_keep_their_places_and_ask_before_they_do_the_same_again(qtbot, page):
    given(qtbot, page, "CC(=O)Oc1ccccc1C(=O)O aspirin\nCN1CCCC1c1cccnc1 nicotine\n")
    qtbot.waitUntil(lambda: page.running.has_molecules, timeout=30000)
    row = page.workspace.tasks.rows["molecules.screen"]
    assert row.head.isChecked()
    page.grab()
    before = places(page)
    row.run_button.click()
    qtbot.waitUntil(lambda: page.running.run_line is not None, timeout=60000)
    page.grab()
    assert places(page) == before
    assert row.run_button.text().strip() == "Running…"
    assert page.workspace.tasks.progress.cancel.isVisible()
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=240000)
    qtbot.waitUntil(lambda: len(page.molecules.shown) == 2, timeout=30000)
    page.grab()
    assert places(page) == before
    assert not page.workspace.tasks.progress.cancel.isVisible()
    first = page.running.last("molecules.screen")
    row.run_button.click()
    assert not page.running.is_busy
    assert "same molecules and settings" in row._state.text()
    assert row.run_button.text().strip() == "Run again"
    row.run_button.click()
    assert page.running.is_busy
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=240000)
    (left,) = page.molecules.project.runs
    assert left.id != first.id


def test_a_run_that_is_cancelled_before_its_first_row_leaves_nothing(qtbot, page, window):
    given(qtbot, page, "CCO ethanol\n")
    page.running.run(RunWish("molecules.toxicity", {"metabolites": 0}))
    page.running.cancel()
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=60000)
    assert page.molecules.project.runs == ()
    assert page.running.last("molecules.toxicity") is None
    qtbot.waitUntil(lambda: any("before its first row" in one.text for one in window.messages), timeout=20000)
    assert not window.problems


def test_a_metabolite_stands_under_its_own_name_and_colours_are_explained(qtbot, page):
    given(qtbot, page, "O=[N+]([O-])c1ccc2ccccc2c1 nitronaphthalene\n")
    run(qtbot, page, "molecules.toxicity", metabolites=3)
    detail = page.workspace.detail
    detail.tabs.setCurrentWidget(detail.harm)
    qtbot.waitUntil(lambda: any(one.of for one in detail.harm._alerts), timeout=30000)
    assert detail.name.full_text == "nitronaphthalene"
    assert not detail.key.isVisible()
    at = next(n for n, one in enumerate(detail.harm._alerts) if one.of and one.atoms)
    detail.harm.list.setCurrentIndex(detail.harm.list.model().index(at, 0))
    of = detail.harm._alerts[at].of
    assert detail.name.full_text == "A metabolite of nitronaphthalene"
    assert detail.smiles.full_text == of == page.detail.drawn
    assert detail.key.isVisible()
    assert ("for", "speaks for it") in detail.key.parts
    detail.key.grab()
    detail.back.click()
    assert detail.name.full_text == "nitronaphthalene"
    assert detail.smiles.full_text == page.detail.row.smiles
    assert not detail.key.isVisible()
