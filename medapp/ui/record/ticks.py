"""Where a time axis has its marks, and what stands at them; the same for numbers."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = 86400.0
_MONTH = 30.44 * _DAY
_YEAR = 365.25 * _DAY
_SHORT = (60.0, 300.0, 900.0, 3600.0, 3 * 3600.0, 6 * 3600.0, 12 * 3600.0)
_DAYS = (1, 2, 7)
_MONTHS = (1, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_MAXIMUM = 400
_LAST_YEAR = 9999


class Tick(NamedTuple):
    """A mark; `major` where a larger unit begins."""

    at: float
    text: str
    major: bool


def time_ticks(low: float, high: float, width: float, room: float = 84.0) -> list[Tick]:
    """Marks of the axis from `low` to `high` (seconds since 1970, UTC), at least `room` px apart."""
    if high <= low or width <= 0:
        return []
    step = (high - low) / width * room
    for seconds in _SHORT:
        if step <= seconds:
            return _clock(low, high, seconds)
    for days in _DAYS:
        if step <= days * _DAY:
            return _clock(low, high, days * _DAY)
    for months in _MONTHS:
        if step <= months * _MONTH:
            return _months(low, high, months)
    years = next((years for years in _YEARS if step <= years * _YEAR), _YEARS[-1])
    return _months(low, high, 12 * years)


def without_overlap(
    labels: Sequence[tuple[float, float, bool]], gap: float, taken: Sequence[tuple[float, float]] = ()
) -> list[int]:
    """Which labels of an axis are written: none over another, those of larger units before the others.

    Args:
        labels: Left and right end of each in px, and whether a larger unit begins there.
        gap: Px between two.
        taken: Ends of what is written in any case.

    Returns:
        Indices, in order.
    """
    kept: list[int] = []
    places = list(taken)
    for at in sorted(range(len(labels)), key=lambda one: not labels[one][2]):
        left, right, _ = labels[at]
        if all(right + gap <= start or end + gap <= left for start, end in places):
            places.append((left, right))
            kept.append(at)
    return sorted(kept)


def number_ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round numbers from `low` to `high`."""
    if not high > low or not math.isfinite(high - low):
        return [low] if math.isfinite(low) else []
    rough = (high - low) / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def tick_texts(values: Sequence[float]) -> list[str]:
    """Numbers of an axis, all with as many places behind the point as the one that needs most."""
    from medapp.ui.record.facts import number

    texts = [number(value) for value in values]
    places = max((len(text.partition(".")[2]) for text in texts), default=0)
    if not places or any("e" in text for text in texts):
        return texts
    return [f"{value:.{places}f}".replace("-", "\u2212") for value in values]


def _moment(at: float) -> datetime | None:
    try:
        return _EPOCH + timedelta(seconds=at)
    except OverflowError:
        return None


def _clock(low: float, high: float, step: float) -> list[Tick]:
    found: list[Tick] = []
    at = math.ceil(low / step) * step
    while at <= high and len(found) < _MAXIMUM:
        moment = _moment(at)
        if moment is not None:
            midnight = at % _DAY == 0
            found.append(Tick(at, f"{moment:%Y-%m-%d}" if midnight else f"{moment:%H:%M}", midnight))
        at += step
    return found


def _months(low: float, high: float, step: int) -> list[Tick]:
    first = _moment(low) or datetime(1, 1, 1, tzinfo=UTC)
    number = (first.year * 12 + first.month - 1) // step * step
    found: list[Tick] = []
    while len(found) < _MAXIMUM:
        year, month = divmod(number, 12)
        if year > _LAST_YEAR:
            break
        if year >= 1:
            at = (datetime(year, month + 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()
            if at > high:
                break
            if at >= low:
                january = month == 0
                found.append(Tick(at, f"{year:04}" if january else f"{year:04}-{month + 1:02}", january))
        number += step
    return found
