from __future__ import annotations

from collections import Counter

import pytest

from medapp.formats.tables.cells import clock, date_forms, moment, number
from medapp.formats.tables.profile import Profile, date_of, decimal_of, examples_of, kind_of


@pytest.mark.parametrize(
    ("cell", "decimal", "expected"),
    [
        ("1.5", ".", (1.5, "")), ("-2", ".", (-2, "")), ("1e3", ".", (1000, "")), (".5", ".", (0.5, "")),
        ("<5", ".", (5, "<")), ("≥ 2.5", ".", (2.5, ">=")), ("> 89", ".", (89, ">")),
        ("1,5", ",", (1.5, "")), ("1.234,5", ",", (1234.5, "")), ("1,234.5", ".", (1234.5, "")),
        ("3", ",", (3, "")), ("1,5", ".", None), ("1.5", ",", None), ("1_000", ".", None),
        ("=1+1", ".", None),
        ("nan", ".", None), ("inf", ".", None), ("1e999", ".", None), ("٣", ".", None), ("0x10", ".", None),
        ("", ".", None), ("5 mg", ".", None),
    ],
)  # fmt: skip
def test_numbers_by_their_decimal_sign(cell, decimal, expected):
    assert number(cell, decimal) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1.5", "2"], "."), (["1,5", "2"], ","), (["1,234", "5,678"], "?"), (["1,234", "5.5"], "."),
        (["1,234,567", "1,234"], "."), (["1.234,5"], ","), (["1,234.5"], "."), (["a"], ""), (["12,34"], ","),
    ],
)  # fmt: skip
def test_a_comma_that_may_be_two_things_is_asked_about(values, expected):
    assert decimal_of(values) == expected


@pytest.mark.parametrize(
    ("cell", "form", "expected"),
    [
        ("2020-03-04", "iso", "2020-03-04"), ("2020/3/4 5:06", "iso", "2020-03-04T05:06:00"),
        ("2020-03-04T05:06:07.123Z", "iso", "2020-03-04T05:06:07Z"), ("20200304", "compact", "2020-03-04"),
        ("202003040506", "compact", "2020-03-04T05:06:00"), ("03.04.2020", "day-first", "2020-04-03"),
        ("03/04/2020", "month-first", "2020-03-04"), ("3/4/2020 1:05 PM", "month-first",
        "2020-03-04T13:05:00"),
        ("4-Mar-2020", "named", "2020-03-04"), ("March 4, 2020", "named", "2020-03-04"),
        ("2020-03-04 05:06:07+0100", "iso", "2020-03-04T05:06:07+01:00"),
    ],
)  # fmt: skip
def test_dates_by_their_form(cell, form, expected):
    assert moment(cell, form).text == expected


@pytest.mark.parametrize(
    "cell", ["", "12", "2020-13-01", "31/02/2020", "03/04/20", "2020-01-01x", "99999999"]
)
def test_what_is_no_date_is_none(cell):
    assert date_forms(cell) == set()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["03/04/2020", "05/06/2021"], "?"), (["03/04/2020", "25/06/2021"], "day-first"),
        (["03/04/2020", "05/26/2021"], "month-first"), (["25/04/2020", "05/26/2021"], ""),
        (["2020-01-02"], "iso"), (["20200102"], "compact"), (["x", "2020-01-02"], ""),
    ],
)  # fmt: skip
def test_day_and_month_are_told_apart_only_where_the_values_do(values, expected):
    assert date_of(values) == expected


def test_a_time_of_day():
    assert clock("7:05 am") == "07:05:00"
    with pytest.raises(ValueError):  # noqa: PT011  it carries no text: the caller names the column
        clock("25")


def profile(header, *values):
    return Profile(header, len(values), 0, Counter(values))


def test_kinds_of_columns():
    assert kind_of(profile("a", "1", "2.5", "<3")) == ("number", "", ".")
    assert kind_of(profile("a", "1,234", "5,678")) == ("number", "", "?")
    assert kind_of(profile("a", "Y", "N")) == ("truth", "", "")
    assert kind_of(profile("a", "red", "blue"))[0] == "word"
    assert kind_of(profile("a", *(f"sentence {number}" for number in range(99))))[0] == "text"
    assert kind_of(profile("a", "20200101", "20210203")) == ("date", "compact", "")
    assert kind_of(Profile("a"))[0] == "empty"


def test_examples_never_tell_who_somebody_is():
    dates = profile("d", "2020-01-02", "1950-03-04")
    assert examples_of(dates, "date", is_identifying=False) == ("9999-99-99",)
    names = profile("n", "Smith", "Smith", "Jones")
    assert examples_of(names, "word", is_identifying=False) == ("Smith",)
    assert examples_of(names, "word", is_identifying=True) == ()
    assert examples_of(names, "text", is_identifying=False) == ()
