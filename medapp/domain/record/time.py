"""Dates and times, as exact as the source states them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal

Precision = Literal["year", "month", "day", "minute", "second"]

DAYS: Final = {
    "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25,
}  # fmt: skip
"""Length of the units that times after an event are counted in."""
_ISO = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})"
    r"(T(?P<hour>\d{2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.\d+)?)?(?P<zone>Z|[+-]\d{2}:\d{2})?)?)?)?"
)


@dataclass(frozen=True, slots=True)
class When:
    """A moment: ISO 8601 text, cut where the source knows no more (FHIR dateTime, HL7 v2 DTM).

    Raises:
        ValueError: Where the text is no date or names a day that does not exist.
    """

    text: str

    def __post_init__(self) -> None:
        found = _ISO.fullmatch(self.text)
        if found is None:
            message = f"{self.text!r} is no date"
            raise ValueError(message)
        date(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1))
        if found["hour"]:
            self._moment()

    @property
    def precision(self) -> Precision:
        """The smallest unit that is stated."""
        names: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
        if len(self.text) in names:
            return names[len(self.text)]
        return "second" if self.text.count(":", 0, 19) > 1 else "minute"

    @property
    def day(self) -> date:
        """The first day it can be."""
        parts = self.text[:10].split("-")
        year, month, day = (int(part) for part in (*parts, "1", "1")[:3])
        return date(year, month, day)

    @property
    def instant(self) -> datetime:
        """The first moment it can be, in UTC; a time without a zone is taken for UTC, to sort by only."""
        if "T" not in self.text:
            first = self.day
            return datetime(first.year, first.month, first.day, tzinfo=UTC)
        return self._moment()

    @property
    def has_zone(self) -> bool:
        """Whether the moment is fixed on earth."""
        return self.text.endswith("Z") or (len(self.text) > 16 and self.text[-6] in "+-")  # noqa: PLR2004

    def _moment(self) -> datetime:
        moment = datetime.fromisoformat(self.text)
        try:
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except OverflowError as error:
            message = f"{self.text!r} is no date"
            raise ValueError(message) from error


@dataclass(frozen=True, slots=True)
class Period:
    """From when to when; None where that is not known or not over."""

    start: When | None = None
    end: When | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """A time that is counted from an event of which no date is known.

    Attributes:
        number: How many units after the event; negative before it.
        unit: ``day``, ``minute`` ...; empty where the source does not say.
        event: What is counted from; empty where that is not known.
        named: What the source calls the time: stands for the unit where that is not known.
    """

    number: float
    unit: str = ""
    event: str = ""
    named: str = ""

    @property
    def short(self) -> str:
        """``day -459``."""
        return f"{self.unit or self.named or 'time'} {self.number:g}"

    @property
    def text(self) -> str:
        """``day -459``, with what day 0 is where that is known."""
        return f"{self.short} from {self.event}" if self.event else self.short

    @property
    def days(self) -> float:
        """Days after the event, to sort by; in the units that are written where their length is not known."""
        return self.number * DAYS.get(self.unit, 1.0)
