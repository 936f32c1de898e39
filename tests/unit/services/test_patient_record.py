"""What the workspace gets of a patient: their records, and their imaging with its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.domain.patient import Instance, Patient, Series, Study
from medapp.domain.record import Allergy, Concept, Entry, HumanName, Person, Source, StudyReference, When
from medapp.library import Library
from medapp.library.keys import RECORD_ONLY
from medapp.library.writing import put_series
from medapp.services.patient_record import banner_facts, record_of

if TYPE_CHECKING:
    from pathlib import Path

JANE = Patient("4711", "Doe^Jane^Q", "19700101", "F", "1.2.3")


@pytest.mark.parametrize(
    ("date", "time", "started"),
    [
        ("20260312", "101500", "2026-03-12T10:15:00"),
        ("20260312", "", "2026-03-12"),
        ("20260230", "101500", None),
        ("", "", None),
    ],
)
def test_a_study_is_known_to_the_minute_where_its_time_is_stated(
    tmp_path: Path, date: str, time: str, started: str | None
) -> None:
    with Library.open(tmp_path) as library:
        study = Study("1.8", JANE, date, time, "MR head")
        series = Series("k", "1.9", study, "MR", "volume", (Instance(tmp_path / "a.dcm"),))
        with library._engine.begin() as connection:
            put_series(connection, [series])
        (entry,) = record_of(library, library.patients()[0].key).entries
    assert isinstance(entry.content, StudyReference)
    assert (entry.content.started.text if entry.content.started else None) == started


def test_the_banner_knows_of_a_death_and_of_allergies(tmp_path: Path) -> None:
    source = Source("a.json", "fhir")
    people = [
        Person("p", source, names=(HumanName("Doe"),), deceased=When("2010")),
        Entry("1", "p", source, Allergy(Concept(text="Penicillin"), status="active")),
    ]
    with Library.open(tmp_path) as library:
        (key,) = library.records.put("a", "fhir", people).persons
        found = banner_facts(library, RECORD_ONLY + key)
        assert (found.allergies, found.died) == (("Penicillin",), "2010")
        library.records.put("a", "fhir", [Person("p", source, deceased=True)])
        assert banner_facts(library, RECORD_ONLY + key).died == "yes"
        library.records.put("a", "fhir", [Person("p", source)])
        assert banner_facts(library, RECORD_ONLY + key).died == ""
