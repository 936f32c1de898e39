"""From a record to numbers: units, times, who it is, and what is not known."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import numpy as np
import pytest

from medapp.domain.record import Code, Concept, Entry, Observation, Other, Period, Quantity, When
from medapp_classification.records.history import features, rows
from medapp_classification.records.mapping import conditions, variables
from medapp_classification.records.patient import patient_of
from medapp_classification.records.stay import TABLE, columns_of, features_of
from medapp_classification.records.stay_record import Said, stay_of
from tests.unit.classification.record_small import (
    SOURCE,
    observed,
    person,
    pressure,
    problem,
    record,
    stay_record,
)

TODAY = datetime(2024, 6, 1, tzinfo=UTC)


def test_values_come_in_the_unit_of_the_model_with_their_entries():
    found = patient_of(record(), today=TODAY)
    assert found.lacking == ()
    hdl = found.history.measured["hdl"]
    assert hdl.values == pytest.approx([50.27, 48.0], abs=0.01)
    assert hdl.entries == ("Observation/1", "Observation/2")
    assert found.history.measured["sbp"].values.tolist() == [148.0]
    assert found.history.age == pytest.approx(63.9, abs=0.1)
    assert found.shown["sbp"].value == "148 mm[Hg]"
    assert found.shown["sbp"].entries == ("Observation/3",)


def test_what_has_no_unit_or_an_unknown_one_is_not_used_and_said():
    odd = (
        observed("7", "2085-9", 60.0, "", "2024-05-02"),
        observed("8", "2085-9", 61.0, "furlong", "2024-05-02"),
        observed("9", "2085-9", 6100.0, "mg/dL", "2024-05-02"),
    )
    found = patient_of(record(*odd), today=TODAY)
    assert len(found.history.measured["hdl"].values) == 2
    said = " ".join(one.message for one in found.notices)
    assert "HDL cholesterol: 1 value is not used, for no unit is stated." in said
    assert "'furlong' cannot be brought into mg/dL" in said
    assert "HDL cholesterol: 1 value is not used, for the models take 5 to 200 mg/dL." in said


def test_nothing_after_the_moment_is_looked_at():
    later = (observed("7", "2085-9", 20.0, "mg/dL", "2024-05-20"), problem("2", "84114007", "2024-05-21"))
    found = patient_of(record(*later), as_of="2024-05-10", today=TODAY)
    assert found.history.measured["hdl"].values[-1] == 48.0
    assert "heart failure" not in found.history.conditions
    whole = patient_of(record(*later), today=TODAY)
    assert whole.history.measured["hdl"].values[-1] == 20.0
    assert whole.history.conditions["heart failure"] == pytest.approx(0.0, abs=1.0)


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ({"sex": None}, "the sex is not stated"),
        ({"sex": "unknown"}, "the sex is not stated"),
        ({"birth_date": None}, "the birth date is not stated"),
        ({"birth_date": When("2010-01-01")}, "for adults"),
        ({"deceased": True}, "has died"),
        ({"deceased": When("2024-03-01")}, "has died"),
    ],
)
def test_who_cannot_be_asked_about_is_told_with_the_reason(rest, words):
    found = patient_of(record(**rest), today=TODAY)
    assert found.history is None
    assert any(words in reason for reason in found.lacking)


def test_sources_that_contradict_each_other_are_not_decided():
    one = record()
    both = type(one)((*one.persons, person(sex="male")), one.entries)
    assert "the sex is stated differently by different sources" in patient_of(both, today=TODAY).lacking


def test_an_empty_list_of_problems_is_not_taken_for_health():
    one = record()
    without = type(one)(one.persons, tuple(entry for entry in one.entries if "Condition" not in entry.id))
    found = patient_of(without, today=TODAY)
    assert found.history is None
    assert any("no problems" in reason for reason in found.lacking)
    said = patient_of(without, no_problems=True, today=TODAY)
    assert said.history.conditions == {}


def test_old_measurements_are_not_used_as_new():
    found = patient_of(
        record(problem("5", "38341003", "2031-01-01")),
        as_of="2031-02-01",
        today=datetime(2031, 3, 1, tzinfo=UTC),
    )
    assert any("7 years older" in reason for reason in found.lacking)


def test_denied_problems_do_not_count_and_codes_of_icd_do():
    icd = Concept((Code("http://hl7.org/fhir/sid/icd-10-cm", "I50.9"),))
    failure = next(one for one in conditions() if one.key == "heart failure")
    assert failure.is_said_by(icd)
    assert failure.is_said_by(Concept((Code("http://hl7.org/fhir/sid/icd-10-cm", "I509"),)))
    assert not failure.is_said_by(Concept((Code("http://hl7.org/fhir/sid/icd-10-cm", "I5"),)))
    found = patient_of(record(problem("9", "84114007", "2020-01-01", "refuted")), today=TODAY)
    assert "heart failure" not in found.history.conditions


def test_a_fibrosis_score_is_made_of_tests_that_are_near_each_other():
    tests = (
        observed("20", "1920-8", 120.0, "U/L", "2024-03-01"),
        observed("21", "1742-6", 40.0, "U/L", "2024-03-05"),
        observed("22", "777-3", 140.0, "10*3/uL", "2024-03-02"),
    )
    found = patient_of(record(*tests), today=TODAY)
    age = 63 + (datetime(2024, 3, 1, tzinfo=UTC) - datetime(2023, 6, 15, tzinfo=UTC)).days / 365.25
    assert found.history.measured["fib4"].values[0] == pytest.approx(age * 120 / (140 * 40**0.5), rel=1e-3)
    apart = (tests[0], tests[1], observed("22", "777-3", 140.0, "10*3/uL", "2023-03-02"))
    assert "fib4" not in patient_of(record(*apart), today=TODAY).history.measured


def test_features_of_a_patient_are_finite_or_unknown_and_named_once():
    names = [one.name for one in features()]
    assert len(names) == len(set(names))
    found = rows([patient_of(record(), today=TODAY).history])
    assert found.shape == (1, len(names))
    assert found[0, names.index("hdl last")] == 48.0
    assert found[0, names.index("has htn")] == 1.0
    assert np.isnan(found[0, names.index("years diabetes")])


def test_a_record_without_dates_asks_for_a_day():
    undated = record()
    entries = tuple(entry for entry in undated.entries if entry.id == "Condition/none")
    found = patient_of(type(undated)(undated.persons, entries), today=TODAY)
    assert "no entry of the record has a date" in found.lacking[0]
    assert "is no day" in patient_of(record(), as_of="May 2024", today=TODAY).lacking[0]


def without(record_, *kinds):
    kept_ = tuple(entry for entry in record_.entries if entry.id.split("/")[0] not in kinds)
    return type(record_)(record_.persons, kept_)


def event(text, when="2015-05-01"):
    content = Other("Event", Concept((), text), during=Period(When(when) if when else None))
    return Entry(f"Event/{text}", "Patient/1", SOURCE, content)


def named(title, value, unit, when="2024-05-01"):
    content = Observation(
        Concept((), title), effective=Period(When(when) if when else None), value=Quantity(value, unit, unit)
    )
    return Entry(f"Named/{title}", "Patient/1", SOURCE, content)


def test_values_without_a_code_are_said_to_be_there_by_name_and_are_not_used():
    one = without(record(), "Observation")
    both = type(one)(one.persons, (*one.entries, named("hdl", 50, "mg/dL"), named("SBP", 150, "mm[Hg]")))
    found = patient_of(both, today=TODAY)
    assert found.history is None
    (reason,) = found.lacking
    assert "'hdl', 'SBP' are there by name, without that code" in reason
    assert "role code, system http://loinc.org" in reason
    nothing = patient_of(type(one)(one.persons, (*one.entries, named("height", 170, "cm"))), today=TODAY)
    assert "by name" not in nothing.lacking[0]


def test_values_that_are_refused_are_not_said_to_be_missing():
    one = without(record(), "Observation")
    odd = type(one)(one.persons, (*one.entries, observed("7", "2085-9", 60.0, "", "2024-05-02")))
    (reason,) = patient_of(odd, today=TODAY).lacking
    assert "HDL cholesterol is there, for no unit is stated" in reason


@pytest.mark.parametrize("no_problems", [False, True])
@pytest.mark.parametrize("text", ["diabetes", "htn", "Type 2 diabetes mellitus", "MI"])
def test_events_that_name_diseases_are_not_taken_for_health(text, no_problems):
    one = without(record(), "Condition")
    found = patient_of(
        type(one)(one.persons, (*one.entries, event(text))), no_problems=no_problems, today=TODAY
    )
    assert found.history is None
    (reason,) = found.lacking
    assert f"{text!r} (event, 2015-05-01)" in reason
    assert "ICD-10-CM" in reason
    later = type(one)(one.persons, (*one.entries, event(text, "2030-01-01")))
    assert not any("names diseases" in each for each in patient_of(later, today=TODAY).lacking)


def test_problems_without_a_code_are_not_taken_for_health_either():
    words = problem("9", "84114007", "2020-01-01")
    bare = dataclasses.replace(
        words, content=dataclasses.replace(words.content, concept=Concept((), "Heart failure"))
    )
    assert "'Heart failure' (problem, 2020-01-01)" in patient_of(record(bare), today=TODAY).lacking[0]
    family = dataclasses.replace(
        words, content=dataclasses.replace(words.content, concept=Concept((), "Family history of stroke"))
    )
    assert patient_of(record(family), today=TODAY).lacking == ()


def test_other_events_are_told_where_it_is_stated_that_there_are_no_problems():
    one = without(record(), "Condition")
    both = type(one)(one.persons, (*one.entries, event("moved house")))
    (reason,) = patient_of(both, today=TODAY).lacking
    assert "add them (1 event of a table is no problems)" in reason
    found = patient_of(both, no_problems=True, today=TODAY)
    assert found.history is not None
    assert any(one.code == "events-not-read" for one in found.notices)


def test_of_times_counted_from_an_event_all_reasons_are_told_at_once():
    one = record(birth_date=None)
    age = Observation(Concept((), "age"), category="demographics", value=Quantity(79, "a", "a"))
    entries = (
        event("diabetes", ""), named("hdl", 50, "mg/dL", ""), Entry("age", "Patient/1", SOURCE, age),
    )  # fmt: skip
    for as_of in ("", "2024-01-01"):
        found = patient_of(type(one)(one.persons, entries), as_of=as_of, today=TODAY)
        said = "; ".join(found.lacking)
        assert "no entry of the record has a date" in said
        assert "state a day" not in said
        assert "data to train on" in said
        assert "the birth date is not stated (an age without the day" in said
        assert "'diabetes' (event)" in said
        assert "'hdl' is there by name" in said


def test_a_stay_is_read_in_its_units():
    found = stay_of(stay_record(), Said())
    assert found.lacking == ()
    assert found.raw["Creatinine_first"] == pytest.approx(1.357, abs=0.01)
    assert found.raw["Temp_first"] == pytest.approx(38.0)
    assert (found.raw["GCS_first"], found.raw["GCS_last"], found.raw["GCS_median"]) == (9, 11, 10)
    assert found.raw["CSRU"] == 0.0
    assert "MechVentDuration" not in found.raw
    assert found.shown["GCS"].entries[0] == "Observation/gcs2"


def test_a_stay_is_not_asked_about_where_there_is_none_and_lacks_what_is_not_known():
    assert not stay_of(record(), Said()).is_asked
    unknown = stay_of(stay_record(place="Intensive Care"), Said())
    assert "the kind of the unit is not known" in unknown.lacking[0]
    assert stay_of(stay_record(place="Intensive Care"), Said(unit="surgical")).raw["SICU"] == 1.0
    assert stay_of(stay_record(), Said(ventilation="yes")).raw["MechVentDuration"] == 48 * 60
    other = stay_of(stay_record(), Said(start="2024-05-20T08:00"))
    assert any("within 48 h" in reason for reason in other.lacking)
    assert "no moment" in stay_of(stay_record(), Said(start="yesterday")).lacking[0]


def test_features_of_a_stay_do_not_change_with_others_beside_it():
    raw = stay_of(stay_record(), Said()).raw
    alone, two = features_of(columns_of([raw])), features_of(columns_of([raw, raw | {"GCS_last": 3.0}]))
    for name, values in alone.numbers.items():
        np.testing.assert_allclose(values[0], two.numbers[name][0])
    assert two.numbers["SAPS II of GCS last"].tolist() == [5.0, 26.0]


def test_tables_of_variables_name_no_code_twice():
    for table in ("variables.tsv", TABLE):
        for group in ({"Weight"}, set()):
            codes = [code for one in variables(table) if one.key not in group for code in one.loinc]
            assert len(codes) == len(set(codes)), table
    assert pressure("1", 120, "2024-01-01").content.components[0].value.value == 120
