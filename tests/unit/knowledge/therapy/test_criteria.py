"""Apixaban by two of three criteria; age limits of a dose; nitrofurantoin; long QT; infarction."""

from __future__ import annotations

import pytest

from tests.unit.knowledge.therapy.made_up import creatinine, lab, person, problem, record, weight


def apixaban(checked, *contents, born="1940-01-01", name="Apixaban 5 mg"):
    known = record(*contents, persons=[person("female", born)])
    return [one for one in checked(name, known, "renal") if "criteria" in one.text]


@pytest.mark.parametrize(
    ("contents", "born"),
    [
        ((creatinine(1.3), weight(50)), "1940-01-01"),
        ((creatinine(1.5), weight(90)), "1940-01-01"),
        ((creatinine(1.6), weight(60)), "1970-01-01"),
        ((creatinine(2.0), weight(45)), "1940-01-01"),
        ((weight(45),), "1940-01-01"),  # creatinine is not known, two hold without it
    ],
)
def test_two_of_three_criteria_ask_for_half_the_dose(checked, contents, born):
    (one,) = apixaban(checked, *contents, born=born)
    assert (one.outcome, one.severity) == ("found", "significant")
    assert "2.5 mg twice a day" in one.text


def test_one_criterion_does_not(checked):
    (one,) = apixaban(checked, creatinine(1.3), weight(70))
    assert one.outcome == "clear"
    assert one.text.startswith("1 of 3 criteria holds: 80 years or older holds (86 years)")


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ((creatinine(1.3),), "60 kg or less not known (the record has no weight)"),
        ((weight(50, "2020-01-01"), creatinine(1.3)), "60 kg or less not known"),
        ((weight(70),), "creatinine 1.5 mg/dL or more not known (the record has no creatinine)"),
    ],
)
def test_a_criterion_that_is_not_known_is_said_and_clears_nothing(checked, contents, said):
    (one,) = apixaban(checked, *contents)
    assert one.outcome == "unknown"
    assert said in one.text


def test_nothing_known_of_the_patient(checked):
    (one,) = checked("apixaban", None, "renal")
    assert (one.outcome, one.text) == ("unknown", "Not checked: nothing is known of the patient.")


@pytest.mark.parametrize(("name", "limit"), [("Citalopram 40 mg", "20 mg"), ("escitalopram", "10 mg")])
def test_an_age_limit_of_a_dose_is_said_whatever_the_dose(checked, name, limit):
    old = record(persons=[person("male", "1958-01-01")])
    found = [one for one in checked(name, old, "age") if one.outcome == "found"]
    assert any(f"At most {limit} a day" in one.text and "not judged" in one.text for one in found)
    young = record(persons=[person("male", "1980-01-01")])
    assert not [one for one in checked(name, young, "age") if one.outcome == "found"]


@pytest.mark.parametrize(("value", "severity"), [(4.0, "critical"), (1.3, "significant")])
def test_nitrofurantoin_below_sixty(checked, value, severity):
    known = record(creatinine(value), weight(60), persons=[person("male", "1950-01-01")])
    found = [one for one in checked("nitrofurantoin", known, "renal") if one.outcome == "found"]
    assert [one.severity for one in found] == [severity]


@pytest.mark.parametrize(
    "stated",
    [
        problem("Myocardial infarction", snomed="22298006"),
        problem("Acute myocardial infarction, unspecified", icd="I21.9"),
        problem("Old myocardial infarction", icd="I25.2"),
        problem("History of myocardial infarction", status="resolved"),
        problem("Peripheral arterial disease", icd="I73.9"),
    ],
)
@pytest.mark.parametrize("name", ["Imitrex", "ergotamine"])
def test_triptans_and_ergots_after_an_infarction(checked, name, stated):
    found = [one for one in checked(name, record(stated), "condition") if one.outcome == "found"]
    assert {one.severity for one in found} == {"critical"}


@pytest.mark.parametrize("stated", [problem("Long QT syndrome", icd="I45.81"), lab("8636-3", 520, "ms")])
@pytest.mark.parametrize("name", ["citalopram", "ondansetron", "amiodarone", "azithromycin"])
def test_long_qt(checked, name, stated):
    found = [one for one in checked(name, record(stated), "condition") if one.outcome == "found"]
    assert "critical" in {one.severity for one in found}


def test_a_qtc_from_500_is_said_and_one_below_is_not(checked):
    (one,) = checked("ondansetron", record(lab("8636-3", 520, "ms")), "qt")
    assert (one.severity, "QTc is 520 ms" in one.text) == ("significant", True)
    (one,) = checked("ondansetron", record(lab("8636-3", 470, "ms")), "qt")
    assert "QTc is" not in one.text


def test_a_medicine_without_a_finding_is_cleared_beside_one_with(checked):
    known = record(problem("Gout", icd="M10.9"))
    made = checked("aspirin,metformin", known, "condition")
    assert [one.drugs for one in made if one.outcome == "found"] == [("aspirin",)]
    assert [one.drugs for one in made if one.outcome == "clear"] == [("metformin",)]
