"""Age and sex of a patient at a moment; where sources contradict each other they are not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from medapp.knowledge.features.gathering import moment_of
from medapp.knowledge.quality.facts import moments

if TYPE_CHECKING:
    from medapp.domain.record import Record, When

_YEAR: Final = 365.25
_MIDDLE: Final = {"year": 182.6, "month": 15.0}
"""Days from the first day that a birth date can be to the middle of what it can be."""


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
    """The last moment, not after today, that an entry is dated to the day; None where none is.

    Where only a day is stated it is its end, for then everything of that day is known.
    """
    found = []
    for entry in record.entries:
        start, end = moments(entry)
        for when in (start, end, entry.recorded):
            if when is None or when.precision in _MIDDLE or when.instant > today:
                continue
            moment = moment_of(when)
            if moment is not None:
                found.append(min(moment, today))
    return max(found, default=None)


def end_of_day(text: str) -> datetime:
    """The end of a day that is written as YYYY-MM-DD.

    Raises:
        ValueError: Where it is no such day.
    """
    day = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    return day + timedelta(days=1) - timedelta(seconds=1)


def _middle(when: When) -> datetime:
    return when.instant + timedelta(days=_MIDDLE.get(when.precision, 0.0))
