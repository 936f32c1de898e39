"""UCUM 2.2 codes, read by ucumvert and measured by pint."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHARACTERS = 100
"""More than any code of the published examples; what is longer was made to hurt."""

_NUMBERS = "[number]"
_ANNOTATION = re.compile(r"\{([^{}]*)\}")
_HUGE_NUMBER = re.compile(r"\d{4,}")
_GRAM_PERCENT = re.compile(r"([A-Za-z]?g)%")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_ANGLES = {"'": "deg/60", "''": "deg/60/60"}
_DEFINED = {
    "[Cal]": "kcal_th",
    "[Btu]": "[Btu_th]",
    "[cft_i]": "[ft_i]3",
    "[cyd_i]": "[yd_i]3",
    "[rd_br]": "33.[ft_br]/2",
    "[ch_br]": "66.[ft_br]",
    "[lk_br]": "33.[ft_br]/50",
    "[in_i'H2O]": "m[H2O].[in_i]/m",
    "[in_i'Hg]": "m[Hg].[in_i]/m",
}
_PLAIN = frozenset({"percent", "_10", "ppm", "ppb", "ppt", "pptr", "dimensionless", "count", "radian"})
_APART = frozenset(
    {
        "equivalents",
        "osmole",
        "sievert",
        "gray",
        "becquerel",
        "hertz",
        "radian",
        "degree",
        "drop",
    }
)
"""Units that UCUM gives the dimension of others, though the number of one says nothing about the other."""
_LOCK = RLock()


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit whose UCUM code was understood.

    Attributes:
        code: The UCUM code.
        dimension: What it measures, as powers of the base dimensions; empty for a pure number.
        kinds: What has to agree besides the dimension before a number may be brought over: arbitrary units
            (UCUM §24), equivalents, osmoles, what a ratio is a ratio of, annotations that carry a number.
        measure: The pint quantity of one such unit; None where only the unit itself compares with it.
    """

    code: str
    dimension: str
    kinds: tuple[tuple[str, float], ...] = ()
    measure: Any = field(default=None, compare=False, repr=False)


@lru_cache(maxsize=1)
def registry() -> tuple[Any, Callable[[str], Any]]:
    """The one registry, and what reads a code into one of its quantities (0.9 s when first asked for)."""
    import pint
    import ucumvert  # type: ignore[import-untyped]

    # pint tells of every definition that ucumvert writes anew; those are meant.
    logging.getLogger("pint.util").setLevel(logging.ERROR)
    units: Any = pint.UnitRegistry()
    units.load_definitions(Path(ucumvert.__file__).parent / "pint_ucum_defs.txt")
    parser = ucumvert.get_ucum_parser()
    transformer = ucumvert.UcumToPintTransformer(ureg=units)
    return units, lambda code: transformer.transform(parser.parse(code))


@lru_cache(maxsize=4096)
def parse(code: str) -> KnownUnit | None:
    """What a case-sensitive UCUM code means; None where it is none."""
    code = code.strip()
    if not code or len(code) > MOST_CHARACTERS:
        return None
    if code == "[pH]":  # a logarithm of an activity: only ever compared with itself
        return KnownUnit(code, "", (("[pH]", 1),))
    bare = _ANNOTATION.sub("", code)
    if _HUGE_NUMBER.search(bare) or _has_minutes_of_arc(bare):
        return None
    if not bare:
        return KnownUnit(code, "", ((code, 1),))
    with _LOCK:
        return _measured(code)


def _has_minutes_of_arc(bare: str) -> bool:
    """Whether an angle stands among other units, where ucumvert takes it for a time."""
    return bare not in _ANGLES and "'" in _BRACKETS.sub("", bare)


def _measured(code: str) -> KnownUnit | None:
    from lark.exceptions import LarkError
    from pint.errors import PintError

    units, read = registry()
    try:
        measure = read(_by_definition(code))
        if not hasattr(measure, "dimensionality"):
            return KnownUnit(code, "", ((code, 1),))
        dimension = _written(measure.dimensionality)
        kinds = _kinds(units, measure, dimension)
        if not _is_offset(units, measure):
            size = float(measure.to_base_units().magnitude)
            if not 0 < size < float("inf"):
                return None
    except (LarkError, PintError, ArithmeticError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    return KnownUnit(code, dimension, (*kinds, *_annotated(code)), measure)


def _by_definition(code: str) -> str:
    """A code with the units replaced that ucumvert 0.3 takes for others, by what UCUM 2.2 says they are."""
    if code in _ANGLES:
        return _ANGLES[code]
    for atom, definition in _DEFINED.items():
        if atom in code:
            code = code.replace(atom, f"({definition})")
    return _GRAM_PERCENT.sub(r"(\1/dL)", code)


def _written(dimensions: Any) -> str:  # noqa: ANN401  pint's own container
    return " ".join(f"{name}^{power:g}" for name, power in sorted(dimensions.items()))


def _annotated(code: str) -> tuple[tuple[str, float], ...]:
    """Annotations with a number in them: ``{1.73_m2}`` and ``{24.h}`` stand for a divisor."""
    found = sorted(text for text in _ANNOTATION.findall(code) if any(sign.isdigit() for sign in text))
    return tuple((f"{{{text}}}", 1) for text in found)


def _is_offset(units: Any, measure: Any) -> bool:  # noqa: ANN401
    with_offset = (name for name, _power in measure.unit_items())
    return any(not units._units[name].is_multiplicative for name in with_offset if name in units._units)  # noqa: SLF001


def _kinds(units: Any, measure: Any, dimension: str) -> tuple[tuple[str, float], ...]:  # noqa: ANN401
    found: dict[str, float] = {}
    above: set[str] = set()
    for name, power in measure.unit_items():
        root = next((root for _prefix, root, _suffix in units.parse_unit_name(name)), name)
        own = _written(units.get_dimensionality(name))
        if root in _APART or (not own and root not in _PLAIN):
            found[root] = found.get(root, 0) + power
        if own and power > 0:
            above.add(own)
    if not dimension and above:
        for one in above:
            found[f"ratio of {one}"] = 1
    elif not dimension and not found:
        found[_NUMBERS] = 1
    return tuple(sorted((name, power) for name, power in found.items() if power))
