"""``medapp rank-diseases`` as a process of its own, with a real worker and the installed model."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.classification import rare_world as world

if TYPE_CHECKING:
    from pathlib import Path

MARFAN_LIKE = ("HP:0001083", "HP:0002616", "HP:0001166", "HP:0001519")
"""Ectopia lentis, aortic root aneurysm, arachnodactyly, disproportionate tall stature."""
VCF = """##fileformat=VCFv4.2
##INFO=<ID=GENE,Number=1,Type=String,Description="Gene symbol">
##INFO=<ID=DISEASE,Number=1,Type=String,Description="Disease">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
{contig}
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tNA1
"""
GRCH38 = "##contig=<ID=chr1,length=248956422,assembly=GRCh38>"
GRCH37 = "##contig=<ID=chr1,length=249250621,assembly=GRCh37>"


@pytest.fixture
def run(medapp_home: Path):
    """Run the command and return its status, standard output and error output."""
    assert medapp_home

    def ask(*words: object) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "medapp", "rank-diseases", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=55, check=False)
        return done.returncode, done.stdout, done.stderr

    return ask


def write(path: Path, packet: dict[str, Any]) -> Path:
    path.write_text(json.dumps(packet), encoding="utf-8")
    return path


def vcf(path: Path, *lines: str, contig: str = GRCH38) -> Path:
    path.write_text(VCF.format(contig=contig) + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_terms_alone_rank_diseases_with_reasons(run, tmp_path: Path) -> None:
    packet = write(tmp_path / "p.json", world.packet("p", (*MARFAN_LIKE, "HP:9999999")))
    status, out, _ = run(packet, "--json", "--out", tmp_path / "out")
    assert status == 0
    found = json.loads(out)
    assert found["warning"] == "Not for diagnostic use"
    first = found["findings"][0]
    assert first["group"] == "FBN1"
    assert first["kind"] == "disease"
    assert any(item["entries"] == ["p/p/phenotypicFeatures[0]"] for item in first["items"])
    assert found["used"] == ["record"]
    assert any("HP:9999999" in notice["message"] for notice in found["notices"])
    assert json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))["findings"]


def test_a_result_that_is_there_is_not_replaced(run, tmp_path: Path) -> None:
    packet = write(tmp_path / "p.json", world.packet("p", MARFAN_LIKE))
    (tmp_path / "result.json").write_text("{}", encoding="utf-8")
    status, _, error = run(packet, "--out", tmp_path)
    assert status == 2
    assert "--force" in error


def test_the_genome_counts_and_the_disease_in_it_does_not(run, tmp_path: Path) -> None:
    packet = write(
        tmp_path / "p.json",
        world.packet("p", ("HP:0000478", "HP:0000505"), disease="OMIM:154700", gene="FBN1"),
    )
    genome = vcf(
        tmp_path / "g.vcf", "chr1\t94005500\t.\tG\tA\t.\tPASS\tGENE=ABCA4;DISEASE=OMIM:154700\tGT\t1/1"
    )
    status, out, _ = run(packet, "--vcf", genome, "--json")
    assert status == 0
    found = json.loads(out)
    assert found["findings"][0]["group"] == "ABCA4"
    assert found["used"] == ["record", "genome"]
    assert any("cause of a diagnosis" in notice["message"] for notice in found["notices"])


def test_a_table_is_printed_for_a_reader(run, tmp_path: Path) -> None:
    status, out, error = run(write(tmp_path / "p.json", world.packet("p", MARFAN_LIKE)))
    assert status == 0
    assert "FBN1" in out
    assert "Not for diagnostic use" in error
    assert "diseases with published cases are ranked" in error


def _old() -> dict[str, Any]:
    packet = world.packet("p", MARFAN_LIKE)
    packet["metaData"]["phenopacketSchemaVersion"] = "1.0"
    return packet


@pytest.mark.parametrize(
    ("content", "status", "said"),
    [
        ("Dear colleague", 3, "no phenopacket"),
        (json.dumps(world.packet("p", ())), 3, "Human Phenotype Ontology"),
        (json.dumps(_old()), 3, "version 1.0"),
        (None, 2, "there is nothing"),
    ],
)
def test_bad_input_is_refused_with_the_reason(
    run, tmp_path: Path, content: str | None, status: int, said: str
) -> None:
    path = tmp_path / "p.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    ended, _, error = run(path)
    assert ended == status
    assert said in error


def test_a_list_of_sites_is_no_patients_genome(run, tmp_path: Path) -> None:
    packet = write(tmp_path / "p.json", world.packet("p", MARFAN_LIKE))
    lines = ["##fileformat=VCFv4.2", GRCH38, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    sites = tmp_path / "sites.vcf"
    sites.write_text("\n".join([*lines, "chr1\t94005500\t.\tG\tA\t.\tPASS\t.\n"]), encoding="utf-8")
    status, out, error = run(packet, "--vcf", sites)
    assert status == 3
    assert not out
    assert "it lists sites, and nobody's genotypes" in error


@pytest.mark.parametrize(
    ("contig", "more", "status", "said"),
    [
        (GRCH37, (), 3, "lift over"),
        (GRCH38, ("--sample", "nobody"), 2, "NA1"),
        ("", (), 3, "v.vcf"),
    ],
)
def test_genomes_that_cannot_be_used_are_refused_with_the_reason(
    run, tmp_path: Path, contig: str, more: tuple[str, ...], status: int, said: str
) -> None:
    packet = write(tmp_path / "p.json", world.packet("p", MARFAN_LIKE))
    genome = vcf(tmp_path / "v.vcf", "chr1\t94471056\t.\tG\tA\t.\tPASS\t.\tGT\t1/1", contig=contig)
    if not contig:
        genome.write_text("no VCF at all", encoding="utf-8")
    ended, _, error = run(packet, "--vcf", genome, *more)
    assert ended == status
    assert said in error


def test_no_known_term_gives_no_answer_and_says_why(run, tmp_path: Path) -> None:
    status, out, _ = run(write(tmp_path / "p.json", world.packet("p", ("HP:9999999",))), "--json")
    assert status == 0
    found = json.loads(out)
    assert found["findings"] == []
    assert "no term" in found["abstained"]


def test_training_is_cancelled_within_seconds(medapp_home: Path, tmp_path: Path) -> None:
    assert medapp_home
    data = world.folder(tmp_path / "data", world.cases(papers=20, each=12))
    command = [
        sys.executable,
        "-m",
        "medapp",
        "train",
        "rare.disease",
        str(data),
        "--out",
        str(tmp_path / "out"),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        time.sleep(6)
        process.send_signal(signal.SIGINT)
        start = time.monotonic()
        _, error = process.communicate(timeout=40)
        took = time.monotonic() - start
    assert process.returncode in {0, 130}, error
    assert took < 12  # three seconds for the worker, the rest for two interpreters on a busy machine
