"""Morphology in millimetres over exact distance maps, and connected regions. Masks are bool (k, j, i)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Mask = NDArray[np.bool_]
    Spacing = tuple[float, float, float]
    Box = tuple[slice, slice, slice]


def distance_to(mask: Mask, spacing: Spacing) -> NDArray[np.float32]:
    """Distance in mm of every voxel centre to the nearest voxel of `mask`; infinite where there is none."""
    if not mask.any():
        return np.full(mask.shape, np.inf, np.float32)
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    image.SetSpacing(spacing[::-1])
    signed = sitk.SignedMaurerDistanceMap(
        image, insideIsPositive=False, squaredDistance=False, useImageSpacing=True
    )
    return np.asarray(np.maximum(sitk.GetArrayFromImage(signed), 0, dtype=np.float32))


def dilate(mask: Mask, radius: float, spacing: Spacing) -> Mask:
    """All voxels within `radius` mm."""
    result: Mask = np.zeros_like(mask, dtype=np.bool_)
    box = bounding_box(mask, [int(radius / step) + 1 for step in spacing])
    if box is None:
        return result
    part = mask[box]
    offsets = _ball(radius, spacing)
    if len(offsets) > _MOST_OFFSETS:
        result[box] = distance_to(part, spacing) <= radius
        return result
    grown = part.copy()
    for offset in offsets:
        into, outof = _shifted(offset)
        grown[into] |= part[outof]
    result[box] = grown
    return result


def erode(mask: Mask, radius: float, spacing: Spacing) -> Mask:
    """All voxels farther than `radius` mm from the outside. The edge of the image is not outside."""
    result: Mask = np.zeros_like(mask, dtype=np.bool_)
    box = bounding_box(mask, (1, 1, 1))
    if box is not None:
        result[box] = mask[box] & ~dilate(~mask[box], radius, spacing)
    return result


_MOST_OFFSETS = 40
"""Up to so many, shifted copies are faster than a distance map."""


def _ball(radius: float, spacing: Spacing) -> list[tuple[int, int, int]]:
    """Offsets (k, j, i) other than zero within `radius` mm."""
    reach = [int(radius / step) for step in spacing]
    k, j, i = np.mgrid[tuple(slice(-size, size + 1) for size in reach)]
    squared = (k * spacing[0]) ** 2 + (j * spacing[1]) ** 2 + (i * spacing[2]) ** 2
    near = (squared <= radius**2) & (squared > 0)
    return [(int(a), int(b), int(c)) for a, b, c in zip(k[near], j[near], i[near], strict=True)]


def _shifted(offset: tuple[int, int, int]) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Where a copy moved by `offset` goes to, and what of it stays in the image."""
    into = tuple(slice(max(step, 0), min(step, 0) or None) for step in offset)
    outof = tuple(slice(max(-step, 0), min(-step, 0) or None) for step in offset)
    return into, outof


def opening(mask: Mask, radius: float, spacing: Spacing) -> Mask:
    """Erode, then dilate: drops what is thinner than twice `radius`."""
    return dilate(erode(mask, radius, spacing), radius, spacing) & mask


def closing(mask: Mask, radius: float, spacing: Spacing) -> Mask:
    """Dilate, then erode, on an image widened by `radius` so that its edge neither adds nor takes."""
    box = bounding_box(mask, tuple(int(np.ceil(radius / step)) + 2 for step in spacing))
    if box is None:
        return mask.copy()
    margin = [(int(np.ceil(radius / step)) + 2,) * 2 for step in spacing]
    part = np.pad(mask[box], margin)
    closed = erode(dilate(part, radius, spacing), radius, spacing)
    inner = tuple(slice(low, size - high) for (low, high), size in zip(margin, part.shape, strict=True))
    result = mask.copy()
    result[box] |= closed[inner]
    return result


def bounding_box(mask: Mask, margin: Iterable[int] = (0, 0, 0)) -> tuple[slice, slice, slice] | None:
    """Slices that hold all of `mask` and a margin; None for an empty mask."""
    slices = []
    for axis, extra in enumerate(margin):
        others = tuple(other for other in range(3) if other != axis)
        hit = np.flatnonzero(mask.any(axis=others))
        if hit.size == 0:
            return None
        slices.append(slice(max(int(hit[0]) - extra, 0), min(int(hit[-1]) + 1 + extra, mask.shape[axis])))
    return (slices[0], slices[1], slices[2])


def widened(box: Box, reach: list[int], shape: tuple[int, ...]) -> Box:
    """A box with a margin of `reach` voxels on either side, within the image."""
    first, second, third = (
        slice(max(part.start - extra, 0), min(part.stop + extra, size))
        for part, extra, size in zip(box, reach, shape, strict=True)
    )
    return (first, second, third)


def regions(mask: Mask) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Regions connected by faces, and the number of voxels of each; region 0 is the background."""
    labelled = sitk.GetArrayFromImage(sitk.ConnectedComponent(sitk.GetImageFromArray(mask.astype(np.uint8))))
    labelled = labelled.astype(np.int32, copy=False)
    sizes = np.bincount(labelled.ravel())
    sizes[0] = 0
    return labelled, sizes


def grow_within(seed: Mask, mask: Mask) -> Mask:
    """The regions of `mask` that hold a voxel of `seed`."""
    labelled, sizes = regions(mask)
    keep = np.zeros(sizes.size, np.bool_)
    keep[labelled[seed & mask]] = True
    keep[0] = False
    return np.asarray(keep[labelled])


def fill_planes(mask: Mask) -> Mask:
    """Fill holes slice by slice."""
    return np.stack([ndimage.binary_fill_holes(plane) for plane in mask])
