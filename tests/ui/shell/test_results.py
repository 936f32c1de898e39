"""Deciding on a proposal in the window; what is kept is read back from disk."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from medapp.ui.results.details import rows


def current(window):
    return window.results_panel.model.current


def test_the_card_names_model_series_time_and_numbers(proposed):
    card, item = proposed.results_panel.card, current(proposed)
    assert card.isVisible()
    assert card.status.text() == "Proposal"
    assert "faulty_plugin 1" in card._made.text()
    assert "Axial 1.25" in card._from.text()
    (found,) = item.measures
    volume = item.proposal.volume
    bright = np.asarray(item.segmentation.array) == 1
    assert found.voxels == bright.sum() > 0
    assert found.volume_ml == pytest.approx(bright.sum() * 0.7 * 0.7 * 1.25 / 1000)
    assert found.mean == pytest.approx(volume.array[bright].mean() * volume.slope + volume.intercept)
    assert found.unit == "HU"


def test_looks_of_the_labels_go_to_the_images(proposed):
    card, overlay = proposed.results_panel.card, proposed.read_page.workspace.overlay
    card.opacity.setValue(80)
    card.outline.setChecked(False)
    assert (overlay.opacity, overlay.outline) == (0.8, False)
    card.labels.squares[1].click()
    assert not overlay.style(1).visible
    overlay.toggle()
    assert not card.shown.isChecked()


def test_accepting_writes_a_dicom_seg_that_reads_back(qtbot, proposed):
    import pydicom

    item = current(proposed)
    labels = np.array(item.segmentation.array)
    proposed.results_panel.card.accept.click()
    qtbot.waitUntil(lambda: item.stored is not None and not item.busy, timeout=20000)
    assert not proposed.problems
    assert proposed.results_panel.card.status.text() == "Accepted"
    assert not proposed.results_panel.card.accept.isEnabled()
    dataset = pydicom.dcmread(item.stored.instances[0].path)
    assert dataset.Modality == "SEG"
    assert dataset.SegmentSequence[0].SegmentLabel == "bright"
    strip = proposed.read_page.workspace.thumbnails
    qtbot.waitUntil(lambda: item.stored.key in list(strip.keys()), timeout=5000)
    # Opening it again from the library shows the same voxels.
    model = proposed.results_panel.model
    model._all.clear()
    model.choose(None)
    proposed.session.open_series(item.stored.key)
    qtbot.waitUntil(lambda: model.current is not None, timeout=20000)
    assert np.array_equal(model.current.segmentation.array, labels)
    qtbot.waitUntil(lambda: bool(model.current.measures), timeout=10000)
    assert model.current.measures[0].mean == pytest.approx(item.measures[0].mean)


def test_rejecting_takes_it_from_the_images_and_is_recorded(qtbot, proposed):
    model, item = proposed.results_panel.model, current(proposed)
    proposed.results_panel.card.reject.click()
    qtbot.waitUntil(lambda: not model.items, timeout=20000)
    assert proposed.read_page.workspace.overlay.segmentation is None
    assert not proposed.results_panel.card.isVisible()
    (entry,) = proposed.session.app.library.results_of(item.series.key)
    assert entry.status == "rejected"


def paint(qtbot, window, row=3) -> None:
    view = window.read_page.workspace.grid.viewports[0]
    place = view.model.placement(view.screen_size)
    x, y = place.to_screen(3, row)
    point = QPoint(int(x), int(y))
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=point)
    qtbot.mouseMove(view, point + QPoint(30, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=point + QPoint(30, 0))


def test_a_correction_is_measured_undone_and_kept_as_corrected(qtbot, proposed):
    card, item = proposed.results_panel.card, current(proposed)
    before, array = item.measures[0].voxels, np.array(item.segmentation.array)
    card.correct.click()
    assert proposed.read_page.workspace.read.tool == "brush"
    assert card.correct.isChecked()
    paint(qtbot, proposed)
    qtbot.waitUntil(lambda: item.measures[0].voxels != before, timeout=5000)
    assert card.status.text() == "Corrected, not yet accepted"
    painted = np.array(item.segmentation.array)
    proposed.read_page.workspace.undo()
    assert np.array_equal(item.segmentation.array, array)
    proposed.read_page.workspace.redo()
    card.accept.click()
    qtbot.waitUntil(lambda: item.stored is not None and not item.busy, timeout=20000)
    assert not proposed.problems
    assert card.status.text() == "Accepted, corrected"
    assert proposed.read_page.workspace.read.tool != "brush"
    assert np.array_equal(item.proposal.segmentation.array, painted)
    (entry,) = proposed.session.app.library.results_of(item.series.key)
    assert entry.status == "corrected"


def test_a_correction_after_accepting_leaves_what_was_accepted(qtbot, proposed):
    import pydicom

    card, item = proposed.results_panel.card, current(proposed)
    card.accept.click()
    qtbot.waitUntil(lambda: item.stored is not None and not item.busy, timeout=20000)
    kept = [item.stored]
    before = item.stored.instances[0].path.read_bytes()
    for number in (1, 2):
        card.correct.click()
        paint(qtbot, proposed, 3 + 8 * number)
        assert card.status.text() == "Corrected, not yet accepted"
        card.accept.click()
        qtbot.waitUntil(lambda: item.stored.key != kept[-1].key and not item.busy, timeout=20000)
        kept.append(item.stored)
    assert not proposed.problems
    assert kept[0].instances[0].path.read_bytes() == before
    for older, newer in itertools.pairwise(kept):
        named = pydicom.dcmread(newer.instances[0].path).SourceImageSequence[-1]
        assert named.ReferencedSOPInstanceUID == older.instances[0].sop_instance_uid
    assert item.proposal.segmentation.predecessor.series_uid == kept[1].uid
    assert ("Corrected from", kept[1].instances[0].sop_instance_uid) in rows(item)
    entries = proposed.session.app.library.results_of(item.series.key)
    assert [entry.status for entry in entries].count("corrected") == 2


def test_export_writes_seg_nifti_and_json(qtbot, proposed, tmp_path):
    out = tmp_path / "out"
    with qtbot.waitSignal(proposed.results_panel.model.exported, timeout=20000) as signal:
        proposed.results_panel.model.export(current(proposed), out)
    exported = signal.args[0]
    assert exported.segmentation_dcm.is_file()
    assert exported.segmentation_nii.is_file()
    found = json.loads(exported.result_json.read_text(encoding="utf-8"))
    assert "Bench" not in json.dumps(found.get("provenance", {}))
    assert str(out) in proposed.results_panel._exported.full_text


def test_two_results_and_the_one_that_is_chosen_is_shown(qtbot, proposed):
    first = current(proposed)
    proposed.models_panel.rows["faulty.bright"].run()
    model = proposed.results_panel.model
    qtbot.waitUntil(lambda: len(model.items) == 2, timeout=40000)
    assert model.current is model.items[0] is not first
    model.choose_and_show(first)
    assert proposed.read_page.workspace.overlay.segmentation is first.segmentation


def test_details_say_how_it_came_to_be(proposed):
    from medapp.ui.results.details import rows

    found = dict(rows(current(proposed)))
    assert found["Task"] == "faulty.bright"
    assert found["how"] == "work"
    assert found["Intended use"] == "Tests only."
    assert found["Device"].startswith("cpu")
