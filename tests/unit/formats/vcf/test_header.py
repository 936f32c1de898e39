"""Meta-information and the line of column names."""

from __future__ import annotations

from pathlib import Path

import pytest

from medapp.formats.errors import UnreadableError
from medapp.formats.vcf import check, open_vcf

ALL = ("4.1", "4.2", "4.3", "4.4", "4.5")
LATER = ("4.3", "4.4", "4.5")


@pytest.mark.parametrize("version", ALL)
def test_a_header_alone_is_a_file(errors, version):
    assert errors(version=version) == []


@pytest.mark.parametrize("value", ["", "4.3", "VCFv4.0", "VCFv4.6", "VCFv4.3 ", "VCFv3.3", "vcfv4.2"])
def test_other_versions_are_refused_by_name(tmp_path, value):
    path = tmp_path / "a.vcf"
    path.write_text(f"##fileformat={value}\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
    with pytest.raises(UnreadableError, match=r"line 1, ##fileformat") as caught:
        open_vcf(path, "a.vcf", strict=False)
    assert caught.value.code == "version"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n##fileformat=VCFv4.2\n", "first line is empty"),
        (b"##source=x\n##fileformat=VCFv4.2\n", "does not state the version"),
        (b"\xef\xbb\xbf##fileformat=VCFv4.2\n", "byte order mark"),
        (b"BCF\x02\x02", "binary"),
        (b"##fileformat=VCFv4.2\n##source=x\n", "column names"),
        (b"##fileformat=VCFv4.2\n1\t1\t.\tA\tC\t.\t.\t.\n", "column names"),
    ],
)
def test_a_file_without_a_head_is_refused(tmp_path: Path, content, reason):
    path = tmp_path / "a.vcf"
    path.write_bytes(content)
    assert reason in [problem.reason for problem in check(path)][-1]
    with pytest.raises(UnreadableError, match=reason):
        open_vcf(path, "a.vcf", strict=False)


@pytest.mark.parametrize(
    "line",
    [
        'INFO=<ID=X,Number=1,Type=Integer,Description="a, b = <c> \\"d\\" \\\\">',
        'INFO=<ID=X,Number=.,Type=String,Description="">',
        'INFO=<ID=X,Number=0,Type=Flag,Description="a",Source="s",Version="1">',
        'FORMAT=<ID=X,Number=G,Type=Float,Description="a">',
        'FILTER=<ID=q10,Description="Quality below 10">',
        'ALT=<ID=DEL:ME:ALU,Description="a">',
        'contig=<ID=20,length=62435964,species="Homo sapiens",URL=ftp://a.org/b.fa>',
        "contig=<ID=HLA-A*01:01:01:01,length=3503>",
        "assembly=https://a.org/b.fasta",
        "pedigreeDB=http://127.0.0.1:8080/a",
        "reference=file:///a/b.fa",
        "anything=at all, <even> this",
    ],
)
@pytest.mark.parametrize("version", ALL)
def test_well_formed_lines_are_accepted(errors, version, line):
    assert errors(version=version, meta=(line,)) == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("just text", "not a key-value pair"),
        ("=value", "not a key-value pair"),
        ("fileformat=VCFv4.3", "a second time"),
        ("INFO=text", "angle brackets"),
        ('INFO=<ID=X,Number=1,Type=String,Description="a"', "closing angle bracket"),
        ('INFO=<ID=X,Number=1,Type=String,Description="a>', "no quotation mark"),
        ('INFO=<ID=X,Number=1,Type=String,Description="a"b>', "goes on after its end"),
        ('INFO=<ID=X,Number=1,Type=String,Description="a",>', "empty item"),
        ("INFO=<ID=X,Number=1,Type=String,Description=a>", "double quotes"),
        ("INFO=<ID=X,Number=1,Type=String>", "Description is missing"),
        ('INFO=<Number=1,Type=String,Description="a">', "ID is missing"),
        ('INFO=<ID=X,Type=String,Description="a">', "Number is missing"),
        ('INFO=<ID=X,Number=1,Description="a">', "Type is missing"),
        ('INFO=<ID=X,Number=-1,Type=String,Description="a">', "Number is not valid"),
        ('INFO=<ID=X,Number=1,Type=Text,Description="a">', "Type is not valid"),
        ('INFO=<ID=X Y,Number=1,Type=String,Description="a">', "whitespace"),
        ('INFO=<Number=1,ID=X,Type=String,Description="a">', "ID comes first"),
        ('INFO=<ID=X,Number=1,Number=1,Type=String,Description="a">', "stated twice"),
        ('INFO=<ID=AF,Number=1,Type=Float,Description="a">', "Number of INFO AF is reserved to be A"),
        ('INFO=<ID=NS,Number=1,Type=Float,Description="a">', "Type of INFO NS is reserved to be Integer"),
        ('INFO=<ID=SVTYPE,Number=1,Type=Integer,Description="a">', "reserved to be String"),
        ('FORMAT=<ID=X,Number=0,Type=Flag,Description="a">', "Type is not valid"),
        ('FORMAT=<ID=GT,Number=1,Type=Integer,Description="a">', "reserved to be String"),
        ('FORMAT=<ID=HQ,Number=1,Type=Integer,Description="a">', "reserved to be 2"),
        ('FILTER=<ID=0,Description="a">', "reserved"),
        ('FILTER=<ID=a;b,Description="a">', "semicolon"),
        ("FILTER=<ID=a>", "Description is missing"),
        ('ALT=<ID=DEL:a b,Description="a">', "whitespace"),
        ('ALT=<ID=DEL:,Description="a">', "empty subtype"),
        ("#INFO=a", "not a key-value pair"),
        ("contig=<length=1>", "ID is missing"),
        ("contig=<ID=1,length=a>", "length"),
        ("contig=<ID=a<b>", "angle bracket"),
        ("contig=<ID=1,URL=ftp://1.2.3/a>", "URL"),
        ("assembly=b.fasta", "valid URL"),
        ("assembly=", "empty"),
        ("PEDIGREE=<ID=a,Father=b c>", "whitespace"),
        ("PEDIGREE=<ID=a,Father=b|c>", "illegal character"),
        ("SAMPLE=<Assay=a>", "ID is missing"),
        ("SAMPLE=<ID=a,Genomes=b;c,Mixture=.5>", "Mixture"),
    ],
)
@pytest.mark.parametrize("version", ["4.1", "4.2", "4.3", "4.4"])
def test_what_is_not_well_formed_is_an_error_with_its_line(errors, version, line, reason):
    (found, *_) = errors(version=version, meta=("source=a", line))
    assert found.startswith("line 3, ")
    assert reason in found


