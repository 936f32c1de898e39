"""Lanes of the time line: what is drawn where, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from medapp.domain.record import (
    Allergy,
    Concept,
    Encounter,
    HumanName,
    Medication,
    Observation,
    Other,
    Period,
    Person,
    Problem,
    Quantity,
    ReferenceRange,
    Source,
    StudyReference,
    When,
)
from medapp.ui.record.lane_layout import LaneLayout
from medapp.ui.record.lanes import build_timeline, density, label_of, pack
from medapp.ui.record.spans import seconds
from tests.unit.ui_record.synthetic import record

NOW = seconds(datetime(2025, 1, 1, tzinfo=UTC))
DAY = 86400.0


def problem(name: str, start: str | None = None, end: str | None = None, **more) -> Problem:
    return Problem(Concept(text=name), onset=Period(start and When(start), end and When(end)), **more)


def timeline(entry, *contents, persons=(), recorded=None):
    return build_timeline([entry(one, recorded) for one in contents], persons, NOW)


def test_an_active_problem_goes_on_to_the_present(entry):
    lane = timeline(entry, problem("a", "2001-02-03", status="active")).lanes[0]
    assert lane.open_end.tolist() == [True]
    assert lane.spans[0, 3] == NOW


def test_nothing_goes_on_after_death(entry):
    source = Source("a", "fhir")
    dead = Person("p", source, names=(HumanName("A"),), deceased=When("2010-01-01"))
    made = timeline(entry, problem("a", "2001", status="active"), persons=(dead,))
    lane = made.lanes[0]
    assert made.died
    assert not timeline(entry, problem("a", "2001")).died
    assert lane.spans[0, 3] == seconds(datetime(2010, 1, 2, tzinfo=UTC))


def test_a_resolved_problem_without_an_end_fades_out(entry):
    lane = timeline(entry, problem("a", "2001-02-03", status="resolved")).lanes[0]
    assert lane.open_end.tolist() == [False]
    assert lane.ended.tolist() == [True]
    assert lane.spans[0, 3] - lane.spans[0, 0] == DAY


def test_a_problem_with_an_end_only_began_at_an_unknown_time(entry):
    lane = timeline(entry, problem("a", None, "2001-02-03")).lanes[0]
    assert lane.open_start.tolist() == [True]


def test_what_states_no_date_is_counted_not_drawn(entry):
    made = timeline(entry, problem("a"), problem("b", "2001"))
    assert made.undated == (0,)
    assert len(made.lanes[0]) == 1


def test_what_is_known_by_the_day_of_writing_is_drawn_faint(entry):
    made = timeline(entry, problem("a"), recorded=When("2001-02-03"))
    assert made.undated == ()
    assert made.lanes[0].faint.tolist() == [True]


def test_mistakes_and_what_is_not_so_are_left_out(entry):
    wrong = problem("a", "2001", certainty="entered-in-error")
    made = timeline(entry, wrong, problem("b", "2001", certainty="refuted"), problem("c", "2001"))
    assert made.left_out == (0, 1)
    assert made.lanes[0].labels == ("c",)


def test_kinds_go_to_their_lanes_and_claims_to_none(entry):
    when = Period(When("2001-01-01"))
    made = timeline(
        entry,
        StudyReference("1.2", When("2001-01-01"), ("CT",), "Chest"),
        Medication(Concept(text="m"), "request", taken=when),
        Encounter(during=when, kind="AMB"),
        Other("Claim", during=when),
    )
    assert [lane.name for lane in made.lanes] == ["imaging", "medicines", "encounters"]
    assert made.lanes[0].labels == ("CT Chest",)
    assert made.undated == ()


def test_allergies_lie_in_a_lane_of_their_own(entry):
    allergy = Allergy(Concept(text="Penicillin"), status="active", onset=Period(When("1979-06")))
    shown = timeline(entry, problem("Asthma", "2001"), allergy)
    assert [(lane.name, lane.labels) for lane in shown.lanes] == [
        ("problems", ("Asthma",)),
        ("allergies", ("Penicillin",)),
    ]
    assert shown.lanes[1].open_end.tolist() == [True]


def test_a_value_beside_its_range_is_flagged_even_without_a_flag(entry):
    usual = (ReferenceRange(Quantity(1.0, "g"), Quantity(2.0, "g")),)
    when = Period(When("2001-01-01"))
    high = Observation(Concept(text="a"), effective=when, value=Quantity(3.0, "g"), ranges=usual)
    other = Observation(Concept(text="a"), effective=when, value=Quantity(3.0, "mg"), ranges=usual)
    flagged = Observation(
        Concept(text="a"), effective=when, value=Quantity(1.5, "g"), flags=("L",), ranges=usual
    )
    lane = timeline(entry, high, other, flagged).lanes[0]
    assert lane.flags.tolist() == [True, False, True]
    assert label_of(high) == "a 3 g"


def test_a_slip_in_a_date_does_not_set_the_view_but_can_be_reached(entry):
    made = timeline(
        entry, problem("a", "0201-01-01", "0201-01-02"), problem("b", "2001"), problem("c", "2999")
    )
    assert made.low > seconds(datetime(2000, 1, 1, tzinfo=UTC))
    assert made.high < NOW + 400 * DAY
    assert made.first < seconds(datetime(202, 1, 1, tzinfo=UTC))
    assert made.last > seconds(datetime(2999, 1, 1, tzinfo=UTC))


def test_a_record_without_any_date_can_be_shown(entry):
    made = timeline(entry, problem("a"))
    assert made.lanes == ()
    assert made.low < made.high


def test_marks_of_a_row_do_not_overlap():
    rng = np.random.default_rng(3)
    start = np.sort(rng.uniform(0, 1000, 400)) * DAY
    spans = np.column_stack((start, start, start, start + rng.uniform(0, 9, 400) * DAY))
    rows = pack(spans, 100, DAY)
    for row in np.unique(rows):
        mine = spans[rows == row]
        assert (mine[1:, 0] >= mine[:-1, 3]).all()
    assert rows.max() < 99
    assert pack(spans, 3, DAY).max() == 2


def test_bins_stand_still_while_the_view_moves():
    times = np.random.default_rng(1).uniform(0, 1000, 500)
    one, first = density(times, 100.0, 7.0)
    two, second = density(times, 103.0, 7.0)
    assert set(two) <= set(one)
    assert first[-5:].tolist() == second[-5:].tolist()
    assert density(times, -10.0, 7.0)[1].sum() == 500


def test_marks_are_found_by_place_the_shortest_first(entry):
    made = timeline(
        entry,
        problem("long", "2001", "2010"),
        problem("short", "2005-01-01", "2005-01-03"),
        problem("far", "2020"),
    )
    lane = made.lanes[0]
    time = seconds(datetime(2005, 1, 2, tzinfo=UTC))
    assert [lane.labels[at] for at in lane.at(time, DAY, None)] == ["short", "long"]
    assert [lane.labels[at] for at in lane.at(time, DAY, int(lane.rows[0]))] == ["long"]
    assert lane.visible(time, time + DAY).tolist() == [0, 1]


@pytest.mark.parametrize("room", [120.0, 300.0, 900.0])
def test_lanes_lie_below_each_other(room):
    persons, entries = record(300)
    lanes = build_timeline(entries, persons, NOW).lanes
    layout = LaneLayout.fit(lanes, room)
    tops = [band.top for band in layout.bands]
    ends = [band.top + band.height for band in layout.bands]
    assert tops[1:] == ends[:-1]
    assert layout.height == ends[-1]
    assert layout.at(tops[2] + 3) == (2, 0)
    assert layout.at(layout.height + 1) is None
    if room > 200:
        assert layout.height <= room


def test_a_lane_that_is_made_tall_has_room_for_titles():
    persons, entries = record(300)
    lanes = build_timeline(entries, persons, NOW).lanes
    small, tall = LaneLayout.fit(lanes, 130.0), LaneLayout.fit(lanes, 130.0, {"problems"})
    assert tall.bands[1].row == 15
    assert 11 < small.bands[1].row < 15, "titles of periods can be read even where there is little room"
    assert small.height > 130.0, "then the lanes are scrolled"


@pytest.mark.parametrize(("died", "ended", "last"), [(When("2010-03-04"), False, 2010), (True, True, 2001)])
def test_nothing_goes_on_beyond_a_death(entry, died, ended, last):
    taken = entry(Medication(Concept(text="A"), "request", "active", taken=Period(When("2001-05-04"))))
    somebody = Person("p", Source("a", "fhir"), deceased=died)
    (lane,) = build_timeline([taken], [somebody], NOW).lanes
    assert (lane.open_end.tolist(), lane.ended.tolist()) == ([False], [ended])
    assert datetime.fromtimestamp(lane.spans[0][3], UTC).year == last
