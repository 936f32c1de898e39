"""Nobody in focus, or somebody of whom there are images alone: the page says what to do next."""

from __future__ import annotations

from tests.ui.shell.conftest import ct_folder, is_read

__all__ = ["ct_folder"]


def test_with_nobody_in_focus_the_way_to_somebody_is_shown(window):
    window.rail.workspaces["plan"].click()
    assert window.pages.currentWidget() is window.welcome


def test_images_alone_ask_for_a_record(qtbot, window, ct_folder):
    window.session.import_paths([ct_folder])
    qtbot.waitUntil(lambda: is_read(window), timeout=30000)
    window.rail.workspaces["plan"].click()
    page = window.workspaces.plan_page
    qtbot.waitUntil(lambda: page.patient.desk is not None, timeout=30000)
    empty = page.workspace.empty
    qtbot.waitUntil(empty.isVisible, timeout=10000)
    assert empty.message.text() == "No record of this patient"
    page.importRequested.disconnect()  # it would ask for files in a dialog of the system
    with qtbot.waitSignal(page.importRequested, timeout=10000):
        empty.button.click()
    assert not window.problems
