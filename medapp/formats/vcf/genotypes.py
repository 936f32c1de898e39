"""GT: alleles and how they are phased (section 1.6.2, GT, PS and PSL of 4.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from medapp.domain.genome import Genotype

if TYPE_CHECKING:
    from collections.abc import Mapping

_GENOTYPE = re.compile(r"(?:[0-9]+|\.)(?:[/|](?:[0-9]+|\.))*")
_SEPARATOR = re.compile(r"([/|])")
_LONGEST_INDEX = 9
_MISSING = {"", "."}


@dataclass(frozen=True, slots=True)
class Called:
    """The alleles of a genotype and the phase of each.

    Attributes:
        stated: False where there is no GT.
    """

    alleles: tuple[int | None, ...]
    phases: tuple[bool, ...]
    stated: bool = True

    @property
    def ploidies(self) -> tuple[int, ...]:
        """What lists of genotypes are counted by: two without GT; ``.`` is written for both one and two."""
        if not self.stated or not self.alleles:
            return (2,)
        return (1, 2) if self.alleles == (None,) else (len(self.alleles),)


def genotype_fault(text: str, alternates: int, *, leading: bool) -> str:
    """Why a text is no genotype, as a sentence; empty where it is one.

    Args:
        text: The value of GT.
        alternates: Alleles in ALT; where it is missing, the test files of the specification allow one.
        leading: Whether the edition allows a phase before the first allele (4.4 and later).
    """
    body = text[1:] if leading and text[:1] in {"/", "|"} else text
    if not _GENOTYPE.fullmatch(body):
        return "GT is not a genotype: alleles by number or ., separated by / or |"
    for index in re.split(r"[/|]", body):
        if index != "." and (len(index) > _LONGEST_INDEX or int(index) > max(alternates, 1)):
            return "GT names an allele that is not in ALT"
    return ""


def parse_genotype(text: str) -> Called:
    """A text that `genotype_fault` has nothing against.

    A phase that is not written before the first allele is ``/`` where any other is, and ``|`` otherwise;
    a single allele without one counts as phased, as there is no order to be wrong.
    """
    parts = _SEPARATOR.split(text)
    if parts[0] == "":
        parts = parts[1:]
    else:
        parts.insert(0, "/" if "/" in text else "|")
    phases = tuple(mark == "|" for mark in parts[::2])
    return Called(tuple(None if one == "." else int(one) for one in parts[1::2]), phases)


def genotype_of(called: Called, stated: Mapping[str, str]) -> Genotype:
    """The genotype of the domain; values that are no numbers stay unknown."""
    phase_set, depth, quality = stated.get("PS", "."), stated.get("DP", "."), stated.get("GQ", ".")
    sets = stated.get("PSL", ".")
    named: tuple[str | None, ...] = ()
    if sets not in _MISSING:
        named = tuple(None if one in _MISSING else one for one in sets.split(","))
    elif phase_set not in _MISSING and _integer(phase_set) is None:
        # Some laboratories write PS as text, against the specification.
        named = tuple(phase_set if phased else None for phased in called.phases)
    return Genotype(
        alleles=called.alleles,
        phased=bool(called.phases) and all(called.phases) and called.alleles != (None,),
        phase_set=_integer(phase_set),
        depth=_integer(depth),
        quality=_number(quality),
        phases=called.phases,
        phase_sets=named,
    )


def _integer(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 2 * _LONGEST_INDEX else None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < inf else None
