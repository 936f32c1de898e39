"""Spans of dates, and marks of axes."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from medapp.domain.record import Period, When
from medapp.ui.record.spans import bounds, seconds, span_of
from medapp.ui.record.ticks import number_ticks, time_ticks, without_overlap


def at(*parts: int) -> float:
    return seconds(datetime(*parts, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2020", (2020, 1, 1), (2021, 1, 1)),
        ("2020-12", (2020, 12, 1), (2021, 1, 1)),
        ("1950-02", (1950, 2, 1), (1950, 3, 1)),
        ("2020-02-28", (2020, 2, 28), (2020, 2, 29)),
        ("2020-02-28T10:30", (2020, 2, 28, 10, 30), (2020, 2, 28, 10, 31)),
    ],
)
def test_a_date_is_as_wide_as_it_is_uncertain(text, first, last):
    assert bounds(When(text)) == (at(*first), at(*last))


def test_the_last_year_of_all_has_an_end():
    low, high = bounds(When("9999"))
    assert low < high


def test_a_period_is_sure_between_its_dates_only():
    span = span_of(Period(When("2020"), When("2022-03")))
    assert span == (at(2020, 1, 1), at(2021, 1, 1), at(2022, 3, 1), at(2022, 4, 1))


def test_a_moment_without_an_end_is_only_as_wide_as_its_date():
    span = span_of(Period(When("2020-05")))
    assert span == (at(2020, 5, 1), at(2020, 6, 1), at(2020, 5, 1), at(2020, 6, 1))
    assert span_of(Period(None, When("2020-05"))) == span
    assert span_of(Period()) is None


def test_a_period_that_ends_before_it_begins_is_all_uncertain():
    span = span_of(Period(When("2020-05-01"), When("2019-05-01")))
    assert span is not None
    assert span.first < span.last
    assert span.ending < span.begun


@pytest.mark.parametrize("days", [0.01, 0.5, 3, 40, 400, 4000, 40000, 400000])
def test_marks_of_time_are_in_order_and_have_room(days):
    low = at(1971, 5, 6)
    high = low + days * 86400
    ticks = time_ticks(low, high, 1000)
    assert 2 <= len(ticks) <= 13
    places = [tick.at for tick in ticks]
    assert places == sorted(places)
    assert low <= places[0]
    assert places[-1] <= high
    gaps = [(b - a) / (high - low) * 1000 for a, b in itertools.pairwise(places)]
    assert min(gaps) > 70


def test_marks_name_the_larger_unit_where_it_begins():
    ticks = time_ticks(at(2019, 11, 15), at(2020, 2, 15), 400)
    assert [tick.text for tick in ticks if tick.major] == ["2020"]
    assert "2019-12" in [tick.text for tick in ticks]
    days = time_ticks(at(2020, 1, 1, 20), at(2020, 1, 2, 4), 600)
    assert [tick.text for tick in days if tick.major] == ["2020-01-02"]


def test_no_marks_where_there_is_no_range():
    assert time_ticks(5, 5, 100) == []
    assert time_ticks(0, 5, 0) == []
    assert time_ticks(-1e15, 1e15, 500)[-1].text == "9000"


def test_round_numbers():
    assert number_ticks(0.0, 1.0) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert number_ticks(93, 211) == [100.0, 150.0, 200.0]
    assert number_ticks(5, 5) == [5]
    assert number_ticks(0, float("inf")) == [0]


def test_no_label_of_an_axis_is_written_over_another():
    labels = [(0.0, 70.0, False), (40.0, 80.0, True), (90.0, 130.0, False), (180.0, 220.0, False)]
    assert without_overlap(labels, 8.0) == [1, 2, 3], "the larger unit stays"
    assert without_overlap(labels, 12.0) == [1, 3]
    assert without_overlap(labels, 8.0, [(200.0, 240.0)]) == [1, 2]
    assert without_overlap([], 8.0) == []
