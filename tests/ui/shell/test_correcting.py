"""A segmentation of the library is corrected with the brush, in the window."""

from __future__ import annotations

import json

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, Qt

from tests.ui.shell.conftest import is_read
from tests.unit.services.segmenting import ct_series, foreign, overlapping


@pytest.fixture
def images(tmp_path):
    return ct_series(tmp_path / "images", 5, 16, 20)


def simple(path, series):
    array = np.zeros((*series.geometry.shape, 2), np.uint8)
    array[1:4, 2:6, 2:6, 0] = array[1:4, 10:14, 10:14, 1] = 1
    foreign(path, series, array)


def reopened(qtbot, window, folder):
    """Import a folder and open its segmentation over its images."""
    window.session.import_paths([folder])
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)
    stored = next(series for series in window.session.study if series.kind == "segmentation")
    return open_stored(qtbot, window, stored)


def open_stored(qtbot, window, stored):
    model = window.results_panel.model
    window.session.open_series(stored.key)
    qtbot.waitUntil(lambda: model.current is not None and model.current.stored.key == stored.key)
    qtbot.waitUntil(lambda: bool(model.current.measures), timeout=20000)
    return model.current


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def stroke(qtbot, window):
    view = window.read_page.workspace.grid.viewports[0]
    x, y = view.model.placement(view.screen_size).to_screen(8, 8)
    point = QPoint(int(x), int(y))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=point)
    qtbot.mouseMove(view, point + QPoint(30, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=point + QPoint(30, 0))


def test_it_is_corrected_and_kept_beside_the_old_one(qtbot, window, images, tmp_path):
    simple(tmp_path / "images" / "seg.dcm", images)
    item, card = reopened(qtbot, window, tmp_path / "images"), window.results_panel.card
    first, before = item.stored, item.measures[0].voxels
    assert card.status.text() == "From a file"
    assert not card.accept.isEnabled()
    assert not card.reject.isEnabled()
    window.results_panel.model.go_to(1)
    click(qtbot, card.correct)
    assert window.read_page.workspace.read.tool == "brush"
    view = window.read_page.workspace.grid.viewports[0].model
    middle = view.state.index
    view.scroll(1)
    # To choose what is painted leaves the slice that it shall be painted on.
    click(qtbot, card.labels.names[1])
    assert view.state.index == middle + 1
    view.scroll(-1)
    stroke(qtbot, window)
    qtbot.waitUntil(lambda: item.measures[0].voxels > before, timeout=5000)
    assert card.status.text() == "Corrected, not yet accepted"
    painted = np.array(item.segmentation.array)
    click(qtbot, card.accept)
    qtbot.waitUntil(lambda: item.stored is not first and not item.busy, timeout=20000)
    assert not window.problems
    assert card.status.text() == "Accepted, corrected"
    strip = window.read_page.workspace.thumbnails
    qtbot.waitUntil(lambda: {first.key, item.stored.key} <= set(strip.keys()), timeout=5000)
    kept = item.stored.instances[0].path
    told = json.loads((kept.parent / "result.json").read_text(encoding="utf-8"))
    assert told["status"] == "corrected"
    assert told["derived_from"]["sop_instance_uid"] == first.instances[0].sop_instance_uid
    # The old one is as it was, the new one as it was painted.
    assert open_stored(qtbot, window, first).measures[0].voxels == before
    model = window.results_panel.model
    model._all.clear()
    model.choose(None)
    again = open_stored(qtbot, window, window.session.app.library.series(item.stored.key))
    assert np.array_equal(again.segmentation.array, painted)
    assert card._made.text() == "Corrected by a person"


def test_only_reopened_it_is_exported_as_it_is(qtbot, window, images, tmp_path):
    simple(tmp_path / "images" / "seg.dcm", images)
    item = reopened(qtbot, window, tmp_path / "images")
    click(qtbot, window.results_panel.card.correct)
    model = window.results_panel.model
    for edited in (False, True):
        if edited:
            stroke(qtbot, window)
        with qtbot.waitSignal(model.exported, timeout=20000) as signal:
            model.export(item, tmp_path / "out")
        written = pydicom.dcmread(signal.args[0].segmentation_dcm)
        same = written.SOPInstanceUID == item.stored.instances[0].sop_instance_uid
        assert same is not edited


def test_the_brush_of_the_tool_bar_corrects_it_too(qtbot, window, images, tmp_path):
    simple(tmp_path / "images" / "seg.dcm", images)
    item = reopened(qtbot, window, tmp_path / "images")
    window.read_page.workspace.run_action("tool_brush")
    stroke(qtbot, window)
    assert item.edited
    assert window.results_panel.card.accept.isEnabled()


def test_the_brush_is_put_away_where_nothing_could_be_kept(qtbot, window, images, tmp_path):
    simple(tmp_path / "seg.dcm", images)
    item = open_alone(qtbot, window, tmp_path / "seg.dcm")
    before = np.array(item.segmentation.array)
    window.read_page.workspace.run_action("tool_brush")
    assert "not in the library" in window.problems[-1].what
    assert window.read_page.workspace.read.tool != "brush"
    assert not window.results_panel.card.correct.isChecked()
    stroke(qtbot, window)
    assert np.array_equal(window.read_page.workspace.overlay.segmentation.array, before)
    assert not item.edited


def open_alone(qtbot, window, path):
    """A segmentation whose images are not in the library."""
    window.session.import_paths([path])
    qtbot.waitUntil(lambda: bool(window.session.study), timeout=20000)
    return open_stored(qtbot, window, window.session.study[0])


def test_overlapping_segments_are_refused_with_the_reason(qtbot, window, images, tmp_path):
    overlapping(tmp_path / "images" / "seg.dcm", images)
    item, card = reopened(qtbot, window, tmp_path / "images"), window.results_panel.card
    assert [found.voxels for found in item.measures] == [18, 8]
    click(qtbot, card.correct)
    assert "overlap" in window.problems[-1].what
    said = []
    window.read_page.workspace.read.refused.connect(said.append)
    window.read_page.workspace.run_action("tool_brush")
    assert "overlap" in said[0]
    assert not card.correct.isChecked()
    assert window.read_page.workspace.read.tool != "brush"
    # Where both lie the smaller is drawn; hidden, it leaves the larger.
    window.results_panel.model.go_to(1)
    view, overlay = window.read_page.workspace.grid.viewports[0].model, window.read_page.workspace.overlay

    def shown():
        return np.asarray(
            view.image(view.fitting_labels(overlay.segmentation), overlay.shown_values()).labels
        )

    assert view.state.index == 2
    assert shown()[3, 3] == 2
    click(qtbot, card.labels.squares[2])
    assert shown()[3, 3] == 1
