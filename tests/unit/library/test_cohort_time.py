"""Questions with a time, and what a record says too little of: told, and never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.domain.patient import Instance, Patient, Series, Study
from medapp.domain.record import (
    Allergy,
    Code,
    Component,
    Concept,
    Entry,
    HumanName,
    Medication,
    Observation,
    Period,
    Person,
    Problem,
    Procedure,
    Quantity,
    Source,
    When,
)
from medapp.domain.record.coding import LOINC
from medapp.library import Library
from medapp.library.record.cohort_time import last_day
from medapp.library.writing import put_series
from tests.unit.library.test_cohort import ask

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.domain.cohort import Cohort
    from medapp.domain.record.clinical import Content

SOURCE = Source("a.json", "fhir")
CREATININE = Concept((Code(LOINC, "2160-0", "Creatinine [Mass/volume] in Serum"),))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path) as opened:
        yield opened


def put(library: Library, **contents: Content) -> None:
    """One person and one entry for each name."""
    for name, content in contents.items():
        person = Person(name, SOURCE, (), (HumanName(name),), When("1980-01-01"), "female")
        library.records.put(name, "fhir", [person, Entry(f"{name}1", name, SOURCE, content)])


def names(cohort: Cohort) -> list[str]:
    return [one.name for one in cohort.members]


def medicine(start: str = "", stop: str = "", status: str = "completed") -> Medication:
    taken = Period(When(start) if start else None, When(stop) if stop else None)
    return Medication(Concept(text="Metformin 500 mg"), "statement", status, taken=taken)


def creatinine(value: float, unit: str, day: str = "2026-01-01") -> Observation:
    return Observation(CREATININE, "final", effective=Period(When(day)), value=Quantity(value, unit, unit))


def test_medicines_count_where_they_began_ended_or_went_on(library: Library) -> None:
    # The question is asked on 2026-11-25.
    put(
        library,
        before=medicine("2019-01-01", "2020-12-31"),
        began=medicine("2025-06-01"),
        ended=medicine("2019-01-01", "2025-06-01"),
        goes_on=medicine("2019-01-01", status="active"),
        only_ordered=medicine("2019-01-01"),
        planned=medicine("2027-01-01"),
        undated=medicine(),
    )
    found = ask(library, "taking metformin in the last 2 years")
    assert names(found) == ["began", "ended", "goes_on"]
    assert {one.name: one.evidence[0].until for one in found.members} == {
        "began": "", "ended": "2025-06-01", "goes_on": "going on"
    }  # fmt: skip
    assert dict(found.unknown) == {"date of “metformin”": 1}
    found = ask(library, "without metformin in the last 2 years")
    assert names(found) == ["before", "only_ordered", "planned"]
    assert dict(found.unknown) == {"date of “metformin”": 1}
    assert "planned" in names(ask(library, "taking metformin since 2024"))
    assert len(ask(library, "taking metformin").members) == 7


@pytest.mark.parametrize(
    ("died", "fits", "unknown"),
    [("2020-05-05", [], 0), ("2026", ["gone"], 0), ("2020", [], 0), ("2024", [], 1), (True, [], 1)],
)
def test_what_goes_on_ends_with_death(
    library: Library, died: str | bool, fits: list[str], unknown: int
) -> None:
    deceased = When(died) if isinstance(died, str) else died
    person = Person("gone", SOURCE, (), (HumanName("gone"),), When("1950-01-01"), "male", deceased)
    entry = Entry("m", "gone", SOURCE, medicine("2019-01-01", status="active"))
    library.records.put("a", "fhir", [person, entry])
    found = ask(library, "taking metformin in the last 2 years")
    assert names(found) == fits
    assert sum(count for _, count in found.unknown) == unknown
    (member,) = ask(library, "taking metformin").members
    assert member.evidence[0].until == "death"


def test_the_first_and_the_last_day_are_inside(library: Library) -> None:
    put(
        library,
        first=creatinine(2, "mg/dL", "2025-11-25"),
        too_early=creatinine(2, "mg/dL", "2025-11-24T23:59:59Z"),
        today=creatinine(2, "mg/dL", "2026-11-25T23:59:59Z"),
        tomorrow=creatinine(2, "mg/dL", "2026-11-26"),
    )
    assert names(ask(library, "creatinine over 1 in the last year")) == ["first", "today"]
    assert names(ask(library, "creatinine over 1 since 2026-11-26")) == ["tomorrow"]


def test_only_values_within_the_time_are_shown(library: Library) -> None:
    person = Person("jane", SOURCE, (), (HumanName("Jane"),))
    values = [creatinine(2, "mg/dL", "2019-01-01"), creatinine(3, "mg/dL", "2021-01-01")]
    values += [creatinine(4, "mg/dL", "2021-06-01"), creatinine(1, "mg/dL", "2022-01-01")]
    entries = [Entry(str(at), "jane", SOURCE, value) for at, value in enumerate(values)]
    library.records.put("a", "fhir", [person, *entries])
    (member,) = ask(library, "creatinine over 1.5 mg/dL since 2020").members
    (seen,) = member.evidence
    assert (seen.value, seen.date, seen.count) == (4, "2021-06-01", 2)
    assert seen.condition == "creatinine > 1.5 mg/dL, since 2020"
    assert not ask(library, "creatinine over 1.5 mg/dL since 2022").members


def test_a_year_is_no_day(library: Library) -> None:
    put(library, vague=Procedure(Concept(text="Appendectomy"), "completed", Period(When("2020"))))
    (member,) = ask(library, "after appendectomy since 2020").members
    assert member.evidence[0].date == "2020"
    found = ask(library, "after appendectomy since 2020-05")
    assert not found.members
    assert dict(found.unknown) == {"date of “appendectomy”": 1}
    found = ask(library, "after appendectomy since 2021")
    assert (found.members, found.unknown) == ((), ())


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020", "2020-12-31"),
        ("2020-02", "2020-02-29"),
        ("2020-02-03", "2020-02-03"),
        ("2020-02-03T04:05Z", "2020-02-03"),
    ],
)
def test_the_last_day_that_a_date_can_be(text: str, day: str) -> None:
    assert last_day(text).isoformat() == day


def test_what_is_denied_does_not_count(library: Library) -> None:
    gout = Concept(text="Gout")
    nuts = Concept(text="Allergy to nuts")
    put(
        library,
        has=Problem(gout, certainty="confirmed"),
        refuted=Problem(gout, certainty="refuted"),
        mistaken=Problem(gout, certainty="entered-in-error"),
        allergic=Allergy(nuts),
        not_allergic=Allergy(nuts, negated=True),
        never_taken=Medication(Concept(text="Metformin"), "statement", "not-taken"),
    )
    assert names(ask(library, "patients with gout")) == ["has"]
    assert names(ask(library, "patients with nuts")) == ["allergic"]
    assert names(ask(library, "without gout and no nuts")) == [
        "mistaken",
        "never_taken",
        "not_allergic",
        "refuted",
    ]
    assert names(ask(library, "taking metformin")) == []


def test_values_that_cannot_be_compared_are_told(library: Library) -> None:
    put(
        library,
        high=creatinine(2, "mg/dL"),
        low=creatinine(1, "mg/dL"),
        no_unit=creatinine(2, ""),
        another=creatinine(200, "mg/g"),
    )
    # Beside a value that can be compared, one in another dimension is of something else.
    more = Entry("x", "low", SOURCE, creatinine(200, "mg/g"))
    library.records.put("more", "fhir", [more], scope="low")
    found = ask(library, "creatinine above 1.5 mg/dL")
    assert names(found) == ["high"]
    assert dict(found.unknown) == {"value of “creatinine” in mg/dL": 2}
    assert names(ask(library, "without creatinine above 1.5 mg/dL")) == ["low"]


def test_images_by_words_and_date(library: Library, tmp_path: Path) -> None:
    series = [
        Series(
            str(at),
            f"1.9.{at}",
            Study(f"1.8.{at}", Patient(name, name, born, "F", ""), date, description="Thorax/CHEST_routine"),
            "CT",
            "volume",
            (Instance(tmp_path / f"{at}.dcm"),),
        )
        for at, (name, born, date) in enumerate(
            (("New", "19800101", "20250203"), ("Old", "19801399", "20100203"), ("Undated", "", ""))
        )
    ]
    with library._engine.begin() as connection:
        put_series(connection, series)
    assert names(ask(library, "CT chest")) == ["New", "Old", "Undated"]
    assert names(ask(library, "CT hest")) == []
    found = ask(library, "women with CT chest since 2020")
    assert names(found) == ["New"]
    assert dict(found.unknown) == {"date of “CT chest”": 1}
    (study,) = library.studies(found.members[0].patients[0])
    assert found.members[0].evidence[0].study == study.key
    assert names(ask(library, "women without CT since 2020")) == ["Old"]
    # 1980-13-99 is no day: nobody is of any age by it.
    assert dict(ask(library, "over 20 with CT").unknown) == {"age": 2}


def test_a_notice_names_what_is_looked_for_even_where_it_must_be_absent(library: Library) -> None:
    put(library, has=Problem(Concept(text="Gout")))
    assert ask(library, "gout without banana").notices == ("nothing in the library fits “banana”",)


def test_measurements_inside_of_another_are_found(library: Library) -> None:
    def pressure(high: float, low: float, day: str) -> Observation:
        parts = tuple(
            Component(Concept((Code(LOINC, code, name),)), Quantity(value, "mm[Hg]", "mm[Hg]"))
            for code, name, value in (("8480-6", "Systolic", high), ("8462-4", "Diastolic", low))
        )
        whole = Concept(text="Blood pressure")
        return Observation(whole, "final", effective=Period(When(day)), components=parts)

    put(library, high=pressure(150, 95, "2020-05-05"), low=pressure(110, 70, "2021-05-05"))
    library.records.put(
        "more", "fhir", [Entry("x", "high", SOURCE, pressure(145, 80, "2021-05-05"))], scope="high"
    )
    (member,) = ask(library, "systolic blood pressure over 140 mm[Hg]").members
    (seen,) = member.evidence
    assert (member.name, seen.title, seen.value, seen.unit, seen.date, seen.count) == (
        "high", "Systolic", 145, "mm[Hg]", "2021-05-05", 2
    )  # fmt: skip
    assert names(ask(library, "8462-4 under 75")) == ["low"]
    assert names(ask(library, "without systolic over 140")) == ["low"]
    assert names(ask(library, "systolic over 140 since 2022")) == []
    # The pressure as a whole has no number of its own.
    assert ask(library, "blood pressure over 1").notices == (
        "nothing in the library fits “blood pressure > 1”",
    )


def test_an_allergy_is_no_medicine_and_a_class_has_several_names(library: Library) -> None:
    put(
        library,
        stated=Allergy(Concept(text="Penicillin V")),
        problem=Problem(Concept(text="Allergy to penicillins (finding)")),
        none=Problem(Concept(text="No known allergy to penicillin")),
        denied=Allergy(Concept(text="Penicillin"), negated=True),
        refuted=Allergy(Concept(text="Penicillin"), certainty="refuted"),
        taker=Medication(Concept(text="Penicillin V Potassium 250 MG"), "request", "active"),
        sulfa=Allergy(Concept(text="Sulfonamide antibacterial"), category="medication"),
        nuts=Allergy(Concept(text="Peanut"), category="food"),
    )
    for said in ("allergic to penicillin", "with penicillin allergy", "with allergy to penicillins"):
        assert names(ask(library, f"patients {said}")) == ["problem", "stated"], said
    assert names(ask(library, "patients allergic to sulfa")) == ["sulfa"]
    assert names(ask(library, "patients with food allergy")) == ["nuts"]
    assert names(ask(library, "patients with allergies")) == ["nuts", "problem", "stated", "sulfa"]
    assert "stated" not in names(ask(library, "patients with no penicillin allergy"))
