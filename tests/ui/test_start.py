"""What a started shell has loaded, and the whole way in a real window."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

STARTED = """
import json, sys, time
from medapp.services.app import App
from medapp.ui.app import application
from medapp.ui.shell.window import MainWindow
qt = application()
with App.open() as app:
    window = MainWindow(app)
    window.show()
    window.start()
    end = time.monotonic() + 40
    while not (window.library_model.loaded and window.read_page and window.session.starting.has_jobs):
        qt.processEvents()
        time.sleep(0.001)
        assert time.monotonic() < end
    loaded = sorted({name.partition(".")[0] for name in sys.modules})
    window.close()
print(json.dumps(loaded))
"""

ALONE = """
import sys
from PySide6.QtCore import QCoreApplication
from medapp.services.app import App
from medapp.ui.shell.session import Session
qt = QCoreApplication([])
seen = []
class Watched(App):
    @property
    def library(self):
        seen.append("medapp.api" in sys.modules)
        return super().library
with Watched.open() as app:
    session = Session(app)
    assert "medapp.api" not in sys.modules
    session.background.run = lambda work, done, failed: work()
    session.start()
print(seen)
"""

REAL = """
import sys, time
from pathlib import Path
from PySide6.QtGui import QGuiApplication
from medapp.services.app import App
from medapp.ui.app import application
from medapp.ui.shell.window import MainWindow
qt = application()
def wait(done):
    end = time.monotonic() + 40
    while not done():
        qt.processEvents()
        time.sleep(0.001)
        assert time.monotonic() < end
with App.open() as app:
    window = MainWindow(app)
    problems = []
    window.session.problem.connect(lambda problem: problems.append(problem.what))
    window.show()
    window.start()
    wait(lambda: window.windowHandle().isExposed())
    window.session.import_paths([Path(sys.argv[1])], show=True)
    def read():
        active = window.session.active
        load = window.session.loads.get(active.key) if active else None
        return load is not None and load.complete
    wait(read)
    window.reading().workspace.set_layout("mpr")
    wait(lambda: "ct.structures" in window.models_panel.rows)
    window.models_panel.rows["ct.structures"].run()
    wait(lambda: window.results_panel.model.items or problems)
    item = window.results_panel.model.items[0]
    window.results_panel.card.accept.click()
    wait(lambda: item.stored is not None and not item.busy or problems)
    picture = window.screen().grabWindow(window.winId()).toImage()
    places = [(x, y) for x in range(0, picture.width(), 7) for y in range(0, picture.height(), 7)]
    colors = {picture.pixel(x, y) for x, y in places}
    window.close()
assert not problems, problems
print(QGuiApplication.platformName(), len(colors) > 50, item.stored.instances[0].path)
"""


def child(code: str, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=55,
    )  # fmt: skip


def test_a_started_shell_has_loaded_nothing_heavy(medapp_home):
    done = child(STARTED, {**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert loaded.isdisjoint({"torch", "monai", "pandas", "SimpleITK", "rdkit"})
    # Not promised, but each would cost a start that is to be short. The compiled drawing code, which a thread
    # loads ahead of the first image, brings scipy.
    assert loaded.isdisjoint({"highdicom", "pydicom", "nibabel", "pyqtgraph", "qtawesome"})


def test_what_all_threads_need_is_loaded_by_one_alone(medapp_home):
    """Else two of them may wait for each other, and the library seems to be broken."""
    done = child(ALONE, {**os.environ, "QT_QPA_PLATFORM": "offscreen"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[True]"


@pytest.mark.real_window
def test_open_run_and_accept_in_a_real_window(x_environment, medapp_home, tmp_path):
    from tests.bench.data import ct_series

    folder = ct_series(tmp_path, 30, rows=320, columns=320)
    done = child(REAL, {**x_environment, "MEDAPP_HOME": str(medapp_home)}, str(folder))
    assert done.returncode == 0, done.stderr
    platform, many_colors, path = done.stdout.split()
    assert (platform, many_colors) == ("xcb", "True")
    assert Path(path).is_file()
