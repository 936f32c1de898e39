"""Conditions, pregnancy, age, and doses by kidney and liver."""

from __future__ import annotations

from datetime import date

import pytest

from medapp.domain.record import (
    Code,
    CodedValue,
    Component,
    Concept,
    Observation,
    Period,
    Problem,
    Quantity,
    When,
)
from medapp.domain.record.coding import ICD9CM, LOINC, SNOMED
from medapp.knowledge.therapy.facts import gather
from medapp.knowledge.therapy.organs import kidney, liver
from tests.unit.knowledge.therapy.made_up import (
    NEAR,
    ON,
    creatinine,
    lab,
    person,
    problem,
    record,
    weight,
)


def facts(known, tables):
    return gather(known, tables.own.conditions, ON)


def found(checks):
    return [one for one in checks if one.outcome == "found"]


@pytest.mark.parametrize(
    "stated",
    [
        problem(snomed="84114007"),
        problem(icd="I50.9"),
        problem(icd="I5022"),
        Problem(Concept((Code(ICD9CM, "4280"),)), status="active"),
        Problem(Concept((Code(ICD9CM, "428.0"),)), status="active"),
        problem("Chronic congestive heart failure (disorder)"),
        problem("Heart failure", status=""),
    ],
)
def test_a_condition_by_code_and_by_words(stated, checked):
    (one,) = found(checked("ibuprofen", record(stated), "condition"))
    assert one.severity == "significant"
    assert "e0" in one.entries
    assert one.citation.identifier.startswith("contraindications.tsv, row ")
    assert one.advice


@pytest.mark.parametrize(
    "stated",
    [
        problem("Family history of heart failure"),
        problem("Hypertensive heart disease without heart failure"),
        problem("At risk of heart failure"),
        problem("Heart failure", status="resolved"),
        Problem(Concept((Code(ICD9CM, "I50"),)), status="active"),
        problem("Heart failure", certainty="refuted"),
        problem("Heart failure", onset=Period(When("2027-01-01"))),
        problem("History of heart failure"),
    ],
)
def test_what_is_not_the_condition(stated, checked):
    assert not found(checked("ibuprofen", record(stated), "condition"))


def test_a_condition_that_is_over_still_counts_where_it_matters(checked):
    known = record(problem("History of stroke", status="resolved"))
    (one,) = found(checked("prasugrel", known, "condition"))
    assert (one.severity, one.vetoes) == ("critical", True)


def test_a_condition_that_is_measured(checked):
    known = record(lab("2823-3", 6.1, "mmol/L"))
    one, rest = checked("spironolactone", known, "condition")
    assert (one.severity, one.inputs[0].value.value, one.entries) == ("critical", 6.1, ("e0",))
    assert rest.outcome == "unknown"  # no problem is listed
    assert not found(checked("spironolactone", record(lab("2823-3", 4.1, "mmol/L")), "condition"))


def test_without_problems_nothing_is_cleared(checked):
    (one,) = checked("ibuprofen", record(), "condition")
    assert one.outcome == "unknown"


def status(code, day=NEAR):
    value = CodedValue(Concept((Code(SNOMED, code),)))
    return Observation(Concept((Code(LOINC, "82810-3"),)), "final", effective=Period(When(day)), value=value)


def pregnancy(checked, *contents, sex="female", born="1995-01-01", drug="warfarin"):
    (one, *_) = checked(drug, record(*contents, persons=[person(sex, born)]), "pregnancy")
    return one


def test_pregnancy(checked):
    one = pregnancy(checked, status("77386006"))
    assert (one.outcome, one.severity, one.vetoes) == ("found", "critical", True)
    assert pregnancy(checked, problem("Normal pregnancy", onset=Period(When(NEAR)))).outcome == "found"
    assert pregnancy(checked, status("60001007")).outcome == "clear"
    assert pregnancy(checked, status("60001007", "2026-05-01"), status("77386006")).outcome == "found"


def test_a_pregnancy_that_is_not_known(checked):
    assert pregnancy(checked).outcome == "unknown"
    assert pregnancy(checked, status("77386006", "2024-01-01")).outcome == "unknown"
    assert pregnancy(checked, sex=None).outcome == "unknown"
    assert pregnancy(checked, sex="male").outcome == "clear"
    assert pregnancy(checked, born="1930-01-01").outcome == "clear"


