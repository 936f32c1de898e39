"""A question over the whole library: who fits, and by what."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Comparator = Literal["<", "<=", ">", ">=", "="]
Kind = Literal["imaging", "problem", "medicine", "procedure", "measurement", "allergy", "any"]
Unit = Literal["day", "week", "month", "year"]
GOING_ON, DEATH = "going on", "death"
"""Instead of the day on which something ended."""


@dataclass(frozen=True)
class Timeframe:
    """From which day on something must have been: a day that is named, or so long before today.

    Attributes:
        since: ISO date, as exact as stated; empty where the frame moves with today.
        count, unit: How long it reaches back from today, which is its last day.
    """

    since: str = ""
    count: int = 0
    unit: Unit = "day"

    @property
    def text(self) -> str:
        """The frame in words."""
        if self.since:
            return f"since {self.since}"
        length = self.unit if self.count == 1 else f"{self.count} {self.unit}s"
        return f"in the last {length}"

    @property
    def ends_today(self) -> bool:
        """Whether what lies in the future is outside."""
        return not self.since

    def first_day(self, today: date) -> date:
        """The first day inside; a month back from the 31st is the last day of a shorter month.

        Raises:
            OverflowError: Where it reaches back before the calendar.
        """
        if self.since:
            year, month, day = (int(part) for part in (*self.since.split("-"), "1", "1")[:3])
            return date(year, month, day)
        if self.unit in {"day", "week"}:
            return today - timedelta(days=self.count * (7 if self.unit == "week" else 1))
        months = today.year * 12 + today.month - 1 - self.count * (12 if self.unit == "year" else 1)
        year, month = months // 12, months % 12 + 1
        if year < 1:
            raise OverflowError
        return date(year, month, min(today.day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Condition:
    """One thing that must be in a record, or must not.

    Attributes:
        kind: Where it is looked for.
        words: All of them stand in its words, or one code is one of them; none for any allergy.
        comparator, value, unit: For a measurement; `unit` empty where the question states none.
        absent: It must not be there.
        also: Other words for the same, where the question used a short one.
        when: From when on it counts; None for any time.
    """

    kind: Kind
    words: tuple[str, ...]
    comparator: Comparator | None = None
    value: float | None = None
    unit: str = ""
    absent: bool = False
    also: tuple[str, ...] = ()
    when: Timeframe | None = None

    @property
    def text(self) -> str:
        """The condition in words."""
        parts = ["no" if self.absent else "", *(self.words or ("any",))]
        if self.comparator is not None:
            parts += [self.comparator, f"{self.value:.12g}", self.unit]
        said = " ".join(part for part in parts if part)
        return f"{said}, {self.when.text}" if self.when else said


@dataclass(frozen=True)
class CohortQuery:
    """Who is looked for. Ages are in whole years today, or at death.

    Attributes:
        sex: ``male`` or ``female``; None for everybody.
        oldest, youngest: Inclusive.
    """

    sex: Literal["male", "female"] | None = None
    youngest: int | None = None
    oldest: int | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def text(self) -> str:
        """How the question was understood."""
        return "; ".join([*self._whom(), *map(_of_kind, self.conditions)])

    @property
    def told(self) -> str:
        """The same with what is left unsaid: when an age was, and that a condition holds at any time."""
        whom = self._whom()
        if len(whom) > 1:
            whom[-1] += " (today, or at death)"
        said = (_of_kind(one) if one.when else f"{_of_kind(one)}, at any time" for one in self.conditions)
        return "; ".join([*whom, *said])

    def _whom(self) -> list[str]:
        parts: list[str] = [self.sex or "anybody"]
        if self.youngest is not None:
            parts.append(f"at least {self.youngest} years old")
        if self.oldest is not None:
            parts.append(f"at most {self.oldest} years old")
        return parts


def _of_kind(one: Condition) -> str:
    kinds = {"any": "problem, medicine, procedure or allergy"}
    return f"{kinds.get(one.kind, one.kind)}: {one.text}"


@dataclass(frozen=True)
class Evidence:
    """Why somebody fits one condition: the latest of what fits.

    Attributes:
        count: How many entries fit.
        date: When it was or began: ISO, as exact as stated, empty where it is not known.
        unit: As stored.
        until: When it ended, as `date`; ``going on`` where the record says so, ``death`` where it says so of
            somebody who has died.
        study: Key of the study, for imaging.
    """

    condition: str
    title: str
    date: str = ""
    value: float | None = None
    unit: str = ""
    count: int = 1
    until: str = ""
    study: str = ""


@dataclass(frozen=True)
class Member:
    """Somebody who fits.

    Attributes:
        person: Key of the record; empty where there are only images.
        patients: Keys of the patient in the images, as far as they are known to be the same.
        age: Years, at death where `died`; None where the birth date is not known to the day.
    """

    person: str
    patients: tuple[str, ...]
    name: str
    birth_date: str
    sex: str
    age: int | None
    evidence: tuple[Evidence, ...] = ()
    died: bool = False


@dataclass(frozen=True)
class Cohort:
    """The answer.

    Attributes:
        unknown: How many could not be judged, by what was not known: ``age``, ``sex``, ``date of “…”``,
            ``value of “…” in mg/dL``.
        notices: Sentences, such as that a value was compared in several units, or that nothing in the
            library is called so.
        understood: The question as it was understood.
        conditions: What was asked of everybody's record, in the order of the question.
    """

    members: tuple[Member, ...]
    unknown: tuple[tuple[str, int], ...] = ()
    notices: tuple[str, ...] = ()
    understood: str = ""
    conditions: tuple[Condition, ...] = ()
