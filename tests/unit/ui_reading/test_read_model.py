"""Scrolling, crosshair, links, brush and undo, without a window."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from medapp.domain.volume import Window
from medapp.ui.reading.actions import Actions
from medapp.ui.reading.gestures import Gestures
from medapp.ui.reading.read_model import ReadModel
from medapp.ui.reading.settings import load_settings
from medapp.ui.reading.voi import automatic_window
from tests.ui.reading.phantoms import Loaded, make_array, make_segmentation, make_series, make_volume

SCREEN = (640.0, 480.0)


@pytest.fixture
def read(volume) -> ReadModel:
    model = ReadModel()
    model.show_series(make_series(), Loaded(volume))
    return model


@pytest.fixture
def actions(read) -> Actions:
    return Actions(read, load_settings())


def test_the_middle_slice_comes_first_and_scrolling_stops_at_the_ends(read, actions):
    assert read.active.state.index == 10
    actions.run("slice_next")
    assert read.active.state.index == 11
    actions.run("slice_last")
    actions.run("slice_next")
    assert read.active.state.index == 19
    actions.run("slice_on_ten")
    actions.run("slice_first")
    assert read.active.state.index == 0
    assert not actions.run("make_coffee")


def test_the_slice_in_view_is_read_first(volume):
    load = Loaded(volume, np.zeros(20, bool))
    read = ReadModel()
    read.show_series(make_series(), load)
    read.scroll(read.active, 3)
    assert load.preferred == [10, 13]


def test_mpr_planes_meet_in_the_crosshair(read, volume):
    read.set_layout("mpr")
    names = [viewport.grid.name for viewport in read.viewports]
    assert names == ["axial", "coronal", "sagittal", "axial"]
    assert read.viewports[3].state.slab_mm > 0
    point = volume.geometry.to_patient((40, 12, 5))
    read.set_crosshair(read.viewports[0], point)
    for viewport in read.viewports[:3]:
        column, row, index = viewport.from_lps(point)
        assert index == pytest.approx(viewport.state.index)
        probe = viewport.probe(column, row)
        assert probe.value == volume.array[5, 12, 40]
        assert probe.unit == "HU"
    # Scrolling one plane takes the crosshair along in the others.
    read.scroll(read.viewports[1], 2)
    assert read.viewports[0].from_lps(read.crosshair)[1] != pytest.approx(12)
    assert not read.go_to(np.array((1e4, 0, 0)))


def test_parallel_series_of_one_frame_scroll_together(read, volume):
    read.set_layout("1x2")
    read.set_active(1)
    thick = make_volume(np.ascontiguousarray(volume.array[::2]))
    geometry = dataclasses.replace(volume.geometry, shape=(10, 48, 64))
    affine = np.array(geometry.affine)
    affine[:3, 2] *= 2
    other = dataclasses.replace(thick, geometry=dataclasses.replace(geometry, affine=affine), series_key="2")
    read.show_series(make_series("series-2"), Loaded(other))
    read.scroll(read.viewports[0], 4)
    place = read.viewports[1].center_lps()[2], read.viewports[0].center_lps()[2]
    assert abs(place[0] - place[1]) <= 3.01
    read.links.scroll = False
    before = read.viewports[1].state.index
    read.scroll(read.viewports[0], -4)
    assert read.viewports[1].state.index == before


def test_window_drag_is_one_step_of_undo(read):
    gestures = Gestures(read.active, read)
    before = read.active.effective_window()
    gestures.press("left", (100, 100), SCREEN)
    gestures.move((150, 100), SCREEN)
    gestures.move((150, 60), SCREEN)
    assert not gestures.release((150, 60), SCREEN)
    after = read.active.effective_window()
    assert after.width > before.width
    assert after.center < before.center
    assert read.undo_stack.undo() == "window"
    assert read.active.effective_window() == before
    read.undo_stack.redo()
    assert read.active.effective_window() == after


def windows(read: ReadModel) -> list[Window]:
    return [viewport.effective_window() for viewport in read.viewports]


def test_a_preset_is_that_of_all_panes_of_an_mpr(read, actions):
    first = read.active.effective_window()
    read.set_layout("mpr")
    read.set_active(2)
    actions.run("preset_7")
    assert [(window.center, window.width) for window in windows(read)] == [(-500, 1500)] * 4
    assert {viewport.state.preset for viewport in read.viewports} == {"7"}
    read.undo_stack.undo()
    assert windows(read) == [first] * 4
    read.undo_stack.redo()
    assert {window.center for window in windows(read)} == {-500}
    actions.run("reset_view")
    assert windows(read) == [first] * 4


def test_all_panes_of_an_mpr_follow_a_drag_and_come_back_in_one_step(read):
    read.set_layout("mpr")
    before = windows(read)
    gestures = Gestures(read.viewports[1], read)
    gestures.press("left", (100, 100), SCREEN)
    gestures.move((150, 60), SCREEN)
    during = windows(read)
    assert during == [during[1]] * 4
    assert during != before
    gestures.move((170, 60), SCREEN)
    gestures.release((170, 60), SCREEN)
    assert windows(read) == [read.viewports[1].effective_window()] * 4
    read.undo_stack.undo()
    assert windows(read) == before
    assert not read.undo_stack.can_undo


def test_taking_a_window_back_keeps_the_plane_of_another_arrangement(read, actions):
    read.set_layout("mpr")
    read.set_active(2)
    actions.run("preset_7")
    read.set_layout("1x1")
    plane, index = read.active.state.plane, read.active.state.index
    assert plane != "sagittal"
    actions.run("undo")
    assert (read.active.state.plane, read.active.state.index) == (plane, index)
    assert read.active.effective_window() == Window(40, 400)


def test_an_mpr_opens_with_the_window_in_use(read, actions):
    actions.run("preset_6")
    read.set_layout("mpr")
    assert {window.width for window in windows(read)} == {2000}


def test_an_automatic_window_stays_that_of_all_panes_while_slices_come():
    volume = make_volume(make_array(), windows=())
    load = Loaded(volume, np.zeros(20, bool))
    read = ReadModel()
    read.show_series(make_series(), load)
    load.loaded[10] = True
    read.slice_loaded("series-1", 10)
    load.loaded[:15] = True
    read.set_layout("mpr")
    load.loaded[:] = True
    read.slice_loaded("series-1", 19)
    assert windows(read) == [automatic_window(volume, range(20))] * 4


def test_the_window_of_separate_viewports_is_shared_by_choice_only(read, actions, volume):
    read.set_layout("1x2")
    read.set_active(1)
    read.show_series(make_series(), Loaded(volume))
    actions.run("preset_7")
    assert [window.center for window in windows(read)] == [40, -500]
    read.links.window = True
    actions.run("preset_6")
    assert [window.center for window in windows(read)] == [350, 350]


def test_presets_refuse_what_they_are_not_for(read, actions, volume):
    actions.run("preset_7")
    assert (read.active.effective_window().center, read.active.effective_window().width) == (-500, 1500)
    refused: list[str] = []
    read.refused.connect(refused.append)
    raw = dataclasses.replace(volume, unit=None)
    read.show_series(make_series("mr", "MR"), Loaded(raw))
    actions.run("preset_7")
    assert "HU" in refused[0]
    read.show_series(make_series("rgb"), Loaded(make_volume(np.zeros((2, 8, 8, 3), np.uint8))))
    actions.run("preset_0")
    assert "colour" in refused[1]


def test_reset_keeps_the_place_and_can_be_undone(read, actions):
    actions.run("slice_first")
    actions.run("rotate")
    actions.run("invert")
    actions.run("reset_view")
    assert (read.active.state.turns, read.active.state.inverted, read.active.state.index) == (0, False, 0)
    actions.run("undo")
    assert (read.active.state.turns, read.active.state.inverted) == (1, True)


@pytest.mark.parametrize("erase", [False, True])
def test_a_brush_stroke_changes_voxels_and_is_taken_back(read, volume, erase):
    segmentation = make_segmentation(volume)
    original = segmentation.array.copy()
    read.set_segmentation(segmentation)
    assert not read.brush.start(9)
    assert read.brush.start(2)
    read.set_tool("brush")
    edited = []
    read.brush.edited.connect(edited.append)
    gestures = Gestures(read.active, read)
    place = read.active.placement(SCREEN)
    start, end = place.to_screen(25, 20), place.to_screen(30, 20)
    gestures.press("left", start, SCREEN, erase=erase)
    gestures.move(end, SCREEN)
    gestures.release(end, SCREEN)
    painted = edited[-1].array
    assert painted[10, 20, 27] == (0 if erase else 2)
    assert (painted != original).any(axis=(1, 2)).nonzero()[0].tolist() == [10]
    assert np.array_equal(segmentation.array, original), "the proposal itself is never painted over"
    read.undo_stack.undo()
    assert np.array_equal(edited[-1].array, original)


def test_the_brush_needs_labels(read, actions):
    refused: list[str] = []
    read.refused.connect(refused.append)
    actions.run("tool_brush")
    assert read.tool == "window"
    assert refused


def test_going_to_a_label(read, volume):
    read.set_segmentation(make_segmentation(volume))
    assert read.go_to_label(2)
    assert 14 <= read.active.state.index < 16
    assert not read.go_to_label(7)


def test_measuring_by_drag(read):
    read.set_tool("distance")
    gestures = Gestures(read.active, read)
    place = read.active.placement(SCREEN)
    gestures.press("left", place.to_screen(10, 10), SCREEN)
    gestures.move(place.to_screen(20, 10), SCREEN)
    gestures.release(place.to_screen(20, 10), SCREEN)
    state = read.active.state
    (line,) = read.measurements.on("series-1", state.plane, state.index)
    assert [n for point in line.points for n in point] == pytest.approx([10, 10, 20, 10])


def test_an_automatic_window_waits_for_the_first_slice():
    volume = make_volume(make_array(), windows=())
    load = Loaded(volume, np.zeros(20, bool))
    read = ReadModel()
    read.show_series(make_series(), load)
    assert read.active.state.window is None
    load.loaded[10] = True
    read.slice_loaded("series-1", 10)
    assert read.active.state.window is not None
    assert read.active.progress() == (1, 20)


def test_another_patient_leaves_nothing_behind(read, volume):
    read.set_segmentation(make_segmentation(volume))
    read.key_images.add(("series-1", 3))
    read.clear()
    assert read.active.series is None
    assert read.overlay.segmentation is None
    assert not read.key_images
    assert not read.undo_stack.can_undo
