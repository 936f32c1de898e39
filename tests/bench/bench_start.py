"""From the start of the process to a window that can be used, warm, against napari on the same screen.

Usable means: painted, the library open and listed, the Read workspace made.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.display import screen
from tests.bench.harness import ROOT, Row, against, emit, interleave, is_short, median, peer_python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BAR = 0.25
THIS = """
import time
from medapp.services.app import App
from medapp.ui.app import application
from medapp.ui.shell.window import MainWindow
qt = application()
app = App.open()
window = MainWindow(app)
window.show()
window.start()
end = time.monotonic() + 60
while not (window.windowHandle().isExposed() and window.library_model.loaded and window.read_page):
    qt.processEvents()
    assert time.monotonic() < end
    time.sleep(0.001)
print("usable", flush=True)
time.sleep(60)
"""
NAPARI = """
import time
import napari
from qtpy.QtWidgets import QApplication
viewer = napari.Viewer()
window = viewer.window._qt_window
while not window.windowHandle().isExposed():
    QApplication.processEvents()
    time.sleep(0.001)
QApplication.processEvents()
print("usable", flush=True)
time.sleep(60)
"""


def starter(python: str | Path, code: str, environment: dict[str, str]) -> Callable[[], None]:
    """A function that returns when the window of a new process is usable."""

    def start() -> None:
        command = [python, "-c", code]
        with subprocess.Popen(
            command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            said = process.stdout.readline()
            if said.strip() != "usable":
                _, errors = process.communicate()
                raise RuntimeError(errors[-2000:])
            # What closing takes is not asked here.
            process.kill()

    return start


def rows() -> Iterator[Row]:
    """Start, and what napari needs."""
    runs = 3 if is_short() else 9
    figure = "start to a usable window, warm"
    with tempfile.TemporaryDirectory() as home, screen() as environment:
        if environment is None:
            print("neither a screen nor Xvfb: windows cannot be started")
            return
        environment["MEDAPP_HOME"] = home
        # Warm means that the bytecode is there, as after an installation. A shell that forbids to write it
        # would have this program compiled at every start, while pip has compiled the peer.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment["PYTHONPYCACHEPREFIX"] = str(Path(home) / "bytecode")
        this = starter(sys.executable, THIS, environment)
        python = peer_python("napari")
        if python is None:
            yield against(figure, "napari", None, median(this, runs), at_most=BAR)
            return
        timings = interleave(starter(python, NAPARI, environment), this, runs)
        yield against(figure, "napari", timings.peer, timings.this, at_most=BAR)


if __name__ == "__main__":
    emit(rows())
