"""What holds now: active problems and medicines, the latest of each measurement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from medapp.domain.record.clinical import Medication, Observation, Problem
from medapp.domain.record.coding import LOINC, Quantity
from medapp.domain.record.time import Period, When

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.domain.record.clinical import Content
    from medapp.domain.record.coding import Concept
    from medapp.domain.record.entry import Entry
    from medapp.domain.record.person import Person

ACTIVE: Final = frozenset({"active", "recurrence", "relapse"})
NOT_ORDERED: Final = frozenset({"proposal", "option", "do-not-perform"})
"""Of a request that nobody has agreed to, or that says not to take it."""
GOING_ON: Final = frozenset({"active", "in-progress", "on-hold"})
"""Of a medicine that is taken, or will be again."""
WITHDRAWN: Final = frozenset({"entered-in-error", "cancelled"})
DENIED: Final = frozenset({"refuted", "entered-in-error"})
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

Key = tuple[str, str]
"""Terminology and code of a measurement; an empty terminology and the words where it has no code."""


def active_problems(entries: Iterable[Entry]) -> list[Entry]:
    """Problems that are stated to be active and are not denied, in their order.

    Where no status is stated it is not known whether a problem is active, and it is left out.
    """
    return [
        entry
        for entry in entries
        if isinstance(entry.content, Problem)
        and entry.content.status in ACTIVE
        and entry.content.certainty not in DENIED
    ]


def active_medications(entries: Iterable[Entry]) -> list[Entry]:
    """Medicines that are ordered or said to be taken now (status ``active``), no proposals, in order."""
    return [
        entry
        for entry in entries
        if isinstance(entry.content, Medication)
        and entry.content.kind in {"request", "statement"}
        and entry.content.status == "active"
        and entry.content.intent not in NOT_ORDERED
    ]


def death_of(persons: Iterable[Person]) -> str:
    """When somebody died, as exact as is stated; ``yes`` where no date is, empty where no source says so."""
    stated = [person.deceased for person in persons]
    dates = [one.text for one in stated if isinstance(one, When)]
    return max(dates, key=len, default="yes" if True in stated else "")


def ends_with_death(content: Content, died: str) -> bool:
    """Whether a medicine is stated to be taken without an end, by somebody who has died.

    Args:
        content: Of an entry.
        died: As `death_of` says it.
    """
    return (
        bool(died)
        and isinstance(content, Medication)
        and content.status in GOING_ON
        and content.taken.end is None
    )


def latest_quantities(entries: Iterable[Entry]) -> dict[Key, Entry]:
    """The last observation with a number, for each thing that was measured.

    Of two at the same moment the one that was written down later is kept, else the first. One without a date
    is kept only where none has one; withdrawn ones never are.
    """
    latest: dict[Key, Entry] = {}
    for entry in entries:
        content = entry.content
        if not isinstance(content, Observation) or not isinstance(content.value, Quantity):
            continue
        if content.status in WITHDRAWN:
            continue
        key = measured(content.concept)
        if key not in latest or _is_later(entry, latest[key]):
            latest[key] = entry
    return latest


def measured(concept: Concept) -> Key:
    """What observations of one thing have in common: LOINC's code, else the first code, else the words."""
    loinc = concept.code(LOINC)
    if loinc:
        return LOINC, loinc
    for code in concept.codes:
        if code.value:
            return code.system, code.value
    return "", concept.text


def _is_later(entry: Entry, before: Entry) -> bool:
    return _moments(entry) > _moments(before)


def _moments(entry: Entry) -> tuple[datetime, datetime]:
    content = entry.content
    effective = content.effective if isinstance(content, Observation) else Period()
    return _instant(effective.start or effective.end), _instant(entry.recorded)


def _instant(when: When | None) -> datetime:
    return when.instant if when else _NEVER
