"""FORMAT, genotypes, phase and local alleles."""

from __future__ import annotations

import pytest

ALL = ("4.1", "4.2", "4.3", "4.4", "4.5")


@pytest.fixture
def genotype(read):
    """The genotype of the only sample of a line with two alternate alleles."""

    def of(text: str, keys: str = "GT", version: str = "4.3"):
        (variant,) = read(f"1 5 . A C,G . . . {keys} {text}", samples="S", version=version)
        return variant.genotypes[0]

    return of


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    ("text", "alleles", "phased"),
    [
        ("0/1", (0, 1), False),
        ("2|1", (2, 1), True),
        ("./.", (None, None), False),
        ("0|.", (0, None), True),
        ("1", (1,), True),
        (".", (None,), False),
        ("0/1/2", (0, 1, 2), False),
        ("0|1|1|2", (0, 1, 1, 2), True),
        ("0/1|2", (0, 1, 2), False),
    ],
)
def test_alleles_and_phase(genotype, version, text, alleles, phased):
    one = genotype(text, version=version)
    assert one.alleles == alleles
    assert one.phased == phased
    assert one.is_called == (None not in alleles)


def test_phase_of_each_allele_from_44_on(genotype):
    assert genotype("|0/1/2", version="4.4").phases == (True, False, False)
    assert genotype("/0|1", version="4.4").phases == (False, True)
    assert genotype("/1", version="4.5").phased is False
    assert genotype("0/1|2", version="4.4").phases == (False, False, True)


def test_phase_sets(genotype):
    assert genotype("0|1:17:9:40", "GT:PS:DP:GQ").phase_set == 17
    assert genotype("0|1:.", "GT:PS").phase_set is None
    assert genotype("|0/1:chr9*5*1,.", "GT:PSL", "4.4").phase_sets == ("chr9*5*1", None)


def test_depth_and_quality(genotype):
    one = genotype("0/1:12:30", "GT:DP:GQ")
    assert (one.depth, one.quality) == (12, 30.0)
    one = genotype("0/1:.", "GT:DP:GQ")
    assert (one.depth, one.quality) == (None, None)
    assert genotype("12", "DP").alleles == ()


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    "cell",
    [
        "GT:PL 0/1:1,2,3,4,5,6",
        "GT:PL 0:1,2,3",
        "GT:PL 0/1/1:1,2,3,4,5,6,7,8,9,10",
        "GT:PL .:1,2,3",
        "GT:PL .:1,2,3,4,5,6",
        "PL 1,2,3,4,5,6",
        "GT:PL 0/1:.",
        "GT:PL 0/1:.,.,.,.,.,.",
        "GT:PL 0/1",
        "GT:PL .",
        "GT:EC 0/1:1,2",
        "GT:HQ 0/1:.,.",
        "GT:FT 0/1:q10;s50",
        "GT:CNL 0/1:-1,-2",
        ". .",
    ],
)
def test_lists_have_the_length_that_alleles_and_ploidy_give(errors, version, cell):
    assert errors(f"1 5 . A C,G . . . {cell}", samples="S", version=version) == []


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    ("cell", "field", "reason"),
    [
        ("GT 0/3", "sample 1/GT", "not in ALT"),
        ("GT 0/a", "sample 1/GT", "not a genotype"),
        ("GT 0/", "sample 1/GT", "not a genotype"),
        ("GT 0//1", "sample 1/GT", "not a genotype"),
        ("GT 0\\1", "sample 1/GT", "not a genotype"),
        ("GT:PL 0/1:1,2,3", "sample 1/PL", "as many values"),
        ("GT:PL 0:1,2,3,4,5,6", "sample 1/PL", "as many values"),
        ("GT:DP 0/1:a", "sample 1/DP", "not an integer"),
        ("GT:DP 0/1:-3", "sample 1/DP", "negative"),
        ("GT:PS 0/1:-3", "sample 1/PS", "negative"),
        ("GT:GQ 0/1:3:4", "sample 1", "more values"),
        ("DP:GT 3:0/1", "FORMAT", "not the first"),
        ("GT:A-B 0/1:1", "FORMAT", "a key"),
        ("GT::DP 0/1:1:2", "FORMAT", "empty"),
    ],
)
def test_what_the_specification_forbids(errors, version, cell, field, reason):
    (found, *_) = errors(f"1 5 . A C,G . . . {cell}", samples="S", version=version)
    assert found.startswith(f"line 3, {field}: ")
    assert reason in found


