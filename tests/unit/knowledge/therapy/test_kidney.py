"""What stops a dose by the kidney: two values that contradict each other, dialysis, children."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.knowledge.therapy.made_up import creatinine, lab, person, problem, record, weight

UNIT = "mL/min/{1.73_m2}"
MAN = person("male", "1960-01-01")


def reported(value, day="2026-06-20"):
    return lab("33914-3", value, UNIT, day)


def test_a_reported_rate_far_from_the_computed_one_stops_every_dose_by_kidney(checked):
    known = record(creatinine(0.95), reported(7.97), weight(), persons=[MAN])
    found = checked("metformin,dabigatran,glyburide", known, "renal")
    assert {one.outcome for one in found} == {"unknown"}
    assert {name for one in found for name in one.drugs} == {
        "metformin",
        "dabigatran",
        "glyburide",
    }
    (rate,) = [one for one in found if "metformin" in one.drugs]
    assert "88.3 computed from the creatinine of 2026-06-20" in rate.text
    assert "8 reported on 2026-06-20" in rate.text
    assert "by more than a factor of 1.5" in rate.text
    assert "lactic acidosis" in rate.text.casefold()
    assert {"e0", "e1"} <= set(rate.entries)


def test_two_sides_of_a_limit_stop_the_medicine_of_that_row_alone(checked):
    # computed 49.7; 44 lies in another row of metformin, and in the same one of ibuprofen
    known = record(creatinine(1.56), reported(44.0), persons=[MAN])
    found = checked("metformin,ibuprofen", known, "renal")
    by = {one.drugs: one for one in found}
    assert by["metformin",].outcome == "unknown"
    assert "at a limit of the table" in by["metformin",].text
    assert by["ibuprofen",].outcome == "found"


@pytest.mark.parametrize("beside", [reported(52.0), reported(8.0, "2026-06-01"), reported(8.0, "2026-07-20")])
def test_one_that_agrees_is_older_or_not_yet_there_stops_nothing(beside, checked):
    (one,) = checked("metformin", record(creatinine(1.56), beside, persons=[MAN]), "renal")
    assert one.outcome == "clear"


def test_a_later_reported_rate_counts_as_well(checked):
    known = record(creatinine(1.0, day="2026-06-10"), reported(25.0), persons=[MAN])
    (one,) = checked("metformin", known, "renal")
    assert one.outcome == "unknown"


@pytest.mark.parametrize(
    ("value", "unit", "comparator", "stops"),
    [
        (8.0, "mL/min", "", True),
        (8.0, "mL/min/1.73m2", "", True),
        (60.0, "mL/min/{1.73_m2}", ">", False),
        (15.0, "mL/min/{1.73_m2}", "<", True),
        (8.0, "L/h", "", False),
    ],
)
def test_units_and_bounds_of_what_is_compared(value, unit, comparator, stops, checked):
    rate = lab("33914-3", value, unit)
    rate = replace(rate, value=replace(rate.value, comparator=comparator))
    (one,) = checked("metformin", record(creatinine(1.0), rate, persons=[MAN]), "renal")
    assert (one.outcome == "unknown") is stops


def test_of_two_by_race_the_nearer_one_counts(checked):
    known = record(creatinine(1.0), lab("48642-3", 70.0, UNIT), lab("48643-1", 85.0, UNIT), persons=[MAN])
    (one,) = checked("metformin", known, "renal")
    assert one.outcome == "clear"


def test_normal_rates_may_differ_more(checked):
    young = person("female", "2000-01-01")
    (one,) = checked("metformin", record(creatinine(0.5), reported(90.0), persons=[young]), "renal")
    assert one.outcome == "clear"


def test_criteria_of_apixaban_count_no_creatinine_that_is_contradicted(checked):
    old = person("male", "1930-01-01")
    (one,) = checked(
        "apixaban", record(creatinine(1.0), reported(20.0), weight(80.0), persons=[old]), "renal"
    )
    assert one.outcome == "unknown"
    assert "contradict each other" in one.text
    (one,) = checked("apixaban", record(creatinine(1.0), weight(80.0), persons=[old]), "renal")
    assert one.outcome == "clear"


def test_scores_of_adults_are_not_computed_for_children(checked):
    child = record(creatinine(0.5), weight(20.0), persons=[person("female", "2020-01-01")])
    (one,) = checked("amiodarone,citalopram", child, "qt")
    assert "the Tisdale score was made for adults and is not computed at 6 years" in one.text
    assert not any("point" in each.note for each in one.inputs)
    assert one.severity != "critical"
    (one,) = checked("warfarin,ibuprofen", child, "bleeding")
    assert "HAS-BLED score was made for adults" in one.text
    assert not any("point" in each.note for each in one.inputs)
    found = checked("dabigatran,metformin", child, "renal")
    assert [each.outcome for each in found] == ["unknown", "unknown"]


def test_dialysis_stops_figures_and_leaves_what_is_forbidden(checked):
    known = record(problem("On hemodialysis", icd="Z99.2"), creatinine(7.0), weight(), persons=[MAN])
    found = checked("metformin,enoxaparin,gabapentin", known, "renal")
    (metformin,) = [one for one in found if "metformin" in one.drugs]
    assert (metformin.outcome, metformin.severity, metformin.vetoes) == ("found", "critical", True)
    assert "states dialysis" in metformin.text
    (rest,) = [one for one in found if "enoxaparin" in one.drugs]
    assert rest.outcome == "unknown"
    assert "no doses for dialysis" in rest.text
    assert "gabapentin" in rest.drugs
    assert "says of the lowest function without dialysis: enoxaparin:" in rest.text
