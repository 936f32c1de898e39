"""Dates as exact as their source, names and concepts as a reader sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from medapp.domain.record import Code, Concept, HumanName, Person, Source, When
from medapp.domain.record.coding import LOINC, SNOMED


@pytest.mark.parametrize(
    ("text", "precision", "day"),
    [
        ("2012", "year", date(2012, 1, 1)),
        ("2012-02", "month", date(2012, 2, 1)),
        ("2012-02-29", "day", date(2012, 2, 29)),
        ("2012-02-29T10:11Z", "minute", date(2012, 2, 29)),
        ("2012-02-29T10:11:12.5-05:00", "second", date(2012, 2, 29)),
    ],
)
def test_a_date_is_as_exact_as_its_text(text: str, precision: str, day: date) -> None:
    when = When(text)
    assert when.precision == precision
    assert when.day == day
    assert when.instant.tzinfo is UTC


def test_moments_of_two_zones_sort_by_what_comes_first() -> None:
    east, west = When("2020-01-01T00:30:00+02:00"), When("2019-12-31T23:00:00Z")
    assert east.instant == datetime(2019, 12, 31, 22, 30, tzinfo=UTC)
    assert east.instant < west.instant
    assert east.has_zone
    assert not When("2020-01-01T00:30:00").has_zone


@pytest.mark.parametrize("text", ["2013-02-29", "13", "2012-1", "2012-13", "2012-01-01T25:00", "", "today"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        When(text)


def test_a_concept_is_shown_in_the_words_of_its_source() -> None:
    coded = Concept((Code(SNOMED, "38341003"), Code(LOINC, "1-8", "Hypertension")))
    assert coded.display == "Hypertension"
    assert coded.code(SNOMED) == "38341003"
    assert not coded.code("other")
    assert Concept((Code(SNOMED, "38341003"),), "high blood pressure").display == "high blood pressure"
    assert not Concept()


def test_the_official_name_is_shown() -> None:
    names = (HumanName("Old", use="old"), HumanName("Doe", ("Jane", "Q"), use="official"))
    person = Person("1", Source("a.json", "fhir"), names=names)
    assert person.name.display == "Doe, Jane Q"
    assert not Person("1", Source("a.json", "fhir")).name.display
