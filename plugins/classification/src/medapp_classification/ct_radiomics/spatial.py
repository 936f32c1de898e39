"""Moran's I and Geary's C over all pairs of voxels, which is a correlation and so a product of spectra.

The sums over pairs weighted by the inverse of their distance are exact: no pair is left out and none is
drawn by chance. Spectra are made axis by axis, so that the rows of zeros around the segment cost nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from medapp_classification.ct_radiomics.roi import NotComputable, bounding_box

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from medapp_classification.ct_radiomics.roi import Roi

_MOST_VOXELS = 1 << 28
"""Of the box with room for the longest distance; beyond it memory runs to more than 3 GiB."""
_SLAB = 16


def moran_and_geary(roi: Roi, check_cancelled: Callable[[], None]) -> tuple[float, float]:
    """Moran's I and Geary's C of the intensities (IBSI N365, NPT7).

    Raises:
        NotComputable: Where there are fewer than two voxels, one intensity only, or too large a box.
    """
    box = bounding_box(roi.inside)
    count = int(roi.inside.sum())
    if box is None or count < 2:  # noqa: PLR2004 - a pair
        message = "there is no pair of voxels"
        raise NotComputable(message)
    inside = roi.inside[box]
    values = np.where(inside, roi.image[box], 0).astype(np.float64)
    mean = values.sum() / count
    values = np.where(inside, values - mean, 0)
    spread = float((values**2).sum())
    if spread <= 0:
        message = "all its intensities are the same"
        raise NotComputable(message)
    # The scale of the values must not decide on the precision of the sums.
    values /= np.sqrt(spread / count)
    weights, products, squares = _pair_sums(inside, values.astype(np.float32), roi.spacing, check_cancelled)
    moran = products / weights
    geary = (count - 1) / count * (1 + (squares - products) / weights)
    return moran, geary


def _pair_sums(
    inside: NDArray[np.bool_],
    values: NDArray[np.float32],
    spacing: Sequence[float],
    check_cancelled: Callable[[], None],
) -> tuple[float, float, float]:
    """Sums over all ordered pairs of w, w y_i y_j and w (y_i² - 1), where the mean of y² is 1."""
    from scipy import fft

    half = [fft.next_fast_len(size, real=True) for size in inside.shape]
    whole = [2 * size for size in half]
    if np.prod([float(size) for size in whole]) > _MOST_VOXELS:
        message = "it is too large for all pairs of its voxels: measure it with larger voxels"
        raise NotComputable(message)
    spectra = []
    for part in (inside.astype(np.float32), values, np.where(inside, values**2 - 1, np.float32(0))):
        check_cancelled()
        first = fft.rfft(part, n=whole[2], axis=2)
        spectra.append(fft.fft(first, n=whole[1], axis=1, overwrite_x=True))
        del first
    kernel = _kernel_spectrum(half, spacing)
    totals = np.zeros(3)
    for start in range(0, whole[1], _SLAB):
        check_cancelled()
        rows = np.arange(start, min(start + _SLAB, whole[1]))
        mask, linear, square = (fft.fft(one[:, rows], n=whole[0], axis=0) for one in spectra)
        weight = _weight_of(kernel, rows, whole)
        products = (
            mask.real**2 + mask.imag**2,
            linear.real**2 + linear.imag**2,
            square.real * mask.real + square.imag * mask.imag,
        )
        totals += [float((weight * one).sum(dtype=np.float64)) for one in products]
    weights, crossed, squares = totals / np.prod([float(size) for size in whole])
    return float(weights), float(crossed), float(squares)


def _kernel_spectrum(half: Sequence[int], spacing: Sequence[float]) -> NDArray[np.float32]:
    """Spectrum of the inverse distance, which is even along all axes: one octant holds it all."""
    from scipy import fft

    squared: NDArray[Any] = np.zeros([size + 1 for size in half])
    for axis, (size, step) in enumerate(zip(half, spacing, strict=True)):
        shape = [1, 1, 1]
        shape[axis] = size + 1
        squared = squared + ((np.arange(size + 1) * step) ** 2).reshape(shape)
    squared[0, 0, 0] = np.inf
    kernel = (1 / np.sqrt(squared)).astype(np.float32)
    return np.asarray(fft.dctn(kernel, type=1, overwrite_x=True), dtype=np.float32)


def _weight_of(
    kernel: NDArray[np.float32], rows: NDArray[np.int64], whole: Sequence[int]
) -> NDArray[np.float32]:
    """The spectrum at rows of the whole box, both halves of its columns counted: (slices, rows, columns)."""
    folded_rows = np.minimum(rows, whole[1] - rows)
    slices = np.arange(whole[0])
    folded_slices = np.minimum(slices, whole[0] - slices)
    part = kernel[folded_slices][:, folded_rows]
    # All columns but the first and the middle one stand for their mirror image too.
    twice = np.full(kernel.shape[2], 2, np.float32)
    twice[0] = twice[-1] = 1
    return np.asarray(part * twice)
