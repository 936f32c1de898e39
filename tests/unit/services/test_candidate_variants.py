"""Whose genome a VCF is: a list of sites is nobody's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from medapp.formats.errors import UnreadableError
from medapp.services.candidate_variants import SITES, read_candidates
from medapp.services.pgx import SampleError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """##fileformat=VCFv4.2
##contig=<ID=chr1,length=248956422,assembly=GRCh38>
##INFO=<ID=GENE,Number=1,Type=String,Description="Gene symbol">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"""
SITE = "chr1\t{at}\t.\tG\tA\t.\tPASS\tGENE=ABCA4"


def written(folder: Path, samples: tuple[str, ...], *rows: str) -> Path:
    path = folder / "v.vcf"
    names = ("", "FORMAT", *samples) if samples else ()
    lines = [SITE.format(at=94005500 + number) + row for number, row in enumerate(rows)]
    path.write_text("\n".join([HEAD + "\t".join(names), *lines]) + "\n", encoding="utf-8")
    return path


def test_a_list_of_sites_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="lists sites") as caught:
        read_candidates(written(tmp_path, (), "", ""))
    assert caught.value.code == SITES
    with pytest.raises(UnreadableError, match="lists sites"):
        read_candidates(written(tmp_path, (), ""), sample="p1")


def test_a_sample_of_whom_nothing_is_called_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no line states a genotype of the sample p1"):
        read_candidates(written(tmp_path, ("p1",), "\tDP\t30", "\tDP\t31"))
    with pytest.raises(UnreadableError, match="no line states a genotype of the sample p1"):
        read_candidates(written(tmp_path, ("p1",), "\tGT\t./.", "\tGT\t."))


def test_the_wanted_sample_has_to_be_there(tmp_path: Path) -> None:
    path = written(tmp_path, ("p1", "p2"), "\tGT\t0/1\t0/0", "\tGT\t0/0\t1/1")
    with pytest.raises(SampleError, match="there is no sample 'p3'; the file has p1, p2"):
        read_candidates(path, sample="p3")
    with pytest.raises(SampleError, match="name the sample"):
        read_candidates(path)
    found = read_candidates(path, sample="p2")
    assert [one.position for one in found.genome.variants] == [94005501]
    assert found.sample == "p2"


def test_who_differs_nowhere_has_a_genome_without_candidates(tmp_path: Path) -> None:
    assert read_candidates(written(tmp_path, ("p1",), "\tGT\t0/0")).genome.variants == ()
