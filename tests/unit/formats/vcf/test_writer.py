"""What is written reads back the same and has no error."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medapp.domain.genome import Genotype, Variant, VariantFile
from medapp.domain.record.entry import Source
from medapp.formats.vcf import check, open_vcf, write_vcf

SAMPLES = ("S1", "S2")
bases = st.text("ACGTN", min_size=1, max_size=4)


def file_of(version: str = "VCFv4.3", assembly: str | None = "GRCh38") -> VariantFile:
    return VariantFile(Source("a.vcf", "vcf"), version, assembly, SAMPLES)  # type: ignore[arg-type]


@st.composite
def genotypes(draw: st.DrawFn, alternates: int) -> Genotype:
    alleles = draw(st.lists(st.none() | st.integers(0, alternates), min_size=2, max_size=3))
    phased = draw(st.booleans())
    return Genotype(
        tuple(alleles),
        phased,
        draw(st.none() | st.integers(0, 2**31 - 1)),
        draw(st.none() | st.integers(0, 1000)),
        draw(st.none() | st.integers(0, 99)),
        phases=(phased,) * len(alleles),
    )


@st.composite
def variants(draw: st.DrawFn) -> list[Variant]:
    positions = sorted(draw(st.sets(st.integers(1, 10_000), min_size=1, max_size=5)))
    made = []
    for place, position in enumerate(positions):
        reference = draw(bases)
        others = bases.filter(lambda one, ref=reference: one != ref) | st.sampled_from(
            ["<DEL>", "*", "A[2:7["]
        )
        # Alternates keep apart from those of neighbours, whose bases could overlap.
        alternates = draw(st.lists(others, max_size=3, unique=True))
        made.append(
            Variant(
                "chr1",
                position * 10,
                tuple(
                    draw(st.lists(st.from_regex(r"rs[0-9]{1,6}", fullmatch=True), max_size=2, unique=True))
                ),
                reference,
                tuple(alternates),
                draw(st.none() | st.floats(0, 1e6).map(lambda one: round(one, 2))),
                draw(st.none() | st.just(()) | st.just(("q10", "s50"))),
                tuple(draw(genotypes(max(len(alternates), 0))) for _ in SAMPLES),
                draw(st.sampled_from([(), (("NS", "2"), ("H2", "")), (("X", "a%3Bb"),)])),
                place,
            )
        )
    return made


@settings(deadline=None, max_examples=60)
@given(variants())
def test_round_trip(made):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.vcf"
        write_vcf(path, file_of(), made)
        assert [problem.sentence for problem in check(path) if problem.is_error] == []
        reader = open_vcf(path, "a.vcf")
        assert (reader.file.assembly, reader.file.samples) == ("GRCh38", SAMPLES)
        back = list(reader)
    lines = [variant.line for variant in back]
    assert lines == list(range(lines[0], lines[0] + len(made)))
    for written, found in zip(made, back, strict=True):
        assert written == Variant(**{**fields(found), "line": written.line})


def fields(variant: Variant) -> dict[str, object]:
    return {name: getattr(variant, name) for name in Variant.__slots__}


@pytest.mark.parametrize("version", ["VCFv4.4", "VCFv4.5"])
def test_phase_of_each_allele(tmp_path, version):
    made = [
        Genotype((0, 1), False, phases=(True, False), phase_sets=("a", None)),
        Genotype((0, 1, 1), False, phases=(False, True, True), phase_sets=(None, "a", "b")),
    ]
    one = Variant("chr2", 5, (), "A", ("C",), None, (), tuple(made))
    path = tmp_path / "a.vcf"
    write_vcf(path, file_of(version, None), [one])
    reader = open_vcf(path, "a.vcf")
    assert next(iter(reader)).genotypes == tuple(made)
    assert reader.file.assembly is None


def test_without_samples(tmp_path):
    path = tmp_path / "a.vcf"
    file = VariantFile(Source("a.vcf", "vcf"), "VCFv4.2", "GRCh37", ())
    write_vcf(path, file, [Variant("chrX", 5, (), "A", ("C",), 3.5, None, ())])
    text = path.read_text()
    assert "##contig=<ID=chrX,length=155270560>" in text
    assert text.endswith("chrX\t5\t.\tA\tC\t3.5\t.\t.\n")
    assert open_vcf(path, "a.vcf").file.assembly == "GRCh37"
