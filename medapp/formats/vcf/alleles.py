"""What may stand in REF and ALT (section 1.6.1 of 4.5; breakends, section 5.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medapp.formats.vcf.edition import KEYS_SINCE
from medapp.formats.vcf.names import symbol_fault

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from medapp.formats.vcf.edition import Edition

BASES = re.compile(r"[ACGTNacgtn]+")
_MATE = r"(?:<[^\s,<>]+>|[^\s,<>\[\]]+):[0-9]+"
_BREAKEND = re.compile(
    rf"(?:[ACGTNacgtn]+|\.)(?:\[{_MATE}\[|\]{_MATE}\])|(?:\[{_MATE}\[|\]{_MATE}\])(?:[ACGTNacgtn]+|\.)"
)
_SINGLE_BREAKEND = re.compile(r"\.[ACGTNacgtn]+|[ACGTNacgtn]+\.")
_INSERTED_CONTIG = re.compile(r"[ACGTNacgtn]+<[^\s,<>]+>|<[^\s,<>]+>[ACGTNacgtn]+")
STRUCTURAL_TYPES = frozenset({"DEL", "INS", "DUP", "INV", "CNV"})
_UNSPECIFIED = frozenset({"*", "NON_REF", "X"})
"""Any allele but those seen: ``*`` by the specification, the others by GATK and by older samtools."""
_IUPAC = frozenset("RYSWKMBDHVN")
_ALLOWED_TO_42 = STRUCTURAL_TYPES | _UNSPECIFIED | _IUPAC | {"BND"}


def reference_fault(text: str) -> str:
    """Why a text is no REF, as the end of a sentence; empty where it is one."""
    if BASES.fullmatch(text):
        return ""
    if text in {"", "."}:
        return "is missing"
    if "," in text:
        return "has more than one allele"
    return "has other characters than the bases A, C, G, T and N"


def alternate_fault(text: str, edition: Edition, described: AbstractSet[str]) -> str:
    """Why a text is no allele of ALT; `described` are the IDs of ``##ALT``."""
    if BASES.fullmatch(text) or text == "*":
        return ""
    if text == "":
        return "has an empty allele"
    if text == ".":
        return "has the missing value beside alleles"
    if any(character.isspace() for character in text):
        return "contains whitespace"
    if text.startswith("<") and text.endswith(">"):
        return _symbol_fault(text[1:-1], edition, described)
    if "[" in text or "]" in text:
        return "" if _BREAKEND.fullmatch(text) else "has a breakend that is not well-formed"
    if _SINGLE_BREAKEND.fullmatch(text) or _INSERTED_CONTIG.fullmatch(text):
        return ""
    return "has other characters than the bases A, C, G, T and N"


def first_level_fault(symbol: str, edition: Edition) -> str:
    """Up to 4.2 a symbolic allele is a structural variant, a code of IUPAC or the unspecified allele."""
    first, *subtypes = symbol.split(":")
    if first in STRUCTURAL_TYPES and not all(subtypes):
        return "has an empty subtype"
    if edition.minor >= KEYS_SINCE or first in _ALLOWED_TO_42:
        return ""
    return "does not start with one of DEL, INS, DUP, INV and CNV"


def structural_type(alternate: str) -> str:
    """``DEL`` for ``<DEL:ME>``; empty for an allele that is no symbolic structural variant."""
    if not alternate.startswith("<") or not alternate.endswith(">"):
        return ""
    first = alternate[1:-1].partition(":")[0]
    return first if first in STRUCTURAL_TYPES else ""


def is_breakend(alternate: str) -> bool:
    """Whether an allele is in the notation of breakends."""
    return "[" in alternate or "]" in alternate or bool(_SINGLE_BREAKEND.fullmatch(alternate))


def upper(alternate: str) -> str:
    """Bases in upper case; IDs and names of contigs stay as they are, case counts in them."""
    if BASES.fullmatch(alternate):
        return alternate.upper()
    for bracket in "<[]":
        if bracket in alternate:
            head, _, rest = alternate.partition(bracket)
            end = max(rest.rfind("]"), rest.rfind("["), rest.rfind(">")) + 1
            return head.upper() + bracket + rest[:end] + rest[end:].upper()
    return alternate.upper()


def _symbol_fault(symbol: str, edition: Edition, described: AbstractSet[str]) -> str:
    fault = symbol_fault(symbol)
    if fault:
        return f"has a symbolic allele whose ID {fault}"
    fault = "" if symbol in described else first_level_fault(symbol, edition)
    return f"has a symbolic allele that is not described and {fault}" if fault else ""
