"""QT and bleeding: what is not known is a range and never nothing."""

from __future__ import annotations

import pytest

from tests.unit.knowledge.therapy.made_up import creatinine, lab, person, problem, record


def notes(check):
    return {one.name: one.note for one in check.inputs}


def test_qt_of_a_patient_of_whom_nothing_is_known(checked):
    (one,) = checked("citalopram,ondansetron", kind="qt")
    assert "6 to 20 of 21" in one.text  # two medicines 6, no loop diuretic 0, all else open
    assert one.severity == "significant"
    assert notes(one)["female"].startswith("unknown, 0 to 1 point")


def test_qt_of_a_patient_who_is_known(checked):
    known = record(
        lab("2823-3", 3.2, "mmol/L"),
        lab("8636-3", 470, "ms"),
        problem("Heart failure"),
        problem("Sepsis", certainty="refuted"),
        problem("Acute myocardial infarction", certainty="refuted"),
        persons=[person("female", "1950-01-01")],
    )
    (one,) = checked("amiodarone,furosemide", known, "qt")
    # 68 or older 1, female 1, loop 1, potassium 2, QTc 2, one medicine 3, heart failure 3
    assert "13 of 21, high" in one.text
    assert one.severity == "critical"
    assert notes(one)["sepsis"].startswith("no, 0 points")
    assert "(qt.tsv, row 2, " in notes(one)["amiodarone"]


def test_a_conditional_medicine_counts_as_none(checked):
    (one,) = checked("furosemide", kind="qt")
    assert one.severity == "info"
    assert notes(one)["a medicine that lengthens QT"].startswith("no")


def test_no_medicine_of_the_table_no_sum(checked):
    assert checked("lisinopril", kind="qt") == []
    assert checked("lisinopril", kind="bleeding") == []


def test_has_bled(checked):
    known = record(
        problem("Atrial fibrillation"),
        problem("Stroke", status="resolved"),
        lab("8480-6", 150, "mm[Hg]"),
        creatinine(1.0),
        persons=[person("male", "1950-01-01")],
    )
    (one,) = checked("warfarin,ibuprofen", known, "bleeding")
    # stroke 1, above 65 1, NSAID 1; kidney, liver, bleeding, INR, alcohol open
    assert "HAS-BLED 3 to 8 of 9, high from 3 on" in one.text
    said = notes(one)
    assert said["systolic blood pressure above 160 mmHg"].startswith("no, 0 points")
    assert said["harmful use of alcohol"].startswith("unknown, 0 to 1 point")
    assert said["INR that is not stable"].startswith("unknown")


def test_a_direct_anticoagulant_has_no_unstable_inr(checked):
    (one,) = checked("apixaban", record(), "bleeding")
    assert notes(one)["INR that is not stable"].startswith("no")
    assert "no atrial fibrillation" in one.text


def test_two_anticoagulants_together(checked):
    (one,) = checked("warfarin,Eliquis", record(), "bleeding")
    assert one.severity == "critical"
    assert one.text.startswith("2 anticoagulants together")


def test_without_an_anticoagulant_the_score_does_not_hold(checked):
    (one,) = checked("aspirin,clopidogrel", record(), "bleeding")
    assert one.severity == "significant"
    assert "holds under an anticoagulant only" in one.text


@pytest.mark.parametrize(("value", "said"), [(3.0, "yes, 1 point"), (1.0, "unknown, 0 to 1 point")])
def test_creatinine_of_has_bled(value, said, checked):
    (one,) = checked("warfarin", record(creatinine(value)), "bleeding")
    name = "dialysis, kidney transplant or creatinine above 2.26 mg/dL"
    assert notes(one)[name].startswith(said)
