"""Compiled loops that take planes out of a volume. Importing this module imports numba."""

# numba takes the types from the call, and kernels take arrays one by one:
# ruff: noqa: ANN001, ANN201, ANN202, D417, PLR0913, PLR0917
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
from numba import njit

from medapp.ui.reading.kernels import NO_DATA, in_two_threads

_SLACK = 1e-9
_FINE = 32
"""Bits behind the point of the whole numbers that count along a row."""


@njit(nogil=True, cache=True)
def _inside(start, step, length, count):
    """First and one past the last n in 0..count with -0.5 <= start + n * step <= length - 0.5."""
    low = -0.5 - start
    high = length - 0.5 - start
    if abs(step) < _SLACK:
        if low <= 0.0 <= high:
            return 0, count
        return 0, 0
    first = low / step
    last = high / step
    if first > last:
        first, last = last, first
    return max(0, int(np.ceil(first - _SLACK))), min(count, int(np.floor(last + _SLACK)) + 1)


@njit(nogil=True, cache=True)
def _span(base, step, shape, count):
    """The pixels of one row that lie inside the volume."""
    first = 0
    last = count
    for axis in range(3):
        begin, end = _inside(base[axis], step[axis], shape[axis], count)
        first = max(first, begin)
        last = min(last, end)
    return first, max(first, last)


