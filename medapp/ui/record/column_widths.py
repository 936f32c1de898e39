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
) -> tuple[list[int], list[int]]:
    """Px that each column needs for its words, and below which it is not made narrower, without margins.

    Args:
        columns: One whose cells hold no words keeps its own width; the one that takes what is left needs 0.
        rows: All of them, so that nothing changes while one scrolls.
        measure: Px of a text of a cell. Numbers and dates, which mislead when they are cut, are never cut.
        head: Px of a title, which is never cut either.
    """
    texts = list(zip(*(row.cells for row in rows), strict=True)) or [() for _ in columns]
    letter = measure("0")
    wanted, least = [], []
    for column, cells in zip(columns, texts, strict=True):
        most, title = column.width * letter, head(column.title)
        keys = {cell.text: cell.key for cell in cells if cell.text}
        whole = (text for text, key in keys.items() if isinstance(key, int | float))
        wanted.append(max(min(_longest(keys, measure, most), most), title) if column.width else 0)
        least.append(max(min(_longest(whole, measure, 0), most), title))
    return wanted, least


def _longest(texts: Iterable[str], measure: Callable[[str], int], otherwise: int) -> int:
    return max(map(measure, heapq.nlargest(_LONGEST, texts, key=len)), default=otherwise)


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
