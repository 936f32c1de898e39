"""Numbers brought from one unit to another; None wherever that would need something that is not known."""

from __future__ import annotations

import math

from medapp.domain.record.coding import Quantity
from medapp.knowledge.units.spellings import ucum
from medapp.knowledge.units.ucum import KnownUnit, parse

_CHARGED = "equivalents"


def unit_of(quantity: Quantity) -> KnownUnit | None:
    """The unit of a quantity: its UCUM code, else what its unit's words stand for."""
    return (parse(quantity.code) if quantity.code else None) or _spelled(quantity.unit)


def same_dimension(one: str, other: str) -> bool:
    """Whether a number can be brought from one unit to the other knowing nothing else.

    False where either is not known. Arbitrary units, equivalents and ratios of different things differ.
    """
    first, second = _coded(one), _coded(other)
    if first is None or second is None:
        return False
    return first.dimension == second.dimension and first.kinds == second.kinds


def convert(
    quantity: Quantity, to: str, *, molar_mass: float | None = None, charge: int | None = None
) -> Quantity | None:
    """A quantity in another unit.

    Args:
        quantity: Its code is taken first, else its unit as written.
        to: UCUM code, or a common spelling of one.
        molar_mass: In g/mol: opens the way between mass and amount of substance.
        charge: Of one ion: opens the way between equivalents and moles or mass.

    Returns:
        None where a unit is not known, or the two do not measure the same.
    """
    source, target = unit_of(quantity), _coded(to)
    if source is None or target is None or not math.isfinite(quantity.value):
        return None
    if source.code == target.code:
        value: float | None = quantity.value
    else:
        value = _brought(quantity.value, source, target, molar_mass, charge)
    if value is None or not math.isfinite(value):
        return None
    return Quantity(value, target.code, target.code, quantity.comparator)


def _spelled(text: str) -> KnownUnit | None:
    code = ucum(text)
    return parse(code) if code else parse(text)


def _coded(text: str) -> KnownUnit | None:
    return parse(text) or _spelled(text)


def _brought(
    value: float, source: KnownUnit, target: KnownUnit, molar_mass: float | None, charge: int | None
) -> float | None:
    factor, kinds = _neutral(source, target, charge)
    if factor is None or kinds[0] != kinds[1]:
        return None
    if source.measure is None or target.measure is None:
        return value * factor if source.kinds == target.kinds and not source.dimension else None
    if source.dimension == target.dimension:
        return _measured(value * factor, source, target)
    if molar_mass is None or not molar_mass > 0 or not source.dimension or not target.dimension:
        return None
    for power in (-1, 1):
        found = _measured(value * factor, source, target, molar_mass, power)
        if found is not None:
            return found
    return None


def _neutral(
    source: KnownUnit, target: KnownUnit, charge: int | None
) -> tuple[float | None, tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...]]]:
    """Equivalents taken as moles, by the charge of the ion, where only one of the two is in equivalents."""
    one, other = dict(source.kinds), dict(target.kinds)
    powers = one.get(_CHARGED, 0) - other.get(_CHARGED, 0)
    if not powers:
        return 1.0, (source.kinds, target.kinds)
    if not charge:
        return None, ((), ())
    one.pop(_CHARGED, None)
    other.pop(_CHARGED, None)
    return float(abs(charge)) ** -powers, (tuple(sorted(one.items())), tuple(sorted(other.items())))


def _measured(
    value: float, source: KnownUnit, target: KnownUnit, molar_mass: float = 1.0, power: int = 0
) -> float | None:
    from pint.errors import PintError

    try:
        # Temperatures start at another zero: the number itself is given to the unit, never multiplied by it.
        measured = source.measure._REGISTRY.Quantity(value * source.measure.magnitude, source.measure.units)  # noqa: SLF001
        if power:
            registry = source.measure._REGISTRY  # noqa: SLF001
            measured = measured * registry.Quantity(molar_mass, "gram / mole") ** power
        brought = measured.to(target.measure.units).magnitude / target.measure.magnitude
        return _clean(float(brought))
    except (PintError, ArithmeticError, ValueError):
        return None


def _clean(value: float) -> float:
    """Without the last digits, which factors such as 0.1 leave behind."""
    return float(f"{value:.12g}")
