"""The tab of data quality in the window: findings, rules, places, and what lies behind them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from medapp.services.quality_rules import chosen_rules
from medapp.ui.record.quality_table import RULE
from tests.ui.shell.conftest import app, window
from tests.unit.ui_record.dirty import clean, dirty

__all__ = ["app", "window"]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot, window):
    """The tab, on somebody with one finding of each kind."""
    records = window.session.app.library.records
    for made in (dirty("jane", "Doe"), dirty("joan", "Roe"), clean()):
        person, entries = made
        records.put(f"{person.subject}.json", "fhir", [person, *entries])
    window.session.libraryChanged.emit()
    window.messages = []
    window.session.told.connect(window.messages.append)
    open_(qtbot, window, "Jane Doe")
    workspace = window.record_page.workspace
    workspace.tabs.setCurrentWidget(workspace.quality)
    looked(qtbot, window)
    return workspace.quality


def open_(qtbot, window, name):
    records = window.session.app.library.records
    key = next(one.key for one in records.persons(name))
    window.session.open_person(key)
    window.show_workspace("record")
    qtbot.waitUntil(lambda: window.session.patient_key.endswith(key), timeout=10000)
    qtbot.waitUntil(
        lambda: (
            window.record_page is not None
            and window.record_page.workspace.view is not None
            and window.record_page.record is not None
        ),
        timeout=10000,
    )


def looked(qtbot, window):
    model = window.record_page.quality
    qtbot.waitUntil(lambda: model.cases is not None and not model.is_looking, timeout=20000)


def line(page, kind, variable=""):
    rows = (page.cases.model.row_at(n) for n in range(page.cases.model.rowCount()))
    found = next(n for n, row in enumerate(rows) if (row.item.kind, row.item.variable) == (kind, variable))
    page.cases.view.selectRow(found)
    return page.cases.model.row_at(found)


def test_the_record_is_looked_through_when_the_tab_is_first_seen(qtbot, window, page):
    workspace = window.record_page.workspace
    assert workspace.tabs.tabText(workspace.tabs.indexOf(page)) == "Quality 7"
    assert "7 findings" in page.summary.full_text
    assert "28 → 25" in page.summary.full_text
    assert page.accept_button.isVisible()
    assert not page.open_button.isVisible()


def test_a_place_shows_its_entry_at_the_right(window, page):
    line(page, "impossible", "Creatinine")
    page.places.view.selectRow(0)
    detail = dict(window.record_page.workspace.detail.pairs)
    assert detail["Place"] == "Observation/janewrong"
    assert detail["File"] == "dirty.json"
    assert detail["Value"].startswith("900 mg/dL")
    assert window.record_page.workspace.timeline.selected.id == "janewrong"


def test_a_rule_is_chosen_in_a_menu_and_the_counts_follow(qtbot, window, page):
    found = line(page, "outlier", "Creatinine")
    assert (found.cells[2].text, found.cells[3].text) == ("1", "1")
    menu = page.menu_for(found.item)
    words = {action.text(): action for action in menu.actions()}
    assert list(words) == [
        "As for all: Outliers", "Keep", "Keep and flag", "Leave out", "Fill with the median",
        "Carry the last value forward", "Fill by a model",
    ]  # fmt: skip
    assert words["As for all: Outliers"].isChecked()
    words["Carry the last value forward"].trigger()
    found = page.cases.model.row_at(page.cases.view.currentIndex())
    assert (found.cells[2].text, found.cells[3].text) == ("1", "0")
    assert found.cells[RULE].text.startswith("Carry the last value forward")
    assert page.places.model.rowCount() == 1  # what was selected stays
    qtbot.waitUntil(lambda: len(chosen_rules(window.session.app.paths)) == 1)
    assert page.menu_for(found.item).actions()[5].isChecked()


def test_a_click_on_the_rule_opens_the_menu_and_so_does_enter(qtbot, page):
    line(page, "unit")
    view = page.cases.view
    place = view.visualRect(page.cases.model.index(view.currentIndex().row(), RULE)).center()
    qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    menus = [one for one in page.findChildren(type(page.menu_for(page.target))) if one.isVisible()]
    assert len(menus) == 1
    menus[0].close()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    menus = [one for one in page.findChildren(type(menus[0])) if one.isVisible()]
    assert len(menus) == 1
    menus[0].close()


def test_the_proposed_rules_are_taken_at_once(qtbot, window, page):
    qtbot.mouseClick(page.accept_button, LEFT)
    assert not page.accept_button.isVisible()
    assert line(page, "unit").cells[RULE].text == "Convert ▾"
    qtbot.waitUntil(lambda: len(chosen_rules(window.session.app.paths)) == 7)
    window.messages[-1].undo()
    qtbot.waitUntil(lambda: chosen_rules(window.session.app.paths) == ())
    assert page.accept_button.isVisible()


def test_nothing_of_the_record_is_changed_by_a_rule(qtbot, window, page):
    records = window.session.app.library.records
    key = window.record_page.quality._session.patient_key.removeprefix("record:")
    before = records.entries(key)
    qtbot.mouseClick(page.accept_button, LEFT)
    qtbot.waitUntil(lambda: bool(chosen_rules(window.session.app.paths)))
    assert records.entries(key) == before


def test_the_whole_library_and_a_patient_of_it(qtbot, window, page):
    qtbot.mouseClick(page.library_button, LEFT)
    looked(qtbot, window)
    assert page.summary.full_text.startswith("3 patients of the library")
    found = line(page, "impossible", "Creatinine")
    assert found.cells[2].text == "2"
    assert page.places.model.rowCount() == 2
    page.places.view.selectRow(1)
    # Of somebody else nothing is shown beside the patient in focus.
    assert window.record_page.workspace.detail.entry is None
    assert page.open_button.isEnabled()
    who = page.places.model.row_at(1).cells[0].text
    qtbot.mouseClick(page.open_button, LEFT)
    workspace = window.record_page.workspace
    qtbot.waitUntil(lambda: workspace.selected is not None, timeout=10000)
    assert workspace.selected.id.endswith("wrong")
    assert workspace.detail.entry is workspace.selected
    assert who.split(",")[0].casefold() in window.session.patient.name.casefold()
    workspace.tabs.setCurrentWidget(page)
    # Beside another patient the table of all would be taken for theirs.
    assert page.model.scope == "patient"
    qtbot.mouseClick(page.library_button, LEFT)
    window.session.libraryChanged.emit()
    assert page.again_button.isVisible()
    qtbot.mouseClick(page.again_button, LEFT)
    looked(qtbot, window)
    assert not page.again_button.isVisible()
    qtbot.mouseClick(page.library_button, LEFT)
    looked(qtbot, window)
    assert page.summary.full_text.startswith("This patient")


def test_another_patient_leaves_nothing_of_the_one_before(qtbot, window, page):
    line(page, "outlier", "Creatinine")
    open_(qtbot, window, "Ann Poe")
    qtbot.waitUntil(lambda: window.record_page.quality.cases is not None, timeout=10000)
    qtbot.waitUntil(lambda: page.summary.full_text.startswith("This patient · 0 findings"), timeout=10000)
    assert page.places.model.rowCount() == 0
    assert page.target is None
    assert not page.accept_button.isVisible()
    workspace = window.record_page.workspace
    assert workspace.tabs.tabText(workspace.tabs.indexOf(page)) == "Quality 0"


def test_rules_are_written_and_read_where_the_user_says(qtbot, window, page, tmp_path, monkeypatch):
    path = tmp_path / "rules.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    qtbot.mouseClick(page.export_button, LEFT)
    qtbot.waitUntil(path.exists)
    qtbot.mouseClick(page.import_button, LEFT)
    qtbot.waitUntil(lambda: len(chosen_rules(window.session.app.paths)) == 7)
    assert not page.accept_button.isVisible()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    qtbot.mouseClick(page.import_button, LEFT)


def test_damaged_rules_are_told_of_where_they_are_chosen(qtbot, window, page):
    window.record_page.quality.problem = "it is no JSON"
    page._show_rules()
    notice = page.notices.itemAt(0).widget()
    assert notice.label.text() == "The rules that were kept cannot be used: it is no JSON"


def test_a_page_without_a_model_does_nothing(qtbot):
    from medapp.ui.record.quality_page import QualityPage

    alone = QualityPage()
    qtbot.addWidget(alone)
    alone.show()
    for pressed in (alone.library_button, alone.accept_button, alone.again_button):
        pressed.click()
    assert alone.cases.model.rowCount() == 0
