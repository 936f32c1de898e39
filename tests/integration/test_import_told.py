"""What `medapp import` tells: counts, refused files, what is written where no date is, whose a genome is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.test_records import HL7, bundle
from tests.unit.formats.dicom_index.making import image, save

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.usefixtures("medapp_home")
CDA_DATE = "19991332"
HL7_DATE = "31022020"


def medapp(*arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medapp", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done


def found(*arguments: object, status: int = 0) -> Any:
    return json.loads(medapp(*arguments, "--json", status=status).stdout)


def holds(folder: Path, words: Iterable[str]) -> list[str]:
    """Files that any of the words stand in."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word.encode() in path.read_bytes() for word in words)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    place.mkdir()
    (place / "a.json").write_text(json.dumps(bundle()))
    (place / "again.json").write_text(json.dumps(bundle()))
    (place / "notes.txt").write_text("nothing of interest")
    return place


def test_files_and_patients_are_counted_once(folder: Path) -> None:
    told = medapp("import", folder)
    assert "Person" not in told.stdout
    assert told.stderr.splitlines()[-1] == "3 files: 2 read, 1 not read; 1 patient"
    report = found("import", folder)
    assert (report["files_read"], report["files_not_read"], report["files_waiting"]) == (2, 1, 0)
    assert len(report["patients"]) == 1


def test_a_file_that_was_refused_ends_in_a_status_of_its_own(folder: Path) -> None:
    (folder / "broken.json").write_text('{"resourceType": "Bundle", "entry": [')
    told = medapp("import", folder, status=4).stderr
    assert told.splitlines()[-1] == "medapp: 1 file was refused; all else is in"
    # A letter beside the data is none of ours, but one that was named is.
    (folder / "broken.json").unlink()
    medapp("import", folder)
    medapp("import", folder / "a.json", folder / "notes.txt", status=4)
    # A table without a row holds nothing that could be lost; a file of no bytes was cut.
    (folder / "rows.csv").write_text("id,test,value,unit\n")
    medapp("import", folder)
    (folder / "cut.dcm").write_bytes(b"")
    medapp("import", folder, status=4)
    assert "4 done but for files that were refused" in " ".join(medapp("import", "--help").stdout.split())


@pytest.mark.parametrize("size", [130, 131, 150, 200, 400])
def test_a_dicom_file_that_was_cut_is_called_one(folder: Path, size: int) -> None:
    path = save(image(), folder / "cut")
    path.write_bytes(path.read_bytes()[:size])
    report = found("import", folder, status=4)
    (told,) = [one for one in report["refused"] if one["file"] == str(path)]
    assert told["code"] == "truncated"
    assert told["reason"].startswith("the file is DICOM and cut short")


def test_a_data_set_without_preamble_that_was_cut_is_called_one(folder: Path) -> None:
    path = save(image(), folder / "cut")
    data = path.read_bytes()
    path.write_bytes(
        data[data.index(b"\x08\0\x05\0") if b"\x08\0\x05\0" in data else data.index(b"\x08\0\x08\0CS") :][:60]
    )
    report = found("import", folder, status=4)
    (told,) = [one for one in report["refused"] if one["file"] == str(path)]
    assert told["code"] == "truncated"


def test_what_is_no_date_is_quoted_on_the_terminal_and_kept_nowhere(folder: Path, medapp_home: Path) -> None:
    broken = bundle()
    broken["entry"][0]["resource"]["effectiveDateTime"] = "2020-02-31"
    (folder / "a.json").write_text(json.dumps(broken))
    (folder / "message").write_text(
        HL7.replace("||||20200101\r", f"||||{HL7_DATE}\r").replace("19800101", HL7_DATE)
    )
    told = medapp("import", folder)
    assert "(it says “2020-02-31”)" in told.stderr
    assert f"(it says “{HL7_DATE}”)" in told.stderr
    report = medapp("import", folder, "--json")
    assert "2020-02-31" not in report.stdout + report.stderr
    assert holds(medapp_home, ("2020-02-31", HL7_DATE)) == []


def test_the_library_tells_whose_a_genome_became(folder: Path, tmp_path: Path, shared_data: Path) -> None:
    tables, genome = shared_data / "ehr" / "pgx_knowledge", tmp_path / "g.vcf"
    if not tables.is_dir():
        pytest.skip("no tables of alleles and phenotypes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDAPP_PGX_TABLES", str(tables))
        genome.write_text(
            "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=248956422,assembly=GRCh38>\n"
            '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
            "chr1\t97515787\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\n"
        )
        medapp("import", folder)
        told = medapp("import", genome, "--patient", "Doe").stderr
        assert "1 file: 1 read; 1 patient" in told
        assert "is now the genome of Doe, Jane, number MRN1, born 1960-01-01, female" in told
        report = found("import", genome, "--patient", "Doe")
        assert report["patients"] == [report["genome"]["patient"]]
        assert report["genome"]["name"] == "Doe, Jane"
