"""The program's checks may forbid what a model proposes; it is shown last, with what forbids it."""

from __future__ import annotations

from datetime import date

import pytest

from medapp.api.context import JobCancelled
from medapp.api.results import RecommendResult
from medapp.domain.recommendation import Change, Citation, Drug, Option, Statement
from medapp.domain.record import Period, When
from medapp.knowledge.therapy.checks import current_medicines
from medapp.services.medicines import PatientMedicines
from medapp.services.option_checks import checked, resulting, with_checks
from tests.unit.knowledge.therapy.made_up import (
    ON,
    allergy,
    medication,
    person,
    problem,
    record,
    tables_of,
    write_tables,
)

MODEL = Citation("model", "a model")


@pytest.fixture
def tables(tmp_path):
    return tables_of(write_tables(tmp_path / "tables"))


def option(name: str, *drugs: str, action: str = "start", score: float = 0.5) -> Option:
    changes = tuple(Change(action, Drug(drug, (drug,))) for drug in drugs)  # type: ignore[arg-type]
    return Option(name, name, changes, score, (Statement("note", "because", MODEL),))


def patient(*contents) -> PatientMedicines:
    of = record(*contents)
    return PatientMedicines(of, None, current_medicines(of))


def keys(option, kind):
    return [one for one in option.checks if one.kind == kind and one.outcome == "found"]


def test_a_critical_interaction_with_what_is_taken_vetoes(tables):
    one = patient(medication("Warfarin 5 mg"))
    found = checked(option("o", "fluconazole"), one, tables, ON)
    (pair,) = [check for check in keys(found, "interaction") if check.vetoes]
    assert pair.key in found.vetoed
    assert set(pair.drugs) == {"fluconazole", "Warfarin 5 mg"}
    assert pair.citation.title
    assert not checked(option("o", "fluconazole"), patient(), tables, ON).vetoed


def test_an_allergy_and_a_contraindication_veto(tables):
    allergic = checked(
        option("o", "amoxicillin"), patient(allergy("penicillin", criticality="high")), tables, ON
    )
    assert keys(allergic, "allergy")
    assert set(allergic.vetoed) >= {one.key for one in keys(allergic, "allergy") if one.vetoes}
    assert any(one.vetoes for one in keys(allergic, "allergy"))
    conditions = patient(problem("Anuria", icd="R34"), problem("Lactic acidosis", icd="E87.2"))
    contra = checked(option("o", "metformin"), conditions, tables, ON)
    assert {one.key for one in keys(contra, "condition") if one.vetoes} <= set(contra.vetoed)


def test_forbidden_options_come_last_and_are_not_hidden(tables):
    one = patient(medication("Warfarin 5 mg"))
    said = RecommendResult((option("bad", "fluconazole", score=0.9), option("a", "metformin", score=0.5),
                            option("b", "amlodipine", score=0.4)))  # fmt: skip
    found = with_checks(said, one, tables, ON)
    assert [each.key for each in found.options] == ["a", "b", "bad"]
    assert found.options[-1].vetoed
    assert found.options[-1].statements == said.options[0].statements
    assert found.options[0].score == 0.5


def test_one_forbidden_line_forbids_the_whole_set(tables):
    one = patient(medication("Warfarin 5 mg"))
    assert checked(option("set", "metformin", "fluconazole"), one, tables, ON).vetoed


def test_what_concerns_other_medicines_is_left_to_the_current_list(tables):
    one = patient(medication("Simvastatin 20 mg"), medication("Clarithromycin 250 mg"))
    found = checked(option("o", "metformin"), one, tables, ON)
    assert not found.vetoed
    assert not keys(found, "interaction")


def test_a_medicine_that_is_stopped_is_not_checked_against_the_rest(tables):
    one = patient(medication("Warfarin 5 mg"), medication("Fluconazole 100 mg"))
    stop = option("o", "fluconazole", action="stop")
    assert [drug.name for drug in resulting(stop, one.current, tables)] == ["Warfarin 5 mg"]
    assert not checked(stop, one, tables, ON).vetoed


def test_what_goes_on_is_not_counted_twice(tables):
    one = patient(medication("Warfarin 5 mg"), medication("Metformin 500 mg"))
    listed = resulting(option("o", "warfarin", action="continue"), one.current, tables)
    assert [drug.name for drug in listed] == ["warfarin", "Metformin 500 mg"]
    assert not keys(checked(option("o", "warfarin", action="continue"), one, tables, ON), "duplicate")


def test_codes_and_classes_of_the_tables_are_added_and_the_unknown_stays(tables):
    found = checked(option("o", "warfarin", "something unheard of"), patient(), tables, ON)
    known, unknown = (change.drug for change in found.changes)
    assert {code.value for code in known.codes} & {"11289", "B01AA03"}
    assert unknown == Drug("something unheard of", ("something unheard of",))


def test_what_could_not_be_checked_is_said(tables):
    found = checked(option("o", "metformin"), PatientMedicines(), tables, ON)
    assert any(one.outcome == "unknown" and one.kind == "renal" for one in found.checks)
    assert not found.vetoed


def test_checking_can_be_cancelled(tables):
    def stop() -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        with_checks(RecommendResult((option("o", "metformin"),)), PatientMedicines(), tables, ON, check=stop)


def test_checks_are_for_the_day_of_the_options_and_what_today_adds_is_told(tables):
    pregnant = problem(
        "Normal pregnancy",
        "72892002",
        status="resolved",
        onset=Period(When("2021-01-07"), When("2021-08-05")),
    )
    one = PatientMedicines(record(pregnant, persons=[person(born="1961-01-01")]), None, ())
    then, today = date(2021, 3, 11), date(2026, 6, 30)
    said = RecommendResult((option("o", "diphenhydramine"), option("p", "ethinyl estradiol")))
    young = PatientMedicines(record(pregnant, persons=[person(born="1990-01-01")]), None, ())
    found = with_checks(said, young, tables, then, today=today)
    (forbidden,) = [each for each in found.options if each.vetoed]
    assert forbidden.key == "p"
    assert [each.severity for each in keys(forbidden, "pregnancy")] == ["critical"]
    (notice,) = [each for each in found.notices if each.code == "checked-for"]
    assert "2021-03-11" in notice.message
    old = with_checks(said, one, tables, then, today=today)
    (age,) = [each for each in keys(old.options[0], "age") if "2026-06-30" in each.key]
    assert age.text.startswith("On 2026-06-30: ")
    assert not [each for each in with_checks(said, young, tables, then).notices if each.code == "checked-for"]
