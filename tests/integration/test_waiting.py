"""What waits for an answer after an import: tables for their mapping, a VCF for its patient."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from medapp.domain.patient import Patient
from medapp.domain.record import Observation, Problem, Quantity, When
from medapp.formats.recognise import RecordFile
from medapp.library import Library
from medapp.library.record.genomes import GenomeEntry
from medapp.services.genomes import GenomeFile, GenomeWish, look_at, person_of
from medapp.services.paths import AppPaths
from medapp.services.records import Progress, import_records
from medapp.services.tables import preview, propose_table, read_tables, scope_of

PATIENTS = (
    "Id,BIRTHDATE,DEATHDATE,SSN,FIRST,LAST,GENDER\n"
    "p1,1960-01-01,,999-1,Jane,Doe,F\n"
    "p2,1970-02-02,,999-2,John,Roe,M\n"
)
CONDITIONS = (
    "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION\n"
    "2020-01-01,,p1,e1,38341003,Hypertension\n"
    "2021-01-01,,p2,e2,44054006,Diabetes\n"
)
LABS = (
    "patient_id,date,creatinine_mg_dl,sex\n"
    "7,03/04/2020,1.5,1\n"
    "8,05/06/2020,0.9,2\n"
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    place.mkdir()
    (place / "conditions.csv").write_text(CONDITIONS)
    (place / "patients.csv").write_text(PATIENTS)
    (place / "labs.csv").write_text(LABS)
    (place / "notes.txt").write_text("nothing, of interest\nfor anybody, at all\n")
    return place


def medapp(*arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "medapp", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stderr
    return done


def test_tables_wait_and_those_of_a_known_folder_share_their_patients(tmp_path: Path, folder: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        found = import_records(library, library.import_paths([folder]).records)
        assert sorted(file.name for file in found.waiting) == ["conditions.csv", "labs.csv", "patients.csv"]
        proposals = {file.name: propose_table(library, file) for file in found.waiting}
        known = [one for one in proposals.values() if one.mapping and one.mapping.layout]
        assert {one.mapping.layout for one in known} == {"synthea.patients", "synthea.conditions"}
        done = read_tables(library, known)
        assert not done.refused
        people = library.records.persons()
        assert [(one.name, one.entries) for one in people] == [("Doe, Jane", 1), ("Roe, John", 1)]
        # Again, the events alone: the names stay.
        read_tables(library, [proposals["conditions.csv"]])
        assert library.records.persons() == people
        (entry,) = library.records.entries(people[0].key)
        assert isinstance(entry.content, Problem)


def test_an_open_question_is_told_and_nothing_is_read(tmp_path: Path, folder: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        labs = propose_table(library, RecordFile(folder / "labs.csv", "table"))
        assert labs.mapping is not None
        assert len(labs.mapping.questions) == 2
        done = read_tables(library, [labs])
        assert [code for _, _, code, _ in done.refused] == ["question", "question"]
        assert library.records.persons() == ()
        assert preview(labs.file, labs.mapping)[1] == ["8", "05/06/2020", "0.9", "2"]
        assert scope_of(labs.file, labs.mapping, shared=False) == ""


def test_the_command_line_proposes_asks_reads_and_remembers(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDAPP_HOME", str(tmp_path / "home"))
    labs = folder / "labs.csv"
    answers = tmp_path / "answers.json"
    told = medapp("import", str(labs), "--propose", str(answers)).stderr
    assert "In 'date', is the day or the month written first?" in told
    asked = medapp("import", str(labs), "--mapping", str(answers), status=3).stderr
    assert "which values stand for which sex" in asked
    text = json.loads(answers.read_text())
    for column in text["tables"][0]["mapping"]["columns"]:
        if column["header"] == "date":
            column["date"] = "day-first"
        if column["header"] == "sex":
            column["words"] = [["1", "male"], ["2", "female"]]
    answers.write_text(json.dumps(text))
    report = json.loads(medapp("import", str(labs), "--mapping", str(answers), "--json").stdout)
    assert report["counts"]["Person"] == 2
    assert report["waiting"] == []
    record = json.loads(medapp("record", "7", "--json").stdout)
    assert record["persons"][0]["sex"] == "male"
    assert record["entries"][0]["entry"]["content"]["effective"]["start"]["text"] == "2020-04-03"
    again = json.loads(medapp("import", str(labs), "--json").stdout)
    assert again["tables"] == []
    assert again["counts"] == report["counts"]
    other = tmp_path / "other.csv"
    other.write_text(labs.read_text())
    (asked_of,) = json.loads(medapp("import", str(other), "--json", status=3).stdout)["tables"]
    assert asked_of["confirmed_before"]
    assert asked_of["questions"] == []


def test_a_file_that_holds_no_mappings_is_told(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDAPP_HOME", str(tmp_path / "home"))
    wrong = tmp_path / "wrong.json"
    for text in ("nothing", "[]", '{"version": 1, "tables": [1]}', '{"version": 1, "tables": [{}]}'):
        wrong.write_text(text)
        assert "wrong.json" in medapp("import", str(folder), "--mapping", str(wrong), status=2).stderr


def test_what_was_said_before_of_dates_does_not_overrule_what_a_file_shows(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        first, second = tmp_path / "a.csv", tmp_path / "b.csv"
        first.write_text("patient_id,date,x\n1,03/04/2020,5\n2,05/06/2020,6\n")
        second.write_text("patient_id,date,x\n1,12/31/2020,5\n2,05/06/2020,6\n")
        one = propose_table(library, RecordFile(first, "table"))
        assert one.mapping is not None
        from dataclasses import replace

        answered = one.mapping.with_column("date", date="day-first")
        assert not read_tables(library, [replace(one, mapping=answered)]).refused
        again = propose_table(library, RecordFile(first, "table"))
        assert again.kept
        assert again.mapping == replace(answered, columns=again.mapping.columns)
        other = propose_table(library, RecordFile(second, "table"))
        assert other.kept
        assert [column.date for column in other.mapping.columns] == ["", "month-first", ""]


def test_a_cancelled_table_is_left_out(tmp_path: Path, folder: Path) -> None:
    with Library.open(tmp_path / "library") as library:
        one = propose_table(library, RecordFile(folder / "patients.csv", "table"))
        asked = iter([False, False])
        done = read_tables(library, [one], Progress(cancelled=lambda: next(asked, True)))
        assert done.cancelled
        assert library.records.persons() == ()


# ---- genomes ------------------------------------------------------------------------------------------
VCF = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr1,assembly={assembly},length={length}>\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\tS2\n"
    "chr1\t97515787\t.\tA\tC\t.\tPASS\t.\tGT\t0/0\t0/1\n"
)
LENGTHS = {"GRCh38": 248956422, "GRCh37": 249250621}


def shared() -> Path:
    return Path(os.environ.get("MEDAPP_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "ehr"


def vcf(place: Path, assembly: str) -> Path:
    place.write_text(VCF.format(assembly=assembly, length=LENGTHS[assembly]))
    return place


def test_a_vcf_is_asked_for_its_patient(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = shared() / "pgx_knowledge"
    if not tables.exists():
        pytest.skip("no tables of alleles and phenotypes")
    monkeypatch.setenv("MEDAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MEDAPP_PGX_TABLES", str(tables))
    answers = tmp_path / "answers.json"
    people = str(folder / "patients.csv")
    medapp("import", people, "--propose", str(answers))
    medapp("import", people, "--mapping", str(answers))
    genome = str(vcf(tmp_path / "g.vcf", "GRCh38"))
    assert "whose is it?" in medapp("import", genome, status=3).stderr
    assert "S1, S2" in medapp("import", genome, "--patient", "Doe", status=2).stderr
    told = medapp("import", genome, "--patient", "Doe", "--sample", "S2").stderr
    assert "genes were called" in told
    with Library.open(AppPaths.under(tmp_path / "home").create().data / "library") as library:
        key = library.records.persons("Doe")[0].key
        (kept,) = library.records.genomes(key)
        assert kept.lines is not None
        assert [one.genotypes[0].alleles for one in kept.lines.variants] == [(0, 1)]
    later = str(vcf(tmp_path / "g37.vcf", "GRCh37"))
    refused = medapp("import", later, "--patient", "Doe", "--sample", "S2", status=3).stderr
    assert "GRCh37" in refused


def test_what_stands_against_calling_is_told_before_anything_is_run(tmp_path: Path) -> None:
    file = RecordFile(vcf(tmp_path / "g.vcf", "GRCh38"), "vcf")
    found = look_at(file, tmp_path)
    assert (found.samples, found.assembly) == (("S1", "S2"), "GRCh38")
    missing = GenomeFile(file, found.samples, found.assembly, tables=False, place="here")
    assert "not installed" in missing.obstacle
    assert missing.obstacle.endswith("into here")
    other = look_at(RecordFile(vcf(tmp_path / "g37.vcf", "GRCh37"), "vcf"), tmp_path)
    assert "GRCh37" in other.obstacle
    unknown = GenomeFile(file, found.samples)
    assert not unknown.obstacle
    assert "does not say its assembly" in unknown.warning
    (tmp_path / "no.vcf").write_text("nothing")
    assert look_at(RecordFile(tmp_path / "no.vcf", "vcf"), tmp_path).problem


def test_a_genome_of_somebody_with_images_alone_is_kept(tmp_path: Path) -> None:
    file = RecordFile(vcf(tmp_path / "g.vcf", "GRCh38"), "vcf")
    patient = Patient("17", "Doe^Jane", "19600101", "F", "HOSP")
    with Library.open(tmp_path / "library") as library:
        key = person_of(library, GenomeWish(file, "S1", "images17", patient))
        assert person_of(library, GenomeWish(file, "S1", f"record:{key}", patient)) == key
        (person,) = library.records.person(key)
        assert person.sex == "female"
        assert person.birth_date == When("1960-01-01")
        library.records.put_genome(key, GenomeEntry(file.path, "S1", "GRCh38", ()))
        library.records.forget(f"{file.path}#images17")
        assert library.records.person(key)


@pytest.mark.parametrize("name", ["mimic3_demo", "eicu_demo"])
def test_published_folders_are_read_as_one(tmp_path: Path, name: str) -> None:
    source = shared() / name
    if not source.exists():
        pytest.skip("no tables of intensive care")
    place = tmp_path / "tables"
    place.mkdir()
    small = sorted(source.glob("*.csv.gz"), key=lambda path: path.stat().st_size)[:4]
    for path in small:
        shutil.copy(path, place)
    with Library.open(tmp_path / "library") as library:
        found = import_records(library, library.import_paths([place]).records)
        proposals = [propose_table(library, file) for file in found.waiting]
        assert all(one.shared and not one.mapping.questions for one in proposals)
        read_tables(library, proposals)
        keys = [one.key for one in library.records.persons()]
        assert keys
        values = library.records.entries(keys[0])
        assert values
        assert all(
            not isinstance(one.content, Observation) or not isinstance(one.content.value, Quantity)
            or one.content.value.value is not None
            for one in values
        )  # fmt: skip
