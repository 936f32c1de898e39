"""Tables of a record as plain data: columns, rows with a text and a key to sort by for each cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from medapp.ui.record.facts import when_text
from medapp.ui.record.spans import bounds
from medapp.ui.wording import unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.domain.record import Entry, When

Key = float | str | None
"""None sorts last both ways: it is what is not known."""
Look = Literal["", "struck", "dim", "strong", "warning", "error", "success"]


class Column(NamedTuple):
    """A column; `width` in letters at most, 0 for what is left.

    One that is `optional` is left out where no row states anything in it, one that is `spare` where there is
    no room for all: what it says stands beside or below the table too.
    """

    title: str
    width: int = 12
    right: bool = False
    optional: bool = False
    spare: bool = False


class Cell(NamedTuple):
    """What stands in a cell, what it sorts by, and its state."""

    text: str
    key: Key
    look: Look = ""


@dataclass(frozen=True)
class Row:
    """One line; `entry` is what it tells of, `item` anything else that it stands for."""

    cells: tuple[Cell, ...]
    entry: Entry | None = None
    look: Look = ""
    tip: str = ""
    item: object = None

    @property
    def search(self) -> str:
        """All texts, to filter by."""
        return "\n".join(cell.text for cell in self.cells).casefold()


@dataclass(frozen=True)
class Table:
    """Rows in the order to begin with."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()


def unstated(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[int, ...]:
    """Optional columns in which no row states anything."""
    return tuple(
        at
        for at, column in enumerate(columns)
        if column.optional and rows and all(row.cells[at].key is None for row in rows)
    )


def text(value: str, *, known: bool = True) -> Cell:
    """A cell of words; empty ones are unknown where they should be known."""
    if value:
        return Cell(value, value.casefold())
    return Cell(unknown(), None, "dim") if known else Cell("", None)


def date(when: When | None, words: str = "") -> Cell:
    """A cell of a date, or of `words` where there is none."""
    if when is None:
        return Cell(words, None, "dim") if words else Cell(unknown(), None, "dim")
    return Cell(when_text(when), bounds(when)[0])


def time(when: When | None, entry: Entry) -> Cell:
    """A cell of a date; where there is none of the time after an event that an entry states."""
    if when is None and entry.since is not None:
        return Cell(entry.since.short, None)
    return date(when)


def amount(words: str, value: float | None) -> Cell:
    """A cell that sorts by a number."""
    return Cell(words, value, "" if value is not None else "dim")


def matching(rows: Sequence[Row], words: str) -> list[int]:
    """Rows that hold all words."""
    wanted = words.casefold().split()
    if not wanted:
        return list(range(len(rows)))
    return [
        at
        for at, row in enumerate(rows)
        for search in (row.search,)
        if all(word in search for word in wanted)
    ]


def ordered(rows: Sequence[Row], which: Iterable[int], column: int, *, falling: bool) -> list[int]:
    """Rows by a column; those without a value there come last, equals keep their order."""
    known: list[int] = []
    unknown_: list[int] = []
    for at in which:
        (unknown_ if rows[at].cells[column].key is None else known).append(at)
    known.sort(key=lambda at: _comparable(rows[at].cells[column].key), reverse=falling)
    return known + unknown_


def _comparable(key: Key) -> tuple[int, float, str]:
    return (1, 0.0, key) if isinstance(key, str) else (0, float(key or 0), "")
