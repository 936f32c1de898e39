"""Surface of a mask as marching cubes draw it at one half, without keeping a triangle.

A mask has two values, so that every vertex lies in the middle of an edge and what a cube holds is told by
its eight corners alone: area and volume are sums over how often each of the 256 cases occurs.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_CORNERS = tuple(product((0, 1), repeat=3))
_CASES = 256
_DIAGONAL = 2
_HALF = 4
Edge = tuple[int, int]
Triangle = tuple[Any, Any, Any]


def _faces() -> list[list[int]]:
    """The corners of every face in order, seen from outside always the same way round."""
    faces = []
    for axis, side in product(range(3), (0, 1)):
        first, second = [other for other in range(3) if other != axis]
        ring = []
        for a, b in ((0, 0), (1, 0), (1, 1), (0, 1)):
            corner = [0, 0, 0]
            corner[axis], corner[first], corner[second] = side, a, b
            ring.append(_CORNERS.index((corner[0], corner[1], corner[2])))
        turned = (side == 1) == (axis != 1)
        faces.append(ring if turned else ring[::-1])
    return faces


def _links(case: int) -> dict[Edge, Edge]:
    """From every cut edge to the next along the border of the surface.

    On a face, what is inside is entered through one edge and left through another; inside corners that lie
    across a face from each other are joined, as the voxels that they stand for touch.
    """
    links = {}
    for ring in _faces():
        inside = [bool(case >> corner & 1) for corner in ring]
        for start in range(4):
            if inside[start] or not inside[(start + 1) % 4]:
                continue
            stop = start + 1
            while inside[stop % 4]:
                stop += 1
            entry = (ring[start], ring[(start + 1) % 4])
            across = sum(inside) == _DIAGONAL and not inside[(start + 2) % 4]
            leave = (ring[start - 1], ring[start]) if across else (ring[(stop - 1) % 4], ring[stop % 4])
            links[min(entry), max(entry)] = (min(leave), max(leave))
    return links


@lru_cache(maxsize=1)
def triangles() -> tuple[NDArray[np.float64], ...]:
    """Triangles of every case: (n, 3 vertices, 3 coordinates) in (slice, row, column) of the cube."""
    found = []
    for case in range(_CASES):
        links = _links(case)
        mine = []
        while links:
            first = next(iter(links))
            loop, edge = [first], links.pop(first)
            while edge != first:
                loop.append(edge)
                edge = links.pop(edge)
            points = [np.mean([_CORNERS[corner] for corner in part], axis=0) for part in loop]
            mine += _fan(points, is_full=case.bit_count() >= _HALF)
        found.append(np.array(mine, dtype=np.float64).reshape(-1, 3, 3))
    return tuple(found)


def _fan(points: list[NDArray[np.float64]], *, is_full: bool) -> list[Triangle]:
    """Triangles of a loop: of all fans the one that holds the fewer corners of the cube most tightly.

    A case and its complement so have the same triangles, and neither inside nor outside is preferred.
    """
    size = len(points)
    fans: list[list[Triangle]] = [
        [
            (points[start], points[(start + n) % size], points[(start + n + 1) % size])
            for n in range(1, size - 1)
        ]
        for start in range(size)
    ]
    choose = min if is_full else max
    return choose(fans, key=lambda fan: round(sum(float(a @ np.cross(b, c)) for a, b, c in fan), 9))


def area_and_volume(mask: NDArray[np.bool_], spacing: Sequence[float]) -> tuple[float, float]:
    """Area in mm² and enclosed volume in mm³ of the surface of a mask.

    Args:
        mask: bool (slices, rows, columns).
        spacing: mm along its axes.
    """
    counts = _case_counts(mask)
    scale = np.asarray(spacing)
    area = flux = 0.0
    layers = np.arange(len(counts)) * scale[0]
    for case, local in enumerate(triangles()):
        count = counts[:, case]
        if not len(local) or not count.any():
            continue
        points = local * scale
        normals = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0]) / 2
        area += float(count.sum() * np.linalg.norm(normals, axis=1).sum())
        # The flow of (z, 0, 0) out of a closed surface is the volume within.
        flux += float((count * layers).sum() * normals[:, 0].sum())
        flux += float(count.sum() * (normals[:, 0] * points[:, :, 0].mean(axis=1)).sum())
    return area, abs(flux)


def _case_counts(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How often each case occurs in every layer of cubes: (slices + 1, 256)."""
    counts = np.zeros((mask.shape[0] + 1, _CASES), np.int64)
    empty = np.zeros(mask.shape[1:], np.uint8)
    below = np.pad(empty, 1)
    for layer in range(mask.shape[0] + 1):
        plane = mask[layer].view(np.uint8) if layer < mask.shape[0] else empty
        above = np.pad(plane, 1)
        case = np.zeros((above.shape[0] - 1, above.shape[1] - 1), np.uint8)
        for bit, (z, y, x) in enumerate(_CORNERS):
            part = (above if z else below)[y : y + case.shape[0], x : x + case.shape[1]]
            case |= part << bit
        counts[layer] = np.bincount(case.ravel(), minlength=_CASES)
        below = above
    return counts


def outline(mask: NDArray[np.bool_], spacing: Sequence[float]) -> NDArray[np.float64]:
    """Vertices (n, 3) in mm whose convex hull is that of the surface.

    The outermost voxels of every row are enough: any other lies between two of them.
    """
    k, j = np.nonzero(mask.any(axis=2))
    rows = mask[k, j]
    ends = (rows.argmax(axis=1), mask.shape[2] - 1 - rows[:, ::-1].argmax(axis=1))
    centres = np.concatenate([np.stack((k, j, end), axis=1) for end in ends]).astype(np.float64)
    centres = np.unique(centres, axis=0)
    steps = 0.5 * np.concatenate((np.eye(3), -np.eye(3)))
    return np.asarray((centres[:, None] + steps[None]).reshape(-1, 3) * np.asarray(spacing))
