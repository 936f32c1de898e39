"""A VCF that departs from its specification is refused with line and reason, before anybody is asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from medapp.formats.recognise import RecordFile
from medapp.formats.vcf import check
from medapp.library import Library
from medapp.services.genomes import look_at
from medapp.services.paths import AppPaths
from medapp.services.pgx import call_genes
from medapp.services.records import import_records
from medapp.services.waiting import questions

HEAD = (
    "##fileformat=VCFv4.3\n"
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
    "##contig=<ID=chr1,length=248956422,assembly=GRCh38>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
)
GOOD = HEAD + "chr1\t97740414\trs72549309\tA\tG\t.\tPASS\t.\tGT\t0/1\n"
BAD = HEAD + "chr1\t97740414\trs72549309\t.\tG\t.\tPASS\t.\tGT\t0/1\n"
PERSON = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Doe", "given": ["Jane"]}]}


def medapp(*arguments: str, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "medapp", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stderr
    return done.stderr


def test_in_a_folder_the_invalid_one_is_refused_and_the_valid_one_waits(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "good.vcf").write_text(GOOD)
    (folder / "bad.vcf").write_text(BAD)
    with Library.open(tmp_path / "library") as library:
        done = import_records(library, library.import_paths([folder]).records)
        assert [one.name for one in done.waiting] == ["good.vcf"]
        ((path, _, code, reason),) = done.refused
        assert (Path(path).name, code) == ("bad.vcf", "invalid")
        assert reason.startswith("line 5, REF: ")
        assert done.unread == {path}
        found = questions(library)
        assert [one.file.name for one in found.genomes] == ["good.vcf"]
        assert [row[0] for row in found.refused] == [path]


def test_a_file_that_was_mended_is_asked_about_and_one_that_was_spoiled_is_not(tmp_path: Path) -> None:
    path = tmp_path / "g.vcf"
    with Library.open(tmp_path / "library") as library:
        for content, waits in ((GOOD, 1), (BAD, 0), (GOOD, 1)):
            path.write_text(content)
            import_records(library, library.import_paths([path]).records)
            found = questions(library)
            assert (len(found.genomes), len(found.refused)) == (waits, 1 - waits)


def test_what_is_looked_at_later_is_refused_for_its_header_too(tmp_path: Path) -> None:
    path = tmp_path / "g.vcf"
    path.write_text(GOOD.replace("Number=1,", ""))
    assert look_at(RecordFile(path, "vcf"), tmp_path).obstacle.startswith("line 2, ")


def test_the_commands_refuse_it_and_keep_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_data: Path
) -> None:
    tables = shared_data / "ehr" / "pgx_knowledge"
    if not tables.is_dir():
        pytest.skip("no tables of alleles and phenotypes")
    monkeypatch.setenv("MEDAPP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MEDAPP_PGX_TABLES", str(tables))
    (tmp_path / "p.json").write_text(json.dumps(PERSON))
    bad = tmp_path / "bad.vcf"
    bad.write_text(BAD)
    medapp("import", str(tmp_path / "p.json"))
    for arguments in (("import", bad, "--patient", "Doe"), ("import", bad), ("pgx", bad, "--strict")):
        assert "line 5, REF: " in medapp(*map(str, arguments), status=3)
    assert "line 5, REF: " in medapp("pgx", str(bad), "--patient", "Doe", status=3)
    unsorted = tmp_path / "unsorted.vcf"
    unsorted.write_text(GOOD + "chr1\t5\t.\tA\tG\t.\tPASS\t.\tGT\t0/1\n")
    assert "without --strict" in medapp("pgx", str(unsorted), "--strict", status=3)
    assert "in the file: line 6, POS: " in medapp("pgx", str(unsorted))
    with Library.open(AppPaths.under(tmp_path / "home").create().data / "library") as library:
        assert library.records.genomes(library.records.persons("Doe")[0].key) == ()
        assert questions(library).genomes == ()


def test_files_of_the_specification_are_told_apart_as_the_checker_tells_them(
    tmp_path: Path, shared_data: Path
) -> None:
    folder = shared_data / "ehr" / "vcf_conformance"
    if not folder.is_dir():
        pytest.skip("no files of the specification")
    paths = sorted(folder.glob("4.3/*/*.vcf"))
    with Library.open(tmp_path / "library") as library:
        files = [RecordFile(path, "vcf") for path in paths]
        done = import_records(library, files)
    assert {one.path for one in done.waiting} == {
        path for path in paths if not any(problem.is_error for problem in check(path))
    }
    reasons = {Path(path).name: reason for path, _, _, reason in done.refused}
    for name in ("body_ref_002", "body_filter_001", "body_info_011", "body_no_newline_001"):
        assert reasons[f"failed_{name}.vcf"].startswith("line ")


def test_nothing_is_called_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_data: Path) -> None:
    from medapp.formats.errors import UnreadableError

    tables = shared_data / "ehr" / "pgx_knowledge"
    if not tables.is_dir():
        pytest.skip("no tables of alleles and phenotypes")
    monkeypatch.setenv("MEDAPP_PGX_TABLES", str(tables))
    (tmp_path / "bad.vcf").write_text(BAD)
    (tmp_path / "good.vcf").write_text(GOOD)
    with pytest.raises(UnreadableError, match="line 5, REF"):
        call_genes(tmp_path / "bad.vcf")
    assert call_genes(tmp_path / "good.vcf").calls
