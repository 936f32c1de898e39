"""Which pixels lie in polygons, by the even-odd rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_MOST_CROSSINGS: Final = 400_000_000
_MOST_PIXELS: Final = 4_000_000_000
_AT_ONCE: Final = 4_000_000


class Filler:
    """Fills polygons of one file, within a bound on the work that the file may make."""

    def __init__(self, shape: tuple[int, int]) -> None:
        """Fill into slices of `shape` (rows, columns)."""
        self._shape = shape
        self._crossings = _MOST_CROSSINGS
        self._pixels = _MOST_PIXELS

    def fill(self, polygons: Sequence[NDArray[np.float64]]) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        """The pixels whose centre lies in an odd number of `polygons`.

        A polygon within another so makes a hole, and so does a keyhole, whose bridge is passed twice.

        Args:
            polygons: Each (n, 2) continuous (column, row); the centre of pixel (0, 0) is (0, 0).

        Returns:
            A box of rows and columns, and the pixels in it; outside of it there are none.

        Raises:
            ValueError: Where the contours of the file have crossed the rows too often.
        """
        start = np.concatenate(polygons)
        end = np.concatenate([np.roll(polygon, -1, axis=0) for polygon in polygons])
        rows = _within(np.ceil(start[:, 1].min()), np.ceil(start[:, 1].max()), self._shape[0])
        columns = _within(np.ceil(start[:, 0].min()), np.floor(start[:, 0].max()) + 1, self._shape[1])
        high, wide = rows.stop - rows.start, columns.stop - columns.start
        self._pixels -= high * wide
        if self._pixels < 0:
            message = "the contours cover too many pixels to be filled"
            raise ValueError(message)
        # One column more, for what crosses to the right of the box.
        odd = np.zeros(high * (wide + 1), dtype=np.uint8)
        if high and wide:
            for row, column in self._crossed(start, end, rows):
                place = np.clip(np.floor(column) + 1, columns.start, columns.stop).astype(np.int64)
                place += (row - rows.start) * (wide + 1) - columns.start
                odd ^= (np.bincount(place, minlength=len(odd)) & 1).astype(np.uint8)
        inside = np.bitwise_xor.accumulate(odd.reshape(high, wide + 1), axis=1)
        return (rows, columns), inside[:, :wide].astype(np.bool_)

    def _crossed(
        self, start: NDArray[np.float64], end: NDArray[np.float64], rows: slice
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """Row, and continuous column, of every crossing of an edge with a row of pixel centres."""
        # An edge has its upper end but not its lower one, so that a corner on a row counts once.
        low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
        first = np.clip(np.ceil(low), rows.start, rows.stop).astype(np.int64)
        counts = np.clip(np.ceil(high), rows.start, rows.stop).astype(np.int64) - first
        total = np.concatenate(([0], np.cumsum(counts)))
        self._crossings -= int(total[-1])
        if self._crossings < 0:
            message = "the contours cross the rows of the images too often to be filled"
            raise ValueError(message)
        at = 0
        while at < len(counts):
            stop = max(at + 1, int(np.searchsorted(total, total[at] + _AT_ONCE, side="right")) - 1)
            edges = np.repeat(np.arange(at, stop), counts[at:stop])
            row = first[edges] + np.arange(len(edges)) - (total[edges] - total[at])
            (x0, y0), (x1, y1) = start[edges].T, end[edges].T
            yield row, x0 + (row - y0) * (x1 - x0) / (y1 - y0)
            at = stop


def _within(first: float, stop: float, size: int) -> slice:
    begin = int(min(max(first, 0), size))
    return slice(begin, int(max(min(stop, size), begin)))
