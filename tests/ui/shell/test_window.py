from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QPushButton

from tests.ui.shell.conftest import is_read


def test_an_empty_window_says_what_to_do(window):
    assert window.pages.currentWidget() is window.welcome
    assert "Not for diagnostic use" in window.windowTitle()
    assert window.banner.texts is None
    assert "0 patients" in window.jobs_bar.labels["library"].text()


def test_an_import_opens_the_first_series(opened):
    assert opened.windowTitle().startswith("Bench, Case")
    assert opened.banner.texts.id == "BENCH1"
    assert "1 patient," in opened.jobs_bar.labels["library"].text()
    viewport = opened.read_page.workspace.read.active
    assert viewport.key == opened.session.active.key
    assert viewport.volume.array.shape == (12, 64, 64)
    assert viewport.volume.unit == "HU"
    assert not opened.problems


def test_the_pixels_on_the_screen_are_those_of_the_file(opened):
    widget = opened.read_page.workspace.grid.viewports[0]
    model = widget.model
    place = model.placement(widget.screen_size)
    image = widget.grab().toImage()
    ratio = image.devicePixelRatio()
    found = []
    for column, row in ((32, 32), (20, 32), (40, 40)):
        x, y = place.to_screen(column, row)
        gray = image.pixelColor(round(x * ratio), round(y * ratio)).red()
        value = model.probe(column, row).value
        window = model.effective_window()
        expected = np.clip((value - window.center + 0.5) / (window.width - 1) + 0.5, 0, 1) * 255
        found.append(abs(gray - expected))
    assert max(found) < 40
    assert min(found) < 15


def test_files_dropped_on_the_window_are_imported(qtbot, window, ct_folder):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(ct_folder))])
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    assert window.drop.eventFilter(window, event)
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)


def test_odd_files_are_listed_with_their_reason(qtbot, window, tmp_path, ct_folder):
    odd = tmp_path / "odd"
    odd.mkdir()
    (odd / "note.txt").write_text("hello")
    (odd / "empty.dcm").write_bytes(b"")
    window.session.import_paths([odd, ct_folder])
    qtbot.waitUntil(lambda: len(window.library_model.rejected) == 2, timeout=20000)
    assert all(found.reason for found in window.library_model.rejected)
    window.show_library(True)
    assert "2 files" in window.drawer._rejected.text()
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)


def test_the_library_opened_late_shows_what_was_listed_before(qtbot, window, tmp_path, ct_folder):
    odd = tmp_path / "note.txt"
    odd.write_text("hello")
    window.session.import_paths([odd, ct_folder])
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)
    qtbot.waitUntil(lambda: len(window.library_model.patients) == 1, timeout=20000)
    assert "drawer" not in vars(window)
    window.show_library(False)
    assert "drawer" not in vars(window)
    window.show_library(True)
    assert window.drawer.tree.model().rowCount() == 1
    assert window.drawer._recent.isEnabled() == bool(window.library_model.recent)
    assert "1 file" in window.drawer._rejected.text()


def test_the_library_covers_no_button_of_the_welcome_page(qtbot, window):
    buttons = window.welcome.findChildren(QPushButton)
    assert len(buttons) == 3

    def left(part):
        return part.mapTo(window, QPoint(0, 0)).x()

    window.show_library(True)
    qtbot.wait(50)
    edge = left(window.drawer) + window.drawer.width()
    for part in buttons:
        assert left(part) > edge
        assert left(part) + part.width() < left(window.inspector)
    window.show_library(False)
    qtbot.wait(50)
    assert len({part.y() for part in buttons}) == 1


def test_the_library_finds_and_opens(qtbot, opened):
    opened.search()
    assert opened.drawer.isVisible()
    opened.drawer.search.setText("nobody")
    qtbot.waitUntil(lambda: opened.library_model.query == "nobody" and not opened.library_model.patients)
    opened.drawer.search.setText("chest")
    qtbot.waitUntil(lambda: len(opened.library_model.patients) == 1)
    tree = opened.drawer.tree
    rows = tree.model()

    def series_row():
        patient = rows.index(0, 0)
        study = rows.index(0, 0, patient)
        series = rows.index(0, 0, study)
        return series if series.data() == "Axial 1.25" else None

    qtbot.waitUntil(lambda: series_row() is not None, timeout=5000)
    opened.session.close_patient()
    assert opened.pages.currentWidget() is opened.welcome
    tree._clicked(series_row())
    qtbot.waitUntil(lambda: opened.session.active is not None, timeout=10000)
    assert not opened.drawer.isVisible()
    assert opened.session.active.title == "Axial 1.25"


def test_thumbnails_come_into_strip_and_library(qtbot, opened):
    key = opened.session.active.key
    qtbot.waitUntil(lambda: bool(opened.library_model._pictures.get(key)), timeout=10000)
    assert opened.library_model.picture(key).startswith(b"\x89PNG")
    assert opened.read_page.workspace.thumbnails.keys() == [key]


@pytest.mark.parametrize("name", ["1x1", "2x2", "mpr"])
def test_keys_and_mouse_reach_the_viewport(qtbot, opened, name):
    workspace = opened.read_page.workspace
    workspace.set_layout(name)
    view = workspace.grid.viewports[0]
    view.setFocus()
    before = view.model.state.index
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.model.state.index == before + 1
    start = view.model.effective_window()
    middle = QPoint(view.width() // 2, view.height() // 2)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(view, middle + QPoint(60, 20))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 20))
    assert view.model.effective_window() != start
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert view.model.effective_window() == start


def test_closing_a_patient_leaves_nothing_of_them(opened):
    opened.session.close_patient()
    assert opened.banner.texts is None
    assert opened.models_panel.model.series is None
    assert opened.session.loads.get(opened.read_page.workspace.read.active.key) is None
    assert opened.read_page.workspace.thumbnails.keys() == []


def test_a_study_that_cannot_be_read_says_why(qtbot, window, tmp_path, ct_folder):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(ct_folder, copy)
    window.session.import_paths([copy])
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)
    key = window.session.active.key
    window.session.close_patient()
    shutil.rmtree(copy)
    window.session.open_series(key)
    active = window.reading().workspace.read.active
    qtbot.waitUntil(lambda: bool(active.failure) or bool(window.problems) or is_read(window), timeout=10000)
    assert active.failure or window.problems or active.load.failed
