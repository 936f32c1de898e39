"""The segment that is measured: image, morphological and intensity mask on the grid of the measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp_classification.ct_radiomics import resample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.volume import Volume
    from medapp_classification.ct_radiomics.settings import Settings

_MARGIN_MM = 8.0
"""More than the radius of the sphere of 1 ml around a peak."""


class NotComputable(Exception):  # noqa: N818 - a reason for the reader
    """A segment or a feature cannot be measured; the text says why."""


@dataclass(frozen=True, eq=False)
class Roi:
    """A segment and the image around it.

    Attributes:
        image: float32 (slices, rows, columns), with a margin where the image has one.
        shape: bool on the same grid, the morphological mask.
        inside: bool on the same grid, the intensity mask: what is left of `shape` after re-segmentation.
        spacing: mm along (slices, rows, columns).
    """

    image: NDArray[np.float32]
    shape: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    spacing: tuple[float, float, float]


def bounding_box(mask: NDArray[np.bool_]) -> tuple[slice, slice, slice] | None:
    """The box of what is set; None where nothing is."""
    bounds = []
    for axis in range(3):
        filled = np.flatnonzero(mask.any(axis=tuple(other for other in range(3) if other != axis)))
        if not len(filled):
            return None
        bounds.append(slice(int(filled[0]), int(filled[-1]) + 1))
    return bounds[0], bounds[1], bounds[2]


def cut(volume: Volume, mask: NDArray[np.bool_], settings: Settings) -> Roi:
    """Cut a segment out of an image and bring it to the grid of the measurement.

    Args:
        volume: Of known spacing.
        mask: bool (slices, rows, columns).
        settings: Interpolation, re-segmentation and the least number of voxels.

    Raises:
        NotComputable: With the reason.
    """
    box, spacing = bounding_box(mask), volume.geometry.spacing_mm
    if box is None or spacing is None:
        reason = "it has no voxel" if spacing else "the spacing of the image is not known"
        raise NotComputable(reason)
    steps = (spacing[2], spacing[1], spacing[0])
    lost = [k for k in volume.failed if box[0].start <= k < box[0].stop and mask[k].any()]
    if lost:
        message = f"{len(lost)} of its slices could not be read"
        raise NotComputable(message)
    if settings.interpolation == "none":
        around = _around(box, steps, mask.shape)
        image, valid = _real(volume, around)
        if settings.whole_numbers:
            np.rint(image, out=image)
        roi = (image, mask[around], valid, steps)
    else:
        roi = _resampled(volume, mask, box, steps, settings)
    return _resegmented(*roi, settings)


def _around(
    box: tuple[slice, slice, slice], steps: tuple[float, float, float], shape: tuple[int, ...]
) -> tuple[slice, ...]:
    margins = [int(np.ceil(_MARGIN_MM / step)) for step in steps]
    return tuple(
        slice(max(part.start - margin, 0), min(part.stop + margin, size))
        for part, margin, size in zip(box, margins, shape, strict=True)
    )


def _real(volume: Volume, box: tuple[slice, ...]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Real values, and where the file has any: not in padding nor in slices that failed to decode."""
    stored = np.asarray(volume.array[box])
    valid = np.isfinite(stored)
    if volume.padding is not None:
        valid &= (stored < volume.padding[0]) | (stored > volume.padding[1])
    for k in volume.failed:
        if box[0].start <= k < box[0].stop:
            valid[k - box[0].start] = False
    image = stored.astype(np.float32) * np.float32(volume.slope) + np.float32(volume.intercept)
    if not valid.all():
        image[~valid] = image[valid].mean() if valid.any() else 0
    return image, valid


def _resampled(
    volume: Volume,
    mask: NDArray[np.bool_],
    box: tuple[slice, slice, slice],
    steps: tuple[float, float, float],
    settings: Settings,
) -> tuple[NDArray[np.float32], NDArray[Any], NDArray[Any], tuple[float, float, float]]:
    edge = settings.voxel_mm
    wanted = (edge if settings.dimension == "3D" else steps[0], edge, edge)
    axes = []
    for part, size, step, new in zip(box, mask.shape, steps, wanted, strict=True):
        margin = _MARGIN_MM / step + 1
        axes.append(resample.axis_between(size, step, new, part.start - margin, part.stop - 1 + margin))
    grid = (axes[0], axes[1], axes[2])
    old = tuple(slice(axis.start, axis.stop) for axis in grid)
    image, valid = _real(volume, old)
    image = (resample.cubic if settings.interpolation == "cubic" else resample.linear)(image, grid)
    if settings.whole_numbers:
        np.rint(image, out=image)
    share = resample.linear(mask[old], grid)
    known = np.ones(share.shape, np.bool_) if valid.all() else resample.linear(valid, grid) > 1 - 1e-6
    return image, share >= settings.mask_threshold - 1e-6, known, wanted


def _resegmented(
    image: NDArray[np.float32],
    shape: NDArray[np.bool_],
    valid: NDArray[np.bool_],
    spacing: tuple[float, float, float],
    settings: Settings,
) -> Roi:
    inside = shape & valid
    if settings.low is not None:
        inside &= image >= settings.low
    if settings.high is not None:
        inside &= image <= settings.high
    if settings.outlier_sigma and inside.any():
        values = image[inside].astype(np.float64)
        reach = settings.outlier_sigma * values.std()
        inside &= np.abs(image - values.mean()) <= reach + 1e-9
    least = max(settings.minimum_voxels, 1)
    for count, words in ((shape.sum(), ""), (inside.sum(), " with intensities in the range")):
        if count < least:
            message = f"it has {count} voxels{words} of {_edges(spacing)} mm, at least {least} are needed"
            raise NotComputable(message)
    return Roi(image, shape, inside, spacing)


def _edges(spacing: tuple[float, float, float]) -> str:
    return " × ".join(f"{step:.3g}" for step in spacing[::-1])