def test_editions_differ_where_their_texts_do(errors):
    def of(cell: str, version: str) -> list[str]:
        return errors(f"1 5 . A C,G . . . {cell}", samples="S", version=version)

    assert of("GT |0/1", "4.3")
    assert of("GT |0/1", "4.4") == []
    assert of("GT:XY 0/1:", "4.4")
    assert of("GT:XY 0/1:", "4.5") == []
    assert of("GT:1A 0/1:2", "4.2") == []
    assert of("GT:1A 0/1:2", "4.3")
    assert of("GT:AD 0/1:2", "4.2") == []
    assert of("GT:AD 0/1:2", "4.3")
    assert "whitespace" in errors("1 5 . A C . . . GT:XY 0/1:a\xa0b", samples="S", version="4.2")[0]
    assert errors("1 5 . A C . . . GT:XY 0/1:a\xa0b", samples="S", version="4.3") == []
    assert of("GT:XY:XY 0/1:2:3", "4.2") == []
    assert of("GT:XY:XY 0/1:2:3", "4.3")


@pytest.mark.parametrize("version", ["4.4", "4.5"])
def test_lists_of_phase_sets(errors, version):
    def of(cell: str) -> list[str]:
        return errors(f"1 5 . A C,G . . . {cell}", samples="S", version=version)

    assert of("GT:PSL:PSO:PSQ |1/2|0:a,.,b:1,.,2:30,.,.") == []
    assert "as many values" in of("GT:PSL 0|1:a")[0]
    assert "not phased" in of("GT:PSL 0/1:a,.")[0]
    assert "both PS and PSL" in of("GT:PS:PSL 0|1:5:a,a")[0]


def test_local_alleles_of_45(errors):
    def of(cell: str) -> list[str]:
        return errors(f"1 5 . G A,C,T,<*> . . . {cell}", samples="S", version="4.5")

    assert of("GT:LAA:LAD:LPL 2/4:2,4:20,30,10:90,80,0,100,110,120") == []
    assert of("GT:LAA:LAD:LPL 0/0::30:0") == []
    assert of("GT:LAA:LEC 0/0:.:.") == []
    assert of("LAA:LEC ") == []
    assert "as many values" in of("GT:LAA:LAD 2/4:2,4:20,30")[0]
    assert "twice" in of("GT:LAA:LEC 0/2:2,2:1,1")[0]
    assert "not in ALT" in of("GT:LAA:LEC 0/2:5:1")[0]
    assert "without local" in of("GT:LAA:LEC 0/2::1")[0]
    assert "precede" in of("GT:LEC:LAA 0/2:1:2")[0]
    assert of("GT:M5mC:DPM5mC 0/2:0.25,0.5:3,4") == []
    assert "more than 1" in of("GT:M5mC 0/2:2")[0]


def test_a_key_that_is_not_described_is_remarked_on_once(remarks):
    meta = ('FORMAT=<ID=GT,Number=1,Type=String,Description="a">',)
    lines = ("1 5 . A C . . . GT:XY 0/1:2", "1 6 . A C . . . GT:XY 0/1:2")
    assert [problem.line for problem in remarks(*lines, samples="S", meta=meta)] == [4]


def test_numbers_that_cannot_be_are_unknown(write):
    from medapp.formats.vcf import open_vcf

    path = write("1 5 . A C nan . . GT:DP:GQ 0/1:-5:-3", "1 6 . A C -1 . . GT 0/1", samples="S")
    for variant in open_vcf(path, "a.vcf", strict=False):
        assert variant.quality is None
        assert (variant.genotypes[0].depth, variant.genotypes[0].quality) == (None, None)


def test_an_allele_without_a_name_is_not_known(read):
    (variant,) = read("1 5 . A . . . . GT 0/1", samples="S")
    assert variant.genotypes[0].alleles == (0, None)


def test_a_sample_is_told_by_its_number_and_never_by_its_name(errors):
    (found,) = errors("1 5 . A C . . . GT 0/0 0/2", samples="Doe^John Roe^Jane")
    assert found == "line 3, sample 2/GT: GT names an allele that is not in ALT"
