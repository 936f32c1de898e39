"""What holds now is what is stated to hold, and the latest value is the latest."""

from __future__ import annotations

from medapp.domain.record import (
    Code,
    CodedValue,
    Concept,
    Entry,
    Medication,
    Observation,
    Period,
    Problem,
    Quantity,
    Source,
    When,
)
from medapp.domain.record.coding import LOINC, SNOMED
from medapp.domain.record.summary import active_medications, active_problems, latest_quantities

SOURCE = Source("file", "fhir")
SODIUM = Concept((Code("urn:local", "na"), Code(LOINC, "2951-2")))


def entry(content, identity: str = "", recorded: str = "") -> Entry:
    return Entry(identity, "p1", SOURCE, content, recorded=When(recorded) if recorded else None)


def test_problems_are_active_where_that_is_stated():
    stated = [
        Problem(Concept(text="yes"), status="active", certainty="confirmed"),
        Problem(Concept(text="again"), status="recurrence"),
        Problem(Concept(text="over"), status="resolved"),
        Problem(Concept(text="not said")),
        Problem(Concept(text="no"), status="active", certainty="refuted"),
    ]
    assert [one.content.concept.text for one in active_problems(map(entry, stated))] == ["yes", "again"]


def test_medicines_are_active_where_they_are_ordered_or_taken():
    stated = [
        Medication(Concept(text="ordered"), "request", "active"),
        Medication(Concept(text="taken"), "statement", "active"),
        Medication(Concept(text="stopped"), "request", "stopped"),
        Medication(Concept(text="given"), "administration", "completed"),
        Medication(Concept(text="proposed"), "request", "active", "proposal"),
        Medication(Concept(text="forbidden"), "request", "active", "do-not-perform"),
    ]
    found = active_medications(map(entry, stated))
    assert [one.content.concept.text for one in found] == ["ordered", "taken"]


def sodium(value: float, start: str = "", status: str = "final") -> Observation:
    return Observation(
        SODIUM, status, effective=Period(When(start) if start else None), value=Quantity(value, "mmol/L")
    )


def test_the_latest_of_each_measurement():
    entries = [
        entry(sodium(140, "2020-01-02"), "a"),
        entry(sodium(141, "2020-01-02T10:00:00Z"), "b"),
        entry(sodium(142, "2019"), "c"),
        entry(sodium(143), "d"),
        entry(sodium(144, "2021", "entered-in-error"), "e"),
        entry(Observation(SODIUM, value=CodedValue(SODIUM)), "f"),
        entry(Problem(SODIUM), "g"),
        entry(Observation(Concept((Code(SNOMED, "1"),)), value=Quantity(1)), "h"),
        entry(Observation(Concept(text="words"), value=Quantity(1)), "i"),
    ]
    found = latest_quantities(entries)
    assert {key: one.id for key, one in found.items()} == {
        (LOINC, "2951-2"): "b",
        (SNOMED, "1"): "h",
        ("", "words"): "i",
    }


def test_of_two_at_once_the_one_written_later_is_kept_else_the_first():
    one, two = sodium(140, "2020"), sodium(141, "2020")
    key = (LOINC, "2951-2")
    assert latest_quantities([entry(one, "a"), entry(two, "b")])[key].id == "a"
    later = latest_quantities([entry(one, "a", "2020-01-01"), entry(two, "b", "2020-01-02")])
    assert later[key].id == "b"
