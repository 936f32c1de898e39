"""The compiled loops over voxels and their neighbours.

Grey levels come as a flat array with a border of zeros around the box, 0 outside of the segment, so that a
neighbour is an offset and no bound has to be looked at. Compiled code is kept on disk.
"""

# numba takes the types from the call:
# ruff: noqa: ANN001, ANN201, ANN202
# mypy: allow-untyped-defs, allow-untyped-calls

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def pairs(levels, voxels, offset, grey_levels):
    """Count how often level i has level j at `offset`: (grey_levels, grey_levels), one way only."""
    found = np.zeros((grey_levels, grey_levels), np.int64)
    for voxel in voxels:
        other = levels[voxel + offset]
        if other > 0:
            found[levels[voxel] - 1, other - 1] += 1
    return found


@njit(nogil=True, cache=True)
def runs(levels, voxels, offset, grey_levels, longest):
    """Count runs of one level along `offset`: (grey_levels, longest)."""
    found = np.zeros((grey_levels, longest), np.int64)
    for voxel in voxels:
        level = levels[voxel]
        if levels[voxel - offset] == level:
            continue
        length = 1
        place = voxel + offset
        while levels[place] == level:
            length += 1
            place += offset
        found[level - 1, length - 1] += 1
    return found


@njit(nogil=True, cache=True)
def zones(levels, distances, voxels, offsets):
    """Connected voxels of one level.

    Returns:
        Level, number of voxels and least distance of every zone.
    """
    seen = np.zeros(levels.size, np.bool_)
    waiting = np.empty(voxels.size, np.int64)
    level_of = np.empty(voxels.size, np.int32)
    size_of = np.empty(voxels.size, np.int64)
    distance_of = np.empty(voxels.size, np.int32)
    count = 0
    for start in voxels:
        if seen[start]:
            continue
        level = levels[start]
        seen[start] = True
        waiting[0] = start
        held, size, nearest = 1, 0, distances[start]
        while held:
            held -= 1
            voxel = waiting[held]
            size += 1
            nearest = min(nearest, distances[voxel])
            for offset in offsets:
                other = voxel + offset
                if levels[other] == level and not seen[other]:
                    seen[other] = True
                    waiting[held] = other
                    held += 1
        level_of[count], size_of[count], distance_of[count] = level, size, nearest
        count += 1
    return level_of[:count], size_of[:count], distance_of[:count]


@njit(nogil=True, cache=True)
def tones(levels, voxels, offsets, grey_levels):
    """Voxels with neighbours, and summed difference from the mean of the neighbours, by level."""
    counts = np.zeros(grey_levels, np.int64)
    differences = np.zeros(grey_levels, np.float64)
    for voxel in voxels:
        total = 0
        neighbours = 0
        for offset in offsets:
            other = levels[voxel + offset]
            if other > 0:
                total += other
                neighbours += 1
        if neighbours:
            level = levels[voxel]
            counts[level - 1] += 1
            differences[level - 1] += abs(level - total / neighbours)
    return counts, differences


@njit(nogil=True, cache=True)
def dependences(levels, voxels, offsets, grey_levels):
    """Voxels by level and by how many neighbours, themselves included, are of the same level."""
    found = np.zeros((grey_levels, offsets.size + 1), np.int64)
    for voxel in voxels:
        level = levels[voxel]
        alike = 0
        for offset in offsets:
            if levels[voxel + offset] == level:
                alike += 1
        found[level - 1, alike] += 1
    return found


@njit(nogil=True, cache=True, fastmath={"reassoc", "contract"})
def _row_sums(sums, counts, place, chords, margin, total, held):
    """Sum and number of the voxels in a sphere around every voxel of one row, into `total` and `held`."""
    total[:] = 0
    held[:] = 0
    for chord in chords:
        z, y, half = place[0] + chord[0], place[1] + chord[1], chord[2]
        if z < 0 or y < 0 or z >= sums.shape[0] or y >= sums.shape[1]:
            continue
        line = sums[z, y]
        low, high = margin - half, margin + half + 1
        for i in range(total.size):
            total[i] += line[i + high] - line[i + low]
            held[i] += counts[i + high] - counts[i + low]


@njit(nogil=True, cache=True)
def peaks(image, inside, sums, counts, chords, margin, highest):
    """Mean intensity in a sphere around voxels: at the brightest ones, and the highest of all.

    What lies outside of the image is left out of the mean.

    Args:
        image: float (slices, rows, columns).
        inside: bool of the same shape, the voxels to look at.
        sums: float (slices, rows, columns + 1 + 2 margins), running sums along columns.
        counts: The same of ones, for one row: how many columns there are.
        chords: int (m, 3): slice, row, and half length in columns of every line of the sphere.
        margin: Columns by which `sums` and `counts` go on beyond the image.
        highest: The greatest value of `image` where `inside`.
    """
    slices, rows, columns = image.shape
    local, anywhere = -np.inf, -np.inf
    total = np.empty(columns, np.float64)
    held = np.empty(columns, np.float64)
    for k in range(slices):
        for j in range(rows):
            if not inside[k, j].any():
                continue
            _row_sums(sums, counts, (k, j), chords, margin, total, held)
            for i in np.flatnonzero(inside[k, j]):
                mean = total[i] / held[i]
                anywhere = max(anywhere, mean)
                if image[k, j, i] == highest:
                    local = max(local, mean)
    return local, anywhere
