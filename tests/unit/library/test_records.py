"""Records in the library: without loss, joined only where nothing speaks against it, never doubled."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import pytest

from medapp.api.codec import dump, load
from medapp.domain.genome import Diplotype, GeneCall, Haplotype
from medapp.domain.record import (
    Allergy,
    Code,
    CodedValue,
    Component,
    Concept,
    Encounter,
    Entry,
    HumanName,
    Identifier,
    Immunization,
    Medication,
    Note,
    Observation,
    Other,
    Period,
    Person,
    Problem,
    Procedure,
    Quantity,
    Reaction,
    ReferenceRange,
    Refusal,
    Report,
    Source,
    StudyReference,
    When,
)
from medapp.domain.record.coding import LOINC, SNOMED
from medapp.library import Library
from medapp.library.record.genomes import GenomeEntry

CREATININE = Concept((Code(LOINC, "2160-0", "Creatinine"),))
PERIOD = Period(When("2020"), When("2021-03-04T10:00:00Z"))
CONTENTS = [
    Observation(CREATININE, "final", "laboratory", PERIOD, Quantity(1.5, "mg/dL", "mg/dL"), flags=("H",)),
    Observation(CREATININE, value=CodedValue(Concept(text="positive")), ranges=(ReferenceRange(text="< 1"),)),
    Observation(CREATININE, value="clear", components=(Component(CREATININE, Quantity(3.0)),)),
    Observation(CREATININE, value=True, members=("1", "2")),
    Observation(CREATININE, value=When("2001-02-03"), absent="unknown"),
    Observation(CREATININE, ranges=(ReferenceRange(Quantity(1.0, "mg"), Quantity(2.0, "mg")),)),
    Problem(Concept((Code(SNOMED, "38341003"),)), status="active", onset=PERIOD),
    Medication(Concept(text="Aspirin"), "request", dose=Quantity(100.0, "mg"), as_needed=False),
    Allergy(Concept(text="Nuts"), reactions=(Reaction((Concept(text="Rash"),), "mild"),)),
    Procedure(Concept(text="Appendectomy"), performed=PERIOD),
    Immunization(Concept(text="Flu"), given=When("2019-10")),
    Encounter(kind="AMB", during=PERIOD),
    Report(Concept(text="Panel"), results=("o1",), issued=When("2020-01-01")),
    Note(Concept(text="Letter"), text="Dear colleague"),
    StudyReference("1.2.3", When("2020-05-05"), ("CT",), series=2),
    Other("Claim", facts=(("total", "12 USD"),)),
]


@pytest.mark.parametrize("content", CONTENTS, ids=lambda one: type(one).__name__)
def test_an_entry_comes_back_as_it_was(content: object) -> None:
    entry = Entry("1", "p", Source("a.json", "fhir", "X/1"), content, recorded=When("2020"))
    assert load(dump(entry), Entry) == entry


@pytest.mark.parametrize("content", CONTENTS, ids=lambda one: type(one).__name__)
def test_an_entry_that_was_kept_before_a_field_was_added_is_read(content: object) -> None:
    entry = Entry("1", "p", Source("a.json", "fhir", "X/1"), content)
    stored = json.loads(dump(entry))
    last = list(stored["content"])[-1]
    if getattr(content, last) == next(one for one in fields(content) if one.name == last).default:
        del stored["content"][last]
    assert load(json.dumps(stored).encode(), Entry) == entry


def test_damaged_text_is_no_entry() -> None:
    with pytest.raises(ValueError, match="no stored Entry"):
        load(b'{"id": 3}', Entry)


def test_a_record_is_read_in_order_of_time_and_again_without_doubling(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        for _ in range(2):
            report = library.records.put("a.json", "fhir", [person("p"), *entries("p")])
        assert report.counts["Observation"] == 6
        assert report.counts["Claim"] == report.counts["Person"] == 1
        (key,) = report.persons
        found = library.records.entries(key)
        assert len(found) == len(CONTENTS)
        assert {one.id for one in found} == {str(number) for number in range(len(CONTENTS))}
        dated = [one.id for one in found if one.content in (CONTENTS[10], CONTENTS[0], CONTENTS[14])]
        assert dated == ["10", "0", "14"]
        assert len(library.records.entries(key, "Observation")) == 6
        assert library.records.person(key)[0].name.display == "Doe, Jane"


def test_the_same_number_of_the_same_issuer_is_one_person(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.records.put("a", "fhir", [person("p"), *entries("p")])
        report = library.records.put("b", "hl7v2", [person("q"), *entries("q")[:2]])
        assert not report.doubtful
        (entry,) = library.records.persons("jane 4711")
        assert entry.entries == len(CONTENTS) + 2
        assert len(library.records.person(entry.key)) == 2


@pytest.mark.parametrize(
    "changed",
    [{"issuer": ""}, {"issuer": "urn:oid:9"}, {"family": "Roe"}, {"born": "1971-01-01"}, {"sex": "male"}],
)
def test_people_are_kept_apart_where_anything_speaks_against_it(tmp_path: Path, changed: dict) -> None:
    with Library.open(tmp_path) as library:
        library.records.put("a", "fhir", [person("p"), *entries("p")])
        report = library.records.put("b", "fhir", [person("q", **changed), *entries("q")])
        assert len(library.records.persons()) == 2
        assert bool(report.doubtful) == ("issuer" not in changed)


def test_a_refusal_is_told_and_the_rest_is_kept(tmp_path: Path) -> None:
    bad = Refusal(Source("a.json", "fhir", "Observation/9"), "invalid", "status is missing")
    with Library.open(tmp_path) as library:
        report = library.records.put("a", "fhir", [bad, person("p"), *entries("p")])
        assert report.refused == (("Observation/9", "invalid", "status is missing"),)
        assert len(library.records.entries(report.persons[0])) == len(CONTENTS)


def test_nothing_is_kept_of_a_source_that_fails(tmp_path: Path) -> None:
    def broken():
        yield person("p")
        message = "the disk is gone"
        raise OSError(message)

    with Library.open(tmp_path) as library:
        with pytest.raises(OSError, match="gone"):
            library.records.put("a", "fhir", broken())
        assert not library.records.persons()


def test_entries_may_come_before_their_person_and_from_another_file(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.records.put("Observation.ndjson", "fhir", entries("p"), scope="bulk")
        assert not library.records.persons()
        library.records.put("Patient.ndjson", "fhir", [person("p")], scope="bulk")
        (entry,) = library.records.persons()
        assert entry.entries == len(CONTENTS)


def test_the_same_name_of_a_record_does_not_make_two_people_one(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.records.put("a", "fhir", [person("1", issuer=""), *entries("1")], scope="folder")
        other = person("1", family="Roe", born="1999-01-01", issuer="")
        library.records.put("b", "fhir", [other, *entries("1")[:3]], scope="folder")
        assert [(one.name, one.entries) for one in library.records.persons()] == [
            ("Doe, Jane", len(CONTENTS)),
            ("Roe, Jane", 3),
        ]
        library.records.put("b", "fhir", [person("1", family="Poe", issuer="")], scope="folder")
        assert [one.name for one in library.records.persons()] == ["Doe, Jane", "Poe, Jane"]
        library.records.put("a", "fhir", [person("1", born="1970-01-02", issuer="")], scope="folder")
        assert [one.birth_date for one in library.records.persons("doe")] == ["1970-01-02"]


def test_the_number_to_show_is_the_hospitals_and_never_a_private_one(tmp_path: Path) -> None:
    numbers = (
        Identifier("999-30-1", "ssa", "SS"),
        Identifier("S1", "dmv", "DL"),
        Identifier("M7", "urn:oid:1", "MR"),
    )
    with Library.open(tmp_path) as library:
        library.records.put("a", "fhir", [replace(person("p"), identifiers=numbers)])
        (entry,) = library.records.persons()
        assert entry.number == "M7"
        assert entry.identifiers == ("M7", "999-30-1", "S1")
        library.records.put("a", "fhir", [replace(person("p"), identifiers=numbers[:2])])
        assert library.records.persons()[0].number == ""


def test_what_a_source_said_can_be_taken_out(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.records.put("a", "fhir", [person("p"), *entries("p")])
        library.records.forget("a")
        assert not library.records.persons()


def test_whom_a_file_does_not_name_any_more_is_gone_and_others_stay(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        library.records.put("a", "fhir", [person("1", issuer=""), *entries("1")])
        library.records.put("b", "fhir", [person("2", family="Roe", issuer="")])
        library.records.put("c", "fhir", [person("3", family="Poe", issuer="")], scope="shared")
        library.records.put("d", "fhir", entries("3"), scope="shared")
        library.records.put("a", "fhir", [person("9", family="Coe", issuer=""), *entries("9")[:2]])
        listed = [(one.name, one.entries) for one in library.records.persons()]
        assert listed == [("Coe, Jane", 2), ("Poe, Jane", len(CONTENTS)), ("Roe, Jane", 0)]
        library.records.put("a", "fhir", [Refusal(Source("a", "fhir"), "malformed", "no JSON", whole=True)])
        library.records.put("c", "fhir", [])
        listed = [(one.name, one.entries) for one in library.records.persons()]
        # Whom another file speaks of keeps the name: an entry without anybody would not be found again.
        assert listed == [("Poe, Jane", len(CONTENTS)), ("Roe, Jane", 0)]
        library.records.forget("b")
        library.records.put("d", "fhir", [])
        assert [one.name for one in library.records.persons()] == ["Poe, Jane"]
        library.records.forget("c")
        assert library.records.persons() == ()


def test_a_number_that_very_many_carry_joins_nobody(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        few = [person(str(number), family=f"F{number}") for number in range(5)]
        report = library.records.put("few", "hl7v2", few)
        assert len(report.doubtful) == 10
        many = [person(str(number), family=f"F{number}", issuer="urn:oid:7") for number in range(300)]
        report = library.records.put("many", "hl7v2", many)
        assert (report.doubtful, len(report.persons)) == ((), 300)


def test_a_record_in_very_many_files_is_of_one_person(tmp_path: Path) -> None:
    with Library.open(tmp_path) as library:
        for number in range(250):
            report = library.records.put(f"file {number}", "hl7v2", [person(f"s{number}")])
        assert report.doubtful == ()
        assert len(library.records.persons()) == 1
        other = library.records.put("other", "hl7v2", [person("x", family="Roe")])
        assert len(other.doubtful) == 1


def test_writing_can_be_ended_till_its_end(tmp_path: Path) -> None:
    def end() -> None:
        raise TimeoutError

    with Library.open(tmp_path) as library:
        library.records.put("a", "fhir", [person("p")])
        with pytest.raises(TimeoutError):
            library.records.put("b", "fhir", [person("q")], between=end)
        assert len(library.records.persons()) == 1


def person(subject: str, family="Doe", born="1970-01-01", sex="female", issuer="urn:oid:1") -> Person:
    return Person(
        subject,
        Source("a.json", "fhir", f"Patient/{subject}"),
        identifiers=(Identifier("4711", issuer),),
        names=(HumanName(family, ("Jane",)),),
        birth_date=When(born),
        sex=sex,
    )


def entries(subject: str) -> list[Entry]:
    source = Source("a.json", "fhir")
    return [Entry(str(number), subject, source, content) for number, content in enumerate(CONTENTS)]


def test_calls_from_a_genome_come_back_as_they_were(tmp_path: Path) -> None:
    one = Haplotype("*1", "Normal function", 1.0)
    call = GeneCall(
        "CYP2C19",
        "called",
        (Diplotype((one, one), "Normal Metabolizer", 2.0),),
        missing=("rs1",),
        notes=("a",),
    )
    with Library.open(tmp_path) as library:
        (key,) = library.records.put("a", "fhir", [person("p")]).persons
        genome = GenomeEntry(tmp_path / "a.vcf", "S1", "GRCh38", (call,))
        library.records.put_genome(key, genome)
        library.records.put_genome(key, genome)
        assert library.records.genomes(key) == (genome,)
        with pytest.raises(KeyError):
            library.records.put_genome("nobody", genome)
