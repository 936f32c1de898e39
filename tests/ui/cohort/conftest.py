"""A window on a library of three people with records, and a CT series of a fourth."""

from __future__ import annotations

import pytest

from tests.ui.shell.conftest import app, ct_folder, window
from tests.unit.ui_cohort.people import put_people

__all__ = ["app", "ct_folder", "window"]


@pytest.fixture
def filled(qtbot, window):
    """The window, with the people in its library and nobody in focus."""
    put_people(window.session.app.library)
    window.session.libraryChanged.emit()
    qtbot.waitUntil(lambda: len(window.library_model.patients) == 3, timeout=10000)
    window.messages = []
    window.session.told.connect(window.messages.append)
    return window


@pytest.fixture
def page(qtbot, filled):
    """The page of questions, opened from the library."""
    filled.search()
    filled.drawer.ask_button.click()
    return filled.cohort.page
