"""Two records with one number that contradict each other, and what a person says of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.domain.record import Concept, Entry, HumanName, Identifier, Person, Problem, Source, When
from medapp.library import Library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


def put(library: Library, path: str, *, family: str = "Doe", number: str = "1", born: str = "1960-01-01"):
    source = Source(path, "hl7v2")
    person = Person(
        "p", source, (Identifier(number, "urn:oid:1.2"),), (HumanName(family, ("Jane",)),), When(born)
    )
    entry = Entry("e", "p", source, Problem(Concept(text=path)))
    return library.records.put(path, "hl7v2", [person, entry])


def people(library: Library) -> int:
    return len(library.records.persons())


def test_who_is_meant_is_told_with_name_birth_date_and_numbers(library: Library) -> None:
    put(library, "a")
    (pair,) = put(library, "b", family="Roe").doubtful
    told = {library.records.subject(key).name: library.records.subject(key) for key in pair}
    assert told.keys() == {"Doe, Jane", "Roe, Jane"}
    assert told["Roe, Jane"].numbers == (("urn:oid:1.2", "1"),)
    assert told["Roe, Jane"].birth_date == "1960-01-01"
    assert told["Roe, Jane"].path == "b"
    with pytest.raises(KeyError):
        library.records.subject("nobody")


def test_the_same_person_is_joined_and_taken_apart_again(library: Library) -> None:
    put(library, "a")
    (pair,) = put(library, "b", family="Roe").doubtful
    assert people(library) == 2
    library.records.answer_pair(*pair, same=True)
    assert people(library) == 1
    assert put(library, "b", family="Roe").doubtful == ()
    assert people(library) == 1
    library.records.answer_pair(*reversed(pair), same=None)
    assert people(library) == 2
    assert put(library, "b", family="Roe").doubtful == (pair,)


def test_two_people_are_not_asked_about_again(library: Library) -> None:
    put(library, "a")
    (pair,) = put(library, "b", family="Roe").doubtful
    library.records.answer_pair(*pair, same=False)
    assert put(library, "b", family="Roe").doubtful == ()
    assert people(library) == 2


def test_a_third_record_does_not_join_whom_a_person_has_kept_apart(library: Library) -> None:
    put(library, "a")
    (pair,) = put(library, "b", family="Roe").doubtful
    library.records.answer_pair(*pair, same=False)
    # Without a name it contradicts neither.
    nobody = Person("p", Source("c", "hl7v2"), (Identifier("1", "urn:oid:1.2"),))
    entry = Entry("e", "p", Source("c", "hl7v2"), Problem(Concept(text="c")))
    library.records.put("c", "hl7v2", [nobody, entry])
    assert people(library) == 2


def test_taking_back_leaves_what_numbers_have_joined(library: Library) -> None:
    put(library, "a")
    put(library, "a2")
    assert people(library) == 1
    pairs = put(library, "b", family="Roe").doubtful
    library.records.answer_pair(*pairs[0], same=True)
    assert people(library) == 1
    library.records.answer_pair(*pairs[0], same=None)
    assert people(library) == 2


def test_a_mapping_is_kept_and_taken_out(library: Library) -> None:
    assert not library.records.mapping("abc")
    library.records.keep_mapping("abc", "{}")
    assert library.records.mapping("abc") == "{}"
    library.records.keep_mapping("abc", None)
    assert not library.records.mapping("abc")
