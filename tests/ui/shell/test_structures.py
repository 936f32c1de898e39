"""Contours of an RT Structure Set over their images, in the window."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ui.shell.conftest import is_read
from tests.unit.formats.rtstruct.making import box, written
from tests.unit.services.segmenting import ct_series

REGIONS = {
    "Large": [box(1.5, 1.5, 12.5, 12.5, k) for k in (1, 2)],
    "Small": [box(3.5, 3.5, 6.5, 6.5, 1)],
}


@pytest.fixture
def folder(tmp_path):
    series = ct_series(tmp_path / "images", 5, 16, 20)
    written(tmp_path / "images" / "rs.dcm", REGIONS, series)
    return tmp_path / "images"


def the_structures(window):
    return next(series for series in window.session.study if series.kind == "structures")


def test_a_structure_set_is_opened_over_its_images(qtbot, window, folder):
    window.session.import_paths([folder])
    qtbot.waitUntil(lambda: is_read(window), timeout=20000)
    images = window.session.active
    window.session.open_series(the_structures(window).key)
    model, card = window.results_panel.model, window.results_panel.card
    qtbot.waitUntil(lambda: model.current is not None and bool(model.current.measures), timeout=20000)
    assert not window.problems
    assert window.session.active.key == images.key
    assert (card.status.text(), card._title.text()) == ("Contours", "Plan A")
    assert [card.labels.names[value]._full for value in (1, 2)] == ["Large", "Small"]
    assert "GTV" in card.labels.names[1].toolTip()
    large, small = model.current.measures
    assert (large.voxels, small.voxels) == (2 * 11 * 11, 9)
    assert large.volume_ml == pytest.approx(large.voxels * 0.25 / 1000)
    assert not card.accept.isEnabled()
    assert not card.correct.isEnabled()
    model.go_to(2)
    view = window.read_page.workspace.grid.viewports[0].model
    assert view.state.index == 1
    overlay = window.read_page.workspace.overlay
    # Where both lie the smaller is drawn; hidden, it leaves the larger.
    assert shown(view, overlay)[5, 5] == 2
    assert shown(view, overlay)[9, 9] == 1
    card.labels.squares[2].click()
    assert shown(view, overlay)[5, 5] == 1
    card.labels.squares[1].click()
    assert shown(view, overlay)[5, 5] == 0


def shown(view, overlay):
    return np.asarray(view.image(view.fitting_labels(overlay.segmentation), overlay.shown_values()).labels)


def test_without_its_images_the_reason_is_told(qtbot, window, tmp_path):
    path = written(tmp_path / "rs.dcm", REGIONS)
    window.session.import_paths([path])
    qtbot.waitUntil(lambda: bool(window.problems), timeout=20000)
    assert "not in the library" in window.problems[0].what
    assert window.results_panel.model.current is None
