"""How wide the columns of a table are: as their words need, up to what each may take."""

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
