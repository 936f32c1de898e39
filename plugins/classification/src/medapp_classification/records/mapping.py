"""Which codes of a record mean which variable or condition: read from the tables beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from medapp.domain.record.coding import ICD9CM, ICD10CM, LOINC, SNOMED

if TYPE_CHECKING:
    from medapp.domain.record import Concept

_ICD10_WORDS: Final = "icd-10"
_ICD9_WORDS: Final = "icd-9"


@dataclass(frozen=True, slots=True)
class Variable:
    """Something that is measured.

    Attributes:
        unit: UCUM, in which models take it.
        low, high: What is possible, in that unit.
        loinc: Its codes; the first is shown.
    """

    key: str
    title: str
    unit: str
    low: float
    high: float
    loinc: tuple[str, ...]

    @property
    def code(self) -> str:
        """Terminology and code, for a reason."""
        return f"{LOINC}|{self.loinc[0]}" if self.loinc else ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A disease by the codes that say it; of ICD everything that begins with a prefix."""

    key: str
    title: str
    icd10: tuple[str, ...]
    icd9: tuple[str, ...]
    snomed: frozenset[str]

    def is_said_by(self, concept: Concept) -> bool:
        """Whether one of a concept's codes says it."""
        return any(
            _begins(code.value, self.icd10)
            if _is(code.system, ICD10CM, _ICD10_WORDS)
            else _begins(code.value, self.icd9)
            if _is(code.system, ICD9CM, _ICD9_WORDS)
            else code.system == SNOMED and code.value in self.snomed
            for code in concept.codes
        )


@lru_cache(maxsize=4)
def variables(table: str = "variables.tsv") -> tuple[Variable, ...]:
    """The variables of a table of this package."""
    return tuple(
        Variable(key, title, unit, float(low), float(high), tuple(loinc.split()))
        for key, title, unit, low, high, loinc in _rows(table)
    )


@lru_cache(maxsize=1)
def conditions() -> tuple[Condition, ...]:
    """The conditions that the cohort tells apart."""
    return tuple(
        Condition(key, title, tuple(icd10.split()), tuple(icd9.split()), frozenset(snomed.split()))
        for key, title, icd10, icd9, snomed in _rows("conditions.tsv")
    )


@lru_cache(maxsize=4)
def by_loinc(table: str = "variables.tsv") -> dict[str, Variable]:
    """Variables by each of their codes."""
    return {code: one for one in variables(table) for code in one.loinc}


def _rows(table: str) -> list[list[str]]:
    text = resources.files(__package__).joinpath(table).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def _is(system: str, uri: str, words: str) -> bool:
    return system == uri or words in system.casefold()


def _begins(code: str, prefixes: tuple[str, ...]) -> bool:
    """ICD codes are written with and without the point."""
    plain = code.replace(".", "").upper()
    return any(plain.startswith(prefix.replace(".", "")) for prefix in prefixes)
