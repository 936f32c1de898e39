"""An empty phenotype always has its reason, and nobody is told two things that contradict each other."""

from __future__ import annotations

import pytest

from medapp.knowledge.pgx import OutsideCall, load_tables
from medapp.knowledge.pgx.hla import hla_notes, hla_status
from tests.unit.knowledge.pgx.made_up import ALLELES, call, definition, phenotypes, sample, write

FUNCTIONS = {"Reference": "Normal risk", "m.1555A>G": "Increased risk"}


def mitochondrial() -> dict[str, object]:
    pairs = [
        {"diplotypekey": {name: 1}, "phenotype": words.lower(), "activityScore": None}
        for name, words in FUNCTIONS.items()
    ]
    named = [{"name": name, "functionValue": words} for name, words in FUNCTIONS.items()]
    return {"gene": "MT-RNR1", "version": "2031-01-01", "diplotypes": pairs, "namedAlleles": named}


def reported(tables, *cells):
    return call(tables, [], cells[0], OutsideCall(*cells))


def test_allele_that_is_written_otherwise_is_named_and_not_guessed(tmp_path):
    write(tmp_path, "v1.0.0_definition_alleles", "GENE9_translation", definition("GENE9", ALLELES))
    write(tmp_path, "v1.0.0_phenotype", "MT_RNR1", mitochondrial())
    tables = load_tables(tmp_path)
    assert reported(tables, "MT-RNR1", "m.1555A>G").diplotypes[0].phenotype == "increased risk"
    found = reported(tables, "MT-RNR1", "1555A>G")
    assert found.diplotypes[0].phenotype == ""
    told = " ".join(found.notes)
    assert "1555A>G is no allele of the table of MT-RNR1 (v1.0.0_phenotype)" in told
    assert "The table has m.1555A>G (Increased risk)" in told


def test_gene_of_an_older_folder_alone_is_looked_up_there_and_says_so(tmp_path):
    write(tmp_path, "v3.0.0_definition_alleles", "GENE9_translation", definition("GENE9", ALLELES))
    write(tmp_path, "v3.0.0_phenotype", "GENE9", phenotypes("GENE9", {"*1": "Normal function"}))
    old = phenotypes("CYP2D6", {}, {"*1": "1.0", "*4": "0.0"}) | {"version": "2029-01-01"}
    write(tmp_path, "v2.0.0_phenotype_cpic", "CYP2D6", old)
    found = reported(load_tables(tmp_path), "CYP2D6", "*1/*4")
    assert found.diplotypes[0].phenotype == "Intermediate Metabolizer"
    assert found.tables.endswith("; phenotypes v2.0.0_phenotype_cpic 2029-01-01")
    assert "those of v2.0.0_phenotype_cpic, version 2029-01-01, were used" in found.notes[-1]


def test_gene_that_no_folder_has_says_which_were_read(tmp_path):
    write(tmp_path, "v3.0.0_definition_alleles", "GENE9_translation", definition("GENE9", ALLELES))
    write(tmp_path, "v3.0.0_phenotype", "GENE9", phenotypes("GENE9", {"*1": "Normal function"}))
    found = reported(load_tables(tmp_path), "CYP2D6", "*1/*4")
    assert found.diplotypes[0].phenotype == ""
    assert "(v3.0.0_phenotype) have no phenotypes of CYP2D6" in found.notes[-1]
    assert "v2.12.0_phenotype_cpic" in found.notes[-1]


def test_reference_without_table_says_where_its_phenotype_is_from(tables):
    found = call(tables, sample("chrX"), "G6PD")
    assert found.diplotypes[0].phenotype == "Normal"
    assert found.notes[-1].endswith("that of the reference is stated by CPIC's guideline.")
    other = call(tables, sample("chrX", p100="1/1"), "G6PD")
    assert other.diplotypes[0].phenotype == ""
    assert "that of A is not known here, which does not mean normal" in other.notes[-1]


def test_pair_that_the_table_lacks(tables):
    one = reported(tables, "CYP2D6", "*4")
    assert "1 allele(s) given where the table has 2" in one.notes[-1]
    other = reported(tables, "GENE9", "*1/*99")
    assert other.diplotypes[0].phenotype == "Indeterminate"
    assert "*99 is no allele of the table of GENE9" in other.notes[-1]


def test_known_phenotype_needs_no_reason(tables):
    assert len(reported(tables, "CYP2D6", "*1/*4").notes) == 1


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (("*57:01", "*08:01"), ("*15:02 negative", "*57:01 positive", "*58:01 negative")),
        (("57:01", "08:01"), ("*15:02 negative", "*57:01 positive", "*58:01 negative")),
        (("HLA-B*57:01:01G", "B*08:01"), ("*15:02 negative", "*57:01 positive", "*58:01 negative")),
        (("*57", "*08"), ("*15:02 negative", "*58:01 negative")),
        (("*57:01",), ("*57:01 positive",)),
        (("*08:01",), ()),
        (("A*57:01", "*08:01"), ()),
        (("B57", "*08:01"), ()),
    ],
)
def test_hla_marker_is_negative_only_where_both_types_tell(names, status):
    assert hla_status("HLA-B", names) == status


def test_what_hla_types_do_not_tell_is_said():
    assert "*57:01 is there: the type has one field only" in next(hla_notes("HLA-B", ("*57", "*08:01")))
    assert "1 allele(s) given" in next(hla_notes("HLA-B", ("*08:01",)))
    assert "B57 is no HLA type" in next(hla_notes("HLA-B", ("B57", "*08:01")))
    assert list(hla_notes("HLA-B", ("*57:01", "*08:01"))) == []
