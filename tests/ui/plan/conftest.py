"""A window with a made-up patient in focus who takes medicines, small tables, and a model of treatment."""

from __future__ import annotations

import pytest

from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.ui.shell.conftest import window
from tests.unit.planning import install_tables, put_patient, with_a_model, without_shared_tables

__all__ = ["window"]


@pytest.fixture
def app(tmp_path, monkeypatch):
    without_shared_tables(monkeypatch, tmp_path)
    with_a_model(monkeypatch)
    with App.open(AppPaths.under(tmp_path / "home").create()) as program:
        install_tables(program)
        yield program


@pytest.fixture
def opened(qtbot, window):
    """The Plan page of the patient, as soon as it stands; its data may still come."""
    return show(qtbot, window, put_patient(window.session.app))


@pytest.fixture
def page(qtbot, opened):
    """The Plan page with everything read."""
    qtbot.waitUntil(lambda: opened.patient.checks is not None and opened.making.loaded, timeout=30000)
    qtbot.waitUntil(lambda: not opened.proposing.loading, timeout=30000)
    return opened


def show(qtbot, window, person):
    """Open somebody and go to the Plan page."""
    window.messages = []
    window.session.told.connect(window.messages.append)
    window.session.libraryChanged.emit()
    window.session.open_person(person)
    qtbot.waitUntil(lambda: window.session.patient_key == person and not window.opening.is_on, timeout=30000)
    window.rail.workspaces["plan"].click()
    return window.workspaces.plan_page
