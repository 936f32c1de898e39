"""How wide the columns of a table are: as their words need, up to what each may take and all have room."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from medapp.ui.record.tables import Column, Row

_LONGEST = 4
"""As many texts of a column are measured: the ones with the most letters, of which one is the widest."""


def widths(
    columns: Sequence[Column], rows: Iterable[Row], measure: Callable[[str], int], head: Callable[[str], int]
) -> list[int]:
    """Px that each column needs for its words, without margins; 0 for the one that takes what is left.

    Args:
        columns: A column whose cells hold no words keeps its own width.
        rows: All of them, so that nothing changes while one scrolls.
        measure: Px of a text of a cell.
        head: Px of a title.
    """
    texts = list(zip(*(row.cells for row in rows), strict=True)) or [() for _ in columns]
    letter = measure("0")
    found = []
    for column, cells in zip(columns, texts, strict=True):
        most = column.width * letter
        longest = heapq.nlargest(_LONGEST, {cell.text for cell in cells}, key=len)
        needed = max((measure(text) for text in longest if text), default=most)
        found.append(max(min(needed, most), head(column.title)) if column.width else 0)
    return found


def least_widths(
    columns: Sequence[Column], rows: Iterable[Row], measure: Callable[[str], int], head: Callable[[str], int]
) -> list[int]:
    """Px below which no column is made narrower: its title, and numbers and dates, which mislead when cut."""
    texts = list(zip(*(row.cells for row in rows), strict=True)) or [() for _ in columns]
    letter = measure("0")
    found = []
    for column, cells in zip(columns, texts, strict=True):
        whole = {cell.text for cell in cells if isinstance(cell.key, int | float)}
        needed = max(map(measure, heapq.nlargest(_LONGEST, whole, key=len)), default=0)
        found.append(max(min(needed, column.width * letter), head(column.title)))
    return found


def squeezed(widths: Sequence[int], room: int, least: Sequence[int]) -> list[int]:
    """Widths that fit into `room` together, where that is possible with none below its `least`.

    The widest are made equally wide, however many of them are needed; those that are narrower stay.

    Args:
        widths: Px that each column wants; 0 for one that is not shown.
        room: Px for all of them.
        least: Px below which each column is not made narrower.
    """
    if sum(widths) <= room:
        return list(widths)
    both = list(zip(widths, least, strict=True))
    low, high = 0, max(widths)
    while low < high:
        # The largest bound for all columns with which they fit.
        middle = (low + high + 1) // 2
        if sum(_bounded(one, middle, at_least) for one, at_least in both) <= room:
            low = middle
        else:
            high = middle - 1
    return [_bounded(one, low, at_least) for one, at_least in both]


def _bounded(width: int, most: int, least: int) -> int:
    return min(width, max(most, least))
