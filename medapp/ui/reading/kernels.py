"""The compiled inner loops of drawing. Importing this module imports numba: done in the background.

All kernels release the GIL and write into arrays that their caller owns, so that none of them allocates
more than a few tables. Compiled code is kept on disk (see `medapp.ui.reading.backend`).
"""

# numba takes the types from the call, and kernels take arrays one by one:
# ruff: noqa: ANN001, ANN002, ANN201, ANN202, PLR0913, PLR0917, D417, PLR2004
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numba import njit

NO_DATA = 65535
FAILED = 65534
"""Values of a label plane where there is nothing to show; see `medapp.ui.reading.render`."""
_WORTH_A_THREAD = 100_000
_PARTS = 2
_STRIDE = 32
"""Labels that are compared at once."""
_HELPER = ThreadPoolExecutor(1, thread_name_prefix="draw")


def in_two_threads(kernel, out, *arguments):
    """Call ``kernel((begin, end), *arguments)`` for all rows of `out`, a part at a time, in two threads.

    Who is free takes the next part: where the other core is busy the caller does it all, and waits for
    nothing that has not been begun.
    """
    height = out.shape[0]
    if out.size < _WORTH_A_THREAD:
        kernel((0, height), *arguments)
        return
    ends = [height * n // _PARTS for n in range(_PARTS + 1)]
    parts = iter(list(pairwise(ends)))

    def work():
        for part in parts:
            kernel(part, *arguments)

    other = _HELPER.submit(work)
    work()
    if not other.cancel():
        other.result()


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
    # numba widens what it calculates to 64 bits: cut to 32, twice as many pixels fit into one step.
    alpha32 = np.uint32(alpha)
    rest = np.uint32(np.uint32(256) - alpha32)
    pair = np.uint32(0x00FF00FF)
    middle = np.uint32(0x0000FF00)
    red_blue = np.uint32(np.uint32(base & pair) * rest + np.uint32(color & pair) * alpha32)
    green = np.uint32(np.uint32(base & middle) * rest + np.uint32(color & middle) * alpha32)
    eight = np.uint32(8)
    mixed = np.uint32((red_blue >> eight) & pair) | np.uint32((green >> eight) & middle)
    return np.uint32(np.uint32(0xFF000000) | mixed)


@njit(nogil=True, cache=True)
def _visible_columns(columns, left, right):
    """Source columns that reach the screen, and where each begins on it; one end mark more than columns."""
    source = np.zeros(right - left + 1, np.int64)
    begins = np.zeros(right - left + 1, np.int64)
    count = 0
    for x in range(left, right):
        if count == 0 or source[count - 1] != columns[x]:
            source[count], begins[count] = columns[x], x
            count += 1
    begins[count] = right
    return source[:count], begins[: count + 1]


@njit(nogil=True, cache=True, inline="always")
def _add(spans, count, begin, end, color, alpha):
    """Append a span of one colour; the number of spans."""
    if begin >= end or alpha <= 0:
        return count
    spans[count, 0], spans[count, 1], spans[count, 2], spans[count, 3] = begin, end, color, alpha
    return count + 1


@njit(nogil=True, cache=True)
def _run_end(labels, row, label, start, stop):
    """The first column from `start` where a row has another value than `label`, at most `stop`."""
    at, end, one, many = np.uint64(start), np.uint64(stop), np.uint64(1), np.uint64(_STRIDE)
    while at + many <= end:
        odd = np.uint16(0)
        # As wide as the labels, so that the processor compares all of them in one step.
        for n in range(many):
            odd = np.uint16(odd | np.uint16(labels[row, at + n] ^ label))
        if odd != 0:
            break
        at += many
    while at < end and labels[row, at] == label:
        at += one
    return np.int64(at)


@njit(nogil=True, cache=True)
def _edge_end(labels, upper, lower, label, start, stop):
    """The first column from `start` where the label goes on above and below, at most `stop`."""
    at, end, one = np.uint64(start), np.uint64(stop), np.uint64(1)
    while at < end and (labels[upper, at] != label or labels[lower, at] != label):
        at += one
    return np.int64(at)


@njit(nogil=True, cache=True)
def _bordered(labels, rows, run, ends, begins, reach, color, alpha, spans, count):
    """Spans of one run of a label with an opaque border.

    A column is part of the border where the label ends above or below it, a pixel where it lies within
    `reach` of the end of the run. The edge of the image is no border. `run` holds the first and one past
    the last column of the run, `ends` those of all that is visible.
    """
    upper, here, lower = rows
    first, last = run
    left, right = ends
    label = labels[here, first]
    inner_begin = begins[first - left] + (reach if first > left else 0)
    inner_end = begins[last - left] - (reach if last < right else 0)
    start = first
    while start < last:
        # A row is not compared with itself.
        stop = last if upper == here else _run_end(labels, upper, label, start, last)
        stop = stop if lower == here else _run_end(labels, lower, label, start, stop)
        edge = stop == start
        if edge:
            stop = _edge_end(labels, upper, lower, label, start, last)
        begin, end = begins[start - left], begins[stop - left]
        if edge:
            count = _add(spans, count, begin, end, color, 256)
        else:
            middle = max(begin, min(inner_begin, end))
            count = _add(spans, count, begin, middle, color, 256)
            rest = max(middle, min(inner_end, end))
            count = _add(spans, count, middle, rest, color, alpha)
            count = _add(spans, count, rest, end, color, 256)
        start = stop
    return count


@njit(nogil=True, cache=True)
def _find_spans(labels, rows, left, begins, colors, alphas, outline, reach, spans):
    """Divide a screen row into `spans` (begin, end, colour, alpha) of one look each; their number.

    `rows` are those above, in and below the screen row; the visible columns of `labels` follow each other
    from `left`, and `begins` tells for each where it begins on the screen.
    """
    count = 0
    here, first, right = rows[1], left, left + begins.size - 1
    while first < right:
        label = labels[here, first]
        last = _run_end(labels, here, label, first, right)
        if label >= FAILED:
            color = colors[colors.size - 1] if label == FAILED else colors[colors.size - 2]
            count = _add(spans, count, begins[first - left], begins[last - left], color, 256)
        elif label > 0 and label < alphas.size and alphas[label] >= 0:
            color, alpha = colors[label], alphas[label]
            if outline:
                run, ends = (first, last), (left, right)
                count = _bordered(labels, rows, run, ends, begins, reach, color, alpha, spans, count)
            else:
                count = _add(spans, count, begins[first - left], begins[last - left], color, alpha)
        first = last
    return count


@njit(nogil=True, cache=True)
def _gather(labels, rows, source, out):
    """Copy the visible columns of three rows side by side; the rows of `out` that stand for them."""
    for n in range(3):
        for x in range(source.size):
            out[n, x] = labels[rows[n], source[x]]
    return (0 if rows[0] != rows[1] else 1), 1, (2 if rows[2] != rows[1] else 1)


@njit(nogil=True, cache=True)
def _overlay(labels, rows, columns, box, part, colors, alphas, outline, reach, out):
    """Lay the labels over the pixels; `box` holds the first and one past the last row and column inside.

    `part` holds the screen rows to be drawn, the others are another thread's.

    Labels make long runs of one colour: these are found once a source row and blended without a test
    in the inner loop.
    """
    first, last, left, right = box
    source, begins = _visible_columns(columns, left, right)
    side_by_side = source[source.size - 1] - source[0] == source.size - 1
    some = np.zeros((0 if side_by_side else 3, source.size), np.uint16)
    spans = np.zeros((3 * source.size + 3, 4), np.int64)
    before = (-1, -1, -1)
    count = 0
    for y in range(max(first, part[0]), min(last, part[1])):
        now = (int(rows[max(y - reach, first)]), int(rows[y]), int(rows[min(y + reach, last - 1)]))
        if now != before:
            before = now
            if side_by_side:
                where, shown, begin = now, labels, source[0]
            else:
                where, shown, begin = _gather(labels, now, source, some), some, 0
            count = _find_spans(shown, where, begin, begins, colors, alphas, outline, reach, spans)
        row = out[y]
        for n in range(count):
            color, alpha = np.uint32(spans[n, 2]), spans[n, 3]
            if alpha >= 256:
                row[spans[n, 0] : spans[n, 1]] = np.uint32(0xFF000000) | color
            else:
                pixels = row[spans[n, 0] : spans[n, 1]]
                for x in range(pixels.size):
                    pixels[x] = _blend(pixels[x], color, alpha)


@njit(nogil=True, cache=True, fastmath=True)
def _stretch(source, c0, c1, wx, scale, shift, line, out):
    """Resample one row of the image to the screen's columns, as entries of the table.

    `line` is room for the row as float32: the processor converts neighbours together, which it cannot do
    with what is picked from here and there.
    """
    for x in range(source.size):
        line[x] = np.float32(source[x])
    for x in range(out.size):
        value = line[c0[x]]
        value += wx[x] * (line[c1[x]] - value)
        out[x] = value * scale + shift


@njit(nogil=True, cache=True, fastmath=True)
def _mix(upper, lower, weight, lut, out):
    """Mix two stretched rows and look the result up; without a table it is the grey level itself."""
    if lut.size == 0:
        for x in range(out.size):
            value = upper[x] + weight * (lower[x] - upper[x])
            # Every processor turns eight or more floats into int32 at once, few do it with uint32.
            level = np.int32(min(max(value, np.float32(0.0)), np.float32(255.0)))
            out[x] = np.uint32(0xFF000000) | np.uint32(level * np.int32(0x00010101))
        return
    top = np.float32(lut.size - 1)
    for x in range(out.size):
        value = upper[x] + weight * (lower[x] - upper[x])
        out[x] = lut[np.uint32(min(max(value, np.float32(0.0)), top))]


@njit(nogil=True, cache=True, fastmath=True)
def _draw_gray(
    part, image, labels, place, lut, gain, offset, colors, alphas, outline, reach, background, out
):  # fmt: skip
    """As `draw_gray`, for the screen rows ``part[0]`` to ``part[1]``."""
    height, width = out.shape
    c0, c1, wx, columns, left, right = _axis_table(width, place[0], place[2], image.shape[1])
    r0, r1, wy, rows, first, last = _axis_table(height, place[1], place[3], image.shape[0])
    scale, shift = np.float32(gain), np.float32(offset)
    # Cut to what is inside, so that the inner loops count from 0 and need no test.
    c0, c1, wx = c0[left:right], c1[left:right], wx[left:right]
    line = np.empty(image.shape[1], np.float32)
    upper, lower = np.empty(c0.size, np.float32), np.empty(c0.size, np.float32)
    has_upper, has_lower = -1, -1
    for y in range(part[0], part[1]):
        if y < first or y >= last:
            out[y] = background
            continue
        out[y, :left] = background
        out[y, right:] = background
        # Rows are stretched once and then mixed for every screen row between them.
        if has_upper != r0[y]:
            upper, lower, has_upper, has_lower = lower, upper, has_lower, has_upper
        if has_upper != r0[y]:
            _stretch(image[r0[y]], c0, c1, wx, scale, shift, line, upper)
            has_upper = r0[y]
        if has_lower != r1[y]:
            _stretch(image[r1[y]], c0, c1, wx, scale, shift, line, lower)
            has_lower = r1[y]
        _mix(upper, lower, wy[y], lut, out[y, left:right])
    if labels.size > 0 and first < last and left < right:
        _overlay(labels, rows, columns, (first, last, left, right), part, colors, alphas, outline, reach, out)


def draw_gray(image, labels, place, lut, gain, offset, colors, alphas, outline, reach, background, out):
    """Resample a plane to the screen, window it and lay labels over it, in one pass and two threads.

    Args:
        image: (rows, columns) of a number type.
        labels: (rows, columns) uint16, or (0, 0) for none.
        place: float64 (x0, y0, pixel width, pixel height): where the image lies on the screen.
        lut: uint32 pixels; entry ``value * gain + offset``, clamped. Empty: that is the grey level itself.
        gain, offset: From a value to its entry.
        colors, alphas: per label; colors ends with those of missing and failed data. Alpha < 0 hides.
        outline, reach: draw label borders, this many screen pixels wide.
        background: pixel outside the image.
        out: (height, width) uint32.
    """
    looks = (image, labels, place, lut, gain, offset, colors, alphas, outline, reach, background, out)
    in_two_threads(_draw_gray, out, *looks)


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
    if labels.size > 0 and first < last and left < right:
        part = (0, height)
        _overlay(labels, rows, columns, (first, last, left, right), part, colors, alphas, outline, reach, out)
