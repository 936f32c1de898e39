"""Where the titles of one row of the time line stand: within or beside their marks, never over another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 4.0
WIDE = 40.0
"""Px from which a bar takes its title within."""
_INSIDE, _BESIDE = 30.0, 56.0
"""Least room for a title that is cut, within a bar and beside a mark."""


class Label(NamedTuple):
    """One title: number of its mark in the row, left edge and room in px."""

    mark: int
    left: float
    room: float


def labels_of_row(
    firsts: Sequence[float], lasts: Sequence[float], widths: Sequence[float], limit: float
) -> list[Label]:
    """Titles of marks by their left edges; those that find no room are left out.

    A title stands at the right of its mark as far as the next one, from within where the bar is wide. One
    that would be cut there stands before its mark where there is room for all of it: what is latest lies at
    the right edge, and is read most.

    Args:
        firsts: Px of the left end of every mark.
        lasts: Of the right end.
        widths: Px that each title needs.
        limit: Right edge of the drawing.
    """
    found: list[Label] = []
    taken = 0.0
    for at, (first, last, width) in enumerate(zip(firsts, lasts, widths, strict=True)):
        if last < 0:
            continue
        next_ = max(firsts[at + 1], 0.0) if at + 1 < len(firsts) else limit
        wide = last - max(first, 0.0) >= WIDE
        left = (max(first, 0.0) if wide else last) + GAP
        room = next_ - left - GAP
        before = first - 2 * GAP - taken
        if room < width <= before:
            found.append(Label(at, first - GAP - width, width))
        elif room >= min(width, _INSIDE if wide else _BESIDE):
            found.append(Label(at, left, min(room, width)))
            taken = max(last, left + min(room, width))
            continue
        taken = max(taken, last)
    return found
