"""Times that a table counts from an event: no dates, and yet an order and a distance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from medapp.domain.record.time import DAYS
from medapp.formats.tables.offsets import unit_of

if TYPE_CHECKING:
    from medapp.domain.record import Entry
    from medapp.formats.tables import Mapping

EVENT: Final = datetime(5000, 1, 1, tzinfo=UTC)
"""Stands for the event, far from every date: a time beside it is never taken for one."""
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_MOST_DAYS: Final = 300 * 365.25


@dataclass(frozen=True)
class Offset:
    """A column of times counted from an event.

    Attributes:
        header: Of the column.
        days: Length of one of its units.
    """

    header: str
    days: float

    def moment(self, entry: Entry) -> datetime | None:
        """When an entry of that table was, beside `EVENT`; None where the row does not say."""
        said = getattr(entry.content, "comment", "")
        start = f"{self.header}="
        if not said.startswith(start):
            return None
        found = _NUMBER.match(said[len(start) :])
        if found is None:
            return None
        days = float(found[0].replace(",", ".")) * self.days
        return EVENT + timedelta(days=days) if abs(days) <= _MOST_DAYS else None


def offset_of(mapping: Mapping) -> Offset | None:
    """The first column of times counted from an event, where its unit is known."""
    column = next((one for one in mapping.columns if one.role == "offset"), None)
    if column is None:
        return None
    unit = unit_of(column, mapping.layout)
    return Offset(column.header, DAYS[unit]) if unit else None


def is_beside_event(moment: datetime) -> bool:
    """Whether a moment is counted from an event, and no date."""
    return abs((moment - EVENT).total_seconds()) <= 2 * _MOST_DAYS * 86400


def words(moment: datetime) -> str:
    """A time beside the event, in days."""
    return f"event{(moment - EVENT).total_seconds() / 86400:+.4f}d".replace(".0000", "")


def moment_of(text: str) -> datetime | None:
    """What ``event``, ``event+30`` or ``event-2.5`` (days) stand for; None for anything else."""
    found = re.fullmatch(r"event([+-]\d+(?:\.\d+)?)?d?", text)
    if found is None:
        return None
    days = float(found[1] or 0)
    return EVENT + timedelta(days=days) if abs(days) <= _MOST_DAYS else None
