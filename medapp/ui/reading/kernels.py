"""The compiled inner loops of drawing. Importing this module imports numba: done in the background.

All kernels release the GIL and write into arrays that their caller owns, so that none of them allocates
more than a few tables. Compiled code is kept on disk (see `medapp.ui.reading.backend`).
"""

# numba takes the types from the call, and kernels take arrays one by one:
# ruff: noqa: ANN001, ANN201, ANN202, PLR0913, PLR0917, D417, PLR2004
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
from numba import njit

NO_DATA = 65535
FAILED = 65534
"""Values of a label plane where there is nothing to show; see `medapp.ui.reading.render`."""


@njit(nogil=True, cache=True)
def _axis_table(size, start, scale, length):
    """For every screen pixel along one axis: two source indices, weight of the second, the nearest.

    Also the first and one past the last pixel inside.
    """
    # Unsigned indices spare the compiled loops the test for counting from the end.
    low = np.zeros(size, np.uint32)
    high = np.zeros(size, np.uint32)
    weight = np.zeros(size, np.float32)
    nearest = np.zeros(size, np.uint32)
    first = size
    last = 0
    for n in range(size):
        position = (n + 0.5 - start) / scale - 0.5
        if position < -0.5 or position >= length - 0.5:
            continue
        nearest[n] = int(np.floor(position + 0.5))
        position = min(max(position, 0.0), length - 1.0)
        below = int(position)
        low[n] = below
        high[n] = min(below + 1, length - 1)
        weight[n] = position - below
        first = min(first, n)
        last = n + 1
    return low, high, weight, nearest, first, max(first, last)


@njit(nogil=True, cache=True, inline="always")
def _blend(base, color, alpha):
    """Mix 0x00RRGGBB `color` over `base`; alpha from 0 to 256."""
    alpha32 = np.uint32(alpha)
    rest = np.uint32(256) - alpha32
    pair = np.uint32(0x00FF00FF)
    middle = np.uint32(0x0000FF00)
    red_blue = (((base & pair) * rest + (color & pair) * alpha32) >> np.uint32(8)) & pair
    green = (((base & middle) * rest + (color & middle) * alpha32) >> np.uint32(8)) & middle
    return np.uint32(0xFF000000) | red_blue | green


@njit(nogil=True, cache=True)
def _overlay_row(labels, above, here, below, columns, first, last, colors, alphas, outline, reach, out):
    """Lay the labels of one screen row over its pixels.

    With an outline, a pixel is part of the border where a neighbour `reach` pixels away has another label;
    `above` and `below` are the rows of `labels` that far up and down.
    """
    row, upper, lower = labels[here], labels[above], labels[below]
    for x in range(first, last):
        column = columns[x]
        label = row[column]
        if label == 0:
            continue
        if label >= FAILED:
            out[x] = colors[colors.size - 1] if label == FAILED else colors[colors.size - 2]
            continue
        if label >= alphas.size or alphas[label] < 0:
            continue
        alpha = alphas[label]
        if outline:
            left = row[columns[max(x - reach, first)]]
            right = row[columns[min(x + reach, last - 1)]]
            if upper[column] != label or lower[column] != label or left != label or right != label:
                alpha = 256
        if alpha > 0:
            out[x] = _blend(out[x], colors[label], alpha)


@njit(nogil=True, cache=True, fastmath=True)
def draw_gray(
    image, labels, place, lut, gain, offset, colors, alphas, outline, reach, background, out
):  # fmt: skip
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
    c0, c1, wx, columns, left, right = _axis_table(width, place[0], place[2], image.shape[1])
    r0, r1, wy, rows, first, last = _axis_table(height, place[1], place[3], image.shape[0])
    top = np.float32(lut.size - 1)
    scale, shift = np.float32(gain), np.float32(offset)
    mixed = np.empty(image.shape[1], np.float32)
    begin, end = (c0[left], c1[right - 1] + 1) if left < right else (0, 0)
    for y in range(height):
        row = out[y]
        if y < first or y >= last or left >= right:
            row[:] = background
            continue
        upper, lower, weight = image[r0[y]], image[r1[y]], wy[y]
        for c in range(begin, end):
            value = np.float32(upper[c])
            mixed[c] = (value + weight * (np.float32(lower[c]) - value)) * scale + shift
        row[:left] = background
        row[right:] = background
        for x in range(left, right):
            value = mixed[c0[x]]
            value += wx[x] * (mixed[c1[x]] - value)
            row[x] = lut[int(min(max(value, np.float32(0.0)), top))]
        if labels.size > 0:
            above, below = rows[max(y - reach, first)], rows[min(y + reach, last - 1)]
            _overlay_row(
                labels, above, rows[y], below, columns, left, right, colors, alphas, outline, reach, row
            )


@njit(nogil=True, cache=True, fastmath=True)
def draw_color(image, labels, place, colors, alphas, outline, reach, background, out):
    """As `draw_gray`, for an RGB plane (rows, columns, 3) uint8 that needs no window."""
    height, width = out.shape
    c0, c1, wx, columns, left, right = _axis_table(width, place[0], place[2], image.shape[1])
    r0, r1, wy, rows, first, last = _axis_table(height, place[1], place[3], image.shape[0])
    half = np.float32(0.5)
    for y in range(height):
        row = out[y]
        row[:] = background
        if y < first or y >= last:
            continue
        for x in range(left, right):
            pixel = np.uint32(255)
            for channel in range(3):
                upper = np.float32(image[r0[y], c0[x], channel])
                upper += wx[x] * (np.float32(image[r0[y], c1[x], channel]) - upper)
                lower = np.float32(image[r1[y], c0[x], channel])
                lower += wx[x] * (np.float32(image[r1[y], c1[x], channel]) - lower)
                level = np.uint32(upper + wy[y] * (lower - upper) + half)
                pixel = (pixel << np.uint32(8)) | level
            row[x] = pixel
        if labels.size > 0:
            above, below = rows[max(y - reach, first)], rows[min(y + reach, last - 1)]
            _overlay_row(
                labels, above, rows[y], below, columns, left, right, colors, alphas, outline, reach, row
            )
