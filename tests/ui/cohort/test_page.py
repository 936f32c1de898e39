"""The page of questions in the window: asked, read, sorted, kept, and left for somebody."""

from __future__ import annotations

import csv

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit

from medapp.ui.shell.widgets import NoticeBox

KIDNEYS = "patients with creatinine above 1.5 mg/dL"


def ask(qtbot, page, text: str) -> None:
    page.question.line.setText(text)
    qtbot.keyClick(page.question.line, Qt.Key.Key_Return)
    answered(qtbot, page)


def answered(qtbot, page) -> None:
    qtbot.waitUntil(lambda: not page.model.is_asking, timeout=20000)


def rows(page) -> list[list[str]]:
    model = page.answer.table.model
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def names(page) -> list[str]:
    return [row[0] for row in rows(page)]


def notices(page) -> list[str]:
    return [box.label.text() for box in page.answer.findChildren(NoticeBox) if not box.isHidden()]


def click_row(qtbot, page, row: int) -> None:
    view = page.answer.table.view
    place = view.visualRect(page.answer.table.model.index(row, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_library_opens_it_in_place_of_the_workspace(qtbot, filled, page):
    assert filled.pages.currentWidget() is page
    assert not filled.drawer.isVisible()
    assert not filled.inspector.isVisible()
    assert (filled.rail.read.isChecked(), filled.rail.record.isChecked()) == (False, False)
    assert page.answer.currentWidget() is page.answer.start
    qtbot.keyClick(page.question.line, Qt.Key.Key_Escape)
    assert filled.pages.currentWidget() is filled.welcome
    assert filled.inspector.isVisible()
    assert filled.rail.read.isChecked()
    filled.cohort.open()
    filled.rail.record.click()
    assert not filled.cohort.is_open


def test_enter_asks_and_the_answer_says_how_it_was_understood(qtbot, page):
    ask(qtbot, page, "women over 60 with creatinine above 1.5 mg/dL since 2019")
    assert page.answer.currentWidget() is page.answer.answer
    assert page.answer.how_many.text() == "1 patient fits"
    assert page.answer.understood.text() == (
        "Understood as: female; at least 61 years old; measurement: creatinine > 1.5 mg/dL, since 2019"
    )
    qtbot.waitUntil(lambda: notices(page) == ["1 more could not be judged: sex unknown."], timeout=5000)
    (row,) = rows(page)
    assert row[0] == "Doe, Jane"
    assert row[2:] == [
        "female",
        "1950-01-01",
        "record",
        "1.9 mg/dL · 2020-05-05 (2×) · Creatinine [Mass/volume] in Serum",
    ]
    ask(qtbot, page, "women with banana")
    assert page.answer.how_many.text() == "Nobody fits"
    qtbot.waitUntil(lambda: "Nothing in the library fits “banana”." in notices(page), timeout=5000)
    assert page.answer.table.nothing.isVisible()
    assert not page.answer.export_button.isEnabled()


def test_what_is_not_understood_is_marked_in_the_line(qtbot, page):
    ask(qtbot, page, "men with   creatinine  over two, CT")
    assert page.question.problem.isVisible()
    assert page.question.problem.label.text() == (
        "“creatinine over two” was not understood.\nA bound needs a number in digits, such as: over 60."
    )
    assert page.question.line.selectedText() == "creatinine  over two"
    qtbot.keyClicks(page.question.line, "diabetes")
    qtbot.keyClick(page.question.line, Qt.Key.Key_Return)
    answered(qtbot, page)
    assert not page.question.problem.isVisible()


def test_a_head_sorts_and_arrows_go_down_into_the_table(qtbot, filled, page):
    ask(qtbot, page, KIDNEYS)
    assert names(page) == ["Doe, Jane", "Poe, Ann", "Roe, John"]
    view = page.answer.table.view
    view.sortByColumn(5, Qt.SortOrder.DescendingOrder)
    assert names(page) == ["Poe, Ann", "Roe, John", "Doe, Jane"]
    qtbot.keyClick(page.question.line, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 0
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 1
    assert filled.session.patient is None
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not filled.cohort.is_open


def arrived(qtbot, window):
    """The record of whoever was opened is in view, once its page has been made."""
    qtbot.waitUntil(
        lambda: window.record_page is not None and window.pages.currentWidget() is window.record_page,
        timeout=20000,
    )


def test_enter_on_a_row_opens_the_record(qtbot, filled, page):
    ask(qtbot, page, KIDNEYS)
    qtbot.keyClick(page.question.line, Qt.Key.Key_Down)
    qtbot.keyClick(page.answer.table.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: filled.session.patient is not None, timeout=10000)
    assert filled.session.patient.name == "Doe^Jane"
    arrived(qtbot, filled)
    assert not filled.cohort.is_open
    # The answer is still there, and the next one can be opened from it.
    filled.cohort.open()
    assert filled.pages.currentWidget() is page
    assert len(names(page)) == 3
    click_row(qtbot, page, 2)
    qtbot.waitUntil(lambda: filled.session.patient.name == "Roe^John", timeout=10000)
    arrived(qtbot, filled)
    assert filled.problems == []


def test_a_click_on_somebody_with_images_opens_them(qtbot, filled, page, ct_folder):
    filled.session.app.library.import_paths([ct_folder])
    ask(qtbot, page, "CT chest")
    assert [row[4] for row in rows(page)] == ["images"]
    click_row(qtbot, page, 0)
    qtbot.waitUntil(lambda: filled.session.active is not None, timeout=20000)
    assert filled.pages.currentWidget() is filled.read_page
    assert filled.rail.read.isChecked()
    # The same study again: nobody else comes into focus, and still the page makes way.
    filled.cohort.open()
    click_row(qtbot, page, 0)
    qtbot.waitUntil(lambda: not filled.cohort.is_open, timeout=20000)
    assert filled.pages.currentWidget() is filled.read_page


def test_an_import_that_ends_leaves_the_page_in_view(qtbot, filled, page, ct_folder):
    ask(qtbot, page, "men")
    filled.session.import_paths([ct_folder])
    qtbot.waitUntil(lambda: filled.session.active is not None, timeout=20000)
    assert filled.pages.currentWidget() is page
    assert page.answer.again_button.isVisible()
    page.answer.again_button.click()
    answered(qtbot, page)
    assert not page.answer.again_button.isVisible()
    filled.search()
    filled.drawer.tree.seriesChosen.emit(filled.session.active.key)
    assert filled.pages.currentWidget() is filled.read_page


def test_stop_drops_the_question(qtbot, page):
    ask(qtbot, page, "men")
    page.question.put(KIDNEYS)
    assert page.answer.currentWidget() is page.answer.waiting
    assert page.question.stop_button.isVisible()
    page.question.stop_button.click()
    assert page.answer.currentWidget() is page.answer.answer
    assert names(page) == ["Roe, John"]
    assert page.question.ask_button.isVisible()


def test_an_example_is_asked(qtbot, page):
    page.answer.exampleChosen.emit("men between 50 and 100")
    answered(qtbot, page)
    assert page.question.line.text() == "men between 50 and 100"
    assert names(page) == ["Roe, John"]


def test_what_can_be_asked_folds_out(qtbot, page):
    shown = [label for label in page.question.help.findChildren(QLabel) if label.isVisible()]
    assert not shown
    page.question.help.unfold()
    said = " ".join(label.text() for label in page.question.help.findChildren(QLabel) if label.isVisible())
    for example in ("in the last 90 days", "since 2020-05", "taking metformin", "without CT"):
        assert example in said


def test_a_question_is_kept_and_asked_again_by_a_click(qtbot, filled, page):
    saved = page.saved
    assert not saved.name.isEnabled()
    ask(qtbot, page, "men over 60")
    saved.name.setText("old men")
    qtbot.keyClick(saved.name, Qt.Key.Key_Return)
    qtbot.waitUntil(saved.list.isVisible, timeout=10000)
    ask(qtbot, page, "women")
    index = saved.list.model().index(0, 0)
    place = saved.list.visualRect(index).center()
    qtbot.mouseClick(saved.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    answered(qtbot, page)
    assert page.question.line.text() == "men over 60"
    assert names(page) == ["Roe, John"]
    qtbot.keyClick(saved.list, Qt.Key.Key_Return)
    assert page.model.is_asking
    answered(qtbot, page)
    qtbot.keyClick(saved.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: not page.model.saved, timeout=10000)
    assert saved.nothing.isVisible()
    filled.message_line.undo_button.click()
    qtbot.waitUntil(lambda: bool(page.model.saved), timeout=10000)


def test_a_kept_question_is_renamed_in_place(qtbot, filled, page):
    records = filled.session.app.library.records
    records.keep_query("a", "men")
    records.keep_query("b", "women")
    filled.cohort.page.model._write(())
    saved = page.saved
    qtbot.waitUntil(lambda: saved.list.model().rowCount() == 2, timeout=10000)
    item = saved.list.model().item(0)
    item.setText("b")
    assert item.text() == "a"
    saved.list.setCurrentIndex(item.index())
    saved.rename_button.click()
    editor = saved.list.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "c")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: records.queries() == (("b", "women"), ("c", "men")), timeout=10000)


def test_the_table_is_exported(qtbot, filled, page, tmp_path, monkeypatch):
    path = tmp_path / "men.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    ask(qtbot, page, "men")
    page.answer.export_button.click()
    qtbot.waitUntil(lambda: bool(filled.messages), timeout=10000)
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["name"], row["note"]) == ("Roe, John", "Not for diagnostic use")


# ---- from the search of the library --------------------------------------------------------------------
@pytest.fixture
def drawer(qtbot, filled):
    filled.search()
    qtbot.waitUntil(filled.drawer.isVisible, timeout=10000)
    return filled.drawer


def test_a_search_that_finds_nobody_is_offered_as_a_question(qtbot, filled, drawer):
    drawer.search.setText("women with creatinine above 1.5 mg/dL")
    qtbot.waitUntil(drawer.nothing.isVisible, timeout=10000)
    assert drawer.nothing.ask_button.full_text == "Ask the library: women with creatinine above 1.5 mg/dL"
    qtbot.keyClick(drawer.search, Qt.Key.Key_Down)
    assert QApplication.focusWidget() is drawer.nothing.ask_button
    qtbot.keyClick(drawer.nothing.ask_button, Qt.Key.Key_Space)
    page = filled.cohort.page
    assert not drawer.isVisible()
    answered(qtbot, page)
    assert page.question.line.text() == "women with creatinine above 1.5 mg/dL"
    assert names(page) == ["Doe, Jane"]


def test_the_arrow_goes_from_the_search_box_into_the_list(qtbot, filled, drawer):
    assert "name" in drawer.search.placeholderText()
    qtbot.keyClick(drawer.search, Qt.Key.Key_Down)
    tree = drawer.tree
    assert QApplication.focusWidget() is tree
    assert tree.currentIndex().data() == "Doe, Jane"
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert tree.currentIndex().data() == "Poe, Ann"
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: filled.session.patient is not None, timeout=10000)
    assert filled.session.patient.name == "Poe^Ann"


def test_somebody_chosen_in_the_library_takes_the_place_of_the_page(qtbot, filled, page):
    filled.search()
    tree = filled.drawer.tree
    place = tree.visualRect(tree.model().index(0, 0)).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: filled.session.patient is not None, timeout=10000)
    arrived(qtbot, filled)
