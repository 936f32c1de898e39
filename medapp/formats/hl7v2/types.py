"""Data types of fields (HL7 v2.9, chapter 2A) as values of the record."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from medapp.domain.record import (
    Address,
    Code,
    Concept,
    HumanName,
    Identifier,
    Period,
    Quantity,
    ReferenceRange,
    When,
)
from medapp.domain.record.coding import UCUM
from medapp.formats.hl7v2.systems import authority, system

if TYPE_CHECKING:
    from medapp.formats.hl7v2.segments import Field, Segment

_MOMENT = re.compile(
    r"(?P<year>\d{4})((?P<month>\d\d)((?P<day>\d\d)"
    r"((?P<hour>\d\d)((?P<minute>\d\d)((?P<second>\d\d)(?P<part>\.\d{1,9})?)?)?)?)?)?(?P<zone>[+-]\d{4})?"
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_COMPARED = re.compile(rf"(?P<sign><=|>=|<|>|≤|≥)\s*(?P<value>{_NUMBER.pattern})")
_RANGE = re.compile(rf"(?P<low>{_NUMBER.pattern})\s*(-|–|to|\.\.)\s*(?P<high>{_NUMBER.pattern})")
_SIGNS = {"≤": "<=", "≥": ">="}
COMPARATORS = ("<", "<=", ">", ">=")
NAME_USES = {
    "L": "official", "D": "usual", "N": "nickname", "M": "maiden", "T": "temp", "NAV": "temp", "BAD": "old",
    "NOUSE": "old", "S": "anonymous", "MSK": "anonymous",
}  # fmt: skip
"""HL7 table 0200 to FHIR name-use."""


def moment(text: str) -> When | None:
    """DTM, TS or DT; None where it is no moment.

    An hour without minutes is cut to its day, and a zone without a time is dropped: the record's dates
    cannot say either.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    day = "-".join(part for part in found.group("year", "month", "day") if part)
    try:
        if found["minute"] is None:
            return When(day)
        second = f":{found['second']}{found['part'] or ''}" if found["second"] else ""
        zone = found["zone"]
        zone = f"{zone[:3]}:{zone[3:]}" if zone else ""
        return When(f"{day}T{found['hour']}:{found['minute']}{second}{zone}")
    except ValueError:
        return None


def when(segment: Segment, number: int) -> When | None:
    """The moment that a field states."""
    return moment(segment.text(number))


def period(start: When | None, end: When | None = None) -> Period:
    """From one to the other."""
    return Period(start, end)


def number(text: str) -> float | None:
    """NM; None where it is no finite number."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def unit(field: Field) -> tuple[str, str]:
    """Words and UCUM code of a unit (CWE)."""
    code, words = field.first(1), field.first(2)
    is_ucum = system(field.first(3)) == UCUM
    return (words if words and not is_ucum else code) or words, code if is_ucum else ""


def quantity(text: str, units: Field) -> Quantity | None:
    """A number, which may be compared ("<0.5"), with its unit; None where it is none."""
    compared = _COMPARED.fullmatch(text)
    value = number(compared["value"] if compared else text)
    if value is None:
        return None
    sign = compared["sign"] if compared else ""
    return Quantity(value, *unit(units), _SIGNS.get(sign, sign))


def reference_range(text: str, units: Field) -> ReferenceRange | None:
    """OBX-7: ``low-high``, ``<high``, ``>low`` or words; the bounds are in the unit of the value."""
    if not text:
        return None
    both = _RANGE.fullmatch(text)
    if both is not None:
        low, high = quantity(both["low"], units), quantity(both["high"], units)
        if low is not None and high is not None and low.value <= high.value:
            return ReferenceRange(low, high, text)
    bound = quantity(text, units)
    if bound is not None and bound.comparator.startswith("<"):
        return ReferenceRange(high=bound, text=text)
    if bound is not None and bound.comparator.startswith(">"):
        return ReferenceRange(low=bound, text=text)
    return ReferenceRange(text=text)


def concept(field: Field, *, named: str = "") -> Concept:
    """CWE, CE or CNE with their alternates; `named` is the system of a code that names none itself."""
    codes = []
    triplets = ((1, 14), (4, 17), (10, 20))
    for start, oid in triplets[: 1 + (field.components > 3) + (field.components > 9)]:  # noqa: PLR2004
        value, words, name = field.part(start), field.part(start + 1), field.first(start + 2)
        uri = system(name) if name else system(field.first(oid)) if field.first(oid) else ""
        if value:
            codes.append(Code(uri or (named if start == 1 else ""), value, words))
    text = field.part(9) or (field.part(2) if not codes else "")
    return Concept(tuple(codes), text)


def words(field: Field) -> str:
    """What a coded field means, in the source's words."""
    return concept(field).display


def identifier(field: Field) -> Identifier | None:
    """CX; None where no number is stated."""
    value = field.first(1)
    if not value:
        return None
    issuer = authority(field.below(4)) or authority(field.below(6))
    return Identifier(value, issuer, field.first(5))


def human_name(field: Field) -> HumanName | None:
    """XPN; None where no name is stated."""
    family = field.first(1)
    given = tuple(part for part in (field.part(2), field.part(3)) if part)
    if not family and not given:
        return None
    suffix = " ".join(part for part in (field.part(4), field.part(6)) if part)
    return HumanName(family, given, field.part(5), suffix, NAME_USES.get(field.first(7), ""))


def nickname(field: Field) -> HumanName | None:
    """What the person is called by (XPN.15)."""
    called = field.part(15)
    return HumanName(field.first(1), (called,), use="nickname") if called else None


def address(field: Field) -> Address:
    """XAD; street and house may be subcomponents (SAD)."""
    street = [field.below(1).part(number) for number in (1, 2, 3)]
    lines = tuple(
        line for line in (" ".join(part for part in street if part), field.part(2), field.part(19)) if line
    )
    return Address(lines, field.part(3), field.part(4), field.part(5), field.part(6))


def person_name(field: Field) -> str:
    """XCN in the order that it is spoken."""
    parts = (field.part(6), field.part(3), field.part(4), field.first(2), field.part(5))
    return " ".join(part for part in parts if part) or field.first(1)
