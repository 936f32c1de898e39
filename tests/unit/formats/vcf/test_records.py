"""Fixed fields, INFO, and rules across lines."""

from __future__ import annotations

import pytest

ALL = ("4.1", "4.2", "4.3", "4.4", "4.5")
MY = 'INFO=<ID=MY,Number={},Type={},Description="a">'


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    "line",
    [
        "1 0 . N . . . .",
        "chr1 1 rs1;rs2 acgtn A,* 29.5 PASS DP=1;H2",
        "1 5 . C <DEL> 1e3 q10;s50 END=9;SVTYPE=DEL;SVLEN=-4;CIPOS=-1,1;IMPRECISE",
        "1 5 . C <DUP:TANDEM>,<INS:ME:L1> . . .",
        "2 5 . G G]17:198982],]13:123456]T,[<ctg1>:7[A,C[2:3[,.[4:5[ 6 PASS SVTYPE=BND",
        "2 5 . G .A,G.,G<ctg1> . . .",
        "<ctg1> 5 . G <*> . . END=5",
        "HLA-A*01:01 5 . G A . . .",
        "1 5 . G A . . AF=1e-3;AC=1;AA=.;CIGAR=3M1D;1000G",
        "1 5 . G . . . AC=1;AF=0.5",
    ],
)
def test_what_the_specification_allows(errors, version, line):
    assert errors(line, version=version) == []


@pytest.mark.parametrize("version", ALL)
@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        ("<1 1 . A C . . .", "CHROM", "angle bracket"),
        (". 1 . A C . . .", "CHROM", "missing"),
        ("1 -1 . A C . . .", "POS", "not a positive number"),
        ("1 1.5 . A C . . .", "POS", "not a positive number"),
        ("1 1 rs1; A C . . .", "ID", "empty"),
        ("1 1 . . C . . .", "REF", "missing"),
        ("1 1 . A,C G . . .", "REF", "more than one"),
        ("1 1 . R C . . .", "REF", "other characters"),
        ("1 1 . <A> C . . .", "REF", "other characters"),
        ("1 1 . A C, . . .", "ALT", "empty allele"),
        ("1 1 . A C,. . . .", "ALT", "beside"),
        ("1 1 . A R . . .", "ALT", "other characters"),
        ("1 1 . A C,c . . .", "ALT", "twice"),
        ("1 1 . A a . . .", "ALT", "reference allele"),
        ("1 1 . A <a . . .", "ALT", "other characters"),
        ("1 1 . A A[1:2] . . .", "ALT", "breakend"),
        ("1 1 . A A[1[ . . .", "ALT", "breakend"),
        ("1 1 . A [1:2[ . . .", "ALT", "breakend"),
        ("1 1 . A C high . .", "QUAL", "not a number"),
        ("1 1 . A C -3 . .", "QUAL", "negative"),
        ("1 1 . A C . 0 .", "FILTER", "reserved"),
        ("1 1 . A C . q10;. .", "FILTER", "missing value"),
        ("1 1 . A C . q10; .", "FILTER", "empty"),
        ("1 1 . A C . . DP=1;", "INFO", "empty"),
        ("1 1 . A C . . DP", "INFO/DP", "no value"),
        ("1 1 . A C . . DP=", "INFO/DP", "empty"),
        ("1 1 . A C . . DP=1.5", "INFO/DP", "floating point"),
        ("1 1 . A C . . DP=-1", "INFO/DP", "negative"),
        ("1 1 . A C . . DP=1,2", "INFO/DP", "as many values"),
        ("1 1 . A C,G . . AC=1", "INFO/AC", "as many values"),
        ("1 1 . A C . . AF=1.5", "INFO/AF", "more than 1"),
        ("1 1 . A C . . AF=a", "INFO/AF", "not a number"),
        ("1 1 . A C . . H2=yes", "INFO/H2", "not a flag"),
        ("1 1 . A C . . CIGAR=M3", "INFO/CIGAR", "CIGAR"),
        ("1 9 . A C . . END=3", "INFO/END", "before POS"),
        ("1 1 . A C . .", "line", "7 columns"),
        ("1 1 . A C . . . GT", "line", "9 columns"),
        ("1 1 . A C . . . ", "line", "tab at the end"),
        ("##source=a", "line", "header among the data"),
        ("1", "line", "not separated by tabs"),
    ],
)
def test_what_it_forbids(errors, version, line, field, reason):
    (found, *_) = errors(line, version=version)
    assert found.startswith(f"line 3, {field}: ")
    assert reason in found


