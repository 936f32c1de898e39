"""Columns that want more room than there is: the widest give way first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def squeezed(widths: Sequence[int], room: int, least: int) -> list[int]:
    """Widths that fit into `room` together, where that is possible with none below `least`.

    The widest are made equally wide, however many of them are needed; those that are narrower stay.

    Args:
        widths: Px that each column wants; 0 for one that is not shown.
        room: Px for all of them.
        least: Px below which a column is not made narrower.
    """
    excess = sum(widths) - room
    if excess <= 0:
        return list(widths)
    low, high = 0, max(widths)
    while low < high:
        # The largest bound for all columns with which they fit.
        middle = (low + high + 1) // 2
        if sum(_bounded(one, middle, least) for one in widths) <= room:
            low = middle
        else:
            high = middle - 1
    return [_bounded(one, low, least) for one in widths]


def _bounded(width: int, most: int, least: int) -> int:
    return min(width, max(most, least))
