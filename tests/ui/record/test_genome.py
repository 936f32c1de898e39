"""Genes as rows: what was not looked at is not counted as complete."""

from __future__ import annotations

import pytest

from medapp.domain.genome import Diplotype, GeneCall, Haplotype
from medapp.ui.record.genome import GenomeView, gene_facts, gene_table

PAIR = Diplotype((Haplotype("*1"), Haplotype("*4")), "Intermediate Metabolizer", 1.0)


def calls():
    return (
        GeneCall("CYP2C9", "called", (PAIR,), missing=("rs1", "rs2"), tables="Tables 2031"),
        GeneCall("CYP2D6", "outside", (PAIR,), tables="Tables 2031; phenotypes of 2029"),
        GeneCall("HLA-A", "no-call", tables="Tables 2031"),
    )


def test_missing_of_genes_from_outside():
    shown = [row.cells[-1].text for row in gene_table(calls()).rows]
    assert shown == ["2", "from outside", "not looked at"]


@pytest.mark.parametrize(
    ("at", "told"),
    [(0, "rs1, rs2"), (1, "from outside, no positions looked at"), (2, "no positions looked at")],
)
def test_missing_positions_in_words(at, told):
    assert dict(gene_facts(calls()[at]))["Missing positions"] == told


def test_phase_of_a_report_is_not_known():
    assert dict(gene_facts(calls()[0]))["Phased"] == "no"
    assert dict(gene_facts(calls()[1]))["Phased"] == "unknown"


def test_title_names_the_tables_once():
    assert GenomeView.of(calls()).title == "Tables 2031"
