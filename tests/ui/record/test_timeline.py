"""The time line under mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from medapp.domain.record import Problem, StudyReference
from medapp.ui.record.lane_layout import PAD
from medapp.ui.record.lanes import build_timeline
from medapp.ui.record.timeline_paint import lane_color
from medapp.ui.record.timeline_titles import Chosen
from medapp.ui.record.view import RecordView
from medapp.ui.style import tokens
from tests.unit.ui_record.synthetic import record

NONE = Qt.MouseButton.NoButton
LEFT = Qt.MouseButton.LeftButton


def mouse(timeline, kind, x: float, y: float, button=NONE, held=NONE) -> None:
    target = timeline.view.viewport()
    place = QPointF(x, y)
    event = QMouseEvent(
        kind,
        place,
        QPointF(target.mapToGlobal(place.toPoint())),
        button,
        held,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, event)


def wheel(timeline, x: float, delta: int, *, shift: bool = False, sideways: bool = False) -> None:
    target = timeline.view.viewport()
    place = QPointF(x, 50)
    turned = QPoint(delta, 0) if sideways else QPoint(0, delta)
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    phase = Qt.ScrollPhase.NoScrollPhase
    where = QPointF(target.mapToGlobal(place.toPoint()))
    QApplication.sendEvent(target, QWheelEvent(place, where, QPoint(), turned, NONE, modifier, phase, False))


def place_of(timeline, lane: int, mark: int) -> tuple[float, float]:
    """Middle of a mark in px of the view."""
    found = timeline.painter.timeline.lanes[lane]
    band = timeline.painter.layout.bands[lane]
    middle = (found.spans[mark, 0] + found.spans[mark, 3]) / 2
    x = (middle - timeline.box.low) * timeline.box.second
    y = band.top - timeline.painter.offset + PAD + (int(found.rows[mark]) + 0.5) * band.row
    scene = timeline.box.mapToScene(QPointF(x, y))
    inside = timeline.view.mapFromScene(scene)
    return inside.x(), inside.y()


def click(timeline, x: float, y: float) -> None:
    mouse(timeline, QEvent.Type.MouseMove, x, y)
    mouse(timeline, QEvent.Type.MouseButtonPress, x, y, LEFT, LEFT)
    mouse(timeline, QEvent.Type.MouseButtonRelease, x, y, LEFT, NONE)


def test_it_begins_with_all(timeline):
    shown = timeline.painter.timeline
    assert timeline.box.low == pytest.approx(shown.low)
    assert timeline.box.high == pytest.approx(shown.high)


def test_a_drag_moves_as_far_as_the_mouse(timeline, qtbot):
    timeline.box.zoom(0.2)
    low, second = timeline.box.low, timeline.box.second
    mouse(timeline, QEvent.Type.MouseButtonPress, 500, 60, LEFT, LEFT)
    for x in (490, 470, 400):
        qtbot.wait(15)
        mouse(timeline, QEvent.Type.MouseMove, x, 60, NONE, LEFT)
    mouse(timeline, QEvent.Type.MouseButtonRelease, 400, 60, LEFT, NONE)
    assert (timeline.box.low - low) * second == pytest.approx(100, abs=1)
    assert not timeline.box.dragged


def test_a_drag_paints_anew(timeline, qtbot):
    timeline.box.zoom(0.2)
    qtbot.wait(20)
    before, picture = timeline.item.painted, timeline.view.grab().toImage()
    timeline.box.move(0.3)
    qtbot.waitUntil(lambda: timeline.item.painted > before)
    assert timeline.view.grab().toImage() != picture


def test_the_wheel_keeps_what_is_under_the_pointer(timeline):
    x = 700
    inside = timeline.box.mapFromScene(timeline.view.mapToScene(QPoint(x, 50))).x()
    time = timeline.box.low + inside / timeline.box.second
    length = timeline.box.high - timeline.box.low
    wheel(timeline, x, 480)
    assert timeline.box.high - timeline.box.low < 0.6 * length
    assert timeline.box.low + inside / timeline.box.second == pytest.approx(time, abs=2 / timeline.box.second)


def test_the_wheel_sideways_moves(timeline):
    timeline.box.zoom(0.2)
    low, length = timeline.box.low, timeline.box.high - timeline.box.low
    wheel(timeline, 600, -120, sideways=True)
    assert timeline.box.low - low == pytest.approx(0.1 * length, rel=0.01)


def test_nothing_beyond_the_ends_can_be_shown(timeline):
    length = timeline.box.high - timeline.box.low
    timeline.box.zoom(0.5)
    near = timeline.box.high - timeline.box.low
    for _ in range(40):
        timeline.box.move(-0.5)
    assert timeline.box.low == pytest.approx(timeline.painter.timeline.first)
    assert timeline.box.high - timeline.box.low == pytest.approx(near)
    for _ in range(100):
        timeline.box.zoom(0.5)
    assert timeline.box.high - timeline.box.low == pytest.approx(60, rel=0.01)
    for _ in range(100):
        timeline.box.zoom(2)
    assert timeline.box.high - timeline.box.low <= length * 1.1


def test_a_click_selects_and_tells(timeline, qtbot):
    lane = next(at for at, one in enumerate(timeline.painter.timeline.lanes) if one.name == "problems")
    x, y = place_of(timeline, lane, 1)
    with qtbot.waitSignal(timeline.entrySelected) as told:
        click(timeline, x, y)
    assert isinstance(told.args[0].content, Problem)
    assert timeline.painter.selected == Chosen(lane, 1)
    assert timeline.selected is told.args[0]


def test_a_click_on_a_title_is_one_on_its_mark(timeline, qtbot):
    qtbot.waitUntil(lambda: bool(timeline.painter.titles._places))
    found = timeline.painter.titles._places
    rect, chosen = next(one for one in found if one[1].lane == 0)
    x, y = rect.right() - 3, rect.center().y()
    assert timeline._marks_under(x, *timeline.painter.layout.at(y + timeline.painter.offset)) == []
    inside = timeline.view.mapFromScene(timeline.box.mapToScene(QPointF(x, y)))
    with qtbot.waitSignal(timeline.studyRequested) as told:
        click(timeline, inside.x(), inside.y())
    assert timeline.painter.selected == chosen
    assert told.args[0] == timeline._entry(chosen).content.uid


def test_titles_are_not_found_where_they_were_before_the_view_moved(timeline, qtbot):
    qtbot.waitUntil(lambda: bool(timeline.painter.titles._places))
    rect, _ = timeline.painter.titles._places[0]
    timeline.box.show_range(timeline.painter.timeline.low, timeline.painter.timeline.low + 86400)
    assert timeline.painter.titles.at(rect.center().x(), rect.center().y()) == []


def test_titles_in_low_rows_are_small_but_can_be_read(timeline):
    titles = timeline.painter.titles
    low, usual = titles._font(11)[0].pointSizeF(), titles._font(30)[0].pointSizeF()
    assert 7.5 <= low < usual
    assert titles._font(11)[1].height() <= 16


def test_a_click_on_a_study_asks_for_its_images(timeline, qtbot):
    x, y = place_of(timeline, 0, 3)
    with qtbot.waitSignal(timeline.studyRequested) as told:
        click(timeline, x, y)
    assert told.args[0] == timeline.selected.content.uid


def test_a_click_beside_everything_selects_nothing(timeline, qtbot):
    timeline.box.show_range(timeline.painter.timeline.low, timeline.painter.timeline.low + 86400)
    with qtbot.assertNotEmitted(timeline.entrySelected):
        click(timeline, 500, 20)


def test_the_pointer_is_told_what_lies_below_it(timeline, qtbot):
    x, y = place_of(timeline, 0, 3)
    mouse(timeline, QEvent.Type.MouseMove, x, y)
    assert timeline.painter.hovered == Chosen(0, 3)
    entry = timeline._entry(Chosen(0, 3))
    assert entry.content.description in QToolTip.text()
    assert entry.source.place in QToolTip.text()
    qtbot.wait(20)
    mouse(timeline, QEvent.Type.MouseMove, x, timeline.view.height() - 3)
    assert timeline.painter.hovered is None
    timeline.painter.hovered = Chosen(0, 3)
    QApplication.sendEvent(timeline, QEvent(QEvent.Type.Leave))
    assert timeline.painter.hovered is None


def test_what_is_told_of_a_mark_stays_as_long_as_the_pointer(timeline, qtbot):
    x, y = place_of(timeline, 0, 3)
    mouse(timeline, QEvent.Type.MouseMove, x, y)
    told = QToolTip.text()
    assert told
    target = timeline.view.viewport()
    place = QPoint(round(x), round(y))
    # As Qt sends it where the pointer has rested for a while.
    QApplication.sendEvent(target, QHelpEvent(QEvent.Type.ToolTip, place, target.mapToGlobal(place)))
    qtbot.wait(400)
    assert QToolTip.text() == told


def test_many_in_few_px_are_drawn_as_how_many_and_found_all_the_same(qtbot):
    from medapp.ui.record.timeline import TimelineView

    persons, entries = record(4000)
    widget = TimelineView()
    qtbot.addWidget(widget)
    widget.resize(1000, 340)
    widget.show()
    widget.set_timeline(build_timeline(entries, persons, 1.7e9), entries)
    qtbot.wait(10)
    lane = next(at for at, one in enumerate(widget.painter.timeline.lanes) if one.name == "labs")
    band = widget.painter.layout.bands[lane]
    x = widget.box.width() * 0.8
    found = widget.under(x, band.top + band.height / 2)
    assert len(found) > 5
    assert {one.lane for one in found} == {lane}
    picture = widget.view.grab().toImage()
    bottom = widget.view.mapFromScene(widget.box.mapToScene(QPointF(x, band.top + band.height - PAD - 2))).y()
    surface = tokens.current().surface
    empty = [picture.pixelColor(at, bottom).name() == surface for at in range(600, 800)]
    assert sum(empty) < 100


def test_keys_move_zoom_and_select(timeline, qtbot):
    length = timeline.box.high - timeline.box.low
    qtbot.keyClick(timeline, Qt.Key.Key_Plus)
    assert timeline.box.high - timeline.box.low == pytest.approx(length / 1.25)
    low = timeline.box.low
    qtbot.keyClick(timeline, Qt.Key.Key_Right)
    assert timeline.box.low > low
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    assert timeline.box.high - timeline.box.low == pytest.approx(length)
    qtbot.keyClick(timeline, Qt.Key.Key_Down)
    last = timeline.painter.selected
    assert last.lane == 0
    qtbot.keyClick(timeline, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert timeline.painter.selected == Chosen(0, last.mark - 1)
    assert isinstance(timeline.selected.content, StudyReference)
    with qtbot.waitSignal(timeline.studyRequested):
        qtbot.keyClick(timeline, Qt.Key.Key_Return)
    qtbot.keyClick(timeline, Qt.Key.Key_Down)
    assert timeline.painter.selected.lane == 1


def test_an_entry_out_of_view_is_brought_into_it(timeline):
    timeline.box.show_range(timeline.painter.timeline.low, timeline.painter.timeline.low + 86400 * 365)
    lane = timeline.painter.timeline.lanes[0]
    timeline.select(timeline._entry(Chosen(0, len(lane) - 1)))
    assert timeline.box.low < lane.spans[-1, 0] < timeline.box.high
    timeline.select(None)
    assert timeline.selected is None


def test_a_lane_is_made_tall_by_its_head(timeline, qtbot):
    at = next(n for n, one in enumerate(timeline.painter.timeline.lanes) if one.name == "problems")
    timeline.resize(1200, 200)
    qtbot.wait(10)
    before = timeline.painter.layout.bands[at]
    qtbot.mouseClick(timeline.heads, LEFT, pos=QPoint(20, round(before.top + 5)))
    assert timeline.painter.layout.bands[at].row > before.row
    assert timeline.bar.maximum() > 0
    wheel(timeline, 600, -240, shift=True)
    assert timeline.painter.offset > 0


def test_what_is_not_drawn_is_counted(timeline, qtbot):
    assert timeline.undated.text().startswith("1 ")
    assert timeline.left_out.text().startswith("2 ")
    with qtbot.waitSignal(timeline.undatedRequested):
        qtbot.mouseClick(timeline.undated, LEFT)


def test_every_lane_has_a_colour_of_its_own(timeline):
    names = [lane.name for lane in timeline.painter.timeline.lanes]
    assert len(names) == 8
    assert len({lane_color(name).name() for name in names}) == 8


def test_a_record_without_dates_is_shown(timeline):
    persons, _ = record(10)
    view = RecordView.build(persons, ())
    timeline.set_timeline(view.timeline, ())
    timeline.fit()
    timeline.view.grab()
    timeline.go(1)
    assert timeline.selected is None


def test_it_is_seen_that_keys_go_to_the_time_line(timeline, qtbot):
    def edge() -> str:
        return timeline.heads.grab().toImage().pixelColor(0, 40).name()

    timeline.setFocus()
    qtbot.waitUntil(timeline.hasFocus)
    assert edge() == tokens.current().accent
    timeline.clearFocus()
    assert edge() == tokens.current().surface
