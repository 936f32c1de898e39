"""Of what Qt tells, one message is left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WINDOW = """
import sys
from PySide6.QtCore import qCritical, qWarning
from PySide6.QtWidgets import QLabel
from medapp.ui.app import application
if sys.argv[1] == "ours":
    qt = application()
else:
    from PySide6.QtWidgets import QApplication
    qt = QApplication([])
label = QLabel("a window")
label.show()
label.setFixedSize(100, 100)
qt.processEvents()
qWarning("another warning")
qCritical("something worse")
"""


def told(which: str) -> str:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", WINDOW, which]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stderr


def test_what_off_screen_windows_always_say_is_left_out_and_nothing_else() -> None:
    assert "propagateSizeHints" in told("Qt's own")  # else there is nothing left to leave out
    assert told("ours").splitlines() == ["another warning", "something worse"]
