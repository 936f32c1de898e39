"""What was gathered of one variable, and what its values together tell: units, outliers, limits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from medapp.domain.record.coding import LOINC
from medapp.knowledge.quality.limits import limit_of, outside
from medapp.knowledge.quality.outliers import bounds_of
from medapp.knowledge.quality.scaling import code_of, line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.knowledge.quality.facts import Fact
    from medapp.knowledge.quality.known import Known

Place = tuple[int, int, str, str]
"""Number of the entry, part, file, place."""


@dataclass(slots=True)
class Variable:
    """One variable while a record is read.

    Attributes:
        values: Numbers as written, with their unit and place.
        empty: Places of entries without a value.
        where: Rows or patients that have a value.
        units: How often each is stated, as the source writes it.
        known: What training data said of it; None where its own values are to tell.
    """

    system: str
    code: str
    title: str
    entries: int = 0
    values: list[tuple[float, str, Place]] = field(default_factory=list)
    empty: list[Place] = field(default_factory=list)
    where: set[int] = field(default_factory=set)
    units: Counter[str] = field(default_factory=Counter)
    known: Known | None = None
    _told: tuple[int, list[Place], list[tuple[str, Place]]] | None = None

    def add(self, fact: Fact, place: Place, occasion: int) -> None:
        """Take one value in."""
        self.entries += 1
        if fact.empty:
            self.empty.append(place)
            return
        self.where.add(occasion)
        if fact.value is not None:
            self.values.append((fact.value, fact.unit, place))
            self.units[fact.unit] += 1

    @property
    def loinc(self) -> str:
        """Its LOINC code; empty where it has none."""
        return self.code if self.system == LOINC else ""

    @property
    def main_unit(self) -> str:
        """The commonest unit that is stated; empty where none is."""
        if self.known is not None:
            return self.known.unit
        stated = Counter({unit: count for unit, count in self.units.items() if unit})
        return stated.most_common(1)[0][0] if stated else ""

    def comparable(self) -> list[tuple[float, Place]]:
        """Numbers in the commonest unit; those that cannot be brought into it are left out."""
        main = self.main_unit
        found = []
        for value, unit, place in self.values:
            scale = (1.0, 0.0) if unit == main else line(unit, main, self.loinc)
            if scale is not None:
                found.append((value * scale[0] + scale[1], place))
        return found

    def median(self) -> float | None:
        """Of the comparable numbers."""
        if self.known is not None:
            return self.known.median
        numbers = [value for value, _place in self.comparable()]
        return median(numbers) if numbers else None

    def impossible(self) -> list[tuple[str, Place]]:
        """Values that no living body has, each with a word for why."""
        return self._judged()[2]

    def outliers(self) -> list[Place]:
        """Values that are far from the others and yet possible."""
        return self._judged()[1]

    def _judged(self) -> tuple[int, list[Place], list[tuple[str, Place]]]:
        if self._told is None or self._told[0] != len(self.values):
            impossible = list(self._impossible())
            far = list(self._outliers({place for _reason, place in impossible}))
            self._told = len(self.values), far, impossible
        return self._told

    def _impossible(self) -> Iterator[tuple[str, Place]]:
        limit = limit_of(self.system, self.code, self.title)
        if limit is None:
            return
        for value, unit, place in self.values:
            reason = outside(limit, value, unit, self.loinc)
            if reason:
                yield reason, place

    def _outliers(self, impossible: set[Place]) -> Iterator[Place]:
        numbers = [(value, place) for value, place in self.comparable() if place not in impossible]
        bounds = self.known.bounds if self.known is not None else bounds_of([value for value, _ in numbers])
        if bounds is not None:
            yield from (place for value, place in numbers if not bounds.holds(value))

    def mismatches(self) -> Iterator[tuple[str, Place]]:
        """Values in another unit than most, each with whether it can be brought into that."""
        main = self.main_unit
        if not main:
            return
        words = {unit: self._mismatch(unit, main) for unit in self.units}
        for _value, unit, place in self.values:
            if words[unit]:
                yield words[unit], place

    def _mismatch(self, unit: str, main: str) -> str:
        if not unit:
            return "no-unit"
        if code_of(unit) == code_of(main):
            return ""
        return "not-convertible" if line(unit, main, self.loinc) is None else "convertible"
