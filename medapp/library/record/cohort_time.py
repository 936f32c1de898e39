"""Whether something was within a time, where dates may be missing or no more than a year."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from medapp.domain.record import When

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.cohort import Timeframe

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_S: Final = 86_400
_YEAR, _MONTH = 4, 7


class Frame:
    """A time as moments; in seconds since 1970, as entries are kept."""

    def __init__(self, when: Timeframe, today: date) -> None:
        """`today` is the last day of what reaches back from it."""
        self._day = when.first_day(today)
        self._first = _seconds(self._day)
        self._after = _seconds(today) + _DAY_S if when.ends_today else None

    def holds(
        self,
        start: float | None,
        stop: float | None,
        stated: Callable[[], tuple[str, ...]],
        *,
        going_on: bool = False,
    ) -> bool | None:
        """Whether something began, ended or went on within the time; None where its dates do not say.

        Args:
            start: The first moment that it can be; None where it is not known.
            stop: As `start`, of its end.
            stated: Both as ISO texts, asked for where one may be no more exact than a month.
            going_on: Whether it is said to go on.
        """
        if self._after is not None and start is not None and start >= self._after:
            return False
        known = [moment for moment in (start, stop) if moment is not None]
        if going_on or any(moment >= self._first for moment in known):
            return True
        if not known:
            return None
        if any(is_vague(moment) for moment in known) and any(last_day(one) >= self._day for one in stated()):
            return None
        return False


def is_vague(moment: float) -> bool:
    """Whether it may be a year or a month of which the first moment is kept."""
    return moment % _DAY_S == 0 and _date(moment).day == 1


def last_day(text: str) -> date:
    """The last day that an ISO date, as exact as stated, can be."""
    year = int(text[:_YEAR])
    if len(text) == _YEAR:
        return date(year, 12, 31)
    month = int(text[_YEAR + 1 : _MONTH])
    if len(text) == _MONTH:
        return date(year, month, monthrange(year, month)[1])
    return date.fromisoformat(text[:10])


def moment_of(day: str) -> float | None:
    """The first moment of an ISO date, as exact as stated; None where it is none."""
    try:
        return When(day).instant.timestamp()
    except ValueError:
        return None


def day_of(moment: float | None) -> str:
    """A moment as ISO date, in UTC; empty where there is none."""
    return "" if moment is None else _date(moment).isoformat()


def _date(moment: float) -> date:
    return (_EPOCH + timedelta(seconds=moment)).date()


def _seconds(day: date) -> float:
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH).total_seconds()
