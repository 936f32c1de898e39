"""Values that cannot be true are never gone by, whoever states them; later ones hide no earlier one."""

from __future__ import annotations

import pytest

from medapp.domain.record import Code, Concept
from medapp.domain.record.coding import LOINC
from medapp.knowledge.therapy.checks import check_medicines
from medapp.knowledge.therapy.formulas import (
    FormulaError,
    clearance_cockcroft_gault,
    egfr_ckd_epi,
)
from medapp.knowledge.therapy.recognise import written
from medapp.knowledge.therapy.stated import MEASURES
from medapp.services.what_if import WhatIf, supposed, with_what_if
from tests.unit.knowledge.therapy.made_up import NEAR, ON, creatinine, lab, person, record, weight

MEDICINES = "metformin,dabigatran,allopurinol"


@pytest.mark.parametrize(
    ("value", "unit"), [(2.6, "umol/L"), (250.0, "mg/dL"), (88.0, "mg/dL"), (-1.0, "mg/dL"), (0.0, "mg/dL")]
)
def test_a_creatinine_in_another_unit_clears_nothing(value, unit, checked):
    found = checked(MEDICINES, record(creatinine(value, unit), weight()), "renal")
    assert {one.outcome for one in found} == {"unknown"}
    for one in found:
        assert "cannot be true" in one.text
        assert "check its unit" in one.text
        assert "e0" in one.entries


@pytest.mark.parametrize(("value", "unit"), [(88.0, "umol/L"), (1.0, "mg/dL"), (900.0, "umol/L")])
def test_a_creatinine_that_can_be_true_is_gone_by(value, unit, checked):
    found = checked(MEDICINES, record(creatinine(value, unit), weight()), "renal")
    assert "unknown" not in {one.outcome for one in found}


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_has_bounds_on_both_sides(name, checked):
    measure = MEASURES[name]
    assert 0 < measure.low < measure.high < float("inf")
    code = min(measure.loinc)
    unit = "" if measure.unit == "1" else measure.unit
    for value in (measure.low / 2, measure.high * 2):
        found = checked(
            "metformin,lisinopril,spironolactone,warfarin,citalopram,morphine",
            record(lab(code, value, unit)),
        )
        assert not [one for one in found if one.outcome == "clear" and "e0" in one.entries]
        assert not [one for one in found if one.kind == "condition" and "e0" in one.entries]


def test_a_reported_rate_and_a_weight_that_cannot_be_true(checked):
    (one,) = checked("metformin", record(lab("33914-3", 2000.0, "mL/min/{1.73_m2}")), "renal")
    assert one.outcome == "unknown"
    assert "cannot be true" in one.text
    found = checked("dabigatran", record(creatinine(), weight(7.0)), "renal")
    assert [each.outcome for each in found] == ["unknown"]
    assert "7 kg cannot be true of an adult" in found[0].text


def test_results_of_formulas_have_bounds():
    with pytest.raises(FormulaError, match="cannot be true"):
        egfr_ckd_epi(0.03, 20, "male")
    with pytest.raises(FormulaError, match="cannot be true"):
        egfr_ckd_epi(250, 60, "male")
    with pytest.raises(FormulaError, match="cannot be true"):
        clearance_cockcroft_gault(0.03, 60, "male", 80)


def test_an_age_that_cannot_be_true(checked):
    found = checked("metformin", record(creatinine(), persons=[person(born="1850-01-01")]), "renal")
    assert [one.outcome for one in found] == ["unknown"]
    assert "an age of 176 years cannot be true" in found[0].text


def test_what_is_supposed_goes_the_same_way(tables):
    concept = Concept((Code(LOINC, "2160-0"),))
    wish = WhatIf(results=(supposed(concept, 2.6, "umol/L", ON.isoformat()),))
    what, medicines = with_what_if(record(creatinine(), weight()), [written("metformin")], wish)
    found = check_medicines(what, None, medicines, tables, on=ON)
    (one,) = [each for each in found.checks if each.kind == "renal"]
    assert one.outcome == "unknown"
    assert "cannot be true" in one.text


def test_a_later_value_hides_no_earlier_one_and_is_told_of(checked):
    known = record(creatinine(3.0), creatinine(1.0, day="2026-08-01"))
    (one,) = checked("metformin", known, "renal")
    assert one.severity == "critical"
    (used,) = [each for each in one.inputs if each.name == "creatinine"]
    assert used.when.text == NEAR
    assert "1 value dated after 2026-06-30 left out (2026-08-01)" in used.note
    assert "e1" not in one.entries
