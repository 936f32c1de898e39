"""A record as a row of visits: what was known at each, and what was prescribed there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.domain.record import (
    Encounter,
    Entry,
    Medication,
    Observation,
    Problem,
    Procedure,
    Quantity,
)
from medapp.domain.record.coding import ICD9CM, ICD10CM, LOINC, RXNORM, SNOMED
from medapp_treatment.medicines import ingredients_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from medapp.domain.record import Concept, Record, When

_SHORT: Final = {SNOMED: "SNOMED", LOINC: "LOINC", RXNORM: "RxNorm", ICD9CM: "ICD9", ICD10CM: "ICD10"}
_ICD: Final = {"ICD9": 3, "ICD10": 3}
"""Letters of a code of ICD that are kept: its category."""
_VOID: Final = frozenset({"refuted", "entered-in-error", "not-done", "not-taken", "cancelled"})
_OVER: Final = frozenset({"resolved", "inactive", "remission"})
_OLDEST: Final = 125
_LAB_DAYS: Final = 366
"""A result older than this says nothing of a visit."""


@dataclass(slots=True)
class Item:
    """Something that the record holds of a visit.

    Attributes:
        title: In the record's words.
        entries: `Entry.id` of where it stands.
        value: Of a measurement, in the source's unit.
    """

    title: str
    entries: tuple[str, ...] = ()
    value: float | None = None
    unit: str = ""


Items = dict[str, Item]


@dataclass(slots=True)
class Visit:
    """One visit or stay.

    Attributes:
        day: When it began.
        problems: Active at it, by key; `new` are the keys of those that began with it.
        procedures, kinds: Done at it; what sort of visit it was and why it took place.
        results: The latest of each measurement within a year, by key.
        medicines: Prescribed or given at it, by ingredient.
    """

    day: date
    name: str = ""
    problems: Items = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    procedures: Items = field(default_factory=dict)
    kinds: Items = field(default_factory=dict)
    results: Items = field(default_factory=dict)
    medicines: Items = field(default_factory=dict)


@dataclass(slots=True)
class History:
    """Everything of one patient that the models go by, in order of time.

    Attributes:
        sex: ``female``, ``male``; empty where it is not known or contradicted.
        undated: Entries that belong to no visit and have no date: they are not used.
    """

    subject: str
    born: date | None
    sex: str
    visits: tuple[Visit, ...]
    undated: int = 0

    def age(self, day: date) -> float | None:
        """Years; None where it is not known or comes out as no age that people reach.

        MIMIC shifts the births of those above 89 by two centuries, so that nobody can be told by it.
        """
        if self.born is None:
            return None
        years = (day - self.born).days / 365.25
        return years if 0 <= years <= _OLDEST else None


def history_of(record: Record, until: date | None = None) -> History:
    """Put a record in order.

    Args:
        record: Of one person.
        until: What is later is not looked at.
    """
    entries = [one for one in record.entries if not _is_void(one)]
    days = _days_of_visits(entries)
    same_day = {day: name for name, day in days.items()}
    undated = 0
    visits: dict[str, Visit] = {}
    for one in entries:
        day = days.get(one.encounter) or day_of(one)
        if day is None:
            undated += 1
        elif (until is None or day <= until) and isinstance(one.content, Encounter | Procedure | Medication):
            own = one.encounter or (one.id if isinstance(one.content, Encounter) else "")
            name = own if own in days else same_day.get(day, day.isoformat())
            _put(one, visits.setdefault(name, Visit(day, name)))
    ordered = sorted(visits.values(), key=lambda visit: (visit.day, visit.name))
    _spread_problems(entries, ordered, days)
    _spread_results(entries, ordered)
    born = {one.birth_date.day for one in record.persons if one.birth_date is not None}
    sexes = {one.sex for one in record.persons if one.sex is not None}
    subject = record.persons[0].subject if record.persons else ""
    return History(
        subject,
        next(iter(born)) if len(born) == 1 else None,
        str(next(iter(sexes))) if len(sexes) == 1 else "",
        tuple(ordered),
        undated,
    )


def key_of(concept: Concept) -> str:
    """A stable name of what is meant: the first code of a terminology that is known, else words."""
    for code in concept.codes:
        short = _SHORT.get(code.system)
        if short:
            return f"{short}:{code.value.replace('.', '')[: _ICD.get(short, 99)]}"
    coded = next((code for code in concept.codes if code.system and code.value), None)
    if coded is not None:
        return f"{coded.system}:{coded.value}"
    return concept.display.strip().lower()


def _is_void(entry: Entry) -> bool:
    return bool({getattr(entry.content, name, "") for name in ("status", "certainty")} & _VOID)


def _days_of_visits(entries: Iterable[Entry]) -> dict[str, date]:
    """When each visit began: as it says itself, else by the earliest of its entries."""
    said: dict[str, date] = {}
    earliest: dict[str, date] = {}
    for one in entries:
        day = day_of(one)
        if day is None:
            continue
        if isinstance(one.content, Encounter):
            said[one.id] = day
            if one.encounter:
                said[one.encounter] = day
        elif one.encounter and not isinstance(one.content, Problem):
            earliest[one.encounter] = min(day, earliest.get(one.encounter, day))
    return earliest | said


def day_of(entry: Entry) -> date | None:
    """The day that an entry holds for, else on which it was written down; None where neither is stated."""
    content = entry.content
    found: When | None = None
    if isinstance(content, Encounter):
        found = content.during.start
    elif isinstance(content, Problem):
        found = content.onset.start
    elif isinstance(content, Procedure):
        found = content.performed.start
    elif isinstance(content, Medication):
        found = content.taken.start
    elif isinstance(content, Observation):
        found = content.effective.start
    found = found or entry.recorded
    return None if found is None else found.day


def _put(entry: Entry, visit: Visit) -> None:
    """Things that belong to a visit alone."""
    content = entry.content
    if isinstance(content, Encounter):
        visit.day = content.during.start.day if content.during.start else visit.day
        for concept in (content.concept, content.reason):
            _add(visit.kinds, concept, entry.id)
    elif isinstance(content, Procedure):
        _add(visit.procedures, content.concept, entry.id)
    elif isinstance(content, Medication):
        for name in ingredients_of(content.concept.display):
            known = visit.medicines.get(name)
            before = known.entries if known else ()
            visit.medicines[name] = Item(content.concept.display, (*before, entry.id))


def _add(items: Items, concept: Concept, entry: str) -> None:
    key = key_of(concept)
    if key:
        before = items[key].entries if key in items else ()
        items[key] = Item(concept.display, (*before, entry))


def _spread_problems(entries: Iterable[Entry], visits: list[Visit], days: dict[str, date]) -> None:
    """Each problem into the visits at which it was active: its own alone where it has no dates."""
    for one in entries:
        content = one.content
        if not isinstance(content, Problem) or not content.concept:
            continue
        key, item = key_of(content.concept), Item(content.concept.display, (one.id,))
        start = content.onset.start.day if content.onset.start else None
        end = content.onset.end.day if content.onset.end else None
        if end is None and content.status in _OVER:
            end = start  # it is over, and nobody knows since when
        for visit in visits:
            own = bool(one.encounter) and visit.name == one.encounter and one.encounter in days
            spans = start is not None and start <= visit.day and (end is None or end >= visit.day)
            if own or spans:
                visit.problems[key] = item
                if own or start == visit.day:
                    visit.new.add(key)


def _spread_results(entries: Iterable[Entry], visits: list[Visit]) -> None:
    """The latest value of each measurement up to a visit."""
    seen: list[tuple[date, str, Item]] = []
    for one in entries:
        content, day = one.content, day_of(one)
        if isinstance(content, Observation) and isinstance(content.value, Quantity) and day is not None:
            key = key_of(content.concept)
            if key and not content.value.comparator:
                unit = content.value.code or content.value.unit
                item = Item(content.concept.display, (one.id,), content.value.value, unit)
                seen.append((day, f"{key} {unit}".strip(), item))
    seen.sort(key=lambda one: one[0])
    latest: dict[str, tuple[date, Item]] = {}
    place = 0
    for visit in visits:
        while place < len(seen) and seen[place][0] <= visit.day:
            day, key, item = seen[place]
            latest[key] = (day, item)
            place += 1
        visit.results = {
            key: item for key, (day, item) in latest.items() if (visit.day - day).days <= _LAB_DAYS
        }
