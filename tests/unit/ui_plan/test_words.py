"""Values with unit and date, sources, estimates: what is not known is said to be unknown."""

from __future__ import annotations

import pytest

from medapp.domain.medicines import Found, Medicine
from medapp.domain.recommendation import CheckInput, Citation, Drug, Estimate
from medapp.domain.record import Quantity, When
from medapp.ui.plan import words
from tests.unit.planned import TABLE

DAY = When("2026-03-01T10:20:30Z")


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            CheckInput("creatinine", Quantity(1.00832737, "mg/dL"), DAY, "e1"),
            "creatinine: 1.01 mg/dL · 2026-03-01 10:20",
        ),
        (
            CheckInput("creatinine", Quantity(1.0), None, "e1"),
            "creatinine: 1 (unit unknown) · date unknown",
        ),
        (
            CheckInput("eGFR", Quantity(15.9, "mL/min/{1.73_m2}"), note="CKD-EPI 2021"),
            "eGFR: 15.9 mL/min/1.73 m2 · CKD-EPI 2021",
        ),
        (CheckInput("date of birth", None, When("1950-01-01")), "date of birth: 1950-01-01"),
        (CheckInput("sex", None, note="male"), "sex: male"),
        (CheckInput("QTc", None), "QTc: unknown"),
        (CheckInput("INR", Quantity(4.0, "1", comparator=">"), DAY, "e"), "INR: >4 1 · 2026-03-01 10:20"),
    ],
)
def test_inputs(one, said):
    assert words.input_line(one) == said


def test_the_source_of_a_statement():
    assert words.source(TABLE) == "Table: Interactions, row 7, version 2026-01, for adults"
    assert words.source(Citation("record", "Stroke", "64d90c44-cdfe")) == "Record: Stroke"


@pytest.mark.parametrize(
    ("days", "said"),
    [(365.25, "1 year"), (1826.0, "5 years"), (90.0, "3 months"), (30.0, "30 days"), (1.0, "1 day")],
)
def test_horizons(days, said):
    assert words.within(days) == said


def test_estimates_have_their_interval():
    found = words.estimate(Estimate("death", 0.1, 0.05, 0.2, 1826.0, TABLE))
    assert found == "death within 5 years: 10 % (95 % interval 5 % to 20 %)"
    named = words.estimate(Estimate("Death within 5 years", 0.1, 0.05, 0.2, 1826.0, TABLE))
    assert named == "Death within 5 years: 10 % (95 % interval 5 % to 20 %)"
    now = words.estimate(Estimate("prescribed", 0.999, 0.9, 1.0, 0.0, TABLE))
    assert now == "prescribed: > 99 % (95 % interval 90 % to > 99 %)"


def test_what_is_typed_and_not_known_is_asked_back():
    assert words.looked_up(("warfarin",), ()) == "Recognised: warfarin"
    said = words.looked_up((), ("warfarin",))
    assert said == "Not recognised: nothing of it will be checked. Did you mean: warfarin?"


def test_a_medicine_that_is_stopped_is_told_as_what_it_is():
    found = (Found("warfarin", "exact name", "warfarin"),)
    one = Medicine(Drug("warfarin - stopped"), found, notes=("It is not counted.",), not_taken="stopped")
    assert words.medicine_line(one) == "warfarin · It is not counted."
