"""From molecules of the table to others: by the menu of a row, the menu of the page and keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu

from medapp.ui.molecules.choosing import Choice, Range
from tests.ui.molecules.conftest import given, run

FOUR = "CC(=O)Oc1ccccc1C(=O)O aspirin\nCN1CCCC1c1cccnc1 nicotine\nC(C)(C)(C)(C)C five\nCCO ethanol\n"


@pytest.fixture
def screened(qtbot, page):
    given(qtbot, page, FOUR)
    run(qtbot, page, "molecules.screen", predict=False)
    qtbot.waitUntil(lambda: "weight" in page.workspace.table.table.columns, timeout=30000)
    return page


def named(menu: QMenu, text: str):
    return next(one for one in menu.actions() if text in one.text())


def menu_of(qtbot, table, line):
    """The menu that a right click on a line opens; it is closed again."""
    at = table.visualRect(table.table.index(line, 1)).center()
    QApplication.sendEvent(
        table.viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, table.viewport().mapToGlobal(at)),
    )
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu), timeout=20000)
    found = QApplication.activePopupWidget()
    found.close()
    return found


def test_ones_like_a_row_by_its_menu(qtbot, screened, window):
    workspace = screened.workspace
    menu = menu_of(qtbot, workspace.table, 1)
    assert screened.molecules.chosen == 1
    named(menu, "Make ones like this").trigger()
    rows = workspace.tasks.rows
    assert [name for name, row in rows.items() if row.head.isChecked()] == ["molecules.generate"]
    assert rows["molecules.generate"].wish().parameters["like"] == "CN1CCCC1c1cccnc1"
    field = rows["molecules.generate"].form.fields["like"]
    qtbot.waitUntil(field.hasFocus, timeout=20000)
    qtbot.waitUntil(lambda: not field.visibleRegion().isEmpty(), timeout=20000)
    named(menu, "Copy SMILES").trigger()
    assert QGuiApplication.clipboard().text() == "CN1CCCC1c1cccnc1"
    assert not window.problems


def test_a_refused_row_is_no_seed(qtbot, screened):
    menu = menu_of(qtbot, screened.workspace.table, 2)
    assert not named(menu, "Make ones like this").isEnabled()
    assert not named(menu, "Copy SMILES").isEnabled()
    assert named(menu, "Start the search").isEnabled()


def test_a_search_starts_from_those_that_are_shown(qtbot, screened, window):
    screened.molecules.set_choice(Choice(by="weight", falling=True, ranges=(Range("weight", 100, None),)))
    start = named(screened.workspace.given.give.menu(), "Start the search from the shown")
    start.trigger()
    row = screened.workspace.tasks.rows["molecules.optimise"]
    qtbot.waitUntil(lambda: bool(row.wish().parameters.get("start")), timeout=20000)
    assert row.head.isChecked()
    path = Path(row.wish().parameters["start"])
    assert path.parent == screened.molecules.project.folder
    assert path.read_text() == "CC(=O)Oc1ccccc1C(=O)O aspirin\nCN1CCCC1c1cccnc1 nicotine\n"
    row.form.set_values({"calls": 4, "begin": 2, "goal": "qed"})
    row.run_button.click()
    qtbot.waitUntil(lambda: not screened.running.is_busy, timeout=240000)
    qtbot.waitUntil(lambda: "score" in screened.molecules.molecules.columns, timeout=30000)
    assert set(screened.molecules.molecules.smiles[:2]) == {"CC(=O)Oc1ccccc1C(=O)O", "CN1CCCC1c1cccnc1"}
    assert not window.problems


def test_only_refused_ones_are_no_start(qtbot, screened, window):
    screened.molecules.set_choice(replace(screened.molecules.choice, words="five"))
    screened.workspace.acts.start.trigger()
    qtbot.waitUntil(lambda: bool(window.problems), timeout=20000)
    assert "nothing to start from" in window.problems[0].what


def test_keys_do_the_same_and_a_field_that_is_typed_into_takes_its_letters(qtbot, screened, window):
    workspace = screened.workspace
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=20000)
    workspace.table.setFocus()
    screened.molecules.choose(3)
    qtbot.keyClick(workspace.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "CCO"
    qtbot.keyClick(workspace.table, Qt.Key.Key_L)
    like = workspace.tasks.rows["molecules.generate"].form.fields["like"]
    assert isinstance(like, QLineEdit)
    assert like.text() == "CCO"
    qtbot.waitUntil(like.hasFocus, timeout=20000)
    qtbot.keyClick(like, Qt.Key.Key_L)
    qtbot.keyClick(like, Qt.Key.Key_S)
    assert like.text().casefold() == "ccols"
    workspace.table.setFocus()
    qtbot.keyClick(workspace.table, Qt.Key.Key_S)
    row = workspace.tasks.rows["molecules.optimise"]
    qtbot.waitUntil(lambda: bool(row.wish().parameters.get("start")), timeout=20000)
    QApplication.sendEvent(
        workspace.table, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    )
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu), timeout=20000)
    popup = QApplication.activePopupWidget()
    assert named(popup, "Make ones like this").isEnabled()
    popup.close()


def test_new_ones_by_the_menu_of_molecules(screened):
    workspace = screened.workspace
    named(workspace.given.give.menu(), "Make new ones").trigger()
    rows = workspace.tasks.rows
    assert [name for name, row in rows.items() if row.head.isChecked()] == ["molecules.generate"]
