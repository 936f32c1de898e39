"""Whom the library lists, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.cli.patients import one_patient
from medapp.cli.run_findings import who
from medapp.domain.patient import Instance, Patient, Series, Study
from medapp.domain.record import Concept, Entry, HumanName, Identifier, Observation, Person, Source, When
from medapp.library import Library
from medapp.library.keys import RECORD_ONLY
from medapp.library.writing import put_series
from medapp.services.genomes import patients_to_choose
from medapp.services.library_list import list_patients
from medapp.services.patient_record import person_in_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCE = Source("a.json", "fhir")


def people(count: int) -> Iterator[Person | Entry]:
    """Of two names, and one without."""
    yield Person("nobody", SOURCE, identifiers=(Identifier("000", "x"),))
    for number in range(count):
        name = HumanName(("Moore", "Grant")[number % 2], (f"A{number:03}",))
        subject = f"p{number}"
        yield Person(
            subject, SOURCE, (Identifier(f"9{number:03}", "x"),), (name,), When("1970-05-01"), "male"
        )
        yield Entry(f"o{number}", subject, SOURCE, Observation(Concept(text="Sodium")))


def test_pages_follow_each_other_in_order_and_whole(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.records.put("a", "fhir", people(25))
        pages = [list_patients(library, "", after=after, count=10) for after in (0, 10, 20)]
        names = [one.name for page in pages for one in page.patients]
        assert [page.persons for page in pages] == [10, 10, 6]
        assert {page.all_persons for page in pages} == {26}
        assert names[:-1] == sorted(names[:-1])
        assert names[-1] == "", "who has no name comes last"
        assert len(set(names)) == 26
        assert pages[0].patients[0].entries == 1
        found = list_patients(library, "moore 9000")
        assert [(one.name, one.id) for one in found.patients] == [("Moore^A000", "9000")]
        assert found.patients[0].patient.birth_date == "19700501"
        assert list_patients(library, "nonsense").all_persons == 0


def test_who_has_images_is_listed_once_and_first(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        jane = Patient("9001", "Grant^A001", "19700501", "M", "x")
        series = Series("k", "1.9", Study("1.8", jane), "CT", "volume", (Instance(tmp_path / "a.dcm"),))
        with library._engine.begin() as connection:
            put_series(connection, [series])
        library.records.put("a", "fhir", people(3))
        found = list_patients(library, "")
        assert [one.id for one in found.patients] == ["9001", "9000", "9002", "000"]
        assert [bool(one.series) for one in found.patients] == [True, False, False, False]
        assert [one.id for one in list_patients(library, "", after=1).patients] == ["9002", "000"]
        assert [key for key, _ in patients_to_choose(library, "grant")] == [found.patients[0].key]
        assert len(patients_to_choose(library, count=2)) == 2


def test_somebody_is_found_by_key_and_a_date_that_is_not_whole_stays_so(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        person = Person("p", SOURCE, names=(HumanName("Doe", ("Jane",)),), birth_date=When("1970-05"))
        (key,) = library.records.put("a", "fhir", [person]).persons
        assert person_in_library(library, key) == (
            RECORD_ONLY + key, Patient("", "Doe^Jane", "1970-05", ""), (),
        )  # fmt: skip
        assert person_in_library(library, "nobody") == ("", None, ())


def test_who_has_no_number_of_a_hospital_is_shown_by_the_best_other(tmp_path: Path) -> None:
    numbers = (Identifier("B1", "bank", "BC"), Identifier("D1", "dmv", "DL"), Identifier("S1", "ssa", "SS"))
    with Library.open(tmp_path) as library:
        library.records.put("a", "fhir", [Person("p", SOURCE, numbers)])
        (listed,) = list_patients(library, "").patients
        assert (listed.patient.id, listed.number) == ("", "SSN S1")
        library.records.put("a", "fhir", [Person("p", SOURCE, numbers[:2])])
        assert list_patients(library, "").patients[0].number == "driver's license D1"
        # A number of a bank is nobody's business, and one of the hospital is enough.
        library.records.put("a", "fhir", [Person("p", SOURCE, numbers[:1])])
        assert list_patients(library, "").patients[0].number == ""
        library.records.put("a", "fhir", [Person("p", SOURCE, (*numbers, Identifier("M1", "h", "MR")))])
        (listed,) = list_patients(library, "").patients
        assert (listed.patient.id, listed.number) == ("M1", "")


def test_who_has_images_is_found_by_every_number_of_either_half(tmp_path: Path) -> None:
    numbers = (Identifier("9001", "h", "MR"), Identifier("123-45-0001", "ssa", "SS"))
    person = Person("p", SOURCE, numbers, (HumanName("Grant", ("Ann",)),), When("1970-05-01"), "female")
    other = Person("q", SOURCE, (Identifier("5001", "h", "MR"),), (HumanName("Roe", ("Jo",)),))
    seen = Patient("IMG77", "Grant^Ann", "19700501", "F", "scanner")
    series = Series("k", "1.9", Study("1.8", seen, "20200101"), "CT", "volume", (Instance(tmp_path / "a"),))
    with Library.open(tmp_path) as library:
        with library._engine.begin() as connection:
            put_series(connection, [series])
        report = library.records.put("a", "fhir", [person, other])
        (patient,) = library.patients()
        (key,) = (one.key for one in library.records.persons("9001"))
        assert len(report.persons) == 2
        assert {one.id for one in list_patients(library, "9001").patients} == {"9001"}
        library.records.answer_match(key, patient.key, same=True)
        for query in ("9001", "123-45-0001", "IMG77", "grant 9001", "IMG77 9001", "ct 9001"):
            assert [one.key for one in list_patients(library, query).patients] == [patient.key], query
        assert [one.id for one in list_patients(library, "5001").patients] == ["5001"]
        for text in ("9001", "123-45-0001", "IMG77", "Grant, Ann", patient.key):
            assert one_patient(library, text).key == key, text
            assert who(library, text)[0] == patient.key, text
