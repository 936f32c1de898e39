"""How a key of INFO or FORMAT is to be read: how many values, of which type, in which range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import comb
from typing import Final

FLAG: Final = "Flag"
INTEGER: Final = "Integer"
FLOAT: Final = "Float"
CHARACTER: Final = "Character"
STRING: Final = "String"
INFO_TYPES: Final = frozenset({FLAG, INTEGER, FLOAT, CHARACTER, STRING})
FORMAT_TYPES: Final = INFO_TYPES - {FLAG}

MOST_PLOIDY = 64
"""Counts of genotypes for more chromosomes than this are not worked out."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
# Written so that no digits can be taken in two ways: matching stays linear in long texts.
_EXPONENT = r"(?:[eE][-+]?[0-9]+)?"
_NOT_FINITE = r"[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN]"
_FLOAT = re.compile(rf"[-+]?(?:(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+){_EXPONENT}|{_NOT_FINITE})")
_OLDER_FLOAT = re.compile(rf"{_FLOAT.pattern}|[-+]?[0-9]+\.{_EXPONENT}")
_LEAST_INTEGER, _MOST_INTEGER, _RESERVED_INTEGERS = -(2**31), 2**31 - 1, 8
_LONGEST_INTEGER = 18


@dataclass(frozen=True, slots=True)
class Definition:
    """One key.

    Attributes:
        number: A number, or ``A``, ``R``, ``G``, ``.`` and the letters of later editions.
        type: `INTEGER` and so on.
        also: Another type that the key may be described with, as editions differ.
        least, most: Of its values.
        counted: Whether the number of values follows from `number`.
    """

    number: str
    type: str
    also: str = ""
    least: float | None = None
    most: float | None = None
    counted: bool = True

    def fault(self, value: str, *, bits32: bool) -> str:
        """Why one value is wrong, as the end of a sentence; empty where it is not.

        Args:
            value: As written; ``.`` is right for every type.
            bits32: Whether the edition limits integers (4.3 and later).
        """
        if value == "." or self.type in {STRING, FLAG}:
            return ""
        if self.type == CHARACTER:
            return "" if len(value) == 1 else "is not a single character"
        if self.type == INTEGER:
            return integer_fault(value, bits32=bits32) or self._range_fault(float(value))
        if not is_float(value, strict=bits32):
            return "is not a number"
        return self._range_fault(float(value))

    def _range_fault(self, value: float) -> str:
        if self.least is not None and value < self.least:
            return "is a negative number" if self.least == 0 else f"is less than {self.least:g}"
        if self.most is not None and value > self.most:
            return f"is more than {self.most:g}"
        return ""


def integer_fault(value: str, *, bits32: bool) -> str:
    """Why a text is no integer, as the end of a sentence; empty where it is one."""
    if not _INTEGER.fullmatch(value):
        return (
            "is a floating point number, not an integer" if _FLOAT.fullmatch(value) else "is not an integer"
        )
    if len(value) > _LONGEST_INTEGER:
        return "is outside of the range of 32-bit integers"
    number = int(value)
    if bits32 and not _LEAST_INTEGER <= number <= _MOST_INTEGER:
        return "is outside of the range of 32-bit integers"
    if bits32 and number < _LEAST_INTEGER + _RESERVED_INTEGERS:
        return "is one of the integers reserved by BCF"
    return ""


def is_float(value: str, *, strict: bool) -> bool:
    """Whether a text is a number; `strict` by the pattern of 4.3 and later."""
    return (_FLOAT if strict else _OLDER_FLOAT).fullmatch(value) is not None


def count_fits(number: str, found: int, alternates: int, ploidies: tuple[int, ...] = (2,)) -> bool:
    """Whether a list has as many values as ``Number`` asks for.

    Args:
        number: Of the definition; ``LA`` as ``A`` with `alternates` the local ones, and so on.
        found: Values in the list.
        alternates: Alleles in ALT. Where there is none, values of one allele are taken as well: the
            specification says nothing about them, and callers write both.
        ploidies: Any of which will do.
    """
    if number.isdecimal():
        return found == int(number)
    counts = (alternates,) if alternates else (0, 1)
    letter = number.removeprefix("L")
    if letter == "A":
        return found in counts
    if letter == "R":
        return any(found == one + 1 for one in counts)
    if letter == "G":
        return any(_genotypes(one + 1, ploidy) in {found, None} for one in counts for ploidy in ploidies)
    return number != "P" or found in ploidies


def _genotypes(alleles: int, ploidy: int) -> int | None:
    """How many genotypes there are of so many alleles on so many chromosomes."""
    return comb(alleles + ploidy - 1, ploidy) if ploidy <= MOST_PLOIDY else None
