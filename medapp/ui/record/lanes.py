"""The time line as numbers: lanes with their entries packed into rows, ready to be drawn at any zoom."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from medapp.domain.record import (
    Allergy,
    Component,
    Encounter,
    Immunization,
    Medication,
    Note,
    Observation,
    Period,
    Problem,
    Procedure,
    Report,
    StudyReference,
)
from medapp.domain.record.facts import OUTCOME, period_of
from medapp.domain.record.summary import death_of
from medapp.ui.record.facts import FEW, is_absent, is_error, plain_title, value_text
from medapp.ui.record.flags import beside_range, state_of
from medapp.ui.record.spans import Span, bounds, seconds, span_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from medapp.domain.record import Entry, Person
    from medapp.domain.record.clinical import Content

    Floats = npt.NDArray[np.float64]
    Bools = npt.NDArray[np.bool_]
    Ints = npt.NDArray[np.int64]

LaneName = Literal[
    "imaging", "problems", "allergies", "medicines", "labs", "procedures", "encounters", "notes"
]
LANES: tuple[LaneName, ...] = (
    "imaging",
    "problems",
    "allergies",
    "medicines",
    "labs",
    "procedures",
    "encounters",
    "notes",
)
_ROWS = {
    "imaging": 2,
    "problems": 24,
    "allergies": 12,
    "medicines": 24,
    "labs": 4,
    "procedures": 3,
    "encounters": 2,
    "notes": 2,
}
_KINDS: dict[type[object], LaneName] = {
    StudyReference: "imaging",
    Problem: "problems",
    Allergy: "allergies",
    Medication: "medicines",
    Observation: "labs",
    Procedure: "procedures",
    Immunization: "procedures",
    Encounter: "encounters",
    Note: "notes",
    Report: "notes",
}
_GOES_ON = {
    Problem: {"", "active", "recurrence", "relapse"},
    Allergy: {"", "active"},
    Medication: {"active", "in-progress", "on-hold"},
    Encounter: {"in-progress", "arrived", "triaged", "onleave"},
    Procedure: {"in-progress"},
}
_OVER = {Problem, Allergy}
_DAY = 86400.0
_ROOM = {"problems": 30 * _DAY, "allergies": 30 * _DAY, "medicines": 30 * _DAY}
_MARGIN = 0.02
_EARLIEST = seconds(datetime(1900, 1, 1, tzinfo=UTC))
_OUTSIDE = {"high", "low", "very-high", "very-low", "abnormal", "critical"}


class Mark(NamedTuple):
    """One entry as it is drawn.

    Attributes:
        span: In seconds.
        open_start, open_end: Whether it goes on beyond what is stated.
        ended: It is over, but when is not known.
        flag: Whether an observation is outside of what is usual.
        faint: Known only by the day it was written down.
    """

    entry: int
    span: Span
    open_start: bool = False
    open_end: bool = False
    ended: bool = False
    flag: bool = False
    faint: bool = False


@dataclass(frozen=True, eq=False)
class Lane:
    """All marks of one lane by their first moment; the arrays have one element a mark.

    Attributes:
        spans: (n, 4): first, begun, ending, last; see `Span`.
        rows: Row of each; marks of one row do not overlap but in the last.
        labels: What is written beside each.
        entries: Index of each in the entries of the record.
    """

    name: LaneName
    spans: Floats
    rows: Ints
    row_count: int
    open_start: Bools
    open_end: Bools
    ended: Bools
    flags: Bools
    faint: Bools
    entries: Ints
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def visible(self, low: float, high: float) -> Ints:
        """Marks that reach into a range."""
        return np.flatnonzero((self.spans[:, 0] <= high) & (self.spans[:, 3] >= low))

    def at(self, time: float, reach: float, row: int | None) -> list[int]:
        """Marks at a moment, nearest first; `reach` in seconds either side, in one row or in all."""
        near = (self.spans[:, 0] - reach <= time) & (self.spans[:, 3] + reach >= time)
        if row is not None:
            near &= self.rows == row
        found = np.flatnonzero(near)
        middle = (self.spans[found, 0] + self.spans[found, 3]) / 2
        size = self.spans[found, 3] - self.spans[found, 0]
        order = np.lexsort((np.abs(middle - time), size))
        return [int(one) for one in found[order]]


@dataclass(frozen=True, eq=False)
class Timeline:
    """What the time line shows.

    Attributes:
        low, high: What it shows at first, in seconds since 1970.
        first, last: What can be reached: from the first to the last date of all.
        now: Where open periods end.
        undated: Entries without any date, by index.
        left_out: Entries that say that something is not so or should not be there, by index.
        died: Whether they end with a death that is stated.
    """

    lanes: tuple[Lane, ...]
    low: float
    high: float
    first: float
    last: float
    now: float
    undated: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    died: bool = False


def build_timeline(entries: Sequence[Entry], persons: Sequence[Person] = (), now: float = 0.0) -> Timeline:
    """The time line of a record; open periods go on to `now`, or to the death that is stated."""
    end, died = _death(persons, now), death_of(persons)
    marks: dict[LaneName, list[Mark]] = {name: [] for name in LANES}
    undated, left_out = [], []
    for index, entry in enumerate(entries):
        lane = _KINDS.get(type(entry.content))
        if lane is None or getattr(entry.content, "category", "") == OUTCOME:
            continue
        if is_error(entry.content) or is_absent(entry.content):
            left_out.append(index)
            continue
        mark = _of_the_dead(mark_of(entry, index, end), died)
        if mark is None:
            undated.append(index)
        else:
            marks[lane].append(mark)
    lanes = tuple(_lane(name, found, entries) for name, found in marks.items() if found)
    extent = _extent(lanes, persons, end)
    return Timeline(lanes, *extent, end, tuple(undated), tuple(left_out), end < now)


def mark_of(entry: Entry, index: int, now: float) -> Mark | None:
    """How one entry is drawn; None where nothing says when it was."""
    content = entry.content
    period = period_of(content)
    faint = period.start is None and period.end is None
    span = span_of(Period(entry.recorded) if faint else period)
    if span is None:
        return None
    flag = _is_outside(content)
    goes_on = getattr(content, "status", "") in _GOES_ON.get(type(content), ())
    open_end = period.end is None and goes_on
    ended = period.end is None and not goes_on and type(content) in _OVER
    if open_end:
        span = Span(span.first, span.begun, max(span.begun, now), max(span.last, now))
    return Mark(index, span, period.start is None and not faint, open_end, ended, flag, faint)


def _of_the_dead(mark: Mark | None, died: str) -> Mark | None:
    """Nothing goes on beyond a death; where that has no date, it is over at a time that is not known."""
    if mark is None or not mark.open_end or not died:
        return mark
    if died != "yes":
        return mark._replace(open_end=False)
    return mark._replace(open_end=False, ended=True, span=Span(*mark.span[:2], *mark.span[:2]))


def _is_outside(content: Content) -> bool:
    if not isinstance(content, Observation):
        return False
    parts: tuple[Observation | Component, ...] = (content, *content.components)
    stated = [state_of(part.flags) or beside_range(part.value, part.ranges) for part in parts]
    return any(state in _OUTSIDE for state in stated)


def _death(persons: Iterable[Person], now: float) -> float:
    from medapp.domain.record import When

    dates = [bounds(one.deceased)[1] for one in persons if isinstance(one.deceased, When)]
    return min([now, *dates])


def _lane(name: LaneName, marks: list[Mark], entries: Sequence[Entry]) -> Lane:
    marks.sort(key=lambda mark: (mark.span.first, -mark.span.last))
    spans = np.array([mark.span for mark in marks], dtype=np.float64)
    rows = pack(spans, _ROWS[name], _ROOM.get(name, _DAY))
    indices = np.array([mark.entry for mark in marks], dtype=np.int64)
    labels = tuple(label_of(entries[mark.entry].content) for mark in marks)
    return Lane(
        name,
        spans,
        rows,
        int(rows.max()) + 1,
        _column(mark.open_start for mark in marks),
        _column(mark.open_end for mark in marks),
        _column(mark.ended for mark in marks),
        _column(mark.flag for mark in marks),
        _column(mark.faint for mark in marks),
        indices,
        labels,
    )


def _column(found: Iterable[bool]) -> Bools:
    return np.fromiter(found, dtype=np.bool_)


def label_of(content: Content) -> str:
    """What is written beside a mark: the title, and the value of an observation."""
    title = plain_title(content)
    if isinstance(content, Observation) and content.value is not None:
        return f"{title} {value_text(content.value, figures=FEW)}"
    if isinstance(content, StudyReference):
        named = [one for one in content.modalities if one not in title.split()]
        return " ".join((*named, title)) if content.description else title
    return title


def pack(spans: Floats, most: int, room: float) -> Ints:
    """A row for each of `spans` (by their first moment) so that none lies on another.

    Rows depend on the times alone, so that nothing jumps while the user drags or zooms. What finds no row
    among `most` goes into the last.

    Args:
        spans: See `Lane.spans`.
        most: Rows that there are.
        room: Seconds that a mark takes at least.
    """
    rows = np.zeros(len(spans), dtype=np.int64)
    free: list[int] = []
    busy: list[tuple[float, int]] = []
    used = 0
    for at in range(len(spans)):
        start, end = float(spans[at, 0]), float(max(spans[at, 3], spans[at, 0] + room))
        while busy and busy[0][0] <= start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if free:
            row = heapq.heappop(free)
        elif used < most:
            row, used = used, used + 1
        else:
            rows[at] = most - 1
            continue
        rows[at] = row
        heapq.heappush(busy, (end, row))
    return rows


def density(times: Floats, low: float, width: float) -> tuple[Floats, Ints]:
    """How many of `times` fall into each bin of `width` seconds; the bins stand still while `low` moves.

    Returns:
        Start of each bin that holds any, and the counts.
    """
    bins, counts = np.unique(np.floor(times / width).astype(np.int64), return_counts=True)
    starts: Floats = bins.astype(np.float64) * width
    keep = starts + width >= low
    return starts[keep], counts[keep].astype(np.int64)


def _extent(
    lanes: tuple[Lane, ...], persons: Iterable[Person], now: float
) -> tuple[float, float, float, float]:
    if not lanes:
        return now - 365 * _DAY, now, now - 365 * _DAY, now
    every = np.concatenate([lane.spans for lane in lanes])
    first, last = float(every[:, 0].min()), float(every[:, 3].max())
    births = [bounds(one.birth_date)[0] for one in persons if one.birth_date]
    # A date before birth or far ahead is most often a slip: it can be reached, but does not set the view.
    floor = min(births, default=_EARLIEST)
    usual = every[(every[:, 0] >= floor) & (every[:, 3] <= now + 366 * _DAY)]
    shown = usual if len(usual) else every
    low, high = float(shown[:, 0].min()), float(shown[:, 3].max())
    margin = max((high - low) * _MARGIN, _DAY)
    return low - margin, high + margin, min(first, low) - margin, max(last, high) + margin