def test_editions_differ_where_their_texts_do(errors):
    number_r = 'INFO=<ID=X,Number=R,Type=Integer,Description="a">'
    assert "Number" in errors(version="4.1", meta=(number_r,))[0]
    assert errors(version="4.2", meta=(number_r,)) == []
    number_p = 'FORMAT=<ID=X,Number=P,Type=Integer,Description="a">'
    assert errors(version="4.3", meta=(number_p,))
    assert errors(version="4.4", meta=(number_p,)) == []
    number_la = 'FORMAT=<ID=X,Number=LA,Type=Integer,Description="a">'
    assert errors(version="4.4", meta=(number_la,))
    assert errors(version="4.5", meta=(number_la,)) == []
    depths = 'FORMAT=<ID=AD,Number=.,Type=Integer,Description="a">'
    assert errors(version="4.2", meta=(depths,)) == []
    assert "reserved to be R" in errors(version="4.3", meta=(depths,))[0]
    own_allele = 'ALT=<ID=OWN,Description="a">'
    assert "DEL, INS" in errors(version="4.2", meta=(own_allele,))[0]
    assert errors(version="4.3", meta=(own_allele,)) == []
    own_kind = "own=<Name=a>"
    assert errors(version="4.2", meta=(own_kind,)) == []
    assert "ID is missing" in errors(version="4.3", meta=(own_kind,))[0]
    relation = "PEDIGREE=<Child=a,Mother=b>"
    assert errors(version="4.2", meta=(relation,)) == []
    assert "ID is missing" in errors(version="4.3", meta=(relation,))[0]
    unspecified = 'ALT=<ID=NON_REF,Description="a">'
    assert errors(version="4.2", meta=(unspecified,)) == []


@pytest.mark.parametrize("version", LATER)
def test_lines_of_meta(errors, version):
    assert errors(version=version, meta=("META=<ID=a,Type=String,Number=.,Values=[b, c]>",)) == []
    assert "Number" in errors(version=version, meta=("META=<ID=a,Type=String,Number=b,Values=[b]>",))[0]
    assert "square" in errors(version=version, meta=('META=<ID=a,Type=String,Number=.,Values="b">',))[0]
    assert "Values" in errors(version=version, meta=("META=<ID=a,Type=String,Number=.>",))[0]


def test_an_id_is_used_once_from_43_on(errors):
    twice = ('FILTER=<ID=a,Description="b">',) * 2
    assert errors(version="4.2", meta=twice) == []
    assert "line 3" in errors(version="4.3", meta=twice)[0]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ("#CHROM\tPOSITION\tID\tREF\tALT\tQUAL\tFILTER\tINFO", "first eight columns"),
        ("#CHROM POS ID REF ALT QUAL FILTER INFO", "tabs"),
        ("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT", "no sample"),
        ("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tformat\ta", "not FORMAT"),
        ("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\ta", "unique"),
        ("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\t", "empty"),
    ],
)
def test_columns(tmp_path, columns, reason):
    path = tmp_path / "a.vcf"
    path.write_text(f"##fileformat=VCFv4.2\n{columns}\n")
    assert reason in next(problem for problem in check(path)).sentence
    with pytest.raises(UnreadableError, match=reason):
        open_vcf(path, "a.vcf")
