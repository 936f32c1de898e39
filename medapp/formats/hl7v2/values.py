"""OBX-5 by the data type that OBX-2 names (HL7 v2.9, 7.4.2.5; table 0125)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import CodedValue, Component, Concept, Quantity
from medapp.formats.hl7v2.types import COMPARATORS, concept, moment, number, quantity, unit

if TYPE_CHECKING:
    from medapp.domain.record import Value
    from medapp.formats.hl7v2.scope import Scope
    from medapp.formats.hl7v2.segments import Field, Segment

CODED = ("CE", "CWE", "CNE", "CF", "IS", "ID")
MOMENTS = ("DT", "TS", "DTM")


def value(scope: Scope, segment: Segment, kind: str) -> Value:
    """The value of an observation; None where none is stated, or several are."""
    fields = segment.all(5)
    if not fields:
        return None
    if kind in {"NM", "SN", *CODED} and len(fields) > 1:
        return None
    found = one_value(fields[0], segment.one(6), kind)
    if kind in {"TX", "FT"}:
        return "\n".join(field.text for field in fields)
    if isinstance(found, str) and kind in {"NM", *MOMENTS}:
        scope.refuse("invalid", f"the value is no {kind}; it is kept as text", segment.place)
    return found


def several(segment: Segment, kind: str, what: Concept) -> tuple[Component, ...]:
    """The values of an observation that has more than one."""
    fields = segment.all(5)
    if kind not in {"NM", "SN", *CODED} or len(fields) < 2:  # noqa: PLR2004
        return ()
    return tuple(Component(what, one_value(field, segment.one(6), kind)) for field in fields)


def one_value(field: Field, units: Field, kind: str) -> Value:
    """One repetition of OBX-5."""
    if kind in {"NM", "CQ"}:
        return quantity(field.first(), field.below(2) if kind == "CQ" else units) or field.text
    if kind == "SN":
        return structured(field, units)
    if kind in CODED:
        return CodedValue(concept(field))
    if kind in MOMENTS:
        return moment(field.first()) or field.text
    if kind in {"TX", "FT", "ST", ""}:
        return field.text
    parts = (field.part(index + 1) for index in range(field.components))
    return " ".join(part for part in parts if part)


def structured(field: Field, units: Field) -> Value:
    """SN: a number with a comparator; a ratio, a range or a plus stays as words."""
    sign, first, separator, second = (field.part(index) for index in (1, 2, 3, 4))
    low = number(first)
    if low is not None and not separator and not second and sign in {"", "=", *COMPARATORS}:
        return Quantity(low, *unit(units), "" if sign == "=" else sign)
    return f"{sign}{first}{separator}{second}"
