"""Times in a question, and what is said where a part of it means nothing."""

from __future__ import annotations

from datetime import date

import pytest

from medapp.domain.cohort import Condition, Timeframe
from medapp.services.cohort_errors import QueryError
from medapp.services.cohort_words import parse

TODAY = date(2024, 3, 31)


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("in the last 2 years", Timeframe(count=2, unit="year")),
        ("in the last year", Timeframe(count=1, unit="year")),
        ("in the past 6 months", Timeframe(count=6, unit="month")),
        ("within the last 3 weeks", Timeframe(count=3, unit="week")),
        ("in last 90 days", Timeframe(count=90, unit="day")),
        ("In The Last Year", Timeframe(count=1, unit="year")),
        ("since 2020", Timeframe("2020")),
        ("since 2020-05", Timeframe("2020-05")),
        ("Since 2020-05-31", Timeframe("2020-05-31")),
        ("from 2020", Timeframe("2020")),
        ("after 2016", Timeframe("2017")),
        ("after 2016-05", Timeframe("2016-06")),
        ("after 2016-12", Timeframe("2017-01")),
        ("after 2016-12-31", Timeframe("2017-01-01")),
    ],
)
def test_every_kind_of_condition_can_have_a_time(said: str, when: Timeframe) -> None:
    asked = (
        f"women over 60 with CT chest {said}, taking metformin {said}, after appendectomy {said}, "
        f"problem asthma {said}, creatinine above 1.5 mg/dL {said}, gout {said} and without MR {said}"
    )
    found = parse(asked).conditions
    assert [one.kind for one in found] == [
        "imaging", "medicine", "procedure", "problem", "measurement", "any", "imaging"
    ]  # fmt: skip
    assert {one.when for one in found} == {when}
    assert found[0].words == ("CT", "chest")
    assert found[4] == Condition("measurement", ("creatinine",), ">", 1.5, "mg/dL", when=when)
    assert found[6].absent


def test_a_time_may_stand_anywhere_in_its_condition_and_is_of_that_one_only() -> None:
    first, second = parse("creatinine in the last year above 1.5 mg/dL and CT").conditions
    assert (first.words, first.value, first.unit) == (("creatinine",), 1.5, "mg/dL")
    assert (first.when, second.when) == (Timeframe(count=1, unit="year"), None)


def test_the_time_is_told() -> None:
    assert parse("men taking metformin in the last 2 years and CT since 2020-05").text == (
        "male; medicine: metformin, in the last 2 years; imaging: CT, since 2020-05"
    )
    assert parse("without CT in the last 1 month").text == "anybody; imaging: no CT, in the last month"


def test_bounds_are_told_to_the_last_figure() -> None:
    assert parse("platelets above 1234567.5").text == "anybody; measurement: platelets > 1234567.5"


@pytest.mark.parametrize("word", ["anybody", "Everyone", "patients", "people"])
def test_whoever_it_is(word: str) -> None:
    assert parse(f"{word} with CT").text == "anybody; imaging: CT"


def test_a_code_is_no_age() -> None:
    assert parse("2160-0 > 1.5 mg/dL").text == "anybody; measurement: 2160-0 > 1.5 mg/dL"
    assert parse("over 60, 2160-0 > 1").text == "anybody; at least 61 years old; measurement: 2160-0 > 1"
    assert parse("men 60 with CT").text == "male; at least 60 years old; at most 60 years old; imaging: CT"


def test_capital_letters_mean_the_same() -> None:
    assert parse("Women Over 60 With CT And Creatinine Above 1.5").text == (
        "female; at least 61 years old; imaging: CT; measurement: Creatinine > 1.5"
    )


@pytest.mark.parametrize(
    ("when", "first"),
    [
        (Timeframe(count=1, unit="day"), date(2024, 3, 30)),
        (Timeframe(count=2, unit="week"), date(2024, 3, 17)),
        (Timeframe(count=1, unit="month"), date(2024, 2, 29)),
        (Timeframe(count=13, unit="month"), date(2023, 2, 28)),
        (Timeframe(count=3, unit="month"), date(2023, 12, 31)),
        (Timeframe(count=4, unit="year"), date(2020, 3, 31)),
        (Timeframe("2020"), date(2020, 1, 1)),
        (Timeframe("2020-05"), date(2020, 5, 1)),
        (Timeframe("2020-05-31"), date(2020, 5, 31)),
    ],
)
def test_the_first_day_of_a_time(when: Timeframe, first: date) -> None:
    assert when.first_day(TODAY) == first


@pytest.mark.parametrize(
    ("text", "message", "part"),
    [
        ("CT since 2020-13", "names no day", "since 2020-13"),
        ("CT since 2023-02-29", "names no day", "since 2023-02-29"),
        ("CT since 0000", "names no day", "since 0000"),
        ("CT in the last 999999 years", "names no day", "in the last 999999 years"),
        ("CT in the last 0 days", "is no time", "in the last 0 days"),
        ("CT since January", "the time in", "CT since January"),
        ("men with CT 2 years ago", "the time in", "CT 2 years ago"),
        ("gout before 2020-05", "the time in", "gout before 2020-05"),
        ("gout after 2020-13", "names no day", "after 2020-13"),
        ("gout in the last 99999999999 days", "the time in", "gout in the last 99999999999 days"),
        ("CT since 2020-05-31-07", "the time in", "CT since 2020-05-31-07"),
        ("CT since 2020 in the last year", "two times", "CT since 2020 in the last year"),
        ("women in the last year with CT", "does not say what", "in the last year"),
        ("CT or MR", "was not understood", "CT or MR"),
        ("diabetic women over 60", "was not understood", "diabetic women over 60"),
        ("BMI above", "was not understood", "BMI above"),
        ("men with ???", "was not understood", "???"),
    ],
)
def test_what_means_nothing_is_named(text: str, message: str, part: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        parse(text)
    assert caught.value.part == part
    assert part in text


def test_advice_says_what_could_be_written() -> None:
    for text, advice in (
        ("", "creatinine above 1.5"),
        ("CT since May", "since 2020-05"),
        ("women over sixty", "over 60"),
        ("CT or MR", "once for each"),
        ("diabetic women over 60", "women over 60 with diabetes"),
    ):
        with pytest.raises(QueryError) as caught:
            parse(text)
        assert advice in caught.value.advice


def test_words_that_only_look_like_a_time_are_looked_for() -> None:
    for text in ("past history of gout", "sinced", "monthly visit", "last name"):
        (condition,) = parse(text).conditions
        assert condition.when is None
        assert condition.words == tuple(text.split())


@pytest.mark.parametrize(
    "said",
    [
        "allergic to penicillin", "penicillin allergy", "allergy to penicillin", "a penicillin allergy",
        "known allergies to penicillin", "penicillin-allergic", "allergy penicillin",
        "Allergic To penicillin", "hypersensitivity to penicillin",
    ],
)  # fmt: skip
def test_allergies_are_asked_for_in_many_ways(said: str) -> None:
    asked = Condition("allergy", ("penicillin",))
    assert parse(f"women with {said}").conditions == (asked,)
    assert parse(f"patients {said} and CT").conditions[0] == asked


def test_an_allergy_can_be_to_anything_or_absent() -> None:
    assert parse("people with allergies").conditions == (Condition("allergy", ()),)
    assert parse("people with allergies").text == "anybody; allergy: any"
    assert parse("not allergic to latex").conditions == (Condition("allergy", ("latex",), absent=True),)
    assert parse("allergic rhinitis").conditions == (Condition("any", ("allergic", "rhinitis")),)
