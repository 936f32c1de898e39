"""Medicines that a table has no row about are named where the patient makes that matter."""

from __future__ import annotations

import pytest

from medapp.domain.record import Period, When
from tests.unit.knowledge.therapy.made_up import NEAR, creatinine, lab, person, problem, record

MAN = person("male", "1980-01-01")
WOMAN = person("female", "1990-01-01")
LIVER = (lab("1975-2", 4.0, "mg/dL"), lab("1751-7", 25, "g/L"), lab("6301-6", 2.5, "{INR}"))
PREGNANT = problem("Normal pregnancy", onset=Period(When(NEAR)))


def without_row(checks):
    return {one.kind: one for one in checks if one.key.endswith(":unknown:no-row")}


@pytest.mark.parametrize(
    ("kind", "names", "known", "said"),
    [
        ("renal", "lactulose,simethicone,metformin", (creatinine(2.5),), "eGFR is 31.3"),
        ("hepatic", "lactulose,simethicone,apixaban", (problem("Cirrhosis of liver"), *LIVER), "class C"),
        ("condition", "lactulose,simethicone,ibuprofen", (problem("Heart failure"),), "heart failure"),
    ],
)
def test_no_row_is_said_where_the_value_makes_it_matter(kind, names, known, said, checked):
    one = without_row(checked(names, record(*known, persons=[MAN])))[kind]
    assert one.outcome == "unknown"
    assert set(one.drugs) == set(names.split(",")[:2])
    assert said in one.text


def test_nothing_is_said_of_a_healthy_adult(checked):
    known = record(creatinine(0.9), problem("Broken toe"), persons=[MAN])
    found = checked("lactulose,simethicone", known)
    assert without_row(found) == {}
    assert not any("breast" in one.text for one in found)


def test_pregnancy_and_breast_feeding(checked):
    found = checked("lactulose,warfarin", record(PREGNANT, persons=[WOMAN]))
    assert without_row(found)["pregnancy"].drugs == ("lactulose",)
    (feeding,) = [one for one in found if one.key == "lactation:unknown"]
    assert feeding.drugs == ("lactulose", "warfarin")
    assert "no table" in feeding.text


def test_breast_feeding_that_is_stated_is_named(checked):
    known = record(problem("Encounter for care of lactating mother", icd="Z39.1"), persons=[WOMAN])
    (one,) = checked("codeine", known, "lactation")
    assert "states breast-feeding (“Encounter for care of lactating mother”)" in one.text


def test_the_ages_that_the_table_is_about(checked):
    old, child = person("male", "1940-01-01"), person("male", "2020-01-01")
    assert without_row(checked("lactulose", record(persons=[old])))["age"].drugs == ("lactulose",)
    assert "6 years" in without_row(checked("lactulose", record(persons=[child])))["age"].text
    assert "age" not in without_row(checked("lactulose", record(persons=[MAN])))


def test_what_can_be_mended_stands_before_what_tables_do_not_have(checked):
    known = record(problem("Heart failure"), persons=[person("male", "1940-01-01")])
    found = [one for one in checked("lactulose,dabigatran,simethicone", known) if one.outcome == "unknown"]
    last = [one.kind == "interaction" or one.key.endswith(":no-row") for one in found]
    assert last == sorted(last)
    assert not last[0]
    assert last[-1]
