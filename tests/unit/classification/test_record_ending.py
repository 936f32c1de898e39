"""Where a record ends, and how old somebody was then: by what was seen in the patient, not by paper."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from medapp.domain.record import Encounter, Entry, Medication, Observation, Other, Period, Quantity, When
from medapp_classification.records.patient import patient_of
from medapp_classification.records.people import individual_of, last_moment
from tests.unit.classification.record_small import SOURCE, observed, problem, record

TODAY = datetime(2026, 6, 1, tzinfo=UTC)


def entry(content, name="more", recorded=""):
    return Entry(name, "p", SOURCE, content, recorded=When(recorded) if recorded else None)


def ends(*more, **rest):
    return last_moment(record(*more, **rest), TODAY).date().isoformat()


@pytest.mark.parametrize("kind", ["ExplanationOfBenefit", "Claim", "Coverage", "CarePlan", "Appointment"])
def test_claims_forms_and_plans_do_not_end_a_record(kind):
    paper = entry(Other(kind, during=Period(When("2024-05-01"), When("2025-05-01"))), recorded="2025-06-01")
    assert ends(paper) == "2024-05-01"


def test_what_is_planned_or_withdrawn_or_still_to_come_does_not_end_it():
    concept = observed("x", "2085-9", 50.0, "mg/dL", "2024-01-01").content.concept
    until = Period(When("2024-04-01"), When("2025-04-01"))
    assert ends(entry(Medication(concept, "request", "active", taken=until))) == "2024-05-01"
    assert ends(entry(Medication(concept, "request", "completed", taken=until))) == "2025-04-01"
    assert ends(entry(Encounter(status="planned", during=Period(When("2025-01-01"))))) == "2024-05-01"
    stay = Period(When("2024-06-01"), When("2024-06-20"))
    assert ends(entry(Encounter(status="in-progress", during=stay))) == "2024-06-01"
    assert ends(entry(Encounter(during=stay))) == "2024-06-20"
    wrong = Observation(concept, "entered-in-error", effective=Period(When("2025-01-01")))
    assert ends(entry(wrong)) == "2024-05-01"
    assert ends(observed("9", "2085-9", 50.0, "mg/dL", "2031-01-01")) == "2024-05-01"
    assert ends(problem("7", "38341003", "2025-02-03")) == "2025-02-03"


def test_the_record_of_who_has_died_ends_with_the_death():
    later = observed("9", "2085-9", 50.0, "mg/dL", "2025-01-01")
    assert ends(later, deceased=When("2024-09-17")) == "2024-09-17"
    found = patient_of(record(later, deceased=When("2024-09-17")), today=TODAY)
    assert any("has died" in reason for reason in found.lacking)
    early = patient_of(record(deceased=When("2024-09-17")), today=TODAY)
    assert early.history is None


def test_an_age_is_that_of_the_last_birthday():
    person = individual_of(record(birth_date=When("1937-02-13")))
    assert person.birthdays(datetime(2021, 10, 17, tzinfo=UTC)) == 84
    assert person.birthdays(datetime(2021, 2, 12, tzinfo=UTC)) == 83
    assert person.birthdays(datetime(2021, 2, 13, tzinfo=UTC)) == 84
    shown = patient_of(record(birth_date=When("1960-11-13")), today=TODAY).shown["age"].value
    assert shown == "63 years"  # 63.5 at the last entry


def test_what_is_said_of_the_day_is_true():
    told = " ".join(one.message for one in patient_of(record(), today=TODAY).notices)
    assert "The last clinical entry of the record is of 2024-05-01" in told
    asked = patient_of(record(), as_of="2024-05-03", today=TODAY)
    told = " ".join(one.message for one in asked.notices)
    assert "The answers hold for 2024-05-03, as was asked" in told
    assert "last clinical entry" not in told


def test_values_of_a_child_are_not_said_to_be_impossible():
    small = observed("9", "8302-2", 95.0, "cm", "2024-04-01", "Height")
    assert isinstance(small.content.value, Quantity)
    found = patient_of(record(small, birth_date=When("2018-01-01")), today=TODAY)
    told = " ".join(one.message for one in found.notices)
    assert "Height: 1 value is not used, for the models take" in told
    assert any("was 6 years old on 2024-05-01" in reason for reason in found.lacking)
