"""A classifier of one's own is added once, in a dialog that keeps what was agreed of its code."""

from __future__ import annotations

import pytest

from tests.unit.services.test_own_classifiers import folder


@pytest.fixture
def page(qtbot, opened):
    opened.show_workspace("findings")
    found = opened.findings_page
    qtbot.waitUntil(lambda: "faulty.green" in found.workspace.ask.rows, timeout=20000)
    found.workspace.ask.own.click()
    return found


def test_it_is_added_shown_and_taken_away(qtbot, page, opened, tmp_path):
    dialog = page.own_dialog
    assert dialog.isVisible()
    page.own.add(folder(tmp_path, "wrist.ts"))
    qtbot.waitUntil(lambda: len(dialog.rows) == 1, timeout=20000)
    (row,) = dialog.rows.values()
    assert row.title.text() == "Wrist fracture 1.0"
    assert row.trusted.isVisibleTo(row)
    assert not row.trusted.isChecked()
    row.trusted.click()
    qtbot.waitUntil(lambda: bool(page.own.items[0].agreed), timeout=20000)
    (row,) = dialog.rows.values()
    row.remove.click()
    qtbot.waitUntil(lambda: not dialog.rows, timeout=20000)
    assert not opened.problems


def test_what_is_none_is_a_sentence(qtbot, page, opened, tmp_path):
    page.own.add(tmp_path)
    qtbot.waitUntil(lambda: bool(opened.problems), timeout=20000)
    problem = opened.problems.pop()
    assert problem.refused
    assert "holds no classifier.toml" in problem.what
