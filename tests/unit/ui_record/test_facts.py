"""What entries say in words."""

from __future__ import annotations

import pytest

from medapp.domain.record import (
    Allergy,
    Code,
    CodedValue,
    Concept,
    Immunization,
    Note,
    Other,
    Period,
    Problem,
    Quantity,
    ReferenceRange,
    Report,
    StudyReference,
    When,
)
from medapp.domain.record.facts import period_of
from medapp.ui.record import facts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (1234567.0, "1234567"),
        (37.26489, "37.2649"),
        (0.0000012, "1.2e\u221206"),
        (-3.5, "\u22123.5"),
        (-0.0, "0"),
        (float("nan"), "unknown"),
        (float("inf"), "unknown"),
    ],
)
def test_a_number_keeps_its_whole_figures(value, text):
    assert facts.number(value) == text


def test_a_number_without_a_unit_says_so():
    assert facts.quantity_text(Quantity(5.0)) == "5 (unit unknown)"
    assert facts.quantity_text(Quantity(5.0, "mg", "mg", "<")) == "<5 mg"
    assert facts.quantity_text(Quantity(5.0, "", "1")) == "5"
    assert facts.quantity_text(None) == "unknown"


def test_values_of_all_kinds():
    assert facts.value_text(True) == "yes"
    assert facts.value_text(CodedValue(Concept((Code("s", "x", "Positive"),)))) == "Positive"
    assert facts.value_text("clear") == "clear"
    assert facts.value_text(When("2020-02")) == "2020-02"
    assert facts.value_text(None) == "unknown"
    assert facts.value_text(None, "not-performed") == "no value: not-performed"


def test_dates_are_as_exact_as_stated():
    assert facts.when_text(When("2020")) == "2020"
    assert facts.when_text(When("2020-01-02T03:04:05+01:00")) == "2020-01-02 03:04"
    assert facts.when_text(When("2020-01-02T03:04:05+01:00"), exact=True) == "2020-01-02 03:04:05+01:00"
    assert facts.when_text(None) == "unknown"


def test_periods():
    assert facts.period_text(Period()) == "unknown"
    assert facts.period_text(Period(When("2020"))) == "2020"
    assert facts.period_text(Period(None, When("2021"))) == "until 2021"
    assert facts.period_text(Period(When("2020"), When("2021"))) == "2020 \u2013 2021"
    assert facts.period_text(Period(When("2020"), When("2020"))) == "2020"


def test_ranges_name_their_unit_where_it_differs():
    low, high = Quantity(1.0, "mg"), Quantity(2.0, "g")
    assert facts.range_text((ReferenceRange(low, high),), "mg") == "1 \u2013 2 g"
    assert facts.range_text((ReferenceRange(None, low, applies="women"),), "mg") == "\u2264 1 (women)"
    assert facts.range_text((ReferenceRange(low),), "mg") == "\u2265 1"
    assert facts.range_text((ReferenceRange(text="negative"),)) == "negative"
    assert facts.range_text((ReferenceRange(),)) == ""


def test_titles_fall_back_and_end_in_unknown():
    assert facts.title_of(StudyReference("1", modalities=("CT", "PT"))) == "CT PT"
    assert facts.title_of(Note(Concept(text="Letter"), title="To whom")) == "To whom"
    assert facts.title_of(Other("Claim")) == "Claim"
    assert facts.title_of(Problem(Concept())) == "unknown"


def test_what_is_not_so_and_what_is_wrong():
    assert facts.is_error(Problem(Concept(text="x"), certainty="entered-in-error"))
    assert facts.is_error(Note(Concept(text="x"), status="entered-in-error"))
    assert facts.is_absent(Problem(Concept(text="x"), certainty="refuted"))
    assert facts.is_absent(Allergy(Concept(text="x"), negated=True))
    assert facts.is_absent(Immunization(Concept(text="x"), status="not-done"))
    assert not facts.is_absent(Immunization(Concept(text="x"), status="completed"))


def test_a_report_without_a_time_has_that_of_its_issue():
    assert period_of(Report(Concept(text="x"), issued=When("2020"))).start == When("2020")


def test_source_names_file_format_and_place(entry):
    assert facts.source_text(entry(Problem(Concept(text="x")))) == "a.json \u00b7 FHIR \u00b7 Problem/1"
