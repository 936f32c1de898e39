"""Where the texts of measurements stand: inside the viewport, beside their points, none on another."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_ACROSS, _DOWN = 8.0, 2.0
"""From a measured point to its text."""
_STEP = 6.0
_RASTER = 16, 8
_GAP = 3.0
"""Between two texts."""


class Rect(NamedTuple):
    """In screen pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Rect) -> float:
        """Area that two rectangles share, with the gap that is to stay between them."""
        wide = min(self.right, other.right) - max(self.left, other.left) + _GAP
        high = min(self.bottom, other.bottom) - max(self.top, other.top) + _GAP
        return wide * high if wide > 0 and high > 0 else 0.0

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """The point of the rectangle that lies nearest to another."""
        return min(max(x, self.left), self.right), min(max(y, self.top), self.bottom)


class Wanted(NamedTuple):
    """A text of `width` by `height` pixels for the point (x, y)."""

    x: float
    y: float
    width: float
    height: float


@lru_cache(maxsize=64)
def placed(wanted: tuple[Wanted, ...], bounds: Rect, taken: tuple[Rect, ...]) -> tuple[Rect, ...]:
    """A place for every text, in their order: earlier ones do not move for later ones.

    Args:
        wanted: The texts.
        bounds: None leaves it, unless it is larger itself.
        taken: What is written already.

    Returns:
        The place beside the point, or the nearest one that covers nothing; where there is none, the one
        that covers the least.
    """
    found: list[Rect] = []
    for text in wanted:
        others = (*taken, *found)
        best, least = None, float("inf")
        for place in _candidates(text, bounds):
            covered = sum(place.overlap(other) for other in others)
            if covered < least:
                best, least = place, covered
            if not covered:
                break
        found.append(best or _inside(text, text.x, text.y, bounds))
    return tuple(found)


def _candidates(text: Wanted, bounds: Rect) -> Iterator[Rect]:
    """Right and left of the point, below and above it, further and further away; then anywhere."""
    for n in range(int((bounds.bottom - bounds.top) / _STEP) + 1):
        away = _DOWN + n * _STEP
        for y in (text.y + away, text.y - away - text.height):
            for x in (text.x + _ACROSS, text.x - _ACROSS - text.width):
                yield _inside(text, x, y, bounds)
    across = range(int(bounds.left), max(int(bounds.right - text.width), int(bounds.left)) + 1, _RASTER[0])
    down = range(int(bounds.top), max(int(bounds.bottom - text.height), int(bounds.top)) + 1, _RASTER[1])
    places = [_inside(text, float(x), float(y), bounds) for x in across for y in down]
    yield from sorted(places, key=lambda place: math.dist(place.nearest(text.x, text.y), (text.x, text.y)))


def _inside(text: Wanted, x: float, y: float, bounds: Rect) -> Rect:
    left = max(min(x, bounds.right - text.width), bounds.left)
    top = max(min(y, bounds.bottom - text.height), bounds.top)
    return Rect(left, top, left + text.width, top + text.height)
