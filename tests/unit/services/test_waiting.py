"""What waits for an answer is kept, answered, and taken back without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.domain.genome import GeneCall
from medapp.domain.patient import Instance, Patient, Series, Study
from medapp.domain.record import HumanName, Identifier, Person, Source
from medapp.formats.recognise import RecordFile
from medapp.library import Library
from medapp.library.record.genomes import GenomeEntry
from medapp.library.writing import put_series
from medapp.services.genomes import GenomeWish, person_of
from medapp.services.records import import_records
from medapp.services.tables import propose_table, read_tables
from medapp.services.waiting import count_questions, questions, take_back, wait_for, was_answered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LABS = "patient_id,date,creatinine_mg_dl\n7,2020-03-04,1.5\n8,2020-05-06,0.9\n"
NUMBERS = (Identifier("77", "urn:hosp"),)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library") as opened:
        yield opened


def person(source: str, family: str) -> Person:
    return Person(source, Source(source, "fhir"), NUMBERS, (HumanName(family, ("John",)),))


def test_a_table_waits_until_it_is_read_even_if_the_program_ends(tmp_path: Path) -> None:
    table = tmp_path / "labs.csv"
    table.write_text(LABS)
    with Library.open(tmp_path / "library") as library:
        import_records(library, library.import_paths([table]).records)
    with Library.open(tmp_path / "library") as library:
        (asked,) = questions(library).tables
        assert (asked.file, count_questions(library)) == (RecordFile(table, "table"), 1)
        read_tables(library, [propose_table(library, asked.file)])
        assert count_questions(library) == 0
        assert len(library.records.persons()) == 2
        (said,) = questions(library).answered
        assert (said.kind, said.said, said.title) == ("table", "read", "labs.csv")
        take_back(library, said)
        assert library.records.persons() == ()
        assert len(questions(library).tables) == 1
        assert questions(library).answered == ()


def test_a_file_that_is_left_out_waits_no_more_until_it_is_asked_for(
    library: Library, tmp_path: Path
) -> None:
    wait_for(library, [RecordFile(tmp_path / "a.csv", "table"), RecordFile(tmp_path / "b.vcf", "vcf")])
    found = questions(library)
    assert (len(found.tables), len(found.genomes), found.count) == (1, 1, 2)
    library.questions.leave_out(found.genomes[0].identity)
    (said,) = questions(library).answered
    assert said.said == "left-out"
    take_back(library, said)
    assert questions(library).count == 2
    library.questions.leave_out(found.genomes[0].identity)
    wait_for(library, [RecordFile(tmp_path / "b.vcf", "vcf")])
    assert questions(library).count == 2, "who imports it again wants to be asked"
    library.questions.take_back("nothing")


def test_a_genome_that_is_taken_back_leaves_neither_calls_nor_a_person(
    library: Library, tmp_path: Path
) -> None:
    file = RecordFile(tmp_path / "g.vcf", "vcf")
    patient = Patient("9", "Roe^John", "19700101", "M")
    series = Series("k", "1.9", Study("1.8", patient), "CT", "volume", (Instance(tmp_path / "a.dcm"),))
    with library._engine.begin() as connection:
        put_series(connection, [series])
    wait_for(library, [file])
    made = person_of(library, GenomeWish(file, "S1", library.patients()[0].key, patient))
    library.records.put_genome(made, GenomeEntry(file.path, "S1", "GRCh38", (GeneCall("CYP2D6", "no-call"),)))
    was_answered(library, file, person=made, sample="S1")
    assert count_questions(library) == 0
    said = next(one for one in questions(library).answered if one.kind == "vcf")
    assert (said.said, said.title) == ("called", "g.vcf, S1")
    take_back(library, said)
    assert library.records.persons() == ()
    assert [one.identity for one in questions(library).genomes] == [str(file.path)]


def test_a_genome_of_somebody_with_a_record_leaves_the_record(library: Library, tmp_path: Path) -> None:
    file = RecordFile(tmp_path / "g.vcf", "vcf")
    (key,) = library.records.put("a", "fhir", [person("a", "Roe")]).persons
    wait_for(library, [file])
    library.records.put_genome(key, GenomeEntry(file.path, "S1", "GRCh38", ()))
    library.records.put_genome(key, GenomeEntry(file.path, "S2", "GRCh38", ()))
    was_answered(library, file, person=key, sample="S1")
    take_back(library, questions(library).answered[0])
    assert [one.sample for one in library.records.genomes(key)] == ["S2"]


def test_records_that_contradict_each_other_wait_until_one_has_said(library: Library) -> None:
    for number, family in enumerate(("Roe", "Poe", "Roe")):
        library.records.put(f"s{number}", "fhir", [person(f"s{number}", family)])
    pairs = questions(library).pairs
    assert {tuple(sorted((one.name, two.name))) for one, two in pairs} == {("Poe, John", "Roe, John")}
    assert len(library.records.persons()) == 2, "who does not contradict has been joined"
    assert pairs[0][0].numbers == (("urn:hosp", "77"),)
    one, two = pairs[0]
    library.records.answer_pair(one.key, two.key, same=True)
    assert questions(library).pairs == ()
    (said,) = questions(library).answered
    assert (said.kind, said.said) == ("pair", "same")
    take_back(library, said)
    assert len(questions(library).pairs) == len(pairs)
    library.records.answer_pair(one.key, two.key, same=False)
    assert [said.said for said in questions(library).answered] == ["different"]


def test_a_record_that_may_be_of_the_images_patient_is_asked_for(library: Library, tmp_path: Path) -> None:
    patient = Patient("77", "Roe^John", "", "M")
    series = Series("k", "1.9", Study("1.8", patient), "CT", "volume", (Instance(tmp_path / "a.dcm"),))
    with library._engine.begin() as connection:
        put_series(connection, [series])
    (key,) = library.records.put("a", "fhir", [person("a", "Roe")]).persons
    (asked,) = questions(library).matches
    assert (asked.match.person, asked.patient, asked.person.name) == (key, patient, "Roe, John")
    assert count_questions(library) == 1
    library.records.answer_match(asked.match.person, asked.match.patient, same=True)
    assert count_questions(library) == 0
    take_back(library, questions(library).answered[0])
    assert count_questions(library) == 1


def test_what_was_refused_can_be_read_again(library: Library, tmp_path: Path) -> None:
    broken = tmp_path / "stu3.json"
    broken.write_text(
        '{"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": '
        '"Observation", "id": "o", "status": "final", "effectiveDateTime": "soon", "code": {}}}]}'
    )
    done = import_records(library, library.import_paths([broken]).records)
    assert done.refused
    stored = questions(library).refused
    assert [one[1:] for one in stored] == [one[1:] for one in done.refused]
    assert stored[0][0] == str(broken)
