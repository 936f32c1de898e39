"""Where the tiles of a sliding window lie and how much each of their voxels counts.

Starts and weights are those of MONAI's `sliding_window_inference`: results can be compared voxel by voxel.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

Size = tuple[int, int, int]
Mode = Literal["gaussian", "constant"]

_SIGMA = 0.125
_LEAST_WEIGHT = 1e-3


@dataclass(frozen=True)
class Tile:
    """One position of the window: its number along each axis, and its first voxel in the image.

    `corner` is negative where the image is smaller than the window and lies in its middle.
    """

    index: Size
    corner: Size


@dataclass(frozen=True)
class Grid:
    """All positions of the window.

    Attributes:
        size: Voxels of the image (slices, rows, columns).
        roi: Voxels of a tile.
        before: Voxels of padding in front of the image, where it is smaller than a tile.
        starts: First voxel of every tile along each axis, counted in the padded image.
    """

    size: Size
    roi: Size
    before: Size
    starts: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]

    @classmethod
    def over(cls, size: Sequence[int], roi: Sequence[int], overlap: float | Sequence[float]) -> Grid:
        """Lay tiles of `roi` voxels over an image of `size` voxels.

        Raises:
            ValueError: Where a number is out of its bounds.
        """
        tile, image = three(roi), three(size)
        shares = (overlap,) * 3 if isinstance(overlap, int | float) else tuple(overlap)
        if min(tile) < 1 or min(image) < 1 or len(shares) != len(tile):
            message = f"cannot lay tiles of {tile} with overlaps {shares} over {image} voxels"
            raise ValueError(message)
        padded = tuple(max(pair) for pair in zip(image, tile, strict=True))
        starts = tuple(_starts(*axis) for axis in zip(padded, tile, shares, strict=True))
        before = tuple(max(r - s, 0) // 2 for s, r in zip(image, tile, strict=True))
        return cls(image, tile, three(before), (starts[0], starts[1], starts[2]))

    @property
    def count(self) -> int:
        """Number of tiles."""
        return int(np.prod([len(axis) for axis in self.starts]))

    @property
    def padded(self) -> Size:
        """Voxels of the image with its padding."""
        return three([axis[-1] + roi for axis, roi in zip(self.starts, self.roi, strict=True)])

    @property
    def layers(self) -> tuple[tuple[int, ...], ...]:
        """Numbers along the first axis that are worked on together, row by row.

        The last tile is moved back to end with the image and often lies nearly on the one before: kept apart,
        all of their common planes would have to wait for it.
        """
        starts = self.starts[0]
        last = len(starts) - 1
        if last > 1 and starts[last] - starts[last - 1] < starts[1] - starts[0]:
            return (*((k,) for k in range(last - 1)), (last - 1, last))
        return tuple((k,) for k in range(last + 1))

    def tiles(self) -> Iterator[Tile]:
        """Every tile: layer by layer, row by row, the last axis first."""
        for layer in self.layers:
            for y, z, x in itertools.product(range(len(self.starts[1])), layer, range(len(self.starts[2]))):
                yield self._tile((z, y, x))

    def middle(self) -> Tile:
        """The tile nearest to the middle of the image."""
        z, y, x = (len(axis) // 2 for axis in self.starts)
        return self._tile((z, y, x))

    def _tile(self, index: Size) -> Tile:
        return Tile(index, three([self.starts[axis][k] - self.before[axis] for axis, k in enumerate(index)]))


def three(values: Sequence[int]) -> Size:
    """Turn three numbers into a tuple of int.

    Raises:
        ValueError: Where there are not three.
    """
    d, h, w = (int(value) for value in values)
    return d, h, w


def _starts(size: int, roi: int, overlap: float) -> tuple[int, ...]:
    if not 0 <= overlap < 1:
        message = f"an overlap is a share from 0 to below 1, not {overlap}"
        raise ValueError(message)
    step = roi if roi == size else max(1, int(roi * (1 - overlap)))
    count = 1 + max(0, -(-(size - roi) // step))
    return tuple(min(k * step, size - roi) for k in range(count))


def importance(roi: Size, mode: Mode) -> NDArray[np.float32]:
    """How much every voxel of a tile counts, (D, H, W): all alike, or the middle more than the edge.

    Raises:
        ValueError: Where the mode is not known.
    """
    if mode == "constant":
        return np.ones(roi, np.float32)
    if mode != "gaussian":
        message = f"the mode is gaussian or constant, not {mode!r}"
        raise ValueError(message)
    weights = np.ones((1, 1, 1), np.float32)
    for axis, n in enumerate(roi):
        offsets = np.arange(-(n - 1) / 2, (n - 1) / 2 + 1, dtype=np.float32)
        bell = np.exp(-(offsets**2) / (2 * (_SIGMA * n) ** 2), dtype=np.float32)
        weights = weights * bell.reshape([n if k == axis else 1 for k in range(3)])
    return np.maximum(weights, max(float(weights.min()), _LEAST_WEIGHT)).astype(np.float32)


def cut(image: NDArray[np.generic], corner: Size, out: NDArray[np.float32]) -> None:
    """Copy the voxels of `image` (C, D, H, W) from `corner` on into `out`; 0 where there is no image."""
    source, target = [slice(None)], [slice(None)]
    whole = True
    for first, roi, size in zip(corner, out.shape[1:], image.shape[1:], strict=True):
        low, high = max(first, 0), min(first + roi, size)
        source.append(slice(low, high))
        target.append(slice(low - first, high - first))
        whole = whole and high - low == roi
    if not whole:
        out[...] = 0
    out[tuple(target)] = image[tuple(source)]
