"""The reader: what a line becomes, strict and lenient reading, compression, assemblies."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest

from medapp.domain.genome import Variant
from medapp.formats.errors import UnreadableError
from medapp.formats.vcf import check, looks_like, open_vcf
from medapp.formats.vcf.contigs import chromosome
from medapp.formats.vcf.reading import MOST_PROBLEMS

EMPTY_BLOCK = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


def bgzip(data: bytes) -> bytes:
    """One block of BGZF without the one that ends the file."""
    packer = zlib.compressobj(wbits=-15)
    body = packer.compress(data) + packer.flush()
    size = (len(body) + 25).to_bytes(2, "little")
    tail = zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return EMPTY_BLOCK[:16] + size + body + tail


def test_a_line_becomes_a_variant(read):
    reader = read("1 5 rs1;x ac A,<DEL>,t[2:4[,* 29.5 q10;PASS DP=3;H2 GT 0/1", samples="S")
    assert reader.file.version == "VCFv4.3"
    assert reader.file.samples == ("S",)
    assert reader.file.source.format == "vcf"
    (variant,) = reader
    assert variant == Variant(
        chromosome="chr1",
        position=5,
        ids=("rs1", "x"),
        reference="AC",
        alternates=("A", "<DEL>", "T[2:4[", "*"),
        quality=29.5,
        filters=("q10",),
        genotypes=variant.genotypes,
        info=(("DP", "3"), ("H2", "")),
        line=3,
    )


def test_missing_values_stay_unknown(read):
    passed, unknown = read("1 5 . A . . PASS .", "1 6 . A C . . .")
    assert passed.filters == ()
    assert unknown.filters is None
    assert (unknown.ids, unknown.quality, unknown.info, unknown.genotypes) == ((), None, (), ())
    assert passed.alternates == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("1", "chr1"), ("chr22", "chr22"), ("CHRx", "chrX"), ("MT", "chrM"), ("chrM", "chrM"), ("m", "chrM"),
        ("NC_000007.14", "chr7"), ("NC_000023.10", "chrX"), ("NC_012920.1", "chrM"),
        ("23", "23"), ("01", "01"), ("<1>", "<1>"), ("chr1_KI270706v1_random", "chr1_KI270706v1_random"),
        ("GL000191.1", "GL000191.1"),
    ],
)  # fmt: skip
def test_names_of_chromosomes(name, expected):
    assert chromosome(name) == expected


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        (("contig=<ID=1,length=249250621>",), "GRCh37"),
        (("contig=<ID=chrX,length=156040895>",), "GRCh38"),
        (("contig=<ID=MT,length=16569>",), None),
        (("contig=<ID=chrM,length=16571>",), "GRCh37"),
        (("contig=<ID=chr7,assembly=GRCh38.p13>",), "GRCh38"),
        (("contig=<ID=NC_000001.11>",), "GRCh38"),
        (("contig=<ID=NC_000001.10>",), "GRCh37"),
        (("reference=file:///data/human_g1k_v37.fasta",), "GRCh37"),
        (("reference=hs37d5",), "GRCh37"),
        (("reference=GRCh38_full_analysis_set",), "GRCh38"),
        (("reference=GRCh37", "contig=<ID=1,length=248956422>"), None),
        (("reference=ref.fa", "contig=<ID=1,length=1000>"), None),
        ((), None),
    ],
)
def test_the_assembly_is_told_from_the_header_alone(read, meta, expected):
    assert read(meta=meta).file.assembly == expected


def test_strict_reading_stops_at_the_first_error(read):
    reader = read("1 5 . A C . . .", "1 6 . A <x . . .", "1 7 . A C . . .")
    seen = []
    with pytest.raises(UnreadableError, match=r"line 4, ALT: ") as caught:
        seen.extend(reader)
    assert caught.value.code == "invalid"
    assert [variant.position for variant in seen] == [5]


def test_lenient_reading_leaves_out_only_what_cannot_be_trusted(write):
    path = write(
        "1 5 . A C . . .",
        "1 6 . A <x . . .",
        "1 3 . A C . . .",
        "1 7 . A C . . DP=a;",
        "1 8 . A C . . . GT",
        meta=('INFO=<ID=DP,Number=1,Type=Float,Description="a">',),
    )
    reader = open_vcf(path, "a.vcf", strict=False)
    assert [variant.position for variant in reader] == [5, 3, 7]
    assert reader.left_out == 2
    assert [problem.line for problem in reader.problems] == [2, 5, 6, 7, 7, 8]
    assert [problem.spoils for problem in reader.problems] == [True, True, False, False, False, True]


def test_problems_do_not_grow_without_end(write):
    path = write(*(f"1 {n} . A C . . X" for n in range(3000, 0, -1)))
    reader = open_vcf(path, "a.vcf", strict=False)
    assert sum(1 for _ in reader) == 3000
    assert len(reader.problems) == MOST_PROBLEMS


def test_iterating_again_reads_again(read):
    reader = read("1 5 . A C . . .", "1 6 . A C . . .")
    assert list(reader) == list(reader)


def test_compression_is_told_from_the_content(write, tmp_path):
    plain = write("1 5 . A C . . .").read_bytes()
    cases = {"a.txt": gzip.compress(plain), "b.vcf": bgzip(plain) + EMPTY_BLOCK, "c.gz": plain}
    for name, content in cases.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert [variant.position for variant in open_vcf(path, name)] == [5]
        assert list(check(path)) == []


def test_a_cut_file_is_told(write, tmp_path):
    plain = write(*(f"1 {n} . A C . . ." for n in range(1, 3000))).read_bytes()
    path = tmp_path / "a.vcf.gz"
    path.write_bytes(gzip.compress(plain)[:-2000])
    assert "damaged" in list(check(path))[-1].reason
    with pytest.raises(UnreadableError, match="damaged"):
        list(open_vcf(path, "a"))
    path.write_bytes(bgzip(plain))
    (remark,) = check(path)
    assert "cut off" in remark.sentence
    assert not remark.is_error
    reader = open_vcf(path, "a")
    assert len(list(reader)) == 2999
    assert reader.problems == [remark]


def test_reading_can_be_cancelled(write):
    path = write(*(f"1 {n} . A C . . ." for n in range(1, 10_000)))
    reader = open_vcf(path, "a.vcf", cancelled=lambda: True)
    with pytest.raises(UnreadableError, match="cancelled"):
        list(reader)


def test_reading_tells_how_far_it_is_and_what_is_told_may_end_it(write):
    path = write(*(f"1 {n} . A C . . ." for n in range(1, 60_000)))
    told: list[tuple[int, float]] = []
    list(open_vcf(path, "a.vcf", progress=lambda line, share: told.append((line, share))))
    assert told == sorted(told)
    assert told[0][1] < 0.5
    assert told[-1][1] > 0.9

    def end(_line: int, _share: float) -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        list(open_vcf(path, "a.vcf", progress=end))


def test_recognised_by_content():
    assert looks_like(b"##fileformat=VCFv4.2\n##source")
    assert looks_like(b"##fileformat=VCFv4.0\n")
    assert not looks_like(b"##gff-version 3\n")
    assert not looks_like(b"")


def test_hostile_texts_take_no_time(write):
    digits, many = "1" * 400_000, "A" * 400_000
    lines = (
        f"1 {digits} . A C . . .",
        f"1 5 . A C {digits}x . AF={digits}x;DP={digits}",
        f"1 5 . {many} {many}C,A[{':' * 1000}1[ . . CIGAR={digits}",
        f"1 6 . A C . . {';'.join(f'K{n}=1' for n in range(20_000))}",
    )
    path = write(*lines, meta=(f'INFO=<ID=X,Number={digits},Type=Integer,Description="a">',))
    assert next(problem.line for problem in check(path) if problem.is_error) == 2


def test_a_missing_file_is_the_callers_error(tmp_path: Path):
    with pytest.raises(OSError, match=r"a\.vcf"):
        open_vcf(tmp_path / "a.vcf", "a.vcf")
