"""A task that does not take the body part of the file says so in its row, where the user overrules it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel

from medapp.plugins import Discovery
from tests.ui.shell.conftest import BRIGHT, FAULTY, is_read
from tests.unit.services.segmenting import ct_series

ANY = {"type": "boolean", "title": "Any", "default": False, "refused_body_parts": ["HAND"]}


@pytest.fixture
def opened_hand(qtbot, window, tmp_path, monkeypatch):
    task = replace(BRIGHT, parameters={**BRIGHT.parameters, "any": ANY})
    found = Discovery((replace(FAULTY, tasks=(task,)),))
    monkeypatch.setattr("medapp.plugins.discover", lambda: found)
    ct_series(tmp_path / "hand", BodyPartExamined="HAND")
    window.session.import_paths([tmp_path / "hand"])
    qtbot.waitUntil(lambda: is_read(window) and bool(window.models_panel.rows), timeout=20000)
    return window


def test_the_reason_stands_in_the_row_and_the_user_can_overrule_it(qtbot, opened_hand):
    row = opened_hand.models_panel.rows["faulty.bright"]
    assert any("shows HAND" in label.text() for label in row.findChildren(QLabel))
    row.run_button.click()
    qtbot.waitUntil(lambda: bool(opened_hand.problems), timeout=10000)
    assert "shows HAND" in opened_hand.problems[0].what
    opened_hand.models_panel.rows["faulty.bright"].form.fields["any"].setChecked(True)
    opened_hand.models_panel.rows["faulty.bright"].run_button.click()
    qtbot.waitUntil(lambda: bool(opened_hand.results_panel.model.items), timeout=40000)
