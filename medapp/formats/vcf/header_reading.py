"""Reads the head of a VCF: the version, the meta-information and the line of column names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.formats.errors import EMPTY, MALFORMED, TOO_LARGE, UnreadableError
from medapp.formats.vcf.edition import Edition, edition_of
from medapp.formats.vcf.header import COLUMNS_WITH_SAMPLES, FIXED_COLUMNS, Header
from medapp.formats.vcf.lines import text_of
from medapp.formats.vcf.meta_rules import MetaRules
from medapp.formats.vcf.problem import Findings, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION: Final = "version"
"""Code of `UnreadableError` for editions other than 4.1 to 4.5."""
MOST_LINES = 1_000_000
"""Of a header; the largest ones name some ten thousand contigs."""
_START = "##fileformat="
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BCF = b"BCF"


def read_header(lines: Iterator[bytes], problems: list[Problem]) -> Header:
    """The header; what is wrong with it is added to `problems`.

    Raises:
        UnreadableError: Where the rest cannot be read: no version that is known, no line of column names.
    """
    first = next(lines, b"")
    header = Header(_edition(first))
    found = Findings()
    text_of(first, header.edition, found)
    problems += found.at(1)
    rules, number = MetaRules(header), 1
    for number, raw in enumerate(lines, 2):
        found = Findings()
        text = text_of(raw, header.edition, found)
        if number > MOST_LINES:
            message = f"line {number}, header: the header has more than {MOST_LINES} lines"
            raise UnreadableError(TOO_LARGE, message)
        if text.startswith("##"):
            rules.check(text, found)
        elif text.startswith("#"):
            _columns(text, header, found)
            header.lines = number
            problems += found.at(number)
            return header
        elif _is_record(text):
            break
        else:
            found.error("meta-information", _stray(text))
        problems += found.at(number)
    message = f"line {number}, header: the line of column names (#CHROM ...) is missing"
    raise UnreadableError(MALFORMED, message)


def _edition(first: bytes) -> Edition:
    """The edition that the first line names."""
    if not first.strip():
        message = "the file is empty" if not first else "line 1, ##fileformat: the first line is empty"
        raise UnreadableError(EMPTY if not first else MALFORMED, message)
    if first.startswith(_BYTE_ORDER_MARK):
        message = "line 1, ##fileformat: a byte order mark stands before the first line"
        raise UnreadableError(MALFORMED, message)
    if first.startswith(_BCF):
        message = "the file is a BCF, the binary form, which is not read here"
        raise UnreadableError(VERSION, message)
    text = first.decode("utf-8", "replace").rstrip("\r\n")
    if not text.startswith(_START):
        message = "line 1, ##fileformat: the first line does not state the version of the format"
        raise UnreadableError(MALFORMED, message)
    named = edition_of(text.removeprefix(_START))
    if named is None:
        message = "line 1, ##fileformat: the version is none of VCFv4.1 to VCFv4.5"
        raise UnreadableError(VERSION, message)
    return named


def _is_record(text: str) -> bool:
    return text.count("\t") >= len(FIXED_COLUMNS) - 1


def _stray(text: str) -> str:
    if not text:
        return "there is an empty line"
    return "the line is not meta-information: it does not start with ##"


def _columns(text: str, header: Header, found: Findings) -> None:
    """The line of column names (section 1.5)."""
    cells = text.split("\t")
    header.columns = len(cells)
    if tuple(cells[: len(FIXED_COLUMNS)]) != FIXED_COLUMNS:
        if "\t" not in text:
            found.error("header", "the columns are not separated by tabs")
        else:
            found.error(
                "header", "the first eight columns are not CHROM, POS, ID, REF, ALT, QUAL, FILTER and INFO"
            )
        return
    if len(cells) == len(FIXED_COLUMNS):
        return
    if cells[len(FIXED_COLUMNS)] != "FORMAT":
        found.error("header", "the ninth column is not FORMAT")
    samples = cells[COLUMNS_WITH_SAMPLES:]
    if not samples:
        found.error("header", "there is a column FORMAT and no sample")
    if any(not name.strip() for name in samples):
        found.error("header", "the name of a sample is empty")
    if len(set(samples)) != len(samples):
        found.error("header", "the names of the samples are not unique")
    header.samples = tuple(samples)
