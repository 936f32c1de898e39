"""The Read workspace with real events, off the screen."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent, QWheelEvent

from medapp.domain.geometry import Geometry
from medapp.ui.reading.labels import placed
from medapp.ui.reading.measure import Measurement
from medapp.ui.reading.viewport import SERIES_MIME
from medapp.ui.reading.workspace import ThumbnailItem
from tests.ui.reading.phantoms import Loaded, make_series, make_volume


def view(workspace, number: int = 0):
    return workspace.grid.viewports[number]


def middle(widget) -> QPoint:
    return QPoint(widget.width() // 2, widget.height() // 2)


def wheel(widget, steps: int, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    where = QPointF(middle(widget))
    event = QWheelEvent(
        where, where, QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    widget.wheelEvent(event)


def test_the_wheel_scrolls_and_zooms(workspace):
    widget = view(workspace)
    wheel(widget, -1)
    assert widget.model.state.index == 11
    wheel(widget, 1, Qt.KeyboardModifier.ShiftModifier)
    assert widget.model.state.index == 1
    wheel(widget, 2, Qt.KeyboardModifier.ControlModifier)
    assert widget.model.state.zoom > 1.2


@pytest.mark.parametrize(
    ("key", "tool"), [("D", "distance"), ("A", "angle"), ("O", "roi"), ("M", "crosshair"), ("T", "pan")]
)
def test_keys_choose_tools_and_escape_puts_them_away(qtbot, workspace, key, tool):
    qtbot.keyClick(view(workspace), getattr(Qt.Key, f"Key_{key}"))
    assert workspace.read.tool == tool
    qtbot.keyClick(view(workspace), Qt.Key.Key_Escape)
    assert workspace.read.tool == "window"


def test_a_click_with_the_crosshair_moves_the_other_planes(qtbot, workspace, volume):
    workspace.set_layout("mpr")
    workspace.run_action("tool_crosshair")
    widget = view(workspace)
    place = widget.model.placement(widget.screen_size)
    x, y = place.to_screen(50, 9)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    coronal, sagittal = view(workspace, 1).model, view(workspace, 2).model
    assert coronal.volume.geometry.to_index(coronal.center_lps())[1] == pytest.approx(9, abs=1)
    assert sagittal.volume.geometry.to_index(sagittal.center_lps())[0] == pytest.approx(50, abs=1)


def test_a_double_click_shows_one_pane_alone(qtbot, workspace):
    workspace.set_layout("2x2")
    qtbot.mouseDClick(view(workspace, 2), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert [widget.isVisible() for widget in workspace.grid.viewports] == [False, False, True, False]
    qtbot.mouseDClick(view(workspace, 2), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert all(widget.isVisible() for widget in workspace.grid.viewports)


def test_hover_tells_value_and_place(qtbot, workspace, volume):
    widget = view(workspace)
    place = widget.model.placement(widget.screen_size)
    x, y = place.to_screen(12, 7)
    qtbot.mouseMove(widget, QPoint(round(x), round(y)))
    probe = widget.probe()
    k = widget.model.state.index
    assert probe.value == volume.array[k, round(probe.row), round(probe.column)]
    assert probe.unit == "HU"


def test_a_slice_that_comes_late_is_drawn(qtbot, workspace, volume):
    loaded = np.zeros(20, bool)
    load = Loaded(volume, loaded)
    workspace.show_series(make_series("late"), load)
    widget = view(workspace)
    dark = widget.grab().toImage()
    loaded[:] = True
    workspace.slice_loaded("late", 10)
    assert widget.grab().toImage() != dark


def test_a_failed_slice_is_marked_in_words(workspace, volume):
    load = Loaded(volume)
    load.failed[10] = "the bytes end early"
    workspace.show_series(make_series("broken"), load)
    assert view(workspace).model.slice_failure() == "the bytes end early"
    assert not view(workspace).grab().isNull()


def test_a_series_dropped_on_a_pane_is_asked_for(qtbot, workspace):
    data = QMimeData()
    data.setData(SERIES_MIME, QByteArray(b"other"))
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    with qtbot.waitSignal(workspace.seriesRequested) as asked:
        view(workspace).dropEvent(event)
    assert asked.args == ["other"]


def test_page_keys_go_through_the_strip(qtbot, workspace):
    workspace.set_thumbnails([ThumbnailItem(key, key) for key in ("series-1", "b", "c")])
    workspace.thumbnails.set_current("series-1")
    with qtbot.waitSignal(workspace.seriesRequested) as asked:
        qtbot.keyClick(view(workspace), Qt.Key.Key_PageDown)
    assert asked.args == ["b"]


def test_cine_runs_and_stops(qtbot, workspace):
    before = workspace.read.active.state.index
    workspace.run_action("cine")
    qtbot.waitUntil(lambda: workspace.read.active.state.index != before, timeout=3000)
    workspace.run_action("cancel")
    still = workspace.read.active.state.index
    qtbot.wait(200)
    assert workspace.read.active.state.index == still


def test_colour_and_single_images_are_shown(workspace):
    rgb = np.zeros((1, 40, 50, 3), np.uint8)
    rgb[..., 0] = 200
    color = make_volume(rgb)
    workspace.show_series(make_series("rgb", "US", kind="stack"), Loaded(color))
    widget = view(workspace)
    shown = widget.grab().toImage().pixelColor(middle(widget))
    assert (shown.red(), shown.green(), shown.blue()) == (200, 0, 0)


def test_a_question_mark_at_an_edge_is_explained_under_the_pointer(qtbot, workspace):
    widget = view(workspace)
    edge = QPoint(5, widget.height() // 2)
    qtbot.mouseMove(widget, edge)
    assert not widget.toolTip()
    bare = make_volume(np.zeros((1, 40, 50), np.int16), geometry=Geometry.unknown((1, 40, 50)))
    workspace.show_series(make_series("cr", "CR", kind="stack"), Loaded(bare))
    qtbot.mouseMove(widget, edge + QPoint(1, 0))
    assert widget.toolTip() == "? orientation not stated"
    qtbot.mouseMove(widget, middle(widget))
    assert not widget.toolTip()


def test_measured_texts_stay_where_they_are_while_the_pointer_moves(monkeypatch, qtbot, workspace):
    from medapp.ui.reading import drawing

    workspace.set_layout("mpr")
    widget = view(workspace)
    state = widget.model.state
    for points in (((10, 40), (20, 45)), ((10, 40), (60, 46))):
        line = Measurement("distance", widget.model.key, state.plane, state.index, points)
        workspace.read.measurements.add(line)
    seen = []
    monkeypatch.setattr(drawing, "placed", lambda *args: seen.append(placed(*args)) or seen[-1])
    widget.grab()
    qtbot.mouseMove(widget, middle(widget))
    assert widget.probe() is not None
    widget.grab()
    assert len(seen[0]) == 2
    assert seen[-1] == seen[0]


def test_identity_can_be_hidden(workspace):
    from medapp.ui.reading.corners import corners

    workspace.run_action("identity_toggle")
    assert not view(workspace).identity
    assert corners(view(workspace).model, identity=False).top_left == ()
    workspace.run_action("corners_cycle")
    assert view(workspace).corner_level == "minimal"


def test_other_settings_are_used_at_once(qtbot, workspace):
    changed = dataclasses.replace(workspace.settings, keys={**workspace.settings.keys, "invert": ("X",)})
    workspace.use_settings(changed)
    qtbot.keyClick(view(workspace), Qt.Key.Key_X)
    assert workspace.read.active.state.inverted
    qtbot.keyClick(view(workspace), Qt.Key.Key_I)
    assert workspace.read.active.state.inverted


def test_the_tool_bar_says_words_where_there_is_room(qtbot, workspace):
    bar = workspace.tool_bar
    workspace.resize(2400, 800)
    qtbot.waitUntil(lambda: bar.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    workspace.resize(700, 800)
    qtbot.waitUntil(lambda: bar.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly)


def test_settings_that_cannot_be_used_are_refused_with_a_reason(qtbot, workspace, tmp_path):
    from medapp.ui.settings_dialog import SettingsDialog

    dialog = SettingsDialog(tmp_path, workspace)
    qtbot.addWidget(dialog)
    good = dialog.editor.toPlainText()
    dialog.editor.setPlainText(good.replace('invert = ["I"]', 'invert = ["R"]'))
    assert not dialog.save()
    assert "rotate" in dialog.message.text()
    dialog.editor.setPlainText(good.replace('invert = ["I"]', 'invert = ["X"]'))
    assert dialog.save()
    assert workspace.settings.action("X") == "invert"
    assert (tmp_path / "reading.toml").is_file()
