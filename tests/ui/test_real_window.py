"""Qt opens a window on a real window system, with the libraries that the bootstrap asks for."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel("window")
label.show()
while not label.windowHandle().isExposed():
    app.processEvents()
print(QGuiApplication.platformName(), label.grab().size().isEmpty())
"""


@pytest.mark.real_window
def test_a_window_is_shown_on_x11(x_environment: dict[str, str]):
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        env=x_environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.stdout.split() == ["xcb", "False"], done.stderr
