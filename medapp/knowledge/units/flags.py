"""Whether a value lies below, within or above what is usual."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from medapp.knowledge.units.convert import convert, unit_of

if TYPE_CHECKING:
    from medapp.domain.record.clinical import ReferenceRange
    from medapp.domain.record.coding import Quantity

Flag = Literal["L", "N", "H"]
"""HL7 v3 ObservationInterpretation."""


def flag(
    value: Quantity, usual: ReferenceRange, *, molar_mass: float | None = None, charge: int | None = None
) -> Flag | None:
    """Where a value lies, in whichever units both are stated.

    Limits belong to the range (HL7 v2 OBX-7, FHIR referenceRange). A value such as ``<5`` is flagged only
    where all that it can be lies on one side.

    Returns:
        None where the range states no limit or units do not compare: then it is not known.
    """
    low = _limit(usual.low, value, molar_mass, charge)
    high = _limit(usual.high, value, molar_mass, charge)
    if not math.isfinite(value.value) or (low is None and high is None):
        return None
    if any(limit is not None and math.isnan(limit) for limit in (low, high)):
        return None
    if low is not None and high is not None and low > high:
        return None
    return _side(value, low, high)


def _side(value: Quantity, low: float | None, high: float | None) -> Flag | None:
    least, most = _span(value)
    open_least, open_most = value.comparator == ">", value.comparator == "<"
    if low is not None and (most < low or (open_most and most == low)):
        return "L"
    if high is not None and (least > high or (open_least and least == high)):
        return "H"
    inside = (low is None or least >= low) and (high is None or most <= high)
    return "N" if inside else None


def _span(value: Quantity) -> tuple[float, float]:
    """The least and the most that a value can be."""
    if value.comparator.startswith("<"):
        return -math.inf, value.value
    if value.comparator.startswith(">"):
        return value.value, math.inf
    return value.value, value.value


def _limit(
    limit: Quantity | None, value: Quantity, molar_mass: float | None, charge: int | None
) -> float | None:
    """A limit in the unit of the value; not a number where the units do not compare."""
    if limit is None:
        return None
    if (limit.unit, limit.code) == (value.unit, value.code):
        return limit.value
    unit = unit_of(value)
    brought = None if unit is None else convert(limit, unit.code, molar_mass=molar_mass, charge=charge)
    return math.nan if brought is None else brought.value
