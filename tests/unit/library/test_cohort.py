"""Questions over the library: in words, by record and image, without guessing what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from medapp.domain.cohort import Cohort, CohortQuery, Condition
from medapp.domain.patient import Instance, Patient, Series, Study
from medapp.domain.record import (
    Code,
    Concept,
    Entry,
    HumanName,
    Identifier,
    Medication,
    Observation,
    Period,
    Person,
    Problem,
    Quantity,
    Source,
    When,
)
from medapp.domain.record.coding import LOINC
from medapp.library import Library
from medapp.library.record.cohort import search
from medapp.library.writing import put_series
from medapp.services import cohorts
from medapp.services.cohort_errors import QueryError
from medapp.services.cohort_words import parse

SOURCE = Source("a.json", "fhir")
TODAY = date(2026, 11, 25)
CREATININE = Concept((Code(LOINC, "2160-0", "Creatinine [Mass/volume] in Serum"),))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        (
            "women over 60 with CT chest and creatinine above 1.5",
            CohortQuery(
                "female",
                61,
                None,
                (
                    Condition("imaging", ("CT", "chest")),
                    Condition("measurement", ("creatinine",), ">", 1.5),
                ),
            ),
        ),
        (
            "men between 50 and 70, taking metformin, without CT",
            CohortQuery(
                "male",
                50,
                70,
                (Condition("medicine", ("metformin",)), Condition("imaging", ("CT",), absent=True)),
            ),
        ),
        ("over 60", CohortQuery(None, 61)),
        ("children with asthma", CohortQuery(None, None, 17, (Condition("any", ("asthma",)),))),
        (
            "HbA1c >= 7 % and no problem heart failure",
            CohortQuery(
                conditions=(
                    Condition("measurement", ("HbA1c",), ">=", 7.0, "%", also=("hemoglobin", "a1c")),
                    Condition("problem", ("heart", "failure"), absent=True),
                )
            ),
        ),
    ],
)
def test_a_question_is_understood(text: str, query: CohortQuery) -> None:
    assert parse(text) == query


@pytest.mark.parametrize("text", ["", "  ", "women with ???", "women over sixty", "women with BMI above"])
def test_what_means_nothing_is_not_answered(text: str) -> None:
    with pytest.raises(QueryError):
        parse(text)


def test_record_and_images_answer_together(library: Library) -> None:
    found = ask(library, "women over 60 with CT chest and creatinine above 1.5")
    assert [one.name for one in found.members] == ["Doe, Jane"]
    (member,) = found.members
    assert member.age == 66
    imaging, lab = member.evidence
    assert (imaging.title, imaging.date) == ("CT Chest routine", "2020-02-03")
    assert (lab.value, lab.unit, lab.date, lab.count) == (1.9, "mg/dL", "2020-05-05", 2)
    assert found.notices == (
        "creatinine > 1.5: no unit was asked for; compared with values in mg/dL, umol/L",
    )


def test_units_are_converted_or_do_not_count(library: Library) -> None:
    found = ask(library, "patients with creatinine above 1.5 mg/dL")
    assert [one.name for one in found.members] == ["Doe, Jane"]
    assert not found.notices
    found = ask(library, "patients with 2160-0 above 1.0 mg/dL")
    assert [one.name for one in found.members] == ["Doe, Jane", "Poe, Ann"]


def test_absence_and_medicines(library: Library) -> None:
    assert [one.name for one in ask(library, "patients taking metformin").members] == ["Roe, John"]
    names = [one.name for one in ask(library, "patients without metformin").members]
    assert names == ["Doe, Jane", "Nobody", "Poe, Ann"]


def test_short_words_stand_for_long_ones() -> None:
    (condition,) = parse("BMI over 25").conditions
    assert (condition.words, condition.also) == (("BMI",), ("body", "mass", "index"))


def test_the_answer_says_how_the_question_was_understood_and_what_is_not_there(library: Library) -> None:
    found = ask(library, "women over 60 with banana")
    kinds = "problem, medicine, procedure or allergy"
    assert found.understood == f"female; at least 61 years old; {kinds}: banana"
    assert found.notices == ("nothing in the library fits “banana”",)
    with pytest.raises(QueryError, match="parsec"):
        cohorts.ask(library, "women with creatinine above 1 parsec")
    (jane,) = cohorts.ask(library, "patients with creatinine above 150 umol/L").members
    assert jane.name == "Doe, Jane"


def test_words_are_found_where_they_begin(library: Library) -> None:
    assert [one.name for one in ask(library, "patients with diabetes").members] == ["Roe, John"]
    assert [one.name for one in ask(library, "patients with prediab").members] == ["Poe, Ann"]


def test_what_is_not_known_is_counted_and_does_not_fit(library: Library) -> None:
    found = ask(library, "men over 20")
    assert [one.name for one in found.members] == ["Roe, John"]
    assert dict(found.unknown) == {"sex": 1}
    assert dict(ask(library, "over 20").unknown) == {"age": 1}


def test_the_dead_are_as_old_as_they_became(library: Library) -> None:
    assert [(one.age, one.died) for one in ask(library, "women under 40").members] == [(30, True)]


def test_a_question_can_be_kept(library: Library) -> None:
    library.records.keep_query("old", "over 60")
    library.records.keep_query("old", "over 70")
    assert library.records.queries() == (("old", "over 70"),)
    library.records.keep_query("old", None)
    assert not library.records.queries()


def ask(library: Library, text: str) -> Cohort:
    with library._engine.connect() as connection:
        return search(connection, parse(text), convert, TODAY)


def convert(value: float, unit: str, wanted: str, codes: str) -> float | None:
    assert codes == f" {LOINC}|2160-0 "
    factors = {("umol/L", "mg/dL"): 1 / 88.42}
    return value * factors[unit, wanted] if (unit, wanted) in factors else None


def lab(subject: str, number: int, value: float, unit: str, day: str) -> Entry:
    quantity = Quantity(value, unit, unit)
    content = Observation(CREATININE, "final", effective=Period(When(day)), value=quantity)
    return Entry(f"lab{number}", subject, SOURCE, content)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    number = (Identifier("4711", "1.2.3"),)
    people = [
        Person("jane", SOURCE, number, (HumanName("Doe", ("Jane",)),), When("1960-01-01"), "female"),
        Person("john", SOURCE, (), (HumanName("Roe", ("John",)),), When("1990-01-01"), "male"),
        Person(
            "ann", SOURCE, (), (HumanName("Poe", ("Ann",)),), When("1980-06-01"), "female", When("2011-01-01")
        ),
    ]
    entries = [
        lab("jane", 1, 1.6, "mg/dL", "2019-01-01"),
        lab("jane", 2, 1.9, "mg/dL", "2020-05-05"),
        lab("jane", 3, 0.9, "mg/dL", "2021-05-05"),
        lab("ann", 4, 100.0, "umol/L", "2010-01-01"),
        Entry("m", "john", SOURCE, Medication(Concept(text="Metformin 500 mg"), "request", "active")),
        Entry("e", "ann", SOURCE, Medication(Concept(text="Metformin"), "request", "entered-in-error")),
        Entry("p", "john", SOURCE, Problem(Concept(text="Type 2 Diabetes (disorder)"))),
        Entry("q", "ann", SOURCE, Problem(Concept(text="Prediabetes"))),
    ]
    jane = Patient("4711", "Doe^Jane", "19600101", "F", "1.2.3")
    nobody = Patient("X", "Nobody", "", "", "")
    series = [
        Series(
            str(number),
            f"1.9.{number}",
            Study(f"1.8.{number}", patient, "20200203", description="Chest routine"),
            "CT",
            "volume",
            (Instance(tmp_path / f"{number}.dcm"),),
        )
        for number, patient in enumerate((jane, nobody))
    ]
    with Library.open(tmp_path) as opened:
        with opened._engine.begin() as connection:
            put_series(connection, series)
        opened.records.put("a", "fhir", [*people, *entries])
        yield opened


def put_labs(library: Library, *labs: tuple[str, str, str, float, str]) -> None:
    """One person for each: name, LOINC code, title, value, unit."""
    for name, code, title, value, unit in labs:
        codes = (Code(LOINC, code, title),) if code else ()
        content = Observation(
            Concept(codes, title),
            "final",
            effective=Period(When("2020-01-01")),
            value=Quantity(value, unit, unit),
        )
        person = Person(name, SOURCE, (), (HumanName(name),), When("1950-01-01"), "female")
        library.records.put(name, "fhir", [person, Entry(f"{name}1", name, SOURCE, content)])


def test_a_substance_is_looked_for_in_blood_and_no_other_of_a_like_name_counts(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        put_labs(
            library,
            ("Blood", "718-7", "Hemoglobin [Mass/volume] in Blood", 9.0, "g/dL"),
            ("Local", "", "Haemoglobin", 10.0, "g/dL"),
            ("Stool", "57905-2", "Hemoglobin.gastrointestinal [Mass/volume] in Stool", 2.4, "ng/mL"),
            ("Sugar", "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", 6.1, "%"),
            ("Serum", "2160-0", "Creatinine", 2.0, "mg/dL"),
            ("Urine", "2161-8", "Creatinine [Mass/volume] in Urine", 80.0, "mg/dL"),
            ("Ratio", "14959-1", "Microalbumin Creatinine Ratio", 90.0, "mg/g"),
        )

        def asked(text: str) -> list[tuple[str, str]]:
            found = cohorts.ask(library, text).members
            return [(one.name, one.evidence[0].title) for one in found]

        blood = [("Blood", "Hemoglobin [Mass/volume] in Blood"), ("Local", "Haemoglobin")]
        assert asked("women over 60 with hemoglobin below 12 g/dL") == blood
        assert asked("haemoglobin below 12") == blood
        assert asked("hgb below 120 g/L") == blood
        assert [name for name, _ in asked("creatinine above 1.5")] == ["Serum"]
        assert [name for name, _ in asked("creatinine above 1.5 mg/dL")] == ["Serum"]
        assert [name for name, _ in asked("urine creatinine above 1.5 mg/dL")] == ["Urine"]
        assert [name for name, _ in asked("stool hemoglobin above 1 ng/mL")] == ["Stool"]
        assert [name for name, _ in asked("hba1c above 6 %")] == ["Sugar"]


def test_values_of_several_names_are_told(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        put_labs(
            library,
            ("One", "", "Troponin I", 0.9, "ng/mL"),
            ("Two", "", "Troponin T", 0.9, "ng/mL"),
            ("Three", "", "TROPONIN-T", 0.9, "ng/mL"),
        )
        (told,) = cohorts.ask(library, "troponin above 0.1 ng/mL").notices
        assert told == "troponin > 0.1 ng/mL: compared with values of “Troponin T”, “Troponin I”"
