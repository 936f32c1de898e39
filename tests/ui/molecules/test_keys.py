"""Keys of the Molecules page, pressed in the window where the focus is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from tests.ui.molecules.conftest import given

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def asked(monkeypatch):
    """Which file dialogs were opened; nobody chooses a file."""
    found = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: found.append("open") or ("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: found.append("save") or ("", ""))
    return found


def focus(qtbot, window, part):
    """Have `part` focused in the active window, as after a click on it."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=20000)
    part.setFocus()
    qtbot.waitUntil(part.hasFocus, timeout=20000)
    return part


def test_keys_open_and_save_on_the_page_and_nowhere_else(qtbot, page, window, asked):
    given(qtbot, page, "CCO ethanol")
    for part in (page.workspace.table, page.workspace.tasks.seed, page.workspace.filter.words):
        focus(qtbot, window, part)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_O, CONTROL)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, CONTROL)
        assert asked == ["open", "save"], part
        asked.clear()
    window.rail.workspaces["read"].click()
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_O, CONTROL)
    assert not asked


def test_a_file_is_opened_by_its_key_where_there_is_nothing_yet(qtbot, page, window, asked):
    focus(qtbot, window, page.workspace.empty.open)
    qtbot.keyClick(page.workspace.empty.open, Qt.Key.Key_O, CONTROL)
    qtbot.keyClick(page.workspace.empty.open, Qt.Key.Key_S, CONTROL)
    assert asked == ["open"]
