"""A window on a fresh library, a CT series to open, and a plugin that can go wrong in every way."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from medapp.api.manifest import Manifest, TaskManifest
from medapp.plugins import BrokenPlugin, Discovery
from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.bench.data import ct_series

PLUGINS = Path(__file__).resolve().parents[2] / "integration"
HOW = {"type": "string", "title": "How", "default": "work"}
BRIGHT = TaskManifest(
    "faulty.bright", "Bright", "segmentation", summary="What is bright.", images=("CT",), gpu="none",
    parameters={"how": HOW}, bytes_per_voxel=4, fixed_bytes=2 << 20, seconds_per_megavoxel=30.0,
)  # fmt: skip
DARK = TaskManifest("faulty.dark", "Dark", "segmentation", images=("MR",))
FAULTY = Manifest(
    "faulty_plugin", "faulty_plugin", "Faulty", "1", "1", "MIT", "Tests only.", PLUGINS, (DARK, BRIGHT)
)
BROKEN = BrokenPlugin("torn", "medapp.toml: no [plugin]")


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
    monkeypatch.setattr("medapp.plugins.discover", lambda: Discovery((FAULTY,), (BROKEN,)))
    with App.open(AppPaths.under(tmp_path / "home").create()) as program:
        yield program


@pytest.fixture(scope="session")
def ct_folder(tmp_path_factory) -> Path:
    return ct_series(tmp_path_factory.mktemp("ct"), 12, rows=64, columns=64)


@pytest.fixture
def window(qtbot, app):
    from medapp.ui.app import application
    from medapp.ui.shell.window import MainWindow

    application()
    made = MainWindow(app)
    made.problems = []
    made.session.problem.connect(made.problems.append)
    qtbot.addWidget(made, before_close_func=lambda _: close_dialogs(made))
    made.resize(1280, 800)
    made.show()
    made.start()
    qtbot.waitUntil(lambda: made.library_model.loaded and made.read_page is not None, timeout=20000)
    return made


def close_dialogs(window) -> None:
    for dialog in tuple(window.dialogs):
        with contextlib.suppress(RuntimeError):
            dialog.close()


@pytest.fixture
def opened(qtbot, window, ct_folder):
    """The window with the CT series read to its end."""
    window.session.import_paths([ct_folder])
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)
    qtbot.waitUntil(lambda: bool(window.models_panel.rows), timeout=10000)
    return window


def is_read(window) -> bool:
    active = window.session.active
    load = window.session.loads.get(active.key) if active is not None else None
    return load is not None and load.complete


@pytest.fixture
def proposed(qtbot, opened):
    """The window with a proposal over the images."""
    opened.models_panel.rows["faulty.bright"].run()
    qtbot.waitUntil(lambda: bool(opened.results_panel.model.items), timeout=40000)
    return opened
