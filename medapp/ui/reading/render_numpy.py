"""Drawing and slicing without compiled code: used until that is ready, and to test it against."""

# The compiled twins take arrays one by one:
# ruff: noqa: PLR0913, PLR0917

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from medapp.domain.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_DATA = 65535
FAILED = 65534
_HALF = 0.5


class _Axis(NamedTuple):
    """Per screen pixel: two source indices, weight of the second, the nearest; whether it lies outside."""

    low: NDArray[np.int64]
    high: NDArray[np.int64]
    weight: NDArray[np.float32]
    nearest: NDArray[np.int64]
    outside: NDArray[np.bool_]


def _axis(size: int, start: float, scale: float, length: int) -> _Axis:
    position = (np.arange(size) + 0.5 - start) / scale - 0.5
    outside = (position < -_HALF) | (position >= length - _HALF)
    nearest = np.clip(np.floor(position + 0.5), 0, length - 1).astype(np.int64)
    position = np.clip(position, 0, length - 1)
    low = position.astype(np.int64)
    weight = (position - low).astype(np.float32)
    return _Axis(low, np.minimum(low + 1, length - 1), weight, nearest, outside)


def _interpolated(image: NDArray[np.generic], rows: _Axis, columns: _Axis) -> NDArray[np.float32]:
    tail = (1,) * (image.ndim - 2)
    wy = rows.weight.reshape(-1, 1, *tail)
    wx = columns.weight.reshape(1, -1, *tail)
    upper = image[rows.low].astype(np.float32)
    mixed = upper + wy * (image[rows.high].astype(np.float32) - upper)
    left = mixed[:, columns.low]
    return np.asarray(left + wx * (mixed[:, columns.high] - left))


def draw_gray(
    image: NDArray[np.generic],
    labels: NDArray[np.uint16],
    place: NDArray[np.float64],
    lut: NDArray[np.uint32],
    gain: float,
    offset: float,
    colors: NDArray[np.uint32],
    alphas: NDArray[np.int64],
    outline: bool,
    reach: int,
    background: np.uint32,
    out: NDArray[np.uint32],
) -> None:
    """As `medapp.ui.reading.kernels.draw_gray`."""
    rows = _axis(out.shape[0], place[1], place[3], image.shape[0])
    columns = _axis(out.shape[1], place[0], place[2], image.shape[1])
    index = _interpolated(image, rows, columns) * np.float32(gain) + np.float32(offset)
    if lut.size:
        out[...] = lut[np.clip(index, 0, lut.size - 1).astype(np.int64)]
    else:
        out[...] = np.clip(index, 0, 255).astype(np.uint32) * np.uint32(0x010101) | np.uint32(0xFF000000)
    _finish(labels, rows, columns, colors, alphas, outline, reach, background, out)


def draw_color(
    image: NDArray[np.generic],
    labels: NDArray[np.uint16],
    place: NDArray[np.float64],
    colors: NDArray[np.uint32],
    alphas: NDArray[np.int64],
    outline: bool,
    reach: int,
    background: np.uint32,
    out: NDArray[np.uint32],
) -> None:
    """As `medapp.ui.reading.kernels.draw_color`."""
    rows = _axis(out.shape[0], place[1], place[3], image.shape[0])
    columns = _axis(out.shape[1], place[0], place[2], image.shape[1])
    rgb = (_interpolated(image, rows, columns) + np.float32(0.5)).astype(np.uint32)
    out[...] = np.uint32(0xFF000000) | (rgb[..., 0] << 16) | (rgb[..., 1] << 8) | rgb[..., 2]
    _finish(labels, rows, columns, colors, alphas, outline, reach, background, out)


def _finish(
    labels: NDArray[np.uint16],
    rows: _Axis,
    columns: _Axis,
    colors: NDArray[np.uint32],
    alphas: NDArray[np.int64],
    outline: bool,
    reach: int,
    background: np.uint32,
    out: NDArray[np.uint32],
) -> None:
    outside = rows.outside[:, None] | columns.outside[None, :]
    if labels.size:
        shown = labels[rows.nearest[:, None], columns.nearest[None, :]].astype(np.int64)
        _overlay(shown, colors, alphas, reach if outline else 0, out)
    out[outside] = background