def test_age(checked):
    old = record(persons=[person(born="1950-01-01")])
    (one,) = found(checked("diphenhydramine", old, "age"))
    assert "76 years" in one.text
    assert "Beers" in one.citation.title
    child = record(persons=[person(born="2020-01-01")])
    (one,) = found(checked("codeine", child, "age"))
    assert one.severity == "critical"
    middle = record(persons=[person(born="1980-01-01")])
    assert [one.outcome for one in checked("diphenhydramine", middle, "age")] == ["clear"]


def test_the_birthday_itself(checked):
    known = record(persons=[person(born="1961-06-30")])
    assert found(checked("diphenhydramine", known, "age"))
    known = record(persons=[person(born="1961-07-01")])
    assert not found(checked("diphenhydramine", known, "age"))


@pytest.mark.parametrize(
    ("persons", "said"),
    [
        ([person(born=None)], "does not state the date of birth"),
        ([person(born="2030-01-01")], "in the future"),
        ([person(born="1950-01-01"), person(born="1951-01-01")], "contradict each other"),
    ],
)
def test_an_age_that_is_not_known(persons, said, checked):
    (one,) = checked("diphenhydramine", record(persons=persons), "age")
    assert one.outcome == "unknown"
    assert said in one.text


def test_a_date_that_is_less_exact_is_no_contradiction(tables):
    persons = [person(born="1950"), person(born="1950-03-01")]
    assert facts(record(persons=persons), tables).age.value == 76


def test_egfr_and_clearance_with_inputs_dates_and_units(tables):
    known = facts(record(creatinine(88.4, "umol/L"), weight(154.32, "[lb_av]")), tables)
    found = kidney(known)
    # CKD-EPI 2021 and Cockcroft-Gault by hand: woman of 76, 1.0 mg/dL, 70 kg
    assert found.egfr.value == pytest.approx(142 * (1 / 0.7) ** -1.2 * 0.9938**76 * 1.012, rel=1e-3)
    assert found.crcl.value == pytest.approx((140 - 76) * 70 / 72 * 0.85, rel=1e-3)
    first, stated = found.egfr.inputs[:2]
    assert (first.name, first.value.unit) == ("eGFR", "mL/min/{1.73_m2}")
    assert (stated.value.unit, stated.when, stated.entry) == ("umol/L", When(NEAR), "e0")
    assert stated.note == "= 1 mg/dL"


def test_renal_doses(checked):
    known = record(creatinine(2.5), weight())
    (one,) = checked("metformin", known, "renal")
    assert (one.outcome, one.severity, one.vetoes) == ("found", "critical", True)
    assert "eGFR is 19" in one.text
    assert "section 4" in one.citation.title
    (one,) = checked("dabigatran", known, "renal")
    assert "Creatinine clearance is 21.2 mL/min" in one.text
    (one,) = checked("metformin", record(creatinine(0.8)), "renal")
    assert one.outcome == "clear"
    assert one.inputs[0].note.startswith("CKD-EPI")


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ([], "has no creatinine"),
        ([creatinine(day="2026-01-01")], "180 days old, more than 90"),
        ([creatinine(day="2026-08-01")], "1 value dated after 2026-06-30 left out (2026-08-01)"),
        ([creatinine(day=None)], "has no date"),
        ([creatinine(unit="")], "has no unit"),
        ([creatinine(unit="mmHg")], "the unit 'mmHg'"),
        ([creatinine(1.0), creatinine(2.0)], "contradicts itself: 1 and 2"),
        ([creatinine(0.0)], "cannot be true"),
    ],
)
def test_what_stops_the_dose_by_kidney(contents, said, checked):
    (one,) = checked("metformin", record(*contents), "renal")
    assert one.outcome == "unknown"
    assert said in one.text


