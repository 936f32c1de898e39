"""Observations by what they measure: the latest value of each, and series over time, one for each unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medapp.domain.record import Component, Observation, Quantity
from medapp.domain.record.coding import LOINC
from medapp.domain.record.facts import OUTCOME, period_of
from medapp.ui.record.facts import is_absent, is_error, title_of, unit_of
from medapp.ui.record.flags import State, beside_range, state_of
from medapp.ui.record.spans import Span, span_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from medapp.domain.record import Concept, Entry, ReferenceRange, Value, When

Convert = Callable[[Quantity, str, str], Quantity | None]
"""``convert(quantity, unit, loinc)``: the same amount in `unit` (UCUM code, else words); None where that
cannot be said. `loinc` is the analyte's code, or empty: moles and grams convert for some only."""
_ORDER = ("laboratory", "vital-signs")


@dataclass(frozen=True)
class Point:
    """One value of one analyte.

    Attributes:
        shown: The number in the unit of its series; None where it has none.
        low, high: Its reference range in that unit, where it states exactly one.
        state: From the source's flags, else from its own range.
        valid: False for what was entered in error or cancelled: it is listed but counts for nothing.
    """

    entry: Entry
    value: Value
    absent: str
    flags: tuple[str, ...]
    ranges: tuple[ReferenceRange, ...]
    span: Span | None
    when: When | None
    state: State
    valid: bool
    shown: float | None = None
    low: float | None = None
    high: float | None = None
    converted: bool = False

    @property
    def comparator(self) -> str:
        """``<`` and the like where the number is a bound only."""
        return self.value.comparator if isinstance(self.value, Quantity) else ""


@dataclass(frozen=True)
class Series:
    """Numbers of one unit by time; `unit` empty where it is not known."""

    unit: str
    points: tuple[Point, ...]

    @property
    def numbers(self) -> npt.NDArray[np.float64]:
        """(n, 2): seconds and numbers."""
        pairs = [(point.span.first, point.shown) for point in self.points if point.span]
        return np.array(pairs, dtype=np.float64).reshape(-1, 2)


@dataclass(frozen=True)
class Analyte:
    """One thing that was measured; `points` the newest first, those without a date last.

    Attributes:
        series: The unit of the latest value first.
        latest: The newest that is valid; None where none is.
    """

    key: str
    title: str
    category: str
    loinc: str
    points: tuple[Point, ...]
    series: tuple[Series, ...]
    latest: Point | None


@dataclass(frozen=True)
class LabGroup:
    """Analytes of one category by name."""

    category: str
    analytes: tuple[Analyte, ...]


def build_labs(entries: Iterable[Entry], convert: Convert | None = None) -> tuple[LabGroup, ...]:
    """All observations by category and analyte, but for outcomes of research: those are no measurements."""
    points: dict[str, list[Point]] = {}
    concepts: dict[str, list[tuple[Concept, str]]] = {}
    for entry in entries:
        if isinstance(entry.content, Observation) and entry.content.category != OUTCOME:
            for part, concept in _parts(entry.content):
                key = analyte_key(concept, entry.content.specimen)
                points.setdefault(key, []).append(_point(entry, entry.content, part))
                concepts.setdefault(key, []).append((concept, entry.content.category))
    groups: dict[str, list[Analyte]] = {}
    for key, found in points.items():
        made = _analyte(key, concepts[key], found, convert)
        groups.setdefault(made.category, []).append(made)
    names = sorted(groups, key=lambda name: (_rank(name), name))
    return tuple(
        LabGroup(name, tuple(sorted(groups[name], key=lambda one: one.title.casefold()))) for name in names
    )


def analyte_key(concept: Concept, specimen: str) -> str:
    """What makes two observations the same: LOINC, else the first code and specimen, else the words."""
    loinc = concept.code(LOINC)
    if loinc:
        return f"loinc {loinc}"
    first = next(((code.system, code.value) for code in concept.codes if code.value), None)
    name = " ".join(first) if first else concept.text.casefold()
    return f"{name} {specimen.casefold()}"


def _rank(category: str) -> int:
    if category in _ORDER:
        return _ORDER.index(category)
    return len(_ORDER) + (not category)


