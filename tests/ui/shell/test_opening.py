"""Opening somebody with a large record: a sign at once, and a window that answers meanwhile."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time

from PySide6.QtCore import QTimer

from medapp.ui.binding import many_objects
from tests.ui.shell.conftest import app, window
from tests.unit.ui_record.dirty import dirty

__all__ = ["app", "window"]
LOADED_IN_A_THREAD = """
import gc, threading
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication
qt = QApplication([])
def load():
    import medapp.ui.findings.uses, medapp.ui.shell.record
loading = threading.Thread(target=load)
loading.start()
loading.join()
made = [one for one in gc.get_objects() if isinstance(one, QObject) and not isinstance(one, QThread)]
print(sum(one.thread() is not qt.thread() for one in made))
"""


def kept(window, subject="jane", family="Doe"):
    person, entries = dirty(subject, family)
    records = window.session.app.library.records
    records.put(f"{subject}.json", "fhir", [person, *entries])
    return next(one.key for one in records.persons(family))


def test_a_sign_is_in_view_before_anything_is_read(qtbot, window):
    key = kept(window)
    window.session.open_person(key)
    assert window.pages.currentWidget() is window.opening.page
    assert window.opening.page.busy.isVisible()
    qtbot.waitUntil(lambda: window.record_page is not None, timeout=20000)
    qtbot.waitUntil(lambda: window.record_page.workspace.view is not None, timeout=20000)
    assert window.pages.currentWidget() is window.record_page
    assert not window.record_page.workspace.nothing.isVisible()


def test_the_window_takes_its_turns_while_a_record_is_read(qtbot, window, monkeypatch):
    from medapp.services import patient_record

    key, read = kept(window), patient_record.record_of
    seen = []

    def slowly(library, patient_key):
        end = time.monotonic() + 0.5
        while time.monotonic() < end:  # as much Python as a large record is
            sum(range(200))
        return read(library, patient_key)

    monkeypatch.setattr(patient_record, "record_of", slowly)
    window.record()
    clock = QTimer(interval=20)
    clock.timeout.connect(lambda: seen.append(window.record_page.workspace.nothing.busy.isVisible()))
    clock.start()
    window.session.open_person(key)
    qtbot.waitUntil(lambda: window.record_page.workspace.view is not None, timeout=20000)
    clock.stop()
    assert sum(seen) >= 5


def test_how_much_is_read_is_told_while_it_is_arranged(qtbot, window):
    page = window.record()
    page._asked, page.workspace.view = 7, None
    page._tell_count(7, 60286)
    assert page.workspace.nothing.explanation.text() == "60\u2009286 entries are read and are being arranged."
    page._tell_count(6, 1)
    assert "60" in page.workspace.nothing.explanation.text()


def test_nobody_is_found_and_the_page_comes_back(qtbot, window):
    before = window.pages.currentWidget()
    window.session.open_person("nobody")
    qtbot.waitUntil(lambda: window.pages.currentWidget() is before, timeout=10000)


def test_what_a_page_is_made_of_is_loaded_without_objects_of_another_thread():
    """Qt objects that a module makes when it is loaded in a thread could never be used by the window."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", LOADED_IN_A_THREAD],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.stdout.split() == ["0"], done.stderr


def test_much_is_made_without_looking_for_garbage():
    with many_objects():
        assert not gc.isenabled()
        kept_objects = [[number] for number in range(300_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() > len(kept_objects)
    gc.unfreeze()


def test_what_is_asked_for_meanwhile_ends_the_sign_too(qtbot, window):
    first, second = kept(window), kept(window, "joan", "Roe")
    window.session.open_person(first)
    window.session.open_person(second)
    window.session.close_patient()
    assert window.opening.is_on
    qtbot.waitUntil(lambda: not window.opening.is_on, timeout=20000)
    assert window.pages.currentWidget() is window.welcome