def _overlay(
    shown: NDArray[np.int64],
    colors: NDArray[np.uint32],
    alphas: NDArray[np.int64],
    reach: int,
    out: NDArray[np.uint32],
) -> None:
    known = shown < alphas.size
    alpha = np.where(known & (shown > 0), alphas[np.where(known, shown, 0)], 0)
    if reach:
        padded = np.pad(shown, reach, mode="edge")
        high, wide = shown.shape
        edge = np.zeros(shown.shape, dtype=np.bool_)
        for dy, dx in ((0, reach), (2 * reach, reach), (reach, 0), (reach, 2 * reach)):
            edge |= padded[dy : dy + high, dx : dx + wide] != shown
        alpha = np.where(edge & (alpha >= 0) & known & (shown > 0), 256, alpha)
    alpha = np.maximum(alpha, 0).astype(np.uint32)
    color = colors[np.where(known, shown, 0)]
    result = np.full(out.shape, 0xFF000000, dtype=np.uint32)
    for shift in (0, 8, 16):
        base, over = (out >> shift) & 255, (color >> shift) & 255
        result |= ((base * (256 - alpha) + over * alpha) >> 8) << shift
    np.copyto(out, result, where=alpha > 0)
    out[shown == NO_DATA] = colors[-2]
    out[shown == FAILED] = colors[-1]


def reslice_linear(
    volume: NDArray[np.generic],
    origin: NDArray[np.float64],
    right: NDArray[np.float64],
    down: NDArray[np.float64],
    fill: float,
    half: float,
    out: NDArray[np.generic],
    mask: NDArray[np.uint16],
) -> None:
    """As `medapp.ui.reading.kernels_reslice.reslice_linear`."""
    rows, columns = out.shape
    grid = (
        origin
        + np.arange(rows)[:, None, None] * down
        + np.arange(columns)[None, :, None] * right
    )  # fmt: skip
    top = np.array(volume.shape) - 1
    inside = ((grid >= -_HALF) & (grid <= top + _HALF)).all(axis=-1)
    grid = np.clip(grid, 0, top)
    low = grid.astype(np.int64)
    high = np.minimum(low + 1, top)
    weight = (grid - low).astype(np.float32)
    total = np.zeros(out.shape, dtype=np.float32)
    for corner in range(8):
        share = np.ones(out.shape, dtype=np.float32)
        index = []
        for axis in range(3):
            upper = bool(corner >> axis & 1)
            index.append((high if upper else low)[..., axis])
            share *= weight[..., axis] if upper else 1 - weight[..., axis]
        total += share * volume[tuple(index)].astype(np.float32)
    out[...] = np.where(inside, np.floor(total + half) if half > 0 else total, fill)
    mask[...] = np.where(inside, 0, NO_DATA)


def reslice_labels(
    labels: NDArray[np.generic],
    origin: NDArray[np.float64],
    right: NDArray[np.float64],
    down: NDArray[np.float64],
    out: NDArray[np.uint16],
) -> None:
    """As `medapp.ui.reading.kernels_reslice.reslice_labels`."""
    rows, columns = out.shape
    grid = origin + np.arange(rows)[:, None, None] * down + np.arange(columns)[None, :, None] * right
    index = np.floor(grid + 0.5).astype(np.int64)
    inside = ((index >= 0) & (index < np.array(labels.shape))).all(axis=-1)
    index[~inside] = 0
    out[...] = np.where(inside, labels[index[..., 0], index[..., 1], index[..., 2]], 0)


def max_over_columns(volume: NDArray[np.generic], first: int, last: int, out: NDArray[np.generic]) -> None:
    """As `medapp.ui.reading.kernels_reslice.max_over_columns`."""
    out[...] = volume[:, :, first:last].max(axis=2)


def take_columns(volume: NDArray[np.generic], first: int, out: NDArray[np.generic]) -> None:
    """As `medapp.ui.reading.kernels_reslice.take_columns`."""
    out[...] = np.moveaxis(volume[:, :, first : first + out.shape[1]], 2, 1)