@pytest.mark.parametrize(
    ("persons", "said"),
    [
        ([person("male"), person("female")], "contradict each other on the sex"),
        ([person(None)], "does not state the sex"),
        ([person("other")], "stated as other"),
        ([person(born="2015-01-01")], "holds for adults"),
    ],
)
def test_who_stops_the_dose_by_kidney(persons, said, checked):
    (one,) = checked("metformin", record(creatinine(), persons=persons), "renal")
    assert one.outcome == "unknown"
    assert said in one.text


def test_two_weights_of_one_day_stop_the_clearance_alone(checked):
    early, late = weight(60, day="2026-06-20T08:00:00Z"), weight(90, day="2026-06-20T17:00:00Z")
    known = record(creatinine(), early, late)
    (one,) = checked("dabigatran", known, "renal")
    assert one.outcome == "unknown"
    assert "weight of 2026-06-20 contradicts itself: 60 and 90 kg" in one.text
    assert {each.entry for each in one.inputs} >= {"e1", "e2"}
    (one,) = checked("metformin", known, "renal")
    assert one.outcome == "clear"


def test_the_latest_value_counts_and_withdrawn_ones_do_not(tables):
    known = record(creatinine(3.0, day="2026-06-01"), creatinine(1.0), creatinine(1.0))
    assert facts(known, tables).measured["creatinine"].value == 1.0
    withdrawn = Observation(
        Concept((Code(LOINC, "2160-0"),)),
        "entered-in-error",
        effective=Period(When("2026-06-25")),
        value=Quantity(9.0, "mg/dL"),
    )
    assert facts(record(creatinine(1.0), withdrawn), tables).measured["creatinine"].value == 1.0


def test_a_component_is_a_value(tables):
    part = Component(Concept((Code(LOINC, "8480-6"),)), Quantity(170, "mm[Hg]"))
    panel = Observation(Concept((Code(LOINC, "85354-9"),)), effective=Period(When(NEAR)), components=(part,))
    assert facts(record(panel), tables).measured["systolic blood pressure"].value == 170


def test_a_reported_egfr_stands_in_where_there_is_no_creatinine(checked):
    known = record(lab("98979-8", 25, "mL/min/{1.73_m2}"))
    (one,) = checked("metformin", known, "renal")
    assert one.severity == "critical"


CIRRHOSIS = problem("Cirrhosis of liver")
LIVER = (lab("1975-2", 4.0, "mg/dL"), lab("1751-7", 25, "g/L"), lab("6301-6", 2.5, "{INR}"))


def test_child_pugh_is_a_range_where_the_record_does_not_tell_all(tables, checked):
    found = liver(facts(record(CIRRHOSIS, *LIVER), tables))
    assert found.value == {"C"}
    assert "11 to 15 points" in found.inputs[0].note
    mild = (lab("1975-2", 1.0, "mg/dL"), lab("1751-7", 4.0, "g/dL"), lab("6301-6", 1.0, ""))
    found = liver(facts(record(CIRRHOSIS, *mild), tables))
    assert found.value == {"A", "B"}
    (one, *_) = checked("rivaroxaban", record(CIRRHOSIS, *mild), "hepatic")
    assert "class A to B, as the record does not tell all" in one.text
    assert "holds in class B" in one.text
    assert (one.severity, one.vetoes) == ("critical", False)


def test_hepatic_doses(checked):
    (one,) = checked("apixaban", record(CIRRHOSIS, *LIVER), "hepatic")
    assert (one.outcome, one.severity) == ("found", "critical")
    (one,) = checked("apixaban", record(problem("Gout"), *LIVER), "hepatic")
    assert one.outcome == "unknown"
    (one,) = checked("apixaban", record(CIRRHOSIS, *LIVER[:2]), "hepatic")
    assert "has no INR" in one.text


def test_a_stale_value_of_the_liver(checked):
    old = lab("1975-2", 4.0, "mg/dL", "2025-01-01")
    (one,) = checked("apixaban", record(CIRRHOSIS, old, *LIVER[1:]), "hepatic")
    assert one.outcome == "unknown"
    assert "days old" in one.text


def test_the_day_that_is_checked_for_counts(checked):
    known = record(creatinine(day="2020-01-10"), persons=[person()])
    (one,) = checked("metformin", known, "renal", on=date(2020, 2, 1))
    assert one.outcome == "clear"
