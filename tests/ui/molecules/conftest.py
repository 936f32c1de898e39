"""A window on a fresh library with nobody in focus, its Molecules page, and the tasks that ship."""

from __future__ import annotations

import pytest

from medapp.services.app import App
from medapp.services.paths import AppPaths
from tests.ui.shell.conftest import window

__all__ = ["window"]


@pytest.fixture
def app(tmp_path):
    with App.open(AppPaths.under(tmp_path / "home").create()) as program:
        yield program


@pytest.fixture
def page(qtbot, window):
    """The Molecules page, its tasks listed."""
    window.messages = []
    window.session.told.connect(window.messages.append)
    window.rail.workspaces["molecules"].click()
    found = window.workspaces.molecules_page
    qtbot.waitUntil(lambda: bool(found.workspace.tasks.rows), timeout=30000)
    return found


def given(qtbot, page, text):
    """Begin with pasted molecules, and see them listed."""
    page.giving.paste(text)
    qtbot.waitUntil(lambda: page.molecules.project is not None and not page.giving.busy, timeout=30000)
    count = sum(map(bool, map(str.strip, text.splitlines())))
    qtbot.waitUntil(lambda: len(page.molecules.shown) == count and not page.listing.is_busy, timeout=60000)


def run(qtbot, page, task, **parameters):
    """Run a task to its end by its row, in a real worker."""
    from medapp.ui.models.model import RunWish

    page.running.run(RunWish(task, parameters))
    assert page.running.is_busy
    qtbot.waitUntil(lambda: not page.running.is_busy, timeout=240000)
    return page.running.last(task)
