"""On which slices of a series the contours of a structure set lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.domain.patient import Series
    from medapp.formats.dicom.rtstruct_file import Contour

_ROUNDING_MM: Final = 0.01
_SAME_PLANE: Final = 0.1
"""Contours are in one plane within this share of a step between slices."""


@dataclass
class Placed:
    """Contours of one region on the slices of a series.

    Attributes:
        polygons: By slice, each (n, 2) continuous (column, row).
        off_plane: How many lie on no slice, or across the slices.
        between: How many lie farther from their slice than others of the region do, and are not drawn.
        repeated: How many are in the file twice.
        outside: How many reach beyond the images.
        elsewhere: How many name another image than the one that they lie on.
    """

    polygons: dict[int, list[NDArray[np.float64]]] = field(default_factory=dict)
    off_plane: int = 0
    between: int = 0
    repeated: int = 0
    outside: int = 0
    elsewhere: int = 0

    @property
    def slices(self) -> list[int]:
        """Slices with contours, in their order."""
        return sorted(self.polygons)


class Slices:
    """The slices of a series, as planes in the patient."""

    def __init__(self, series: Series, geometry: Geometry) -> None:
        """Take the planes of `geometry`, which is that of `series` and placed in the patient."""
        self._geometry = geometry
        count = geometry.shape[0]
        places = geometry.slice_positions or tuple(
            float(geometry.to_patient((0, 0, k)) @ geometry.normal) for k in range(count)
        )
        self._along = np.asarray(places, dtype=np.float64)
        gaps = np.abs(np.diff(self._along)) if count > 1 else np.array([float(geometry.steps[2])])
        self._below = np.concatenate((gaps[:1], gaps)) if count > 1 else gaps
        self._above = np.concatenate((gaps, gaps[-1:])) if count > 1 else gaps
        uids = [instance.sop_instance_uid for instance in series.instances]
        # The frames of a multi-frame file share one identifier, which so names no slice.
        self._named = {uid: k for k, uid in enumerate(uids) if uid} if len(set(uids)) == len(uids) else {}

    def place(self, contours: Sequence[Contour]) -> Placed:
        """Find the slice of every contour of one region.

        A contour lies on the slice whose plane is nearest, at most half a step away; halfway between two
        it lies on the one whose image it names.
        """
        found = Placed()
        distinct: dict[bytes, Contour] = {one.points.tobytes(): one for one in contours}
        found.repeated = len(contours) - len(distinct)
        if not distinct:
            return found
        chosen = list(distinct.values())
        slices, offsets, fits = self._nearest(chosen, found)
        found.off_plane = int((~fits).sum())
        rows, columns = self._geometry.shape[1:]
        for n in self._in_one_plane(slices, offsets, fits, found):
            polygon = self._geometry.to_index(chosen[n].points)[:, :2]
            found.outside += bool((polygon < -0.5).any() or (polygon > (columns - 0.5, rows - 0.5)).any())  # noqa: PLR2004 - half a pixel
            found.polygons.setdefault(int(slices[n]), []).append(polygon)
        return found

    def misfit(self, contours: Sequence[Contour]) -> tuple[int, float]:
        """How many contours lie on no slice, and how far in mm the others lie from theirs on the mean."""
        if not contours:
            return 0, 0.0
        _, offsets, fits = self._nearest(contours, Placed())
        return int((~fits).sum()), float(np.abs(offsets[fits]).mean()) if fits.any() else 0.0

    def _nearest(
        self, contours: Sequence[Contour], found: Placed
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
        """Slice of every contour, its distance from it in mm, and whether it lies on it at all."""
        starts = np.cumsum([0, *(len(contour.points) for contour in contours[:-1])])
        heights = np.concatenate([contour.points for contour in contours]) @ self._geometry.normal
        low, high = np.minimum.reduceat(heights, starts), np.maximum.reduceat(heights, starts)
        middle = (low + high) / 2
        slices = np.array([int(np.argmin(np.abs(self._along - at))) for at in middle], dtype=np.int64)
        for n, contour in enumerate(contours):
            named = self._named.get(contour.instance_uid)
            if named is None or named == slices[n]:
                continue
            if abs(middle[n] - self._along[named]) <= abs(middle[n] - self._along[slices[n]]) + _ROUNDING_MM:
                slices[n] = named
            else:
                found.elsewhere += 1
        offsets = middle - self._along[slices]
        steps = np.where(offsets < 0, self._below[slices], self._above[slices])
        fits = np.abs(offsets) <= steps / 2 + _ROUNDING_MM
        fits &= high - low <= np.maximum(steps * _SAME_PLANE, 2 * _ROUNDING_MM)
        return slices, offsets, fits

    def _in_one_plane(
        self,
        slices: NDArray[np.int64],
        offsets: NDArray[np.float64],
        fits: NDArray[np.bool_],
        found: Placed,
    ) -> list[int]:
        """The contours to be drawn: on a slice only those of the plane that is nearest to it.

        Those of a plane beside it belong to a section of their own; together they would make rings.
        """
        nearest: dict[int, float] = {}
        fitting: list[int] = np.flatnonzero(fits).tolist()
        for n in fitting:
            k = int(slices[n])
            nearest[k] = min(nearest.get(k, np.inf), float(offsets[n]), key=abs)
        kept = []
        for n in fitting:
            k = int(slices[n])
            near = max(_SAME_PLANE * min(self._below[k], self._above[k]), _ROUNDING_MM)
            if abs(offsets[n] - nearest[k]) <= near:
                kept.append(n)
            else:
                found.between += 1
        return kept
