"""From one unit to another as a line, so that many numbers are converted by two multiplications."""

from __future__ import annotations

from functools import lru_cache

from medapp.domain.record.coding import Quantity
from medapp.knowledge.units import analyte, convert, ucum

Line = tuple[float, float]
"""Factor and what is added."""


@lru_cache(maxsize=4096)
def line(unit: str, to: str, loinc: str = "") -> Line | None:
    """How numbers are brought from one unit to another; None where that is not known.

    Args:
        unit: UCUM code or a common spelling.
        to: The same.
        loinc: Of what is measured: opens the way between mass, moles and equivalents.
    """
    if not unit or not to:
        return None
    if same_unit(unit, to):
        return 1.0, 0.0
    known = analyte(loinc) if loinc else None
    mass, charge = (known.molar_mass, known.charge) if known else (None, None)
    zero, one = (convert(Quantity(at, unit), to, molar_mass=mass, charge=charge) for at in (0.0, 1.0))
    if zero is None or one is None:
        return None
    return one.value - zero.value, zero.value


def same_unit(one: str, other: str) -> bool:
    """Whether two ways of writing stand for one unit."""
    return code_of(one) == code_of(other)


@lru_cache(maxsize=4096)
def code_of(unit: str) -> str:
    """UCUM code of a unit; the words themselves where they are not known."""
    return ucum(unit) or unit
