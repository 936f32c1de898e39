"""Findings as tables: counts before and after, what is proposed, what is chosen, where each was found."""

from __future__ import annotations

from datetime import date

import pytest

from medapp.domain.record import Concept, Entry, Medication, When
from medapp.knowledge.quality import ALLOWED, KINDS, Rule, together
from medapp.services.quality_cases import cases_of_patient
from medapp.ui.record.quality_table import RULE, Choices, cases_table, places_table, value_of
from medapp.ui.record.quality_words import ORDER, action_tip, action_words, kind_words, reason_words
from tests.unit.ui_record.dirty import clean, dirty, source

TODAY = date(2024, 6, 1)


@pytest.fixture(scope="module")
def cases():
    person, entries = dirty()
    return cases_of_patient([person], entries, today=TODAY)


def choices(cases, *chosen):
    proposed = cases.proposed()
    return Choices(proposed, chosen, together(proposed, chosen))


def lines(cases, *chosen):
    found = {}
    for row in cases_table(cases, choices(cases, *chosen)).rows:
        found[row.item.kind, row.item.variable] = [cell.text for cell in row.cells]
    return found


def test_every_kind_has_a_line_and_every_variable_one_below_it(cases):
    found = lines(cases)
    assert [kind for kind, variable in found if not variable] == list(KINDS)
    assert all(found[kind, ""][2] == found[kind, "Creatinine"][2] == "1" for kind in KINDS)
    assert found["impossible", "Creatinine"][0].strip() == "higher than a body can have"
    assert found["outlier", ""][:2] == ["Outliers", "1 variable"]


def test_counts_before_and_after_follow_the_rules(cases):
    found = lines(cases)
    assert (found["duplicate", ""][2], found["duplicate", ""][3]) == ("1", "0")  # proposed: left out
    assert (found["outlier", ""][2], found["outlier", ""][3]) == ("1", "1")  # proposed: kept
    chosen = lines(cases, Rule("outlier", "median", "Creatinine"), Rule("duplicate", "keep"))
    assert chosen["outlier", "Creatinine"][3] == chosen["outlier", ""][3] == "0"
    assert chosen["duplicate", "Creatinine"][3] == "1"


def test_what_is_proposed_and_what_is_chosen_are_told_apart(cases):
    found = lines(cases, Rule("unit", "keep"), Rule("missing", "locf", "Creatinine"))
    assert found["duplicate", ""][RULE] == "Leave out (proposed) ▾"
    assert found["duplicate", "Creatinine"][RULE] == "as above ▾"
    assert found["unit", ""][RULE] == "Keep ▾"
    assert found["unit", ""][RULE + 1] == "Convert"
    assert found["missing", "Creatinine"][RULE] == "Carry the last value forward ▾"


def test_an_example_has_value_unit_and_date(cases):
    found = lines(cases)
    assert found["outlier", "Creatinine"][-1] == "9 mg/dL · 2020-02-02"
    assert found["unit", "Creatinine"][-1].startswith("97 umol/L")


def test_a_place_is_the_very_entry_with_its_source():
    person, entries = dirty()
    found = cases_of_patient([person], entries, today=TODAY)
    row = next(row for row in cases_table(found, choices(found)).rows if row.item.kind == "outlier")
    (place,) = places_table(row.item).rows
    assert place.entry is next(one for one in entries if one.id == "janefar")
    assert [cell.text for cell in place.cells] == [
        "2020-02-02 08:00", "Creatinine", "9 mg/dL", "far from the others", "dirty.json",
        "Observation/janefar",
    ]  # fmt: skip


def test_of_several_patients_the_name_stands_first_and_no_entry_is_given():
    person, entries = dirty()
    found = cases_of_patient([person], entries, today=TODAY)
    row = cases_table(found, choices(found)).rows[0]
    (place,) = places_table(row.item, {"": "Doe, Jane"}).rows
    assert place.cells[0].text == "Doe, Jane"
    assert place.entry is None
    assert place.item.entry is not None


def test_nothing_wrong_is_nought_everywhere():
    person, entries = clean()
    found = cases_of_patient([person], entries, today=TODAY)
    assert {(row.cells[1].text, row.cells[2].text) for row in cases_table(found, choices(found)).rows} == {
        ("none", "0")
    }


def test_sources_that_name_different_people_are_a_finding_without_an_entry():
    person, entries = dirty()
    other, _ = dirty()
    found = cases_of_patient([person, clean()[0], _as(other, sex="male")], entries, today=TODAY)
    row = next(
        row
        for row in cases_table(found, choices(found)).rows
        if row.item.kind == "contradiction" and "sources name different people" in row.cells[0].text
    )
    assert row.cells[1].text == "the patient"
    assert row.cells[RULE].text == ""  # there is no variable to have a rule of its own
    (place,) = places_table(row.item).rows
    assert place.entry is None
    assert value_of(place.item) == ""


def _as(person, **changes):
    from dataclasses import replace

    return replace(person, **changes)


def test_what_two_sources_say_is_said_twice():
    person, entries = dirty()
    from dataclasses import replace

    again = [replace(entries[3], subject="jane of another source", source=source("Observation/else"))]
    found = cases_of_patient([person], [*entries, *again], today=TODAY)
    assert found.counts()["duplicate"] == 2


def test_what_has_no_date_says_when_it_was_written():
    person, _ = clean()
    orders = [
        Entry(f"m{n}", "ann", source(f"m{n}"), Medication(Concept(text="aspirin"), "request"),
              recorded=When("2020-03-04"))
        for n in range(2)
    ]  # fmt: skip
    found = cases_of_patient([person], orders, today=TODAY)
    row = cases_table(found, choices(found)).rows[0]
    assert places_table(row.item).rows[0].cells[0].text == "written 2020-03-04"


def test_everything_has_words():
    for kind in KINDS:
        assert kind_words(kind)
        assert set(ORDER) >= ALLOWED[kind]
    for action in ORDER:
        assert action_words(action)
        assert action_tip(action).endswith(".")
    assert action_words("drop", kind="missing") != action_words("drop")
    assert reason_words("far") != "far"
    assert reason_words("something new") == "something new"
