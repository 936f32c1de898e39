"""Size and shape of a segment (IBSI 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp_classification.ct_radiomics.mesh import area_and_volume, outline
from medapp_classification.ct_radiomics.roi import NotComputable, bounding_box
from medapp_classification.ct_radiomics.spatial import moran_and_geary

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from medapp_classification.ct_radiomics.roi import Roi

Values = dict[str, float | str]
"""A number by tag, or in its place a sentence that says why there is none."""
_ROWS = 2000
_ONE_POINT = 1e-9
_TERMS = 20


def morphology(roi: Roi, check_cancelled: Callable[[], None]) -> Values:
    """All features of the family."""
    box = bounding_box(roi.shape)
    if box is None:
        message = "it has no voxel"
        raise NotComputable(message)
    shape = roi.shape[box]
    area, volume = area_and_volume(shape, roi.spacing)
    check_cancelled()
    found = _of_surface(area, volume)
    found["morph_vol_approx"] = float(shape.sum() * np.prod(roi.spacing))
    found["morph_com"] = _centre_shift(roi)
    found["morph_integ_int"] = float(roi.image[roi.inside].mean(dtype=np.float64) * volume)
    found |= _box(shape, roi.spacing, area, volume)
    found |= _ellipsoid(shape, roi.spacing, area, volume)
    check_cancelled()
    found |= _hull(shape, roi.spacing, area, volume)
    check_cancelled()
    return found | _spread(roi, check_cancelled)


def _of_surface(area: float, volume: float) -> Values:
    sphere = (36 * np.pi * volume**2) ** (1 / 3)
    found = {
        "volume": volume,
        "area_mesh": area,
        "av": area / volume,
        "comp_1": volume / (np.sqrt(np.pi) * area**1.5),
        "comp_2": 36 * np.pi * volume**2 / area**3,
        "sph_dispr": area / sphere,
        "sphericity": sphere / area,
        "asphericity": (area**3 / (36 * np.pi * volume**2)) ** (1 / 3) - 1,
    }
    return {f"morph_{name}": float(value) for name, value in found.items()}


def _centre_shift(roi: Roi) -> float | str:
    weights = roi.image[roi.inside].astype(np.float64)
    if abs(weights.sum()) < _ONE_POINT * np.abs(weights).sum() or not weights.any():
        return "its intensities sum to zero"
    steps = np.asarray(roi.spacing)
    by_shape = np.argwhere(roi.shape).mean(axis=0)
    by_intensity = weights @ np.argwhere(roi.inside) / weights.sum()
    return float(np.linalg.norm((by_shape - by_intensity) * steps))


def _box(shape: NDArray[np.bool_], spacing: tuple[float, float, float], area: float, volume: float) -> Values:
    a, b, c = np.array(shape.shape) * np.asarray(spacing)
    return {
        "morph_vol_dens_aabb": float(volume / (a * b * c)),
        "morph_area_dens_aabb": float(area / (2 * (a * b + b * c + a * c))),
    }


def _ellipsoid(
    shape: NDArray[np.bool_], spacing: tuple[float, float, float], area: float, volume: float
) -> Values:
    """Principal axes of the voxels, and the ellipsoid that they span."""
    points = np.argwhere(shape) * np.asarray(spacing)
    points -= points.mean(axis=0)
    spread = np.linalg.eigvalsh(points.T @ points / max(len(points) - 1, 1))[::-1]
    a, b, c = 2 * np.sqrt(np.maximum(spread, 0))
    found: Values = {
        "morph_pca_maj_axis": float(2 * a),
        "morph_pca_min_axis": float(2 * b),
        "morph_pca_least_axis": float(2 * c),
    }
    flat = "it has no extent along one of its axes"
    found["morph_pca_elongation"] = float(b / a) if a > _ONE_POINT else flat
    found["morph_pca_flatness"] = float(c / a) if a > _ONE_POINT else flat
    thick = c > _ONE_POINT
    body = 4 / 3 * np.pi * a * b * c
    found["morph_vol_dens_aee"] = float(volume / body) if thick else flat
    found["morph_area_dens_aee"] = float(area / _ellipsoid_area(a, b, c)) if thick else flat
    return found


def _ellipsoid_area(a: float, b: float, c: float) -> float:
    """Area by the series of the reference manual, half axes from the longest.

    The series is some percent off the area of the ellipsoid; the reference values are made with it.
    """
    first, second = 1 - (b / a) ** 2, 1 - (c / a) ** 2
    middle, product = (first + second) / 2, first * second
    # (αβ)^n times the Legendre polynomial, by its recurrence: nothing is divided by αβ, which may be 0.
    before, now, total = 0.0, 1.0, 1.0
    for n in range(_TERMS):
        before, now = now, ((2 * n + 1) * middle * now - n * product * before) / (n + 1)
        total += now / (1 - 4 * (n + 1) ** 2)
    return 4 * np.pi * a * b * total


def _hull(
    shape: NDArray[np.bool_], spacing: tuple[float, float, float], area: float, volume: float
) -> Values:
    """Convex hull of the surface, and the greatest distance between two of its vertices."""
    from scipy.spatial import ConvexHull

    hull = ConvexHull(outline(shape, spacing))
    corners = hull.points[hull.vertices]
    furthest = 0.0
    for start in range(0, len(corners), _ROWS):
        part = corners[start : start + _ROWS]
        squared = (part**2).sum(axis=1)[:, None] + (corners**2).sum(axis=1) - 2 * part @ corners.T
        furthest = max(furthest, float(squared.max()))
    return {
        "morph_diam": float(np.sqrt(furthest)),
        "morph_vol_dens_conv_hull": float(volume / hull.volume),
        "morph_area_dens_conv_hull": float(area / hull.area),
    }


def _spread(roi: Roi, check_cancelled: Callable[[], None]) -> Values:
    try:
        moran, geary = moran_and_geary(roi, check_cancelled)
    except NotComputable as reason:
        return {"morph_moran_i": str(reason), "morph_geary_c": str(reason)}
    return {"morph_moran_i": moran, "morph_geary_c": geary}
