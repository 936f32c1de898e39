"""Named alleles: scores, permutations, phase, missing positions, other spellings of an allele."""

from __future__ import annotations

import dataclasses
import itertools
import random

import pytest

from medapp.knowledge.pgx import ALSO_POSSIBLE
from tests.unit.knowledge.pgx.made_up import VERSION, call, line, names, sample


def others(found):
    return [text for name, text in found.facts if name == ALSO_POSSIBLE]


def test_reference_only_where_every_position_says_so(tables):
    found = call(tables, sample())
    assert names(found) == ["*1/*1"]
    assert found.status == "called"
    assert found.missing == ()
    assert found.diplotypes[0].phenotype == "Normal Metabolizer"
    assert found.diplotypes[0].haplotypes[0].function == "Normal function"
    assert VERSION in found.tables


def test_heterozygous_and_homozygous(tables):
    assert names(call(tables, sample(p100="0/1"))) == ["*1/*2"]
    found = call(tables, sample(p100="1/1"))
    assert names(found) == ["*2/*2"]
    assert found.diplotypes[0].phenotype == "Poor Metabolizer"


def test_longer_allele_scores_higher_when_unphased(tables):
    found = call(tables, sample(p100="0/1", p200="0/1"))
    assert names(found) == ["*1/*4"]
    assert others(found) == ["*2/*3"]
    assert not found.phased


def test_phase_decides(tables):
    assert names(call(tables, sample(plain="0|0", p100="0|1", p200="1|0"))) == ["*2/*3"]
    found = call(tables, sample(plain="0|0", p100="0|1", p200="0|1"))
    assert names(found) == ["*1/*4"]
    assert others(found) == []
    assert found.phased


def test_phase_holds_within_one_set_only(tables):
    found = call(tables, sample(p100="0|1:10", p200="0|1:20"))
    assert names(found) == ["*1/*4"]
    assert others(found) == ["*2/*3"]
    assert others(call(tables, sample(p100="0|1:10", p200="0|1:10"))) == []


def test_ambiguous_base_of_a_definition_meets_both(tables):
    assert names(call(tables, sample(p300="0/1"))) == ["*1/*5"]
    assert names(call(tables, sample(p200="1/1", p300="0/1"))) == ["*3/*5"]
    assert names(call(tables, sample(p200="0/1", p300="1/1"))) == ["*5/*5"]


def test_no_pair_fits(tables):
    found = call(tables, sample(p300="0|1", p400="0|1"))
    assert found.status == "no-call"
    assert found.diplotypes == ()
    assert "No pair of named alleles explains the genotypes." in found.notes


def test_missing_position_is_never_reference(tables):
    found = call(tables, sample(p100=None))
    assert found.missing == ("rs100",)
    assert names(found) == ["*1/*1"]
    assert found.notes[0] == "Told from 4 of 5 positions."
    assert "Cannot be told, as their positions are missing: *2." in found.notes


def test_allele_is_matched_by_the_positions_that_are_left(tables):
    found = call(tables, sample(p100=None, p200="0/1"))
    assert names(found) == ["*1/*3", "*1/*4"]
    assert found.missing == ("rs100",)


def test_lower_score_with_missing_positions_is_said(tables):
    found = call(tables, sample(p500=None, p100="0/1", p200="0/1"))
    assert "Cannot be ruled out, as some of their positions are missing: *9." in found.notes


def test_no_position_at_all(tables):
    found = call(tables, [])
    assert found.status == "no-call"
    assert len(found.missing) == 5
    assert "what is missing is not the reference" in found.notes[0]


@pytest.mark.parametrize("genotype", ["./.", "0/.", "0/1/1", "0"])
def test_calls_that_tell_nothing(tables, genotype):
    found = call(tables, sample(p100=genotype))
    assert found.missing == ("rs100",)


def test_half_a_call_of_an_alternate_is_no_diplotype(tables):
    found = call(tables, sample(p100="./1"))
    assert found.status == "no-call"
    assert "Only one of two alleles is called at rs100." in found.notes


def test_reference_that_differs_is_not_used_and_said(tables):
    lines = [*sample(p100=None), line(100, "0/1", reference="T", alternates=("G",))]
    found = call(tables, lines)
    assert found.missing == ("rs100",)
    assert found.notes[1].startswith("rs100: the file's reference T is not A of the definition")


@pytest.mark.parametrize(
    ("reference", "alternates", "genotype", "expected"),
    [
        ("C", ("CAT",), "0/1", "*1/*6"),
        ("CA", ("CATA",), "0/1", "*1/*6"),
        ("CATG", ("CATATG",), "0/1", "*1/*6"),
        ("C", (), "0/0", "*1/*1"),
        ("CAT", ("CATAT", "C"), "1/1", "*6/*6"),
        ("cat", ("catat",), "0/1", "*1/*6"),
    ],
)
def test_same_allele_in_other_spellings(tables, reference, alternates, genotype, expected):
    lines = [*sample(p500=None), line(500, genotype, reference=reference, alternates=alternates)]
    assert names(call(tables, lines)) == [expected]


@pytest.mark.parametrize("alternate", ["<DEL>", "*", "A[chr2:3["])
def test_structural_alleles_are_not_used(tables, alternate):
    lines = [*sample(p100=None), line(100, "0/1", alternates=(alternate,))]
    found = call(tables, lines)
    assert found.missing == ("rs100",)
    assert "structural" in found.notes[1]


