"""Calls of other methods: the file, and what stands above what."""

from __future__ import annotations

import pytest

from medapp.domain.record import Refusal
from medapp.knowledge.pgx import OutsideCall, printed_lines, read_outside
from medapp.knowledge.pgx.outside import standard_phenotype
from tests.unit.knowledge.pgx.made_up import call, names, sample


def reported(tables, *cells):
    return call(tables, sample(), cells[0], OutsideCall(*cells))


def test_file(tmp_path):
    path = tmp_path / "outside.tsv"
    path.write_text(
        "# a comment\nCYP2D6\t*1/*4\n\nHLA-B\t\t*57:01 positive\nno gene\nCYP2C9\n", encoding="utf-8"
    )
    found = list(read_outside(path, "outside.tsv"))
    assert found[:2] == [
        OutsideCall("CYP2D6", "*1/*4", "", "", 2),
        OutsideCall("HLA-B", "", "*57:01 positive", "", 4),
    ]
    assert [one.source.place for one in found[2:] if isinstance(one, Refusal)] == ["line 5", "line 6"]


def test_file_that_is_no_text(tmp_path):
    path = tmp_path / "outside.tsv"
    path.write_bytes(b"\xff\xfe\x00")
    (found,) = read_outside(path, "outside.tsv")
    assert isinstance(found, Refusal)
    assert found.whole


def test_gene_that_no_vcf_can_call(tables):
    found = call(tables, sample(), "CYP2D6")
    assert found.status == "no-call"
    assert "not called from a VCF" in found.notes[0]


def test_diplotype_is_looked_up(tables):
    found = reported(tables, "CYP2D6", "*1/*4")
    assert found.status == "outside"
    assert found.diplotypes[0].score == 1.0
    assert found.diplotypes[0].phenotype == "Intermediate Metabolizer"


def test_stands_above_the_file(tables):
    assert names(reported(tables, "GENE9", "*2/*2")) == ["*2/*2"]


@pytest.mark.parametrize("text", [".", "./.", "Not available"])
def test_reported_no_call(tables, text):
    assert reported(tables, "GENE9", text).status == "no-call"
    assert reported(tables, "GENE9", "", text).status == "no-call"


def test_copies_are_counted_as_the_tables_count_them(tables):
    found = reported(tables, "CYP2D6", "*1/*1x5")
    assert names(found) == ["*1/*1x5"]
    assert found.diplotypes[0].score == 4.0


def test_allele_without_function(tables):
    assert reported(tables, "GENE9", "*1/*99").diplotypes[0].phenotype == "Indeterminate"
    assert reported(tables, "CYP2D6", "*1/*99").diplotypes[0].score is None


def test_phenotype_and_score_alone(tables):
    found = reported(tables, "GENE9", "", "PM")
    assert printed_lines(found, tables) == ("Poor Metabolizer",)
    found = reported(tables, "CYP2D6", "", "", "1.0")
    assert printed_lines(found, tables) == ("Intermediate Metabolizer (1)",)
    assert any("several activity scores" in note for note in reported(tables, "CYP2D6", "", "NM").notes)


def test_contradictions_are_said(tables):
    found = reported(tables, "CYP2D6", "*1/*4", "", "2.0")
    assert found.diplotypes[0].score == 2.0
    assert any("is not that of the diplotype" in note for note in found.notes)
    found = reported(tables, "GENE9", "*1/*1", "Poor Metabolizer")
    assert found.diplotypes[0].phenotype == "Poor Metabolizer"
    assert any("not that of the diplotype" in note for note in found.notes)
    found = reported(tables, "CYP2D6", "", "", "7.5")
    assert any("none that CPIC assigns" in note for note in found.notes)


def test_several_lines_of_one_gene(tables):
    found = call(tables, [], "CYP2D6", OutsideCall("CYP2D6", "*1/*1"), OutsideCall("CYP2D6", "*4/*4"))
    assert names(found) == ["*1/*1", "*4/*4"]


def test_hla_status(tables):
    found = reported(tables, "HLA-B", "*57:01:01/*07:02")
    assert found.diplotypes[0].phenotype == "*15:02 negative; *57:01 positive; *58:01 negative"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PM", "Poor Metabolizer"),
        ("em", "Normal Metabolizer"),
        ("CYP2D6 Ultrarapid Metabolizers (UM)", "Ultrarapid Metabolizer"),
        ("likely cyp2c19 poor metaboliser", "Likely Poor Metabolizer"),
        ("extensive metaboliser", "Normal Metabolizer"),
        ("*57:01 positive", "*57:01 positive"),
        ("", ""),
    ],
)
def test_words_of_phenotypes(text, expected):
    assert standard_phenotype(text) == expected
