"""Age and sex of a patient at a moment, and where the record ends; what sources contradict is not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Encounter, Medication, Other
from medapp.domain.record.summary import DENIED, WITHDRAWN
from medapp.knowledge.features.gathering import moment_of
from medapp.knowledge.quality.facts import moments

if TYPE_CHECKING:
    from medapp.domain.record import Entry, Record, When

_YEAR: Final = 365.25
_MIDDLE: Final = {"year": 182.6, "month": 15.0}
"""Days from the first day that a birth date can be to the middle of what it can be."""
_NEVER_HELD: Final = DENIED | WITHDRAWN | {"not-done", "planned", "proposed", "draft", "booked"}
"""States of what was written down and did not come about, or has not yet."""
_OVER: Final = frozenset({"completed", "finished", "stopped", "ended"})
_GOES_ON: Final = frozenset({"arrived", "triaged", "in-progress", "active", "onleave"})


@dataclass(frozen=True, slots=True)
class Individual:
    """Who is asked about; None where it is not known, with the reason in words.

    Attributes:
        born: The middle of what the birth date can be.
        died: Moment of death; None where none is stated.
        is_dead: Whether a death is stated, dated or not.
    """

    born: datetime | None
    male: bool | None
    died: datetime | None
    is_dead: bool
    lacking: tuple[str, ...]

    def age(self, at: datetime) -> float | None:
        """Years at a moment."""
        return None if self.born is None else (at - self.born).total_seconds() / 86400 / _YEAR

    def birthdays(self, at: datetime) -> int | None:
        """Completed years at a moment, as an age is said."""
        if self.born is None:
            return None
        not_yet = (at.month, at.day) < (self.born.month, self.born.day)
        return at.year - self.born.year - not_yet


def individual_of(record: Record) -> Individual:
    """Take age, sex and death from what all sources say of the person."""
    lacking = []
    sexes = {one.sex for one in record.persons if one.sex in {"male", "female"}}
    if len(sexes) != 1:
        words = "is stated differently by different sources" if sexes else "is not stated"
        lacking.append(f"the sex {words}")
    births = {one.birth_date.text: one.birth_date for one in record.persons if one.birth_date is not None}
    years = {text[:4] for text in births}
    if len(years) != 1:
        words = "is stated differently by different sources" if years else "is not stated"
        lacking.append(f"the birth date {words}")
    born = _middle(max(births.values(), key=lambda one: len(one.text))) if len(years) == 1 else None
    deaths = [one.deceased for one in record.persons if one.deceased]
    died = [moment for one in deaths if not isinstance(one, bool) and (moment := moment_of(one)) is not None]
    return Individual(
        born,
        sexes == {"male"} if len(sexes) == 1 else None,
        min(died) if died else None,
        bool(deaths),
        tuple(lacking),
    )


def last_moment(record: Record, today: datetime) -> datetime | None:
    """The last moment, not after today, that a clinical entry is dated to the day; None where none is.

    Claims, forms of insurers, plans, orders of services and appointments are no clinical entries: they are
    dated long after the patient was seen, or before. The record of who has died ends with the death. Where
    only a day is stated it is its end, for then everything of that day is known.
    """
    found = []
    for entry in record.entries:
        for when in _clinical(entry):
            if when is None or when.precision in _MIDDLE or when.instant > today:
                continue
            moment = moment_of(when)
            if moment is not None:
                found.append(min(moment, today))
    died = individual_of(record).died
    if died is not None and died <= today:
        return died
    return max(found, default=None)


def _clinical(entry: Entry) -> tuple[When | None, ...]:
    """When something was seen or done in the patient, by one entry."""
    content = entry.content
    if (
        isinstance(content, Other)
        or {getattr(content, "status", ""), getattr(content, "certainty", "")} & _NEVER_HELD
    ):
        return ()
    start, end = moments(entry)
    # What a medicine or a visit goes on to is a plan until it is over; sources state the end of a medicine
    # by what was supplied, so that one without a status says nothing of when it was last taken.
    if isinstance(content, Medication) and content.status not in _OVER:
        end = None
    if isinstance(content, Encounter) and content.status in _GOES_ON:
        end = None
    return start, end, entry.recorded


def end_of_day(text: str) -> datetime:
    """The end of a day that is written as YYYY-MM-DD.

    Raises:
        ValueError: Where it is no such day.
    """
    day = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    return day + timedelta(days=1) - timedelta(seconds=1)


def _middle(when: When) -> datetime:
    return when.instant + timedelta(days=_MIDDLE.get(when.precision, 0.0))