def test_editions_differ_where_their_texts_do(errors, tmp_path):
    two_ids = "1 1 rs1;rs1 A C . . ."
    assert errors(two_ids, version="4.2") == []
    assert "twice" in errors(two_ids, version="4.3")[0]
    colon = "a:b 1 . A C . . ."
    assert "colon" in errors(colon, version="4.2")[0]
    assert errors(colon, version="4.3") == []
    digit_first = "1 1 . A C . . 1A=2"
    assert errors(digit_first, version="4.2") == []
    assert "a key" in errors(digit_first, version="4.3")[0]
    twice = "1 1 . A C . . MY=1;MY=2"
    assert errors(twice, version="4.2") == []
    assert "twice" in errors(twice, version="4.3")[0]
    large = "1 1 . A C . . DP=2147483648"
    assert errors(large, version="4.2") == []
    assert "32-bit" in errors(large, version="4.3")[0]
    own = "1 1 . A <OWN> . . ."
    assert "symbolic allele" in errors(own, version="4.2")[0]
    assert errors(own, version="4.3") == []
    intervals = "1 5 . A <DEL>,<INS> . . CIPOS=-1,1;SVLEN=3,4;SVCLAIM=D,J"
    assert errors(intervals, version="4.3") == []
    assert "two values for each allele" in errors(intervals, version="4.4")[0]


@pytest.mark.parametrize(
    ("number", "kind", "right", "wrong"),
    [
        ("1", "Integer", ("1", "-5", "+3", "."), ("1.0", "a", "1,2", "-2147483648")),
        ("2", "Float", ("1,2", ".,1e-5", ".", "nan,-INF"), ("1", "1,a", "1,2,3", "1,1.")),
        ("A", "Float", ("1,.",), ("1", "1,2,3")),
        ("R", "Integer", ("1,2,3",), ("1,2",)),
        ("G", "Integer", ("1,2,3,4,5,6",), ("1,2,3",)),
        (".", "Integer", ("1", "1,2,3,4"), ("1,,2",)),
        ("1", "Character", ("a", ".", "é"), ("ab",)),
        ("1", "String", ("ab%3Bc",), ("a,b", "a=b")),
        ("0", "Flag", ("0",), ("2", "a")),
    ],
)
def test_values_are_of_the_number_and_type_that_the_header_states(errors, number, kind, right, wrong):
    meta = (MY.format(number, kind),)
    for value in right:
        assert errors(f"1 1 . A C,G . . MY={value}", meta=meta) == [], value
    for value in wrong:
        assert "MY" in errors(f"1 1 . A C,G . . MY={value}", meta=meta)[0], value


