"""Rules for the INFO keys of structural variants that go beyond number and type (section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.formats.vcf.alleles import STRUCTURAL_TYPES, is_breakend, structural_type
from medapp.formats.vcf.definition import integer_fault
from medapp.formats.vcf.reserved import STRUCTURAL_SINCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.formats.vcf.edition import Edition
    from medapp.formats.vcf.problem import Findings

STRUCTURAL_KEYS = frozenset({"END", "SVTYPE", "SVLEN", "SVCLAIM", "CIPOS", "CIEND", "CILEN", "CICN"})
_IN_PAIRS = ("CIPOS", "CIEND", "CILEN", "CICN")
_AROUND_ZERO = ("CIPOS", "CIEND")
_CLAIMS = frozenset({"D", "J", "DJ", "."})
_CLAIMS_OF = {
    "DEL": _CLAIMS,
    "DUP": _CLAIMS,
    "CNV": frozenset({"D", "."}),
    "INS": frozenset({"J", "DJ", "."}),
    "INV": frozenset({"J", "DJ", "."}),
}


def check_structural(
    info: Mapping[str, str], position: int, alternates: list[str], edition: Edition, found: Findings
) -> None:
    """One record; values that are no numbers were found before and are passed over here."""
    end = _integers(info.get("END", ""))
    if len(end) == 1 and end[0] is not None and 0 <= end[0] < position:
        found.flaw("INFO/END", "END is before POS")
    _check_type(info, found)
    for key in _AROUND_ZERO:
        _check_around_zero(key, info, edition, found)
    if edition.minor < STRUCTURAL_SINCE:
        _check_sign(info, alternates, found)
    else:
        _check_of_44(info, alternates, found)


def _check_type(info: Mapping[str, str], found: Findings) -> None:
    stated = info.get("SVTYPE")
    if stated is not None and stated.partition(":")[0] not in STRUCTURAL_TYPES | {"BND", "."}:
        found.warn("INFO/SVTYPE", "SVTYPE is none of DEL, INS, DUP, INV, CNV and BND")


def _check_around_zero(key: str, info: Mapping[str, str], edition: Edition, found: Findings) -> None:
    """The interval spans zero: "must" from 4.4 on."""
    bounds = _integers(info.get(key, ""))
    for lower, upper in zip(bounds[::2], bounds[1::2], strict=False):
        if (lower is not None and lower > 0) or (upper is not None and upper < 0):
            reason = f"the interval of {key} does not span 0"
            found.flaw(f"INFO/{key}", reason, is_error=edition.minor >= STRUCTURAL_SINCE)
            return


def _check_sign(info: Mapping[str, str], alternates: list[str], found: Findings) -> None:
    """Up to 4.3 lengths are differences: below zero for deletions, above for insertions."""
    for length, alternate in zip(_integers(info.get("SVLEN", "")), alternates, strict=False):
        kind = structural_type(alternate)
        if length is not None and ((kind == "DEL" and length > 0) or (kind in {"INS", "DUP"} and length < 0)):
            found.warn("INFO/SVLEN", "the sign of SVLEN is not that of the structural variant")
            return


def _check_of_44(info: Mapping[str, str], alternates: list[str], found: Findings) -> None:
    """From 4.4 on there are pairs of bounds and claims for each allele, and a length for each variant."""
    for key in _IN_PAIRS:
        if key in info and info[key] != "." and info[key].count(",") + 1 != 2 * len(alternates):
            found.flaw(f"INFO/{key}", f"{key} does not have two values for each allele of ALT")
    kinds = [structural_type(alternate) for alternate in alternates]
    if any(kinds) and "SVLEN" not in info:
        found.warn("INFO/SVLEN", "SVLEN is missing beside a symbolic structural variant")
    if {"DEL", "DUP"} & set(kinds) and "SVCLAIM" not in info:
        found.warn("INFO/SVCLAIM", "SVCLAIM is missing beside a deletion or duplication")
    for claim, kind, alternate in zip(info.get("SVCLAIM", "").split(","), kinds, alternates, strict=False):
        allowed = _CLAIMS_OF.get(kind, _CLAIMS)
        if is_breakend(alternate):
            allowed = frozenset({"J", "."})
        if claim and claim not in allowed:
            found.flaw("INFO/SVCLAIM", "SVCLAIM makes a claim that its allele cannot make")
            return


def _integers(text: str) -> list[int | None]:
    """Values of a list; None for one that is missing or no integer."""
    return [
        int(one) if one and one != "." and not integer_fault(one, bits32=True) else None
        for one in text.split(",")
    ]
