"""Compiled loops that take planes out of a volume. Importing this module imports numba."""

# numba takes the types from the call, and kernels take arrays one by one:
# ruff: noqa: ANN001, ANN201, ANN202, D417, PLR0913, PLR0917
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
from numba import njit

from medapp.ui.reading.kernels import NO_DATA, in_two_threads

_SLACK = 1e-9


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


@njit(nogil=True, cache=True, fastmath=True, inline="always")
def _mixed(volume, z, y, x, top_k, top_j, top_i):
    """Trilinear value at a place inside the volume."""
    # Unsigned indices spare the compiled loop the test for counting from the end.
    k, j, i = np.uint64(z), np.uint64(y), np.uint64(x)
    wz, wy, wx = np.float32(z - k), np.float32(y - j), np.float32(x - i)
    one = np.uint64(1)
    k1, j1, i1 = min(k + one, top_k), min(j + one, top_j), min(i + one, top_i)
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


@njit(nogil=True, cache=True, fastmath=True)
def _reslice_rows(part, volume, origin, right, down, fill, half, out, mask):
    """As `reslice_linear`, for the rows ``part[0]`` to ``part[1]``."""
    columns = out.shape[1]
    shape = np.array(volume.shape)
    high = (np.float64(shape[0] - 1), np.float64(shape[1] - 1), np.float64(shape[2] - 1))
    top_k, top_j, top_i = np.uint64(shape[0] - 1), np.uint64(shape[1] - 1), np.uint64(shape[2] - 1)
    base = np.empty(3)
    for r in range(part[0], part[1]):
        for axis in range(3):
            base[axis] = origin[axis] + r * down[axis]
        first, last = _span(base, right, shape, columns)
        row, marks = out[r], mask[r]
        row[:first], marks[:first] = fill, NO_DATA
        row[last:], marks[last:] = fill, NO_DATA
        marks[first:last] = 0
        for c in range(first, last):
            z = min(max(base[0] + c * right[0], 0.0), high[0])
            y = min(max(base[1] + c * right[1], 0.0), high[1])
            x = min(max(base[2] + c * right[2], 0.0), high[2])
            value = _mixed(volume, z, y, x, top_k, top_j, top_i)
            row[c] = np.floor(value + half) if half > 0.0 else value


def reslice_linear(volume, origin, right, down, fill, half, out, mask):
    """Sample a plane through a volume, trilinear, in two threads.

    Args:
        volume: (k, j, i).
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
def take_columns(volume, first, out):
    """``volume[:, :, first : first + n]`` into (n, k, j).

    Neighbours along a row come with the same cache line: eight planes take hardly longer than one.
    """
    count, slices, rows = out.shape
    for k in range(slices):
        for start in range(0, rows, 64):
            stop = min(start + 64, rows)
            for n in range(count):
                line = out[n, k]
                for j in range(start, stop):
                    line[j] = volume[k, j, first + n]
