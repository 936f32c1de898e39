"""Times in a question, such as "in the last 2 years"; and what is said where one means nothing."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, cast

from medapp.domain.cohort import Timeframe
from medapp.services.cohort_errors import QueryError

if TYPE_CHECKING:
    from medapp.domain.cohort import Unit

_ONE: Final = {"": 1, "a": 1, "an": 1, "one": 1}
_LAST: Final = re.compile(
    r"\b(?:in|within|during|over|of|from)\s+(?:the\s+)?(?:last|past)\s+(?:([0-9]{1,6}|an?|one)\s+)?(day|week|month|year)s?\b",
    re.IGNORECASE,
)
_SINCE: Final = re.compile(
    r"\b(since|from|after)\s+([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?![\w-])", re.IGNORECASE
)
_LEFT: Final = re.compile(
    r"\b(?:since|ago|(?:last|past|within|in)\s+(?:\S+\s+)?(?:day|week|month|year)s?"
    r"|(?:after|before|until|from)\s+\d{4}(?:-\d{2}){0,2})\b",
    re.IGNORECASE,
)
ADVICE: Final = (
    "say: in the last 2 years, in the last 90 days, since 2020, since 2020-05, since 2020-05-31 or after 2019"
)


def take_time(text: str, today: date | None = None) -> tuple[str, Timeframe | None]:
    """A condition without its time, and the time.

    Args:
        text: Words of one condition.
        today: The last day of what reaches back from it; the day of the call by default.

    Raises:
        QueryError: Where there are two, where one names no day of the calendar, or one is not understood.
    """
    found = [*_LAST.finditer(text), *_SINCE.finditer(text)]
    if len(found) > 1:
        message = f"“{text}” has two times: say one for a condition"
        raise QueryError(message, part=text)
    if not found:
        _refuse_other_times(text)
        return text, None
    said = found[0]
    try:
        when = _since(said) if said.re is _SINCE else _last(said)
        when.first_day(today or datetime.now(tz=UTC).date())
    except QueryError:
        raise
    except (ValueError, OverflowError) as error:
        message = f"“{said[0]}” names no day of the calendar"
        raise QueryError(message, part=said[0], advice=ADVICE) from error
    rest = " ".join(f"{text[: said.start()]} {text[said.end() :]}".split())
    if not rest:
        message = f"“{text}” does not say what was then"
        raise QueryError(message, part=text, advice="say the time behind what it is of: CT chest since 2020")
    _refuse_other_times(rest)
    return rest, when


def _since(said: re.Match[str]) -> Timeframe:
    """From a day, month or year on; what is after it begins with the next one.

    Raises:
        ValueError, OverflowError: Where there is none in the calendar.
    """
    text = said[2]
    if said[1].lower() != "after":
        return Timeframe(since=text)
    first = Timeframe(since=text).first_day(date.max)
    if len(text) == len("2020"):
        return Timeframe(since=f"{first.year + 1:04}")
    if len(text) == len("2020-05"):
        months = first.year * 12 + first.month
        return Timeframe(since=f"{months // 12:04}-{months % 12 + 1:02}")
    return Timeframe(since=(first + timedelta(days=1)).isoformat())


def _last(said: re.Match[str]) -> Timeframe:
    word = (said[1] or "").lower()
    count = _ONE[word] if word in _ONE else int(word)
    if not count:
        message = f"“{said[0]}” is no time"
        raise QueryError(message, part=said[0], advice=ADVICE)
    return Timeframe(count=count, unit=cast("Unit", said[2].lower()))


def _refuse_other_times(text: str) -> None:
    """Raise a `QueryError` where words are left that mean a time: they are not to be looked for."""
    if _LEFT.search(text):
        message = f"the time in “{text}” was not understood"
        raise QueryError(message, part=text, advice=ADVICE)
