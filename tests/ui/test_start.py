"""What a started shell has loaded, and the whole way in a real window."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from medapp.services.app import App
from medapp.ui.shell import starting
from medapp.ui.shell.session import Session

ROOT = Path(__file__).resolve().parents[2]

STARTED = """
import gc, json, sys, time
from medapp.services.app import App
from medapp.ui.app import application
from medapp.ui.shell.window import MainWindow
qt = application()
found = {}
def look(when):
    found[when] = sorted(sys.modules)
with App.open() as app:
    window = MainWindow(app)
    window.show()
    look("shown")
    window.reading()
    look("read")
    found["thresholds"] = [gc.get_threshold()[0]]
    # What is loaded while nobody waits belongs to no start.
    window.session.starting._warm_up = lambda: look("warm")
    window.start()
    end = time.monotonic() + 40
    while not (window.library_model.loaded and window.read_page and window.session.starting.has_jobs):
        qt.processEvents()
        time.sleep(0.001)
        assert time.monotonic() < end
    look("ready")
    found["thresholds"].append(gc.get_threshold()[0])
    window.close()
print(json.dumps(found))
"""

LISTED = """
import json, sys
from medapp.services.app import App
with App.open() as app:
    from medapp.services.library_list import list_patients
    list_patients(app.library, "")
    app.library.rejected(), app.library.recent()
    print(json.dumps(sorted(sys.modules)))
"""
PAGES = (
    "medapp.ui.shell.record", "medapp.ui.shell.findings", "medapp.ui.shell.molecules", "medapp.ui.shell.plan",
    "medapp.ui.record.workspace", "medapp.ui.findings.workspace", "medapp.ui.molecules", "medapp.ui.plan",
    "medapp.ui.cohort.page", "medapp.ui.evaluate.page", "medapp.ui.shell.import_report",
    "medapp.ui.shell.waiting_model", "medapp.ui.shell.waiting_pair", "medapp.ui.library.drawer",
    "medapp.ui.settings_dialog", "medapp.ui.shell.about",
)  # fmt: skip
"""Made when they are first opened."""
BEHIND_PAGES = (
    "medapp.formats.tables", "medapp.knowledge", "medapp.services.patient_record", "medapp.services.records",
    "medapp.services.molecules", "medapp.services.plans",
)  # fmt: skip
"""What only they, imports and runs need."""


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


def below(loaded: list[str], *names: str) -> list[str]:
    """Those that are one of `names`, or within one of them."""
    return [one for one in loaded if any(one == name or one.startswith(f"{name}.") for name in names)]


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    """Names of all modules at the stages of a start, and the limits of the search for garbage."""
    home = str(tmp_path_factory.mktemp("home"))
    done = child(STARTED, {**os.environ, "QT_QPA_PLATFORM": "offscreen", "MEDAPP_HOME": home})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_started_shell_has_loaded_nothing_heavy(started):
    loaded = {name.partition(".")[0] for name in started["ready"]}
    assert loaded.isdisjoint({"torch", "monai", "pandas", "SimpleITK", "rdkit"})
    # Not promised, but each would cost a start that is to be short. The compiled drawing code, which a thread
    # loads ahead of the first image, brings scipy.
    assert loaded.isdisjoint({"highdicom", "pydicom", "nibabel", "pyqtgraph", "qtawesome"})


def test_the_window_is_there_before_the_library_and_numpy(started):
    """A thread loads them, once the window is painted; the Read page needs none of them without an image."""
    later = ("sqlalchemy", "numpy", "scipy", "numba", "medapp.library", "medapp.jobs", "medapp.api")
    assert below(started["shown"], *later, "medapp.ui.reading") == []
    assert below(started["read"], *later) == []


def test_pages_are_loaded_when_they_are_opened(started):
    assert below(started["ready"], *PAGES, *BEHIND_PAGES) == []


def test_what_is_named_here_exists():
    """A module that was renamed would never be missed."""
    assert [name for name in (*PAGES, *BEHIND_PAGES) if importlib.util.find_spec(name) is None] == []


def test_the_list_needs_nothing_of_what_a_record_is_made_of(medapp_home):
    done = child(LISTED, dict(os.environ))
    assert done.returncode == 0, done.stderr
    heavy = ("numpy", "PySide6", "medapp.api", "medapp.domain.record", "medapp.services.patient_record")
    assert below(json.loads(done.stdout), *heavy) == []


def test_garbage_is_looked_for_once_the_window_has_started(started):
    before, after = started["thresholds"]
    assert before > 100_000
    assert after < 10_000


def test_jobs_come_after_what_the_library_is_asked_first(qtbot, medapp_home, monkeypatch):
    monkeypatch.setattr(starting, "_TURNS", 1_000_000)
    ask, asked = threading.Event(), []
    with App.open() as app:
        session = Session(app)
        session.ready.connect(lambda: session.background.run(lambda: ask.wait(30), asked.append))
        session.start()
        qtbot.waitUntil(lambda: session.is_ready, timeout=20000)
        qtbot.wait(3 * starting._TURN_MS)
        assert session.background.is_busy
        assert not session.starting.has_jobs
        ask.set()
        qtbot.waitUntil(lambda: session.starting.has_jobs, timeout=20000)
        assert asked == [True]
        session.close()


@pytest.mark.real_window
def test_open_run_and_accept_in_a_real_window(x_environment, medapp_home, tmp_path):
    from tests.bench.data import ct_series

    folder = ct_series(tmp_path, 30, rows=320, columns=320)
    done = child(REAL, {**x_environment, "MEDAPP_HOME": str(medapp_home)}, str(folder))
    assert done.returncode == 0, done.stderr
    platform, many_colors, path = done.stdout.split()
    assert (platform, many_colors) == ("xcb", "True")
    assert Path(path).is_file()
