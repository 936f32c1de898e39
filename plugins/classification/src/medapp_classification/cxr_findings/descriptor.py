"""Hand-made descriptors that nothing was trained for: directions of edges, grey values, their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp_classification.cxr_findings.image import squared

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SIDE = 64
"""Pictures are described at the size of the smallest, so that sharpness tells nothing of the source."""
_DIRECTIONS = 9
_FINE, _COARSE = 8, 16
_THUMB, _BINS = 16, 16
_MOST = 0.5


def described(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the baseline reads of an image (n, n) in 0..1: 848 numbers.

    Histograms of oriented gradients (Dalal and Triggs, CVPR 2005) in 8 x 8 cells, a picture of 16 x 16
    standardised points, and a histogram of grey values.
    """
    small = squared(image, _SIDE)
    thumb = squared(image, _THUMB)
    thumb = (thumb - thumb.mean()) / (thumb.std() + np.float32(1e-3))
    greys = np.histogram(small, _BINS, (0, 1))[0] / small.size
    return np.concatenate([gradients(small, _FINE).ravel(), thumb.ravel(), greys]).astype(np.float32)


def layout(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """How an image is laid out, in 144 numbers: directions of edges in 4 x 4 large cells."""
    return gradients(squared(image, _SIDE), _COARSE).ravel().astype(np.float32)


def gradients(image: NDArray[np.float32], cell: int) -> NDArray[np.float64]:
    """Histograms of oriented gradients (cells, cells, 9), unsigned, each normalised with its neighbours."""
    down, right = np.gradient(image.astype(np.float64))
    strength = np.hypot(down, right)
    place = (np.arctan2(down, right) % np.pi) / np.pi * _DIRECTIONS
    low = np.floor(place)
    share = place - low
    count = image.shape[0] // cell
    rows, columns = np.indices(image.shape) // cell
    found = np.zeros((count, count, _DIRECTIONS))
    first = low.astype(int) % _DIRECTIONS
    np.add.at(found, (rows, columns, first), strength * (1 - share))
    np.add.at(found, (rows, columns, (first + 1) % _DIRECTIONS), strength * share)
    padded = np.pad(np.square(found).sum(axis=2), 1)
    around = sum(padded[i : i + count, j : j + count] for i in range(3) for j in range(3))
    return np.minimum(found / np.sqrt(np.asarray(around)[..., None] + 1e-3), _MOST)
