"""Histories as padded sequences with gaps, as GRU-D takes them (Che et al., Sci Rep 2018)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_classification.records.history import YEAR
from medapp_classification.records.mapping import conditions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medapp_classification.records.history import History

MEASURED: Final = ("hdl", "sbp", "fib4")
MOST: Final = 20
"""Moments of one person, the last ones."""
_NEVER: Final = 20.0
"""Years since a value was seen, where it never was."""


def channels() -> tuple[str, ...]:
    """What may be seen at a moment: measurements, then the first mention of a condition."""
    return (*MEASURED, *(one.key for one in conditions()))


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Padded at the end.

    Attributes:
        values: (N, moments, channels); 0 where nothing was seen.
        mask: The same, 1 where something was.
        last: The same: the value that was seen last before, 0 where there was none.
        since: The same: years since then.
        ago: (N, moments): years from the moment to the landmark.
        lengths: (N,).
    """

    values: NDArray[np.float32]
    mask: NDArray[np.float32]
    last: NDArray[np.float32]
    since: NDArray[np.float32]
    ago: NDArray[np.float32]
    lengths: NDArray[np.int64]

    def __getitem__(self, rows: NDArray[np.intp]) -> Steps:
        return Steps(*(getattr(self, name)[rows] for name in self.__slots__))


def steps_of(histories: Sequence[History]) -> Steps:
    """Every day on which something is known, the last `MOST` of them."""
    count, width = len(histories), len(channels())
    values, mask, last, since = (np.zeros((count, MOST, width), dtype=np.float32) for _ in range(4))
    ago = np.zeros((count, MOST), dtype=np.float32)
    lengths = np.zeros(count, dtype=np.int64)
    for row, one in enumerate(histories):
        days = days_of(one)
        lengths[row] = len(days)
        _fill(one, days, (values[row], mask[row]))
        ago[row, : len(days)] = -days / YEAR
        last[row], since[row] = _before(values[row], mask[row], -days / YEAR)
    return Steps(values, mask, last, since, ago, lengths)


def days_of(one: History) -> NDArray[np.float64]:
    """The days of the steps of one history, in order."""
    parts = [one.measured[key].days for key in MEASURED if key in one.measured]
    parts.append(np.array([_day(day) for day in one.conditions.values()]))
    return np.unique(np.concatenate(parts))[-MOST:]


def _day(day: float) -> float:
    """What is there and not dated is known at the landmark."""
    return day if np.isfinite(day) else 0.0


def _fill(
    one: History, days: NDArray[np.float64], into: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> None:
    values, mask = into
    for place, key in enumerate(channels()):
        if key in one.measured:
            seen, numbers = one.measured[key].days, one.measured[key].values
        elif key in one.conditions:
            seen, numbers = np.array([_day(one.conditions[key])]), np.ones(1)
        else:
            continue
        steps = np.searchsorted(days, seen)
        inside = (steps < len(days)) & (seen >= (days[0] if len(days) else 1.0))
        values[steps[inside], place] = numbers[inside]
        mask[steps[inside], place] = 1.0


def _before(
    values: NDArray[np.float32], mask: NDArray[np.float32], ago: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    last, since = np.zeros_like(values), np.zeros_like(values)
    held = np.zeros(values.shape[1], dtype=np.float32)
    when = np.full(values.shape[1], np.inf)
    for step, years in enumerate(ago):
        last[step] = held
        since[step] = np.minimum(np.where(np.isfinite(when), when - years, _NEVER), _NEVER)
        seen = mask[step] > 0
        held = np.where(seen, values[step], held).astype(np.float32)
        when = np.where(seen, years, when)
    return last, since
