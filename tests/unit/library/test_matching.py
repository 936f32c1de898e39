"""The same person in images and record: by number and issuer, else as a proposal, never silently."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medapp.domain.patient import Instance, Patient, Series, Study
from medapp.domain.record import HumanName, Identifier, Person, Source, When
from medapp.library import Library
from medapp.library.record import matching
from medapp.library.writing import put_series

JANE = Patient("4711", "Doe^Jane^Q", "19700101", "F", "1.2.3")


def record(**changed: object) -> Person:
    facts = {
        "identifiers": (Identifier("4711", "urn:oid:1.2.3"),),
        "names": (HumanName("Doe", ("Jane",)),),
        "birth_date": When("1970-01-01"),
        "sex": "female",
    } | changed
    return Person("p", Source("a.json", "fhir"), **facts)


def library_with(tmp_path: Path, patient: Patient, person: Person) -> tuple[Library, str, str]:
    library = Library.open(tmp_path)
    series = Series("k", "1.9", Study("1.8", patient), "CT", "volume", (Instance(tmp_path / "a.dcm"),))
    with library._engine.begin() as connection:
        put_series(connection, [series])
    (key,) = library.records.put("a", "fhir", [person]).persons
    return library, key, library.patients()[0].key


def test_the_same_number_and_issuer_is_the_same_person(tmp_path: Path) -> None:
    library, person, patient = library_with(tmp_path, JANE, record())
    (match,) = library.records.matches(patient=patient)
    assert (match.person, match.patient, match.verdict) == (person, patient, "same")
    assert match.agrees == ("number", "name", "birth date", "sex")
    library.close()


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({"birth_date": When("1971-01-01")}, "birth date"),
        ({"names": (HumanName("Roe", ("Jane",)),)}, "name"),
        ({"sex": "male"}, "sex"),
    ],
)
def test_a_contradiction_is_told_and_not_joined(tmp_path: Path, changed: dict, differs: str) -> None:
    library, person, _ = library_with(tmp_path, JANE, record(**changed))
    (match,) = library.records.matches(person=person)
    assert match.verdict == "conflict"
    assert match.differs == (differs,)
    library.close()


def test_name_and_birth_date_are_a_proposal_that_is_answered_and_taken_back(tmp_path: Path) -> None:
    library, person, patient = library_with(tmp_path, JANE, record(identifiers=()))
    records = library.records
    assert [one.verdict for one in records.matches()] == ["proposal"]
    records.answer_match(person, patient, same=True)
    assert [(one.verdict, one.said) for one in records.matches()] == [("same", True)]
    records.answer_match(person, patient, same=False)
    assert [one.verdict for one in records.matches()] == ["different"]
    records.answer_match(person, patient, same=None)
    assert [one.verdict for one in records.matches()] == ["proposal"]
    library.close()


@pytest.mark.parametrize(
    ("patient", "changed"),
    [
        (Patient("4711", "", "", "", ""), {}),
        (Patient("1", "Doe^Jane", "", "F", ""), {"identifiers": ()}),
        (Patient("1", "Doe^Jane", "19700101", "M", ""), {"identifiers": ()}),
        (Patient("1", "Doe^Jane", "19700101", "F", ""), {"birth_date": When("1970")}),
        (Patient("", "Doe^Jane", "19700101", "F", ""), {"names": (HumanName("Doe", ("John",)),)}),
    ],
)
def test_too_little_or_a_difference_proposes_nothing(tmp_path: Path, patient: Patient, changed: dict) -> None:
    library, _, _ = library_with(tmp_path, patient, record(**changed))
    assert library.records.matches() == ()
    library.close()


def test_names_agree_however_they_are_written(tmp_path: Path) -> None:
    patient = Patient("", "MÜLLER^ANNA MARIA=XX", "19700101", "", "")
    library, _, _ = library_with(tmp_path, patient, record(names=(HumanName("Mu\u0308ller", ("Anna", "M")),)))
    (match,) = library.records.matches()
    assert match.agrees == ("name", "birth date")
    library.close()


@pytest.mark.parametrize(
    ("day", "time", "text"),
    [
        ("20260312", "101500", "2026-03-12T10:15:00"),
        ("20260312", "1015", "2026-03-12T10:15"),
        ("20260312", "101142.860000", "2026-03-12T10:11:42"),
        ("20260312", "10:15:30", "2026-03-12T10:15:30"),
        ("20260312", "10", "2026-03-12"),
        ("20260312", "", "2026-03-12"),
        ("20260312", "251500", "2026-03-12"),
        ("2026", "101500", ""),
    ],
)
def test_a_moment_is_as_exact_as_date_and_time_are(day: str, time: str, text: str) -> None:
    assert matching.iso_moment(day, time) == text


def test_nobody_is_answered_for(tmp_path: Path) -> None:
    library, _, patient = library_with(tmp_path, JANE, record())
    with pytest.raises(KeyError):
        library.records.answer_match("nobody", patient, same=True)
    library.close()


def test_only_people_who_share_something_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, person, _ = library_with(tmp_path, JANE, record())
    others = [
        replace(
            record(identifiers=(Identifier(f"n{k}", "x"),), names=(HumanName(f"Roe{k}"),)), subject=f"s{k}"
        )
        for k in range(200)
    ]
    library.records.put("b", "fhir", others)
    compared = []
    judge = matching.judge
    monkeypatch.setattr(
        matching, "judge", lambda *given: (compared.append(given[0].person), judge(*given))[1]
    )
    assert [one.person for one in library.records.matches()] == [person]
    assert compared == [person]
    library.close()


def test_who_has_images_is_found_by_number_or_by_an_answer_only(tmp_path: Path) -> None:
    library, person, patient = library_with(tmp_path, JANE, record())
    assert library.records.with_images() == {person}
    library.records.answer_match(person, patient, same=False)
    assert library.records.with_images() == frozenset()
    library.close()
    library, person, patient = library_with(tmp_path / "b", replace(JANE, issuer=""), record())
    assert library.records.with_images() == frozenset(), "a proposal is no answer"
    library.records.answer_match(person, patient, same=True)
    assert library.records.with_images() == {person}
    library.close()
