"""Names of contigs, filters and keys: which characters each edition allows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medapp.formats.vcf.edition import KEYS_SINCE

if TYPE_CHECKING:
    from medapp.formats.vcf.edition import Edition

_CONTIG = re.compile(r"[0-9A-Za-z!#$%&+./:;?@^_|~-][0-9A-Za-z!#$%&*+./:;=?@^_|~-]*")
_HLA_ALLELE = re.compile(r"HLA-[A-Z]+[0-9]*\*[0-9]+(?::[0-9]+)*[A-Z]?")
"""Contigs of the analysis set of GRCh38: they hold ``*`` and ``:``, which some editions forbid."""
_INFO_KEY = re.compile(r"[A-Za-z_][0-9A-Za-z_.]*|1000G")
_FORMAT_KEY = re.compile(r"[A-Za-z_][0-9A-Za-z_.]*")
_OLDER_INFO_KEY = re.compile(r"[^\s;=,]+")
_OLDER_FORMAT_KEY = re.compile(r"[0-9A-Za-z_.]+")
_SPACE = re.compile(r"\s")
_RESERVED_FOR_ALLELES = frozenset({"DEL", "INS", "DUP", "INV", "CNV", "BND"})
STAR_ALLOWED_SINCE = 4


def contig_fault(name: str, edition: Edition) -> str:
    """Why a name cannot be that of a contig, as the end of a sentence; empty where it can.

    From 4.3 on names match the pattern of SAM. ``*`` is in that pattern except at the start, yet the test
    files of 4.3 refuse it; it is allowed here from 4.4 on, and in the names of HLA alleles. Up to 4.2 a
    colon is forbidden, for it ends the name of the contig in breakends.
    """
    if not name:
        return "is empty"
    if _SPACE.search(name):
        return "contains whitespace"
    if "<" in name or ">" in name:
        return "contains an angle bracket"
    if _HLA_ALLELE.fullmatch(name):
        return ""
    if edition.minor < KEYS_SINCE:
        if "," in name:
            return "contains a comma"
        return "contains a colon" if ":" in name else ""
    if not _CONTIG.fullmatch(name) or ("*" in name and edition.minor < STAR_ALLOWED_SINCE):
        return "contains an illegal character"
    return "is reserved for symbolic alleles" if name in _RESERVED_FOR_ALLELES else ""


def chrom_fault(name: str, edition: Edition) -> str:
    """The same for the CHROM column, where ``<ID>`` stands for a contig of the assembly file."""
    inner = name[1:-1] if name.startswith("<") and name.endswith(">") else name
    return "is missing" if name == "." else contig_fault(inner, edition)


def info_key_fault(key: str, edition: Edition) -> str:
    """Why a text is no INFO key."""
    return _key_fault(key, _INFO_KEY if edition.minor >= KEYS_SINCE else _OLDER_INFO_KEY)


def format_key_fault(key: str, edition: Edition) -> str:
    """Why a text is no FORMAT key."""
    return _key_fault(key, _FORMAT_KEY if edition.minor >= KEYS_SINCE else _OLDER_FORMAT_KEY)


def filter_fault(name: str) -> str:
    """Why a text is no code of a filter."""
    if name in {"", "."}:
        return "is empty"
    if name == "0":
        return "is 0, which is reserved"
    if _SPACE.search(name):
        return "contains whitespace"
    return "contains a semicolon" if ";" in name else ""


def symbol_fault(name: str) -> str:
    """Why a text is no ID of a symbolic allele."""
    if not name:
        return "is empty"
    if _SPACE.search(name):
        return "contains whitespace"
    if "<" in name or ">" in name:
        return "contains an angle bracket"
    return "contains a comma" if "," in name else ""


def has_space(text: str) -> bool:
    """Whether there is whitespace in it."""
    return _SPACE.search(text) is not None


def _key_fault(key: str, pattern: re.Pattern[str]) -> str:
    if not key:
        return "is empty"
    if pattern.fullmatch(key):
        return ""
    if _SPACE.search(key):
        return "contains whitespace"
    return "contains or starts with a character that keys may not have"
