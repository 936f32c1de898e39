"""Genes told variant by variant: with phase, without, in several sets, with linked positions."""

from __future__ import annotations

from medapp.knowledge.pgx import recommended, source_lines
from tests.unit.knowledge.pgx.made_up import call, line, names, sample

HAP = "c.2C>T, c.4insA (Hap)"


def dpyd(tables, **genotypes):
    return call(tables, sample("chr6", **genotypes), "DPYD")


def lookup(found):
    return [(one.name, one.score) for one in recommended(found)]


def test_reference(tables):
    found = dpyd(tables)
    assert names(found) == ["Reference/Reference"]
    assert found.recommended == ()
    assert lookup(found) == [("Reference/Reference", 2.0)]


def test_one_heterozygous_position_is_as_good_as_phased(tables):
    found = dpyd(tables, p100="0/1", p300="1/1")
    assert names(found) == ["c.3T>C/[c.1A>G + c.3T>C]"]
    assert lookup(found) == [("c.3T>C/c.1A>G", 1.0)]
    assert found.diplotypes[0].score == 1.0
    assert found.diplotypes[0].haplotypes[1].activity == 0.0


def test_phased_alleles_of_each_chromosome(tables):
    found = dpyd(tables, plain="0|0", p100="0|1", p300="0|1")
    assert names(found) == ["Reference/[c.1A>G + c.3T>C]"]
    assert lookup(found) == [("Reference/c.1A>G", 1.0)]
    assert found.phased


def test_unphased_variants_are_listed_and_the_two_lowest_used(tables):
    found = dpyd(tables, p100="0/1", p200="0/1", p300="0/1")
    assert found.diplotypes == ()
    assert [one.name for one in found.components] == ["c.1A>G", "c.2C>T", "c.3T>C"]
    assert lookup(found) == [("c.1A>G/c.2C>T", 0.5)]
    assert recommended(found)[0].phenotype == "Poor Metabolizer"
    assert "cannot be told which variants are on one chromosome" in found.notes[-1]


def test_variant_on_both_chromosomes_counts_twice(tables):
    found = dpyd(tables, p100="1/1", p300="0/1", p500="0/1")
    assert source_lines(found, tables) == ("c.1A>G (homozygous)", "c.3T>C", "c.5del")
    assert lookup(found) == [("c.1A>G/c.1A>G", 0.0)]


def test_phase_sets_are_laid_in_every_way_and_the_worst_is_used(tables):
    found = dpyd(tables, p100="0|1:1", p300="0|1:1", p500="0|1:2")
    assert names(found) == ["Reference/[c.1A>G + c.3T>C + c.5del]", "c.5del/[c.1A>G + c.3T>C]"]
    assert lookup(found) == [("c.5del/c.1A>G", 0.0)]


def test_linked_haplotype_counts_as_one(tables):
    found = dpyd(tables, p200="0/1", p400="1/0")
    assert names(found) == [f"Reference/{HAP}"]
    found = dpyd(tables, p200="1/1", p400="0/1")
    assert sorted(names(found)) == [f"c.2C>T/{HAP}"]
    found = dpyd(tables, p200="0/1", p400="0/1", p100="0/1")
    assert [one.name for one in found.components] == ["c.1A>G", HAP]


def test_causal_position_is_followed_where_they_disagree(tables):
    found = dpyd(tables, p200="0/1", p400="1/1")
    assert names(found) == [f"Reference/{HAP}"]
    assert "rs200 and rs400 do not agree; rs200 was followed." in found.notes
    assert names(dpyd(tables, p400="0/1")) == ["Reference/Reference"]
    assert names(dpyd(tables, p200="0/1")) == ["Reference/c.2C>T"]


def test_marker_alone_and_causal_alone_are_said(tables):
    found = dpyd(tables, p200=None, p400="0/1")
    assert names(found) == [f"Reference/{HAP}"]
    assert "should be typed to confirm it" in found.notes[1]
    found = dpyd(tables, p200="0/1", p400=None)
    assert names(found) == ["Reference/c.2C>T"]
    assert "rs400 is missing" in found.notes[1]


def test_phase_of_the_linked_positions_is_believed(tables):
    found = dpyd(tables, plain="0|0", p200="0|1", p400="1|0")
    assert names(found) == ["Reference/c.2C>T"]


def test_half_calls_of_linked_positions(tables):
    found = dpyd(tables, plain="0|0", p200="1|.", p400=".|1")
    assert names(found) == [f"c.2C>T/{HAP}"]
    assert any("nothing is told of the other" in note for note in found.notes)
    assert names(dpyd(tables, plain="0|0", p200="1|.", p400="1|.")) == [f"Reference/{HAP}"]


def test_unknown_allele_is_taken_as_reference(tables):
    lines = [one for one in sample("chr6") if one.position != 100]
    lines.append(line(100, "0/2", chromosome="chr6", alternates=("G", "T")))
    found = call(tables, lines, "DPYD")
    assert names(found) == ["Reference/Reference"]
    assert "what it does is not known" in found.notes[0]


def test_nothing_seen_is_no_call(tables):
    assert call(tables, [], "DPYD").status == "no-call"


def test_every_way_to_lay_four_phase_sets(tables):
    found = dpyd(tables, p100="0|1:1", p200="0|1:2", p300="0|1:3", p500="0|1:4")
    assert len(found.diplotypes) == 8
