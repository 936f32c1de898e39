"""The way to a molecule of a search, walked by clicks, keys and buttons in the window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from medapp.services.molecule_project import begin, new_run, save
from tests.unit.ui_molecules.conftest import put
from tests.unit.ui_molecules.test_way import ROWS


@pytest.fixture
def searched(qtbot, page, app):
    made = begin(app.paths.data / "molecules", "search")
    run = replace(new_run("molecules.optimise", "Optimisation", makes=True), is_whole=True)
    put(made.rows_path(run), *ROWS)
    made = made.with_run(run)
    save(made)
    page.molecules.set_project(made)
    qtbot.waitUntil(lambda: len(page.molecules.shown) == 6, timeout=20000)
    page.molecules.choose(4)
    return page


def test_one_click_and_arrow_keys_look_at_a_step(qtbot, searched, window):
    way, detail = searched.workspace.detail.properties.way, searched.workspace.detail
    qtbot.waitUntil(way.isVisible, timeout=20000)
    assert [line.title for line in way.list.lines] == ["C", "CC", "CCC", "CCCC"]
    at = way.list.visualRect(way.list.model().index(1, 0)).center()
    way.list.scrollTo(way.list.model().index(1, 0))
    at = way.list.visualRect(way.list.model().index(1, 0)).center()
    qtbot.mouseClick(way.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert searched.molecules.chosen == 1
    qtbot.waitUntil(lambda: detail.smiles.full_text == "CC", timeout=20000)
    assert len(way.list.lines) == 4
    assert way.said.text() == "step 1 of 3"
    qtbot.keyClick(way.list, Qt.Key.Key_Down)
    assert searched.molecules.chosen == 3
    qtbot.mouseDClick(way.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert len(way.list.lines) == 4
    assert searched.workspace.table.currentIndex().row() >= 0
    assert not window.problems


def test_buttons_and_keys_go_back_and_forward(qtbot, searched, window):
    way = searched.workspace.detail.properties.way
    qtbot.waitUntil(way.isVisible, timeout=20000)
    assert not way.forward.isEnabled()
    way.back.click()
    assert searched.molecules.chosen == 3
    assert way.list.currentIndex().row() == 2
    way.forward.click()
    assert searched.molecules.chosen == 4
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=20000)
    searched.workspace.table.setFocus()
    for expected in (3, 1, 0):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_B)
        assert searched.molecules.chosen == expected
    assert not way.back.isEnabled()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F)
    assert searched.molecules.chosen == 1
    searched.molecules.choose(2)
    assert way.isHidden()
