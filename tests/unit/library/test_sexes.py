"""Two sources that contradict each other on the sex: both are kept and told, a corrected one is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medapp.domain.record import (
    Code,
    Concept,
    Entry,
    HumanName,
    Identifier,
    Observation,
    Person,
    Quantity,
    Source,
    When,
)
from medapp.library import Library

ONE, OTHER, SCOPE = "/in/one.json", "/in/other.json", "/in"


def person(sex, path=ONE, name="Doe", numbers=()):
    return Person(
        "Patient/p1",
        Source(path, "fhir", "Patient/p1"),
        names=(HumanName(name, ("Jo",)),),
        identifiers=tuple(numbers),
        birth_date=When("1960-01-01"),
        sex=sex,
    )


def value(path=ONE):
    content = Observation(Concept((Code("http://loinc.org", "2160-0"),)), value=Quantity(1.0, "mg/dL"))
    return Entry("Observation/o1", "Patient/p1", Source(path, "fhir"), content)


@pytest.fixture
def records(tmp_path):
    with Library.open(tmp_path) as library:
        yield library.records


def sexes(records, key):
    return sorted(one.sex or "" for one in records.person(key))


def test_another_file_that_says_another_sex_is_kept_beside_and_told(records):
    first = records.put(ONE, "fhir", [person("female"), value()], scope=SCOPE)
    again = records.put(OTHER, "fhir", [person("male", OTHER), value(OTHER)], scope=SCOPE)
    assert not first.refused
    ((_, code, reason),) = again.refused
    assert code == "incomplete"
    assert "contradicts" in reason
    assert "Doe" not in reason
    assert first.persons == again.persons
    assert sexes(records, first.persons[0]) == ["female", "male"]
    assert len(records.persons()) == 1


def test_one_file_that_says_both_is_kept_with_both(records):
    done = records.put(ONE, "fhir", [person("female"), value(), person("male")], scope=SCOPE)
    assert len(done.refused) == 1
    assert sexes(records, done.persons[0]) == ["female", "male"]


def test_the_numbers_of_one_person_are_no_doubtful_pair(records):
    number = Identifier("urn:h", "123", "MR")
    records.put(ONE, "fhir", [person("female", numbers=[number])], scope=SCOPE)
    done = records.put(OTHER, "fhir", [person("male", OTHER, numbers=[number])], scope=SCOPE)
    assert done.doubtful == ()
    assert len(records.persons()) == 1


def test_a_corrected_file_ends_the_contradiction(records):
    key = records.put(ONE, "fhir", [person("female"), value()], scope=SCOPE).persons[0]
    corrected = records.put(ONE, "fhir", [person("male"), value()], scope=SCOPE)
    assert not corrected.refused
    assert sexes(records, key) == ["male"]
    records.put(OTHER, "fhir", [person("female", OTHER)], scope=SCOPE)
    assert sexes(records, key) == ["female", "male"]
    records.put(OTHER, "fhir", [person("male", OTHER)], scope=SCOPE)
    assert sexes(records, key) == ["male"]


def test_what_is_not_known_contradicts_nothing(records):
    key = records.put(ONE, "fhir", [person(None)], scope=SCOPE).persons[0]
    done = records.put(OTHER, "fhir", [person("male", OTHER)], scope=SCOPE)
    assert not done.refused
    assert sexes(records, key) == ["male"]


def test_another_name_under_one_id_is_another_person_and_told(records):
    records.put(ONE, "fhir", [person("female")], scope=SCOPE)
    done = records.put(
        OTHER, "fhir", [replace(person("female", OTHER), names=(HumanName("Roe"),))], scope=SCOPE
    )
    assert "two people" in done.refused[0][2]
    assert len(records.persons()) == 2
