"""From a page without tables to the settings, a folder of a clinic, and checks that are made then."""

from __future__ import annotations

import shutil

from medapp.ui.settings_dialog import SettingsDialog
from medapp.ui.settings_tables import TablesPage
from tests.ui.plan.conftest import show
from tests.unit.knowledge.therapy.made_up import write_tables
from tests.unit.planning import put_patient


def test_tables_are_named_and_the_page_checks_anew(qtbot, window, tmp_path):
    shutil.rmtree(window.session.app.paths.data / "knowledge")
    page = show(qtbot, window, put_patient(window.session.app))
    qtbot.waitUntil(lambda: page.patient.checks is not None, timeout=30000)
    assert not page.patient.desk.has_tables
    page.workspace.checks.install.click()
    (dialog,) = window.findChildren(SettingsDialog)
    tables = dialog.tabs.currentWidget()
    assert isinstance(tables, TablesPage)
    qtbot.waitUntil(lambda: len(tables.model.places) == 2, timeout=20000)
    (tmp_path / "empty").mkdir()
    tables.model.take(tmp_path / "empty")
    qtbot.waitUntil(lambda: tables.model.failed, timeout=20000)
    assert "none of the tables" in tables.said.text()
    tables.model.take(write_tables(tmp_path / "clinic"))
    qtbot.waitUntil(lambda: bool(page.patient.desk and page.patient.desk.has_tables), timeout=30000)
    assert tables.said.text() == "Taken over: Medicines and their interactions."
    dialog.reject()
    found = [one for one in page.patient.shown if one.kind == "interaction" and one.outcome == "found"]
    assert found
    assert not window.problems


def test_the_other_tabs_stay_as_they_were(window):
    window.show_preferences()
    (dialog,) = window.findChildren(SettingsDialog)
    assert dialog.tabs.count() == 3
    dialog.tabs.setCurrentIndex(2)
    dialog.tabs.setCurrentIndex(1)
    assert dialog.editor.toPlainText()
    dialog.tabs.setCurrentIndex(0)
    assert dialog.tabs.currentWidget() is dialog.form
    assert dialog.message.text() == ""
    dialog.reject()
