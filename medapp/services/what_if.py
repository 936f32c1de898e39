"""What would be if: a medicine left out, added, or taken in another dose, a result that is not in the record.

What is supposed goes through the same checks and models as what is known. Nothing of it is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Concept, Entry, Observation, Period, Quantity, Record, Source, When
from medapp.domain.record.coding import LOINC, Code
from medapp.domain.record.summary import latest_quantities, measured
from medapp.knowledge.therapy.stated import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.domain.recommendation import Drug

SUPPOSED: Final = "supposed:"
"""Begins the id of an entry that nobody has recorded."""


@dataclass(frozen=True)
class WhatIf:
    """What is supposed.

    Attributes:
        dropped: Names of medicines that are left out.
        doses: Name of a medicine and what is taken of it instead.
        added: Medicines that are taken besides.
        results: Entries as `supposed` makes them.
    """

    dropped: tuple[str, ...] = ()
    doses: tuple[tuple[str, str], ...] = ()
    added: tuple[Drug, ...] = ()
    results: tuple[Entry, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.dropped or self.doses or self.added or self.results)


@dataclass(frozen=True)
class Measured:
    """Something of which a result can be supposed.

    Attributes:
        unit: The one that it was measured in last, else the one that checks go by; empty where none is known.
        last: The latest value, in words; empty where there is none.
    """

    title: str
    concept: Concept
    unit: str = ""
    last: str = ""


def with_what_if(
    record: Record | None, medicines: Sequence[Drug], wish: WhatIf
) -> tuple[Record, tuple[Drug, ...]]:
    """The record and the list of medicines as they would be; those that are handed over stay as they are."""
    known = record or Record()
    doses = dict(wish.doses)
    listed = tuple(
        replace(one, dose=doses.get(one.name, one.dose)) for one in medicines if one.name not in wish.dropped
    )
    return replace(known, entries=(*known.entries, *wish.results)), (*listed, *wish.added)


def supposed(concept: Concept, value: float, unit: str, day: str, *, number: int = 0) -> Entry:
    """A result that is not in the record, as an entry that says so.

    Args:
        concept: What was measured.
        value: The number.
        unit: As it is written; empty is unknown, and checks say so.
        day: ISO 8601.
        number: Tells several apart.

    Raises:
        ValueError: Where the day is none, or the number is not finite.
    """
    if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124 - not a number
        message = f"{value} is no result"
        raise ValueError(message)
    when = When(day.strip())
    content = Observation(
        concept,
        status="preliminary",
        category="laboratory",
        effective=Period(when),
        value=Quantity(value, unit.strip()),
        comment="what if: not in the record",
    )
    return Entry(f"{SUPPOSED}{number}", "", Source("what if", "table"), content)


def measured_in(entries: Iterable[Entry]) -> tuple[Measured, ...]:
    """What results can be supposed of: what checks go by, then what the record has numbers of, by name."""
    latest = latest_quantities(entries)
    found: dict[tuple[str, str], Measured] = {}
    for one in MEASURES.values():
        known = next((latest[LOINC, code] for code in sorted(one.loinc) if (LOINC, code) in latest), None)
        code = min(one.loinc)
        concept = _concept(known) or Concept((Code(LOINC, code, one.name),))
        unit = "" if one.unit == "1" else one.unit
        found[measured(concept)] = Measured(one.name, concept, _unit(known) or unit, _last(known))
    rest = {
        key: Measured(concept.display, concept, _unit(entry), _last(entry))
        for key, entry in latest.items()
        for concept in [_concept(entry)]
        if key not in found and concept and concept.display
    }
    return (*found.values(), *sorted(rest.values(), key=lambda one: one.title.casefold()))


def _concept(entry: Entry | None) -> Concept | None:
    return entry.content.concept if entry is not None and isinstance(entry.content, Observation) else None


def _quantity(entry: Entry | None) -> Quantity | None:
    content = entry.content if entry is not None else None
    if isinstance(content, Observation) and isinstance(content.value, Quantity):
        return content.value
    return None


def _unit(entry: Entry | None) -> str:
    found = _quantity(entry)
    return found.unit or found.code if found is not None else ""


def _last(entry: Entry | None) -> str:
    found = _quantity(entry)
    if entry is None or found is None or not isinstance(entry.content, Observation):
        return ""
    start = entry.content.effective.start
    when = start.text[:10] if start is not None else "date unknown"
    return f"{found.comparator}{found.value:g} {found.unit or '(unit unknown)'}, {when}"