@njit(nogil=True, cache=True)
def _between(start, step, limit, first, last):
    """Narrow `first` to `last` to the n with 0 <= start + n * step < limit, all whole numbers."""
    if step == 0:
        return (first, last) if 0 <= start < limit else (first, first)
    if step > 0:
        begin, end = -(start // step), (limit - 1 - start) // step + 1
    else:
        begin, end = (start - limit) // -step + 1, start // -step + 1
    first = min(max(first, begin), last)
    return first, max(first, min(last, end))


@njit(nogil=True, cache=True)
def _fixed(base, step, shape, first, last):
    """Start and step of a row as whole numbers, and the pixels whose eight neighbours all exist."""
    starts, steps = np.empty(3, np.int64), np.empty(3, np.int64)
    begin, end = first, last
    one = 2.0**_FINE
    for axis in range(3):
        starts[axis] = np.int64(np.floor(base[axis] * one))
        steps[axis] = np.int64(np.rint(step[axis] * one))
        begin, end = _between(starts[axis], steps[axis], (shape[axis] - 1) << _FINE, begin, end)
    return starts, steps, begin, max(begin, end)


@njit(nogil=True, cache=True, fastmath=True, inline="always")
def _mixed(volume, low, high, weights):
    """Trilinear mean of the neighbours `low` and `high`, both (k, j, i); the weights are those of `high`."""
    k, j, i = low
    k1, j1, i1 = high
    wz, wy, wx = weights
    a = np.float32(volume[k, j, i])
    a += wx * (np.float32(volume[k, j, i1]) - a)
    b = np.float32(volume[k, j1, i])
    b += wx * (np.float32(volume[k, j1, i1]) - b)
    a += wy * (b - a)
    d = np.float32(volume[k1, j, i])
    d += wx * (np.float32(volume[k1, j, i1]) - d)
    e = np.float32(volume[k1, j1, i])
    e += wx * (np.float32(volume[k1, j1, i1]) - e)
    d += wy * (e - d)
    return a + wz * (d - a)


@njit(nogil=True, cache=True, fastmath=True, inline="always")
def _sampled(volume, z, y, x, top_k, top_j, top_i):
    """Trilinear value at a place inside the volume."""
    # Unsigned indices spare the compiled loop the test for counting from the end.
    k, j, i = np.uint64(z), np.uint64(y), np.uint64(x)
    wz, wy, wx = np.float32(z - k), np.float32(y - j), np.float32(x - i)
    one = np.uint64(1)
    k1, j1, i1 = min(k + one, top_k), min(j + one, top_j), min(i + one, top_i)
    return _mixed(volume, (k, j, i), (k1, j1, i1), (wz, wy, wx))


@njit(nogil=True, cache=True, fastmath=True)
def _clamped(volume, base, right, first, last, half, row):
    """The pixels `first` to `last` of a row, those beyond the outermost voxels' middles with these voxels."""
    k, j, i = volume.shape
    top_k, top_j, top_i = np.uint64(k - 1), np.uint64(j - 1), np.uint64(i - 1)
    for c in range(first, last):
        z = min(max(base[0] + c * right[0], 0.0), np.float64(k - 1))
        y = min(max(base[1] + c * right[1], 0.0), np.float64(j - 1))
        x = min(max(base[2] + c * right[2], 0.0), np.float64(i - 1))
        value = _sampled(volume, z, y, x, top_k, top_j, top_i)
        row[c] = np.floor(value + half) if half > 0.0 else value


@njit(nogil=True, cache=True, fastmath=True, inline="always")
def _part(place):
    """What is behind the point, as float32."""
    bits = np.int32((place >> (_FINE - 24)) & np.int64(0xFFFFFF))
    return np.float32(bits) * np.float32(2.0**-24)


@njit(nogil=True, cache=True, fastmath=True)
def _inner(volume, starts, steps, first, last, half, row):
    """The pixels `first` to `last` of a row: all their neighbours exist, nothing is tested."""
    one, fine = np.uint64(1), np.uint64(_FINE)
    z, y, x = starts + first * steps
    dz, dy, dx = steps
    pixels = row[first:last]
    for c in range(pixels.size):
        wz, wy, wx = _part(z), _part(y), _part(x)
        k, j, i = np.uint64(z) >> fine, np.uint64(y) >> fine, np.uint64(x) >> fine
        k1, j1, i1 = k + one, j + one, i + one
        value = _mixed(volume, (k, j, i), (k1, j1, i1), (wz, wy, wx))
        pixels[c] = np.floor(value + half) if half > 0.0 else value
        z, y, x = z + dz, y + dy, x + dx


@njit(nogil=True, cache=True, fastmath=True)
def _reslice_rows(part, volume, origin, right, down, fill, half, out, mask):
    """As `reslice_linear`, for the rows ``part[0]`` to ``part[1]``."""
    shape = np.array(volume.shape)
    half32 = np.float32(half)
    base = np.empty(3)
    for r in range(part[0], part[1]):
        for axis in range(3):
            base[axis] = origin[axis] + r * down[axis]
        first, last = _span(base, right, shape, out.shape[1])
        row, marks = out[r], mask[r]
        row[:first], marks[:first] = fill, NO_DATA
        row[last:], marks[last:] = fill, NO_DATA
        marks[first:last] = 0
        starts, steps, begin, end = _fixed(base, right, shape, first, last)
        _clamped(volume, base, right, first, begin, half32, row)
        _inner(volume, starts, steps, begin, end, half32, row)
        _clamped(volume, base, right, end, last, half32, row)


def reslice_linear(volume, origin, right, down, fill, half, out, mask):
    """Sample a plane through a volume, trilinear, in two threads.

    Args:
        volume: (k, j, i), in memory order.
        origin, right, down: float64 (k, j, i): index of pixel (0, 0), step a column, step a row.
        fill: value outside the volume.
        half: added before the value is cut to the type of `out`: 0.5 for integers.
        out: (rows, columns); mask: the same, uint16, NO_DATA outside and 0 inside.
    """
    in_two_threads(_reslice_rows, out, volume, origin, right, down, fill, half, out, mask)


@njit(nogil=True, cache=True)
def reslice_labels(labels, origin, right, down, out):
    """Sample a plane through a label map, nearest; 0 outside."""
    rows, columns = out.shape
    for r in range(rows):
        z0 = origin[0] + r * down[0]
        y0 = origin[1] + r * down[1]
        x0 = origin[2] + r * down[2]
        for c in range(columns):
            k = int(np.floor(z0 + c * right[0] + 0.5))
            j = int(np.floor(y0 + c * right[1] + 0.5))
            i = int(np.floor(x0 + c * right[2] + 0.5))
            if 0 <= k < labels.shape[0] and 0 <= j < labels.shape[1] and 0 <= i < labels.shape[2]:
                out[r, c] = labels[k, j, i]
            else:
                out[r, c] = 0


@njit(nogil=True, cache=True)
def max_over_columns(volume, first, last, out):
    """Maximum over ``volume[:, :, first:last]`` into (k, j)."""
    for k in range(volume.shape[0]):
        for j in range(volume.shape[1]):
            best = volume[k, j, first]
            for i in range(first + 1, last):
                best = max(best, volume[k, j, i])
            out[k, j] = best


@njit(nogil=True, cache=True)
def _take_columns(part, volume, first, out):
    """As `take_columns`, for the slices ``part[0]`` to ``part[1]``, whatever the type."""
    _, count, rows = out.shape
    for k in range(part[0], part[1]):
        for start in range(0, rows, 64):
            stop = min(start + 64, rows)
            for n in range(count):
                line = out[k, n]
                for j in range(start, stop):
                    line[j] = volume[k, j, first + n]


@njit(nogil=True, cache=True, inline="always")
def _swap(upper, lower, bits, mask):
    """Turn the fields of two words about: the odd ones of `upper` against the even ones of `lower`."""
    return (upper & mask) | ((lower & mask) << bits), ((upper >> bits) & mask) | (lower & ~mask)


@njit(nogil=True, cache=True)
def _turn_pairs(part, words, first, out):
    """As `_take_columns`, four rows and four columns of 16 bits at a time."""
    u = np.uint64
    mask32, mask16 = u(0x00000000FFFFFFFF), u(0x0000FFFF0000FFFF)
    wide, narrow, one, two, three, four = u(32), u(16), u(1), u(2), u(3), u(4)
    # Unsigned indices throughout: the test for counting from the end takes longer than the turning.
    for k in range(u(part[0]), u(part[1])):
        for n in range(u(out.shape[1] // 4)):
            i, to = u(first) + n, four * n
            for at in range(u(out.shape[2])):
                j = four * at
                a, b = _swap(words[k, j, i], words[k, j + one, i], narrow, mask16)
                c, d = _swap(words[k, j + two, i], words[k, j + three, i], narrow, mask16)
                out[k, to, at], out[k, to + two, at] = _swap(a, c, wide, mask32)
                out[k, to + one, at], out[k, to + three, at] = _swap(b, d, wide, mask32)


@njit(nogil=True, cache=True)
def _turn_bytes(part, words, first, out):
    """As `_take_columns`, eight rows and eight columns of 8 bits at a time."""
    u = np.uint64
    mask32, mask16, mask8 = u(0x00000000FFFFFFFF), u(0x0000FFFF0000FFFF), u(0x00FF00FF00FF00FF)
    wide, middle, narrow = u(32), u(16), u(8)
    one, two, three, four, five, six, seven, eight = u(1), u(2), u(3), u(4), u(5), u(6), u(7), u(8)
    for k in range(u(part[0]), u(part[1])):
        for n in range(u(out.shape[1] // 8)):
            i, to = u(first) + n, eight * n
            for at in range(u(out.shape[2])):
                j = eight * at
                a, b = _swap(words[k, j, i], words[k, j + one, i], narrow, mask8)
                c, d = _swap(words[k, j + two, i], words[k, j + three, i], narrow, mask8)
                e, f = _swap(words[k, j + four, i], words[k, j + five, i], narrow, mask8)
                g, h = _swap(words[k, j + six, i], words[k, j + seven, i], narrow, mask8)
                a, c = _swap(a, c, middle, mask16)
                b, d = _swap(b, d, middle, mask16)
                e, g = _swap(e, g, middle, mask16)
                f, h = _swap(f, h, middle, mask16)
                out[k, to, at], out[k, to + four, at] = _swap(a, e, wide, mask32)
                out[k, to + one, at], out[k, to + five, at] = _swap(b, f, wide, mask32)
                out[k, to + two, at], out[k, to + six, at] = _swap(c, g, wide, mask32)
                out[k, to + three, at], out[k, to + seven, at] = _swap(d, h, wide, mask32)


def take_columns(volume, first, out):
    """``volume[:, :, first : first + n]`` into (k, n, j), in two threads.

    Neighbours along a row come with the same cache line: eight planes take hardly longer than one. Where
    rows and columns come in whole words of eight bytes they are turned about inside the registers.
    """
    lanes = 8 // volume.itemsize
    turn = {1: _turn_bytes, 2: _turn_pairs}.get(volume.itemsize)
    whole = not any(size % lanes for size in (first, out.shape[1], *volume.shape[1:])) if turn else False
    if whole and volume.flags.c_contiguous and volume.ctypes.data % 8 == 0:
        words, turned = volume.view(np.uint64), out.view(np.uint64)
        in_two_threads(turn, out, words, first // lanes, turned)
    else:
        in_two_threads(_take_columns, out, volume, first, out)
