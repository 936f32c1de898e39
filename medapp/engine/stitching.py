"""Add up the outputs of overlapping tiles, and let go of every voxel as soon as no tile will touch it again.

Tiles come in the order of `Grid.tiles`. A strip (one row of tiles) is held in full; of the rows before
only the planes that the next layer of tiles still adds to. So the sums take about
``classes * (overlap * H * W + roi_d * roi_h * W)`` numbers instead of ``classes * D * H * W``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.engine.tiling import Grid, Tile

Reduce = Literal["argmax", "probabilities"]

_BYTE_CLASSES = 256
_PLANES = 8


class NotFiniteError(ArithmeticError):
    """The network gave values that are not numbers, or infinite ones."""


def result_type(classes: int, reduce: Reduce) -> np.dtype[np.generic]:
    """The type of the result's voxels."""
    if reduce == "probabilities":
        return np.dtype(np.float32)
    return np.dtype(np.uint8 if classes <= _BYTE_CLASSES else np.uint16)


def stitching_bytes(grid: Grid, classes: int, reduce: Reduce) -> int:
    """Bytes that the sums of a `Stitcher` take on its device."""
    _, height, width = grid.padded
    layers = _layers(grid)
    sums = _most_carried(layers) * height * width + _thickest(layers) * grid.roi[1] * width
    return 4 * (classes + (reduce == "probabilities")) * sums


@dataclass(frozen=True)
class _Layer:
    """Planes first to end (excluded), of which the last `left` are not complete before the next layer."""

    first: int
    end: int
    left: int
    last: int


def _layers(grid: Grid) -> tuple[_Layer, ...]:
    starts, roi = grid.starts[0], grid.roi[0]
    ends = [starts[layer[-1]] + roi for layer in grid.layers]
    firsts = [starts[layer[0]] for layer in grid.layers]
    left = [max(end - first, 0) for end, first in zip(ends, firsts[1:], strict=False)]
    lasts = [layer[-1] for layer in grid.layers]
    return tuple(_Layer(*facts) for facts in zip(firsts, ends, [*left, 0], lasts, strict=True))


def _most_carried(layers: tuple[_Layer, ...]) -> int:
    return max(layer.left for layer in layers)


def _thickest(layers: tuple[_Layer, ...]) -> int:
    return max(layer.end - layer.first for layer in layers)


class Stitcher:
    """Sums of one inference.

    Attributes:
        result: ``argmax``: (D, H, W) class of every voxel; ``probabilities``: (C, D, H, W) weighted means.
    """

    def __init__(
        self,
        grid: Grid,
        weights: NDArray[np.float32],
        classes: int,
        reduce: Reduce,
        *,
        device: str = "cpu",
    ) -> None:
        """Make empty sums on `device`; `weights` (D, H, W) tell how much each voxel of a tile counts."""
        self._grid = grid
        self._classes = classes
        self._weights = torch.as_tensor(weights, device=device)
        # Where means are asked for, the last channel adds up the weights to divide by.
        self._mean = reduce == "probabilities"
        channels = classes + self._mean
        _, height, width = grid.padded
        layers = _layers(grid)
        self._layers = iter(layers)
        self._layer = next(self._layers)
        self._carried = 0
        self._strip = torch.zeros((channels, _thickest(layers), grid.roi[1], width), device=device)
        self._planes = torch.zeros((channels, _most_carried(layers), height, width), device=device)
        shape = (classes, *grid.size) if self._mean else grid.size
        self.result = np.empty(shape, result_type(classes, reduce))

    def add(self, tile: Tile, output: torch.Tensor) -> None:
        """Add the output (C, roi) of the next tile; it must lie on the stitcher's device."""
        z, y, x = tile.index
        starts, roi = self._grid.starts, self._grid.roi
        plane = starts[0][z] - self._layer.first
        window = self._strip[:, plane : plane + roi[0], :, starts[2][x] : starts[2][x] + roi[2]]
        window[: self._classes].addcmul_(output, self._weights)
        if self._mean:
            window[-1] += self._weights
        if x + 1 == len(starts[2]) and z == self._layer.last:
            self._end_strip(y)

    def _end_strip(self, y: int) -> None:
        starts, roi = self._grid.starts[1], self._grid.roi[1]
        last = y + 1 == len(starts)
        done = roi if last else starts[y + 1] - starts[y]
        self._emit(starts[y], self._strip[:, : self._layer.end - self._layer.first, :done])
        if last:
            self._carried = self._layer.left
            self._layer = next(self._layers, self._layer)
            self._strip.zero_()
        else:
            # In pieces that do not overlap what they overwrite, so that nothing is copied aside.
            for first in range(0, roi - done, done):
                moved = self._strip[:, :, first + done : first + 2 * done]
                self._strip[:, :, first : first + moved.shape[2]] = moved
            self._strip[:, :, roi - done :] = 0

    def _emit(self, row: int, rows: torch.Tensor) -> None:
        """Take rows complete along H and W: add what is carried, keep what is not complete along D."""
        columns = slice(row, row + rows.shape[2])
        left = self._layer.left
        done = rows.shape[1] - left
        rows[:, : self._carried] += self._planes[:, : self._carried, columns]
        self._planes[:, :left, columns] = rows[:, done:]
        self._write(self._layer.first, row, rows[:, :done])

    def _write(self, plane: int, row: int, sums: torch.Tensor) -> None:
        """Reduce complete sums (channels, planes, rows, W) into the result, without the image's padding."""
        before, size = self._grid.before, self._grid.size
        inside, target = [], []
        for axis, first in enumerate((plane, row, 0)):
            low = max(before[axis] - first, 0)
            high = min(before[axis] + size[axis] - first, sums.shape[axis + 1])
            if high <= low:
                return
            inside.append(slice(low, high))
            target.append(slice(first + low - before[axis], first + high - before[axis]))
        kept = sums[:, inside[0], inside[1], inside[2]]
        place = (target[0], target[1], target[2])
        if self._mean:
            means = kept[: self._classes].div_(kept[-1])
            _require_finite(means)
            self.result[:, place[0], place[1], place[2]] = means.cpu().numpy()
        else:
            for at in range(0, kept.shape[1], _PLANES):
                found = largest(kept[:, at : at + _PLANES]).cpu().numpy()
                self.result[place][at : at + _PLANES] = found


def largest(sums: torch.Tensor) -> torch.Tensor:
    """Index of the largest of (C, ...) sums, the first where several are, uint8 or int32.

    Raises:
        NotFiniteError: Where a sum is not a number.

    One comparison a class is faster on processors than `torch.argmax`, which also writes int64.
    """
    kind = torch.uint8 if len(sums) <= _BYTE_CLASSES else torch.int32
    best = sums[0].clone()
    found = torch.zeros(best.shape, dtype=kind, device=sums.device)
    for index in range(1, len(sums)):
        higher = sums[index] > best
        found.masked_fill_(higher, index)
        torch.maximum(best, sums[index], out=best)
    _require_finite(best)
    return found


def _require_finite(values: torch.Tensor) -> None:
    if not torch.isfinite(values).all():
        message = "the network gave values that are not numbers"
        raise NotFiniteError(message)