def test_lines_are_in_order(errors):
    assert errors("1 5 . A C . . .", "1 5 . A G . . .", "2 1 . A C . . .") == []
    assert "sorted" in errors("1 5 . A C . . .", "1 4 . A C . . .")[0]
    apart = errors("1 5 . A C . . .", "2 4 . A C . . .", "1 6 . A C . . .", "<2> 9 . A C . . .")
    assert [sentence.split(",")[0] for sentence in apart] == ["line 5", "line 6"]
    assert all("contiguous" in sentence for sentence in apart)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1 5 . A C . . .", "1 5 . A C . . ."),
        ("1 5 . A C,G . . .", "1 5 . A G,T . . ."),
        ("1 5 . A C . . .", "1 5 . a c . . ."),
        ("1 5 . CA GA . . .", "1 5 . C G . . ."),
        ("1 5 . TC TG . . .", "1 6 . C G . . ."),
        ("1 5 . A <DEL> . . END=9", "1 5 . A <DEL> . . END=9"),
        ("1 5 . A . . . .", "1 5 . A . . . ."),
    ],
)
def test_a_variant_is_stated_once(errors, first, second):
    (found,) = errors(first, second)
    assert found.startswith("line 4, ALT")
    assert "duplicate" in found


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1 5 . A C . . .", "1 5 . A CA . . ."),
        ("1 5 . A <DEL> . . END=9", "1 5 . A <DEL> . . END=99"),
        ("1 5 . A C,<*> . . .", "1 5 . A G,<*> . . ."),
        ("1 5 . A C . . .", "2 5 . A C . . ."),
        ("1 5 . AT A . . .", "1 6 . T C . . ."),
    ],
)
def test_different_variants_may_share_a_place(errors, first, second):
    assert errors(first, second) == []


def test_positions_end_with_the_contig(errors):
    meta = ("contig=<ID=1,length=100>",)
    assert errors("1 101 . A C . . .", meta=meta) == []
    assert "end of the contig" in errors("1 102 . A C . . .", meta=meta)[0]


def test_what_is_advised_against_is_a_remark(remarks):
    meta = (MY.format("1", "Integer"), 'FILTER=<ID=a,Description="b">', "contig=<ID=2>")
    found = [
        problem.field for problem in remarks("1 1 . A C . q10 X=1", "1 2 . A <DEL> . q10 X=1", meta=meta)
    ]
    assert found == ["CHROM", "FILTER", "INFO/X"]
    assert "SVTYPE" in remarks("1 1 . A <DEL> . . SVTYPE=TRA")[0].reason
    assert "sign" in remarks("1 1 . A <DEL> . . SVLEN=5")[0].reason
    assert [problem.field for problem in remarks("1 1 . A <DEL> . . .", version="4.5")] == [
        "INFO/SVLEN",
        "INFO/SVCLAIM",
    ]


@pytest.mark.parametrize("version", ["4.4", "4.5"])
def test_structural_variants_from_44_on(errors, version):
    assert errors("1 5 . A <DEL>,T . . SVLEN=9,.;SVCLAIM=DJ,.;CIPOS=-5,0,0,0", version=version) == []
    assert "span 0" in errors("1 5 . A <DEL> . . SVLEN=9;SVCLAIM=D;CIPOS=1,5", version=version)[0]
    assert "claim" in errors("1 5 . A <CNV> . . SVLEN=9;SVCLAIM=J", version=version)[0]
    assert "claim" in errors("1 5 . A A[2:5[ . . SVCLAIM=D", version=version)[0]
    assert errors("1 5 . A <CNV:TR> . . SVLEN=9;RN=1;RUS=CAG;RUC=10;RB=30;CIRUC=-1,.", version=version) == []


def test_characters_and_line_ends(tmp_path, errors):
    from medapp.formats.vcf import check

    head = b"##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    older = head.replace(b"4.3", b"4.2")
    row = b"1\t1\t.\tA\tC\t.\t.\tX=%s\n"
    path = tmp_path / "a.vcf"
    cases = {
        head + row % b"a b": "",
        older + row % b"a b": "whitespace",
        (head + row % b"a").replace(b"\n", b"\r\n"): "",
        head + row % b"a\rb": "carriage return",
        head + row % b"a\x01b": "control character",
        head + row % "é".encode("latin-1"): "UTF-8",
        older + row % "é".encode("latin-1"): "",
        head + (row % b"a")[:-1]: "newline",
        older + (row % b"a")[:-1]: "",
        head + b"\n" + row % b"a": "empty line",
        head + row % b"a" + b"\n": "",
    }
    for content, reason in cases.items():
        path.write_bytes(content)
        found = [problem.reason for problem in check(path) if problem.is_error]
        assert (reason in found[0]) if reason else not found, content
