"""Volumes of parts, of their sides, and how far the border of the labels makes them uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_classification.ct_radiomics.mesh import area_and_volume
from medapp_classification.ct_radiomics.roi import bounding_box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp_classification.mr_volumes.midplane import MidPlane

BORDER_MM: Final = 0.5
"""By how much the border is moved, half a voxel where voxels are larger than 1 mm."""
_ML: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Volume:
    """A volume in ml, and what it would be with its border moved inwards and outwards."""

    ml: float
    low: float
    high: float


def border_step(geometry: Geometry) -> float:
    """By how much the border is moved, in mm."""
    spacing = geometry.spacing_mm or (1.0, 1.0, 1.0)
    return max(BORDER_MM, float(np.cbrt(np.prod(spacing))) / 2)


def volume_of(mask: NDArray[np.bool_], geometry: Geometry) -> Volume:
    """The voxels' volume, and the interval by the area of their surface.

    Args:
        mask: bool (slices, rows, columns).
        geometry: Of known spacing.
    """
    box = bounding_box(mask)
    spacing = geometry.spacing_mm
    if box is None or spacing is None:
        return Volume(0.0, 0.0, 0.0)
    part = np.ascontiguousarray(mask[box])
    ml = float(part.sum()) * (geometry.voxel_volume_ml or 0.0)
    area, _ = area_and_volume(part, (spacing[2], spacing[1], spacing[0]))
    moved = area * border_step(geometry) / _ML
    return Volume(ml, max(ml - moved, 0.0), ml + moved)


def left_of(mask: NDArray[np.bool_], plane: MidPlane, geometry: Geometry) -> NDArray[np.bool_]:
    """The part of a mask that lies left of the plane."""
    weights, constant = plane.leftward(geometry)
    k, j, i = (
        (np.arange(size) * weight).reshape(shape)
        for size, weight, shape in zip(mask.shape, weights, ((-1, 1, 1), (1, -1, 1), (1, 1, -1)), strict=True)
    )
    found = np.zeros_like(mask)
    for n, plane_mask in enumerate(mask):
        if plane_mask.any():
            found[n] = plane_mask & ((k[n, 0, 0] + j[0] + i[0] + constant) > 0)
    return found


def asymmetry_percent(left: float, right: float) -> float | None:
    """(left - right) over their mean, in percent; None where both are empty."""
    mean = (left + right) / 2
    return 100 * (left - right) / mean if mean > 0 else None
