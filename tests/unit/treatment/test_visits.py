"""A record in order: what is known at a visit, and nothing of what was prescribed there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from medapp.domain.record import (
    Code,
    Concept,
    Encounter,
    Entry,
    Medication,
    Observation,
    Period,
    Person,
    Problem,
    Procedure,
    Quantity,
    Record,
    Source,
    When,
)
from medapp.domain.record.coding import ICD10CM, LOINC, SNOMED
from medapp_treatment.next_visit.features import facts_of, fit_columns
from medapp_treatment.next_visit.visits import history_of, key_of
from tests.unit.treatment.treated import SORE, record

SOURCE = Source("made.json", "fhir")


def entry(name, content, encounter="", recorded=None):
    return Entry(name, "x", SOURCE, content, encounter, None if recorded is None else When(recorded))


def drug(name, day=None, status=""):
    taken = Period(When(day)) if day else Period()
    return Medication(Concept((), name), "request", status, taken=taken)


def problem(code, start=None, end=None, **rest):
    onset = Period(When(start) if start else None, When(end) if end else None)
    return Problem(Concept((Code(SNOMED, code),)), onset=onset, **rest)


def days(history):
    return [visit.day.isoformat() for visit in history.visits]


def test_what_belongs_to_no_visit_is_a_visit_of_its_day():
    walk = Procedure(Concept(text="walk"), performed=Period(When("2020-02-01")))
    early = entry("b", drug("warfarin"), recorded="2020-01-05")
    of = Record((), (entry("a", drug("aspirin", "2020-02-01")), early, entry("c", walk)))
    history = history_of(of)
    assert days(history) == ["2020-01-05", "2020-02-01"]
    assert set(history.visits[1].medicines) == {"aspirin"}
    assert set(history.visits[1].procedures) == {"walk"}


def test_entries_of_the_day_of_a_visit_belong_to_it():
    of = record(before=())
    of = replace(of, entries=(*of.entries, entry("late", drug("aspirin", "2016-03-02"))))
    assert set(history_of(of).visits[-1].medicines) == {"aspirin"}


def test_two_visits_of_a_day_stay_two():
    day = Period(When("2020-02-01"))
    visits = [entry(name, Encounter(Concept(text=name), during=day)) for name in ("morning", "evening")]
    of = Record(
        (), (*visits, entry("a", drug("aspirin"), "morning"), entry("b", drug("warfarin"), "evening"))
    )
    found = {next(iter(one.kinds)): set(one.medicines) for one in history_of(of).visits}
    assert found == {"morning": {"aspirin"}, "evening": {"warfarin"}}


def test_an_age_that_nobody_reaches_is_not_known():
    born = Person("x", SOURCE, birth_date=When("1750-01-01"))
    assert "age" not in facts_of(history_of(Record((born,), record().entries)))[-1]


def test_what_is_void_or_undated_is_not_used_and_counted():
    void, kept = drug("aspirin", "2020-02-01", "entered-in-error"), drug("metformin", "2020-02-01")
    of = Record((), (entry("a", void), entry("b", drug("warfarin")), entry("c", kept)))
    history = history_of(of)
    assert set(history.visits[0].medicines) == {"metformin"}
    assert history.undated == 1


def test_a_problem_is_active_from_its_onset_to_its_end():
    visits = [entry(f"m{month}", drug("aspirin", f"2020-0{month}-01")) for month in (1, 3, 5)]
    problems = (
        entry("long", problem("1", "2020-01-01")),
        entry("short", problem("2", "2020-02-01", "2020-04-01")),
        entry("over", problem("3", "2020-01-01", status="resolved")),
        entry("denied", problem("4", "2020-01-01", certainty="refuted")),
        entry("own", problem("5"), "elsewhere"),
    )
    found = [set(visit.problems) for visit in history_of(Record((), (*visits, *problems))).visits]
    assert found == [{"SNOMED:1", "SNOMED:3"}, {"SNOMED:1", "SNOMED:2"}, {"SNOMED:1"}]


def test_a_result_is_known_for_a_year_and_never_before_it_was_taken():
    visits = [entry(f"m{day}", drug("aspirin", day)) for day in ("2020-01-01", "2020-03-01", "2022-01-01")]
    seen = Observation(
        Concept((Code(LOINC, "2160-0"),)), effective=Period(When("2020-02-01")), value=Quantity(1.1, "mg/dL")
    )
    found = [visit.results for visit in history_of(Record((), (*visits, entry("o", seen)))).visits]
    assert [len(one) for one in found] == [0, 1, 0]
    assert found[1]["LOINC:2160-0 mg/dL"].value == 1.1


def test_two_units_are_two_measurements():
    visit = entry("m", drug("aspirin", "2020-03-01"))
    both = [
        entry(unit, Observation(Concept((Code(LOINC, "1"),)), effective=Period(When("2020-02-01")),
                                value=Quantity(2.0, unit)))
        for unit in ("mg/dL", "mmol/L")
    ]  # fmt: skip
    (found,) = history_of(Record((), (visit, *both))).visits
    assert set(found.results) == {"LOINC:1 mg/dL", "LOINC:1 mmol/L"}


def test_two_birthdays_or_sexes_are_not_known():
    persons = (
        Person("x", SOURCE, birth_date=When("1950-01-01"), sex="female"),
        Person("x", SOURCE, birth_date=When("1960-01-01"), sex="male"),
    )
    history = history_of(Record(persons, record().entries))
    assert history.born is None
    assert not history.sex
    facts = facts_of(history)[-1]
    assert not {"age", "female", "male"} & set(facts)


@pytest.mark.parametrize("until", [date(2015, 12, 31), None])
def test_what_is_later_than_asked_is_not_looked_at(until):
    history = history_of(record(), until)
    assert days(history) == (["2015-06-01"] if until else ["2015-06-01", "2016-03-02"])


def test_a_row_holds_nothing_of_the_medicines_of_its_own_visit():
    of = record(before=("lisinopril",))
    treated = replace(of, entries=(*of.entries, entry("now", drug("amoxicillin"), "e2")))
    plain, with_drug = facts_of(history_of(of)), facts_of(history_of(treated))
    assert [set(row) for row in plain] == [set(row) for row in with_drug]
    assert "last lisinopril" in plain[-1]
    assert f"problem SNOMED:{SORE}" in plain[-1]


def test_icd_counts_by_its_category_and_words_where_there_is_no_code():
    assert key_of(Concept((Code(ICD10CM, "E11.65"),))) == "ICD10:E11"
    assert key_of(Concept(text=" Sore Throat ")) == "sore throat"
    assert not key_of(Concept())


def test_columns_of_too_few_patients_are_left_out_and_numbers_are_scaled():
    rows = [facts_of(history_of(record(born=f"19{year}-01-01"))) for year in (40, 50, 60, 70)]
    rare = facts_of(history_of(record(problems=("999",))))
    columns = fit_columns([*rows, rare], 3)
    assert "problem SNOMED:38341003" in columns.names
    assert "problem SNOMED:999" not in columns.names
    assert columns.lowest < 50 < columns.highest
    matrix = columns.matrix(rows[0])
    ages = columns.names.index("age")
    assert abs(matrix[:, ages]).max() <= 4
    assert matrix[-1, columns.names.index("female")] == 1