def _parts(content: Observation) -> list[tuple[Observation | Component, Concept]]:
    parts: list[tuple[Observation | Component, Concept]] = [
        (part, part.concept) for part in content.components
    ]
    # A panel only holds its parts together, and has no value of its own.
    if content.value is not None or not (content.components or content.members):
        parts.insert(0, (content, content.concept))
    return parts


def _point(entry: Entry, content: Observation, part: Observation | Component) -> Point:
    period = period_of(content)
    valid = not (is_error(content) or is_absent(content))
    return Point(
        entry=entry,
        value=part.value,
        absent=part.absent,
        flags=part.flags,
        ranges=part.ranges,
        span=span_of(period),
        when=period.start or period.end,
        state=state_of(part.flags) or beside_range(part.value, part.ranges),
        valid=valid,
    )


def _newest_first(point: Point) -> tuple[float, float]:
    """By date; those without one last, of them by the time after an event where that is stated."""
    since = point.entry.since
    after = -since.days if since is not None else float("inf")
    return -point.span.first if point.span else float("inf"), after


def _analyte(
    key: str, concepts: list[tuple[Concept, str]], found: list[Point], convert: Convert | None
) -> Analyte:
    named = [concept for concept, _ in concepts]
    title = next((concept.display for concept in reversed(named) if concept.display), "")
    loinc = named[0].code(LOINC)
    stated = Counter(category for _, category in concepts if category)
    category = stated.most_common(1)[0][0] if stated else ""
    found.sort(key=_newest_first)
    latest = next((point for point in found if point.valid), None)
    series = tuple(_series(found, loinc, convert))
    return Analyte(
        key, title or title_of(found[0].entry.content), category, loinc, tuple(found), series, latest
    )


def _series(points: list[Point], loinc: str, convert: Convert | None) -> list[Series]:
    """The newest unit leads; what converts into it joins it, what does not stays apart."""
    units: dict[str, list[Point]] = {}
    for point in points:
        if point.valid and point.span and isinstance(point.value, Quantity):
            unit = unit_key(point.value)
            home, made = unit, _in_unit(point, unit, loinc, None)
            if unit and unit not in units and convert is not None:
                for other in units:
                    joined = _in_unit(point, other, loinc, convert) if other else None
                    if joined is not None:
                        home, made = other, joined
                        break
            if made is not None:
                units.setdefault(home, []).append(made)
    return [Series(unit, tuple(reversed(found))) for unit, found in units.items()]


def unit_key(quantity: Quantity) -> str:
    """Units are the same where their codes are, else where their words are."""
    return quantity.code or quantity.unit


def _in_unit(point: Point, unit: str, loinc: str, convert: Convert | None) -> Point | None:
    """The point with its number and range in a unit; None where the number cannot be brought into it."""
    value = point.value
    if not isinstance(value, Quantity):
        return None
    shown = _number(value, unit, loinc, convert)
    if shown is None or not np.isfinite(shown):
        return None
    one: ReferenceRange | None = point.ranges[0] if len(point.ranges) == 1 else None
    sides = []
    for side in (one.low, one.high) if one else (None, None):
        whole = side if side is None or unit_of(side) else Quantity(side.value, value.unit, value.code)
        sides.append(None if whole is None else _number(whole, unit, loinc, convert, near=value))
    converted = unit_key(value) != unit
    # A replacement of a frozen dataclass by hand: `replace` is slow for ten thousand.
    return Point(
        point.entry, value, point.absent, point.flags, point.ranges, point.span, point.when, point.state,
        point.valid, shown, sides[0], sides[1], converted,
    )  # fmt: skip


def _number(
    quantity: Quantity, unit: str, loinc: str, convert: Convert | None, near: Quantity | None = None
) -> float | None:
    same = unit_key(quantity) == unit or (near is not None and _alike(quantity, near, unit))
    if same:
        return quantity.value
    moved = convert(quantity, unit, loinc) if convert is not None else None
    return None if moved is None else moved.value


def _alike(side: Quantity, value: Quantity, unit: str) -> bool:
    """Whether a side of a range has the unit of its value, which is the unit that is shown."""
    return unit_key(value) == unit and bool(unit_of(side)) and unit_of(side) in {value.unit, value.code}
