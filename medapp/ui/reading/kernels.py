"""The compiled inner loops of drawing. Importing this module imports numba: done in the background.

All kernels release the GIL and write into arrays that their caller owns, so that none of them allocates
more than a few tables. Compiled code is kept on disk (see `medapp.ui.reading.backend`).
"""

from __future__ import annotations

import numpy as np
from numba import njit

NO_DATA = 65535
FAILED = 65534
"""Values of a label plane where there is nothing to show; see `medapp.ui.reading.render`."""


@njit(nogil=True, cache=True, fastmath=True)
def _axis_table(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    size, start, scale, length, low, high, weight, nearest
):
    """For every screen pixel along one axis: two source indices, weight in 1/256, nearest (-1 outside)."""
    for n in range(size):
        position = (n + 0.5 - start) / scale - 0.5
        if position < -0.5 or position >= length - 0.5:
            nearest[n] = -1
            low[n] = 0
            high[n] = 0
            weight[n] = 0
            continue
        nearest[n] = int(np.floor(position + 0.5))
        position = min(max(position, 0.0), length - 1.0)
        first = int(position)
        low[n] = first
        high[n] = min(first + 1, length - 1)
        weight[n] = np.float32(position - first)


@njit(nogil=True, cache=True, inline="always")
def _blend(base, color, alpha):  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    """Mix 0x00RRGGBB `color` over `base`; alpha from 0 to 256."""
    rest = 256 - alpha
    red = (((base >> 16) & 255) * rest + ((color >> 16) & 255) * alpha) >> 8
    green = (((base >> 8) & 255) * rest + ((color >> 8) & 255) * alpha) >> 8
    blue = ((base & 255) * rest + (color & 255) * alpha) >> 8
    return np.uint32(0xFF000000 | (red << 16) | (green << 8) | blue)


@njit(nogil=True, cache=True, inline="always")
def _is_edge(labels, label, y, x, rows, columns, reach):  # type: ignore[no-untyped-def]  # pragma: no cover
    """True where a neighbour `reach` screen pixels away has another label."""
    up = rows[max(y - reach, 0)]
    down = rows[min(y + reach, rows.size - 1)]
    left = columns[max(x - reach, 0)]
    right = columns[min(x + reach, columns.size - 1)]
    row = rows[y]
    column = columns[x]
    if up < 0 or down < 0 or left < 0 or right < 0:
        return True
    return (
        labels[up, column] != label
        or labels[down, column] != label
        or labels[row, left] != label
        or labels[row, right] != label
    )


@njit(nogil=True, cache=True)
def _overlay_row(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    labels, y, rows, columns, colors, alphas, outline, reach, out
):
    """Lay the labels of one screen row over `out`."""
    row = rows[y]
    for x in range(columns.size):
        column = columns[x]
        if column < 0:
            continue
        label = labels[row, column]
        if label == 0:
            continue
        if label >= FAILED:
            out[y, x] = colors[colors.size - 1 if label == FAILED else colors.size - 2]
            continue
        if label >= alphas.size:
            continue
        alpha = alphas[label]
        if alpha < 0:
            continue
        if outline and _is_edge(labels, label, y, x, rows, columns, reach):
            alpha = 256
        if alpha > 0:
            out[y, x] = _blend(out[y, x], colors[label], alpha)


@njit(nogil=True, cache=True, fastmath=True)
def draw_gray(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    image, labels, place, lut, gain, offset, colors, alphas, outline, reach, background, out
):
    """Resample a plane to the screen, window it and lay labels over it, in one pass.

    Args:
        image: (rows, columns) of a number type.
        labels: (rows, columns) uint16, or (0, 0) for none.
        place: float64 (x0, y0, pixel width, pixel height): where the image lies on the screen.
        lut: uint32 pixels; entry ``value * gain + offset``, clamped.
        colors, alphas: per label; colors ends with those of missing and failed data. Alpha < 0 hides.
        outline, reach: draw label borders, this many screen pixels wide.
        background: pixel outside the image.
        out: (height, width) uint32.
    """
    height, width = out.shape
    c0 = np.empty(width, np.int64)
    c1 = np.empty(width, np.int64)
    wx = np.empty(width, np.float32)
    columns = np.empty(width, np.int64)
    r0 = np.empty(height, np.int64)
    r1 = np.empty(height, np.int64)
    wy = np.empty(height, np.float32)
    rows = np.empty(height, np.int64)
    _axis_table(width, place[0], place[2], image.shape[1], c0, c1, wx, columns)
    _axis_table(height, place[1], place[3], image.shape[0], r0, r1, wy, rows)
    left = 0
    while left < width and columns[left] < 0:
        left += 1
    right = width
    while right > left and columns[right - 1] < 0:
        right -= 1
    last = lut.size - 1
    mixed = np.empty(image.shape[1], np.float32)
    first_source = c0[left] if left < right else 0
    last_source = c1[right - 1] if left < right else -1
    gain32 = np.float32(gain)
    offset32 = np.float32(offset)
    with_labels = labels.size > 0
    for y in range(height):
        if rows[y] < 0 or left >= right:
            for x in range(width):
                out[y, x] = background
            continue
        upper = image[r0[y]]
        lower = image[r1[y]]
        weight = wy[y]
        for c in range(first_source, last_source + 1):
            value = np.float32(upper[c])
            mixed[c] = (value + weight * (np.float32(lower[c]) - value)) * gain32 + offset32
        for x in range(left):
            out[y, x] = background
        for x in range(left, right):
            value = mixed[c0[x]]
            value += wx[x] * (mixed[c1[x]] - value)
            index = int(value)
            index = min(max(index, 0), last)
            out[y, x] = lut[index]
        for x in range(right, width):
            out[y, x] = background
        if with_labels:
            _overlay_row(labels, y, rows, columns, colors, alphas, outline, reach, out)


@njit(nogil=True, cache=True, fastmath=True)
def draw_color(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    image, labels, place, colors, alphas, outline, reach, background, out
):
    """As `draw_gray`, for an RGB plane (rows, columns, 3) uint8 that needs no window."""
    height, width = out.shape
    c0 = np.empty(width, np.int64)
    c1 = np.empty(width, np.int64)
    wx = np.empty(width, np.float32)
    columns = np.empty(width, np.int64)
    r0 = np.empty(height, np.int64)
    r1 = np.empty(height, np.int64)
    wy = np.empty(height, np.float32)
    rows = np.empty(height, np.int64)
    _axis_table(width, place[0], place[2], image.shape[1], c0, c1, wx, columns)
    _axis_table(height, place[1], place[3], image.shape[0], r0, r1, wy, rows)
    for y in range(height):
        for x in range(width):
            if rows[y] < 0 or columns[x] < 0:
                out[y, x] = background
                continue
            pixel = np.uint32(255)
            for channel in range(3):
                upper = np.float32(image[r0[y], c0[x], channel])
                upper += wx[x] * (np.float32(image[r0[y], c1[x], channel]) - upper)
                lower = np.float32(image[r1[y], c0[x], channel])
                lower += wx[x] * (np.float32(image[r1[y], c1[x], channel]) - lower)
                pixel = (pixel << 8) | np.uint32(upper + wy[y] * (lower - upper) + np.float32(0.5))
            out[y, x] = pixel
        if rows[y] >= 0 and labels.size > 0:
            _overlay_row(labels, y, rows, columns, colors, alphas, outline, reach, out)
