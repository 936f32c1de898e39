"""Moments and periods as seconds, as wide as they are uncertain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from medapp.domain.record import Period, When

_LAST_YEAR = 9999
_DECEMBER = 12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Span(NamedTuple):
    """Seconds since 1970: it began between `first` and `begun`, and ended between `ending` and `last`.

    A moment that is not exact has no time at which it is sure to hold: then `begun` is after `ending`.
    """

    first: float
    begun: float
    ending: float
    last: float


def bounds(when: When) -> tuple[float, float]:
    """First and last moment that a date can mean, in seconds since 1970."""
    start = when.instant
    precision = when.precision
    try:
        if precision == "year":
            end = start.replace(year=start.year + 1)
        elif precision == "month":
            month = start.month + 1
            end = (
                start.replace(year=start.year + 1, month=1)
                if month > _DECEMBER
                else start.replace(month=month)
            )
        else:
            end = start + timedelta(seconds={"day": 86400, "minute": 60, "second": 1}[precision])
    except (ValueError, OverflowError):  # the last of what a calendar can say
        end = datetime(_LAST_YEAR, 12, 31, 23, 59, 59, tzinfo=UTC)
    return seconds(start), seconds(end)


def seconds(moment: datetime) -> float:
    """Seconds since 1970, before it too on every system."""
    return (moment - _EPOCH).total_seconds()


def span_of(period: Period) -> Span | None:
    """The span of a period; one without an end is a moment, and None where nothing is stated.

    A period that ends before it begins is as wide as both dates say: which of them is wrong is not known.
    """
    start = bounds(period.start) if period.start else None
    end = bounds(period.end) if period.end else None
    if start and end:
        if end[1] < start[0]:
            return Span(end[0], start[1], end[0], start[1])
        return Span(*start, *end)
    only = start or end
    return Span(*only, *only) if only else None
