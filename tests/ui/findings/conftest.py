"""A window with a patient in focus whose inbox holds answers, and a model in a worker process to ask."""

from __future__ import annotations

import pytest

from medapp.api.manifest import Manifest, TaskManifest
from medapp.plugins import Discovery
from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.ui.shell.conftest import HOW, PLUGINS, ct_folder, is_read, window
from tests.unit.services.answers import (
    DEATH,
    EFFUSION,
    EHLERS,
    MARFAN,
    MASS,
    STICKLER,
    VOLUME,
    kept,
    many,
    proposal,
)

__all__ = ["ct_folder", "window"]
GREEN = TaskManifest(
    "faulty.green", "Green", "classification", summary="Whether it is green.", images=("CT",), gpu="none",
    record="optional", parameters={"how": HOW},
)  # fmt: skip
MANIFEST = Manifest("faulty_plugin", "faulty_plugin", "Faulty", "1", "1", "MIT", "Tests.", PLUGINS, (GREEN,))


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(PLUGINS))
    monkeypatch.setattr("medapp.plugins.discover", lambda: Discovery((MANIFEST,), ()))
    with App.open(AppPaths.under(tmp_path / "home").create()) as program:
        yield program


@pytest.fixture
def opened(qtbot, window, ct_folder):
    """The window with a CT read to its end, its messages gathered."""
    window.messages = []
    window.session.told.connect(window.messages.append)
    window.session.import_paths([ct_folder])
    qtbot.waitUntil(lambda: is_read(window), timeout=30000)
    return window


@pytest.fixture
def filled(qtbot, opened):
    """The Findings page with five answers about the patient in focus."""
    session = opened.session
    person, series = session.patient_key, session.active
    kept(
        session.app,
        proposal("a1", (EFFUSION, MASS), patient=person, series=series),
        proposal("b1", (VOLUME, *many(60, groups=3)), patient=person, task="mr.volumes"),
        proposal("c1", (MARFAN, EHLERS, STICKLER), patient=person, task="rare.disease", used=("record",)),
        proposal("d1", (DEATH,), patient=person, task="record.risk", used=("record",)),
        proposal("e1", (), patient=person, task="strange", abstained="unlike the training data"),
    )
    session.libraryChanged.emit()
    qtbot.waitUntil(lambda: len(opened.workspaces.inbox.items) == 5, timeout=20000)
    opened.rail.workspaces["findings"].click()
    return opened.findings_page