def test_allele_that_no_definition_knows(tables):
    lines = [*sample(p100=None), line(100, "0/2", alternates=("G", "T"))]
    found = call(tables, lines)
    assert found.status == "no-call"
    assert "rs100: an allele that no definition of GENE9 knows." in found.notes


def test_two_lines_at_one_place(tables):
    split = [*sample(p500=None), line(500, "0/1", alternates=("C",)), line(500, "0/1", alternates=("CATAT",))]
    lines = [*split, line(100, "1/1")]
    assert names(call(tables, [one for one in lines if one.position != 100] + [line(100, "0/1")])) == [
        "*6/*9"
    ]
    assert names(call(tables, [*sample(), line(100, "0/1")])) == ["*1/*2"]
    phased = [line(500, "1|0", alternates=("C",)), line(500, "0|1", alternates=("CATAT",)), line(100, "1|0")]
    assert names(call(tables, [*sample(p500=None, p100=None, plain="0|0"), *phased])) == ["*6/*9"]
    found = call(tables, [*sample(p100=None), line(100, "0/1"), line(100, "1/1")])
    assert found.missing == ("rs100",)
    assert "contradict" in found.notes[1]


def test_filters_are_said_not_applied(tables):
    lines = [*sample(p100=None), line(100, "0/1", filters=("q10",))]
    found = call(tables, lines)
    assert names(found) == ["*1/*2"]
    assert "did not pass the filters of the file: rs100" in found.notes[0]


def test_other_assemblies(tables):
    found = call(tables, sample(), assembly="GRCh37")
    assert found.status == "no-call"
    assert "GRCh37" in found.notes[0]
    assert "The assembly is not stated" in call(tables, sample(), assembly=None).notes[0]


def test_second_sample(tables):
    lines = [
        dataclasses.replace(one, genotypes=(*one.genotypes, *other.genotypes))
        for one, other in zip(sample(), sample(p100="1/1"), strict=True)
    ]
    assert names(call(tables, lines, sample=0)) == ["*1/*1"]
    assert names(call(tables, lines, sample=1)) == ["*2/*2"]
    assert call(tables, lines, sample=2).status == "no-call"


def test_one_copy_on_x(tables):
    assert names(call(tables, sample("chrX", "0", p100="1"), "G6PD")) == ["A"]
    assert names(call(tables, sample("chrX", p100="0/1"), "G6PD")) == ["A/B"]
    normal = call(tables, sample("chrX", "0"), "G6PD")
    assert normal.diplotypes[0].phenotype == "Normal"
    mixed = call(tables, sample("chrX", p100="1"), "G6PD")
    assert mixed.status == "no-call"


def test_undocumented_allele_of_a_toxicity_gene_is_taken_as_reference(tables):
    lines = [one for one in sample("chrX") if one.position != 100]
    lines.append(line(100, "1/2", chromosome="chrX", alternates=("G", "T")))
    found = call(tables, lines, "G6PD")
    assert names(found) == ["A/B"]
    assert "was taken as the reference" in found.notes[0]


def test_many_unphased_positions_take_no_time(tables):
    found = call(tables, sample(p100="0/1", p200="0/1", p300="0/1", p400="0/1", p500="1/2"))
    assert found.status == "no-call"


def permuted(definition, rows):
    """All pairs by writing out every way to lay the genotypes on two chromosomes, and nothing clever."""
    found = set()
    for turned in itertools.product((False, True), repeat=len(rows)):
        strands = [
            [row[turn] for row, turn in zip(rows, turned, strict=True)],
            [row[not turn] for row, turn in zip(rows, turned, strict=True)],
        ]
        fitting = [
            [
                allele.name
                for allele in definition.alleles
                if all(base in definition.accepted(allele, index) for index, base in enumerate(strand))
            ]
            for strand in strands
        ]
        found |= {tuple(sorted(pair)) for pair in itertools.product(*fitting)}
    return found


def test_same_pairs_as_all_permutations(tables):
    definition = tables.definitions["GENE9"]
    chance = random.Random(3)
    called = 0
    for _ in range(150):
        numbers = [
            sorted(chance.choices(range(len(place.documented)), [4] + [1] * len(place.alternates), k=2))
            for place in definition.positions
        ]
        rows = [
            [place.documented[n] for n in pair]
            for place, pair in zip(definition.positions, numbers, strict=True)
        ]
        genotypes = {
            f"p{place.position}": f"{pair[0]}/{pair[1]}"
            for place, pair in zip(definition.positions, numbers, strict=True)
        }
        found = call(tables, sample(**genotypes))
        expected = permuted(definition, rows)
        assert {tuple(sorted(one.split("/"))) for one in [*names(found), *others(found)]} == expected
        called += bool(expected)
    assert called > 30


def test_combinations_in_research_only(tables):
    lines = sample(plain="0|0", p100="0|1", p400="0|1")
    assert call(tables, lines).status == "no-call"
    found = call(tables, lines, research=True)
    assert names(found) == ["*1/[*2 + *7]"]
    assert "for research only" in found.notes[0]
    assert names(call(tables, sample(p100="1/1", p400="0/1"), research=True)) == ["*2/[*2 + *7]"]


def test_partial_alleles_in_research_only(tables):
    lines = sample(plain="0|0", p100="0|1", p500="1|0")
    assert names(call(tables, lines, research=True)) == ["*2/g.500CAT>C"]
    lines = sample(plain="0|0", p400="0|1", p500="0|1")
    assert names(call(tables, lines, research=True)) == ["*1/[*7 + g.500CAT>C]"]
