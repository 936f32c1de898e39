"""Doses stop while it is not answered whose record it is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from medapp.domain.record import (
    Code,
    Concept,
    Entry,
    HumanName,
    Identifier,
    Observation,
    Period,
    Person,
    Quantity,
    Source,
    When,
)
from medapp.domain.record.coding import LOINC
from medapp.knowledge.therapy.recognise import written
from medapp.library import Library
from medapp.library.keys import RECORD_ONLY
from medapp.services.medicines import check_list, medicines_of
from tests.unit.knowledge.therapy.made_up import tables_of, write_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ON = date(2026, 6, 30)


def somebody(subject: str, sex: str, born: str = "1950-01-01") -> Person:
    source = Source(f"{subject}.json", "fhir")
    number = Identifier("A-77123", "http://h.example/mrn", "MR")
    return Person(subject, source, (number,), (HumanName("Test"),), When(born), sex)


def lab(subject: str, loinc: str, value: float, unit: str) -> Entry:
    content = Observation(
        Concept((Code(LOINC, loinc),)),
        "final",
        effective=Period(When("2026-06-20")),
        value=Quantity(value, unit, unit),
    )
    return Entry(f"{subject}-{loinc}", subject, Source(f"{subject}.json", "fhir"), content)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


def put(library: Library, person: Person) -> None:
    labs = [lab(person.subject, "2160-0", 1.9, "mg/dL"), lab(person.subject, "29463-7", 60.0, "kg")]
    library.records.put(person.source.file, "fhir", [person, *labs])


def renal(library: Library, tmp_path: Path) -> list[str]:
    tables = tables_of(write_tables(tmp_path / "drugs"))
    key = RECORD_ONLY + library.records.persons("A-77123")[0].key
    patient = medicines_of(library, key)
    drugs = [written(name) for name in ("metformin", "dabigatran", "apixaban")]
    checks = check_list(drugs, patient, tables, ON).checks
    return [f"{one.outcome} {one.text}" for one in checks if one.kind == "renal"]


def test_two_sexes_of_one_number_stop_the_doses_until_somebody_says_who_it_is(
    library: Library, tmp_path: Path
) -> None:
    put(library, somebody("a", "male"))
    assert not any(one.startswith("unknown") for one in renal(library, tmp_path))
    put(library, somebody("b", "female"))
    stopped = renal(library, tmp_path)
    assert stopped
    assert all(one.startswith("unknown") for one in stopped)
    assert all("differs in sex; whether they are one person is not answered yet" in one for one in stopped)
    ((one, other),) = library.questions.pairs(5)
    library.records.answer_pair(one.key, other.key, same=False)
    assert not any(one.startswith("unknown") for one in renal(library, tmp_path))
    library.records.answer_pair(one.key, other.key, same=True)
    joined = [one for one in renal(library, tmp_path) if "criteria" not in one]
    assert joined
    assert all("contradict each other on the sex" in one for one in joined)


def test_questions_of_others_stop_nothing(library: Library) -> None:
    put(library, somebody("a", "male"))
    put(library, somebody("b", "female"))
    assert len(library.questions.pairs(5)) == 1
    assert library.questions.pairs(5, ["nobody"]) == ()
