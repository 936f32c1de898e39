"""Numbers that stand for one that is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.domain.patient import Patient
from medapp.domain.record import HumanName, Identifier, Person, Source, When
from medapp.library import Library
from medapp.library.record.dummies import is_dummy
from medapp.library.record.matching import Identity, judge

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("000-00-0000", True),
        ("999-99-9999", True),
        ("999999999", True),
        ("111 11 1111", True),
        ("123-45-6789", True),
        ("987-65-4321", True),
        ("0", True),
        ("078-05-1120", True),
        ("999-12-3456", False),
        ("7", False),
        ("1111", False),
        ("12345", False),
        ("123-45-6780", False),
        ("A1111111", False),
    ],
)
def test_which_numbers_are_none(value: str, *, expected: bool) -> None:
    assert is_dummy(value) is expected


@pytest.mark.parametrize(("number", "asked"), [("999-99-9999", 0), ("000-00-0000", 0), ("536-22-1234", 1)])
def test_a_number_that_is_none_is_no_ground_for_a_question(tmp_path: Path, number: str, asked: int) -> None:
    people = [
        Person(
            name, Source(f"{name}.json", "fhir"), (Identifier(number, "ssa", "SS"),), (HumanName(name),),
            When(born),
        )
        for name, born in (("Moore", "1950-01-01"), ("Grant", "1960-01-01"))
    ]  # fmt: skip
    with Library.open(tmp_path) as library:
        reports = [library.records.put(one.subject, "fhir", [one]) for one in people]
        assert sum(len(one.doubtful) for one in reports) == asked
        assert len(library.questions.pairs(10)) == asked
        assert [one.name for one in library.records.persons(number)] == ["Grant", "Moore"]


def test_nobody_is_joined_or_matched_by_a_number_that_is_none(tmp_path: Path) -> None:
    twins = [
        Person(subject, Source(f"{subject}.json", "fhir"), (Identifier("999-99-9999", "ssa", "SS"),))
        for subject in ("a", "b")
    ]
    with Library.open(tmp_path) as library:
        for one in twins:
            library.records.put(one.subject, "fhir", [one])
        assert len(library.records.persons()) == 2
    who = Identity("p", ("Doe",), (), ("female",), (("h", "00000"),))
    assert judge(who, "k", Patient("00000", "", "", "F", "h"), None) is None
