"""What another process writes to the library is shown once the window is looked at again."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt

PERSON = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Doe", "given": ["Jane"]}]}


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Imports at a command line, into the library of the window."""
    monkeypatch.setenv("MEDAPP_HOME", str(tmp_path / "home"))

    def run(person) -> None:
        path = tmp_path / f"{person['id']}.json"
        path.write_text(json.dumps(person))
        command = [sys.executable, "-m", "medapp", "import", str(path)]
        subprocess.run(command, check=True, capture_output=True)

    return run


def come_back(window) -> None:
    window.workspaces._came_back(Qt.ApplicationState.ApplicationActive)


def test_what_a_command_has_brought_in_is_listed(qtbot, window, elsewhere):
    assert window.library_model.patients == ()
    elsewhere(PERSON)
    come_back(window)
    qtbot.waitUntil(lambda: len(window.library_model.patients) == 1, timeout=20000)
    elsewhere(PERSON | {"id": "p2", "name": [{"family": "Roe"}]})
    come_back(window)
    qtbot.waitUntil(lambda: len(window.library_model.patients) == 2, timeout=20000)
    assert "2 patients" in window.library_model.foot(searching=False)


def test_nothing_is_read_anew_where_nothing_was_written(qtbot, window):
    following = window.workspaces.following
    qtbot.waitUntil(lambda: following._seen is not None, timeout=10000)
    looked = []
    compare = following._compare

    def seen(version: int) -> None:
        compare(version)
        looked.append(version)

    following._compare = seen
    with qtbot.assertNotEmitted(window.session.libraryChanged):
        come_back(window)
        qtbot.waitUntil(lambda: bool(looked), timeout=10000)
