"""Textures of a segment: matrices by slice or volume and by direction, put together as IBSI names it."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp_classification.ct_radiomics import matrices
from medapp_classification.ct_radiomics.catalogue import AGGREGATIONS
from medapp_classification.ct_radiomics.discretise import level_box
from medapp_classification.ct_radiomics.roi import NotComputable, bounding_box

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from medapp_classification.ct_radiomics.morphology import Values
    from medapp_classification.ct_radiomics.roi import Roi
    from medapp_classification.ct_radiomics.settings import Settings

Features = dict[str, float]
_ALONE = "no two of its voxels are neighbours"


class Textures:
    """The grey levels of one segment, ready for the compiled loops."""

    def __init__(self, roi: Roi, levels: NDArray[np.int32], most: int, settings: Settings) -> None:
        """Lay the levels out.

        Args:
            roi: The segment.
            levels: Of its intensity mask, from 1.
            most: Number of grey levels.
            settings: Dimension and aggregation.
        """
        box = level_box(roi, levels)
        self._box = box
        self._flat = box.ravel()
        self._most = most
        self._settings = settings
        self._shape = roi.shape[bounding_box(roi.shape) or ()]
        steps = (box.shape[1] * box.shape[2], box.shape[2], 1)
        flat = settings.dimension != "3D"
        around = [
            shift for shift in product((0,) if flat else (-1, 0, 1), (-1, 0, 1), (-1, 0, 1)) if any(shift)
        ]
        self._around = np.array([np.dot(shift, steps) for shift in around], dtype=np.int64)
        # Of two opposite directions one is enough.
        self._directions = [int(np.dot(shift, steps)) for shift in around if shift > (0, 0, 0)]
        places = np.flatnonzero(self._flat)
        if flat:
            cuts = np.searchsorted(places, np.arange(box.shape[0] + 1) * steps[0])
            self._groups = [places[a:b] for a, b in pairwise(cuts) if b > a]
        else:
            self._groups = [places]

    def cooccurrence(self, check: Callable[[], None]) -> Values:
        """GLCM (LFYI) at a distance of one voxel."""
        from medapp_classification.ct_radiomics import kernels

        def count(group: NDArray[np.int64], offset: int) -> NDArray[np.int64]:
            found = kernels.pairs(self._flat, group, offset, self._most)
            return np.asarray(found + found.T)

        return self._mean(
            "directions",
            (matrices.cooccurrence(one) for one, _ in self._by_direction(count, check) if one.any()),
        )

    def runs(self, check: Callable[[], None]) -> Values:
        """GLRLM (TP0I)."""
        from medapp_classification.ct_radiomics import kernels

        longest = max(self._box.shape)
        lengths = np.arange(1, longest + 1)

        def count(group: NDArray[np.int64], offset: int) -> NDArray[np.int64]:
            return np.asarray(kernels.runs(self._flat, group, offset, self._most, longest))

        return self._mean(
            "directions",
            (
                matrices.emphasis("rlm", one, lengths, voxels)
                for one, voxels in self._by_direction(count, check)
            ),
        )

    def zones(self, check: Callable[[], None]) -> tuple[Values, Values]:
        """GLSZM (9SAK) and GLDZM (VMDZ), whose zones are the same."""
        from medapp_classification.ct_radiomics import kernels

        distances = self._distances()
        found = []
        for group in self._groups:
            check()
            one = kernels.zones(self._flat, distances, group, self._around)
            found.append((*one, len(group)))
        if self._settings.dimension == "2.5D":
            parts = list(zip(*found, strict=True))
            found = [(*(np.concatenate(part) for part in parts[:3]), sum(parts[3]))]
        sizes = [self._table("szm", level, size, voxels) for level, size, _, voxels in found]
        nearest = [self._table("dzm", level, distance, voxels) for level, _, distance, voxels in found]
        return self._mean("slices", iter(sizes)), self._mean("slices", iter(nearest))

    def tones(self, check: Callable[[], None]) -> Values:
        """NGTDM (IPET) with the neighbours at a distance of one voxel."""
        from medapp_classification.ct_radiomics import kernels

        found = []
        for group in self._groups:
            check()
            found.append(kernels.tones(self._flat, group, self._around, self._most))
        if self._settings.dimension == "2.5D":
            counts, differences = zip(*found, strict=True)
            found = [(np.sum(counts, axis=0), np.sum(differences, axis=0))]
        return self._mean("slices", (matrices.tones(*one) for one in found if one[0].any()))

    def dependences(self, check: Callable[[], None]) -> Values:
        """NGLDM (REK0) at a distance of one voxel, of equal levels only."""
        from medapp_classification.ct_radiomics import kernels

        found = []
        for group in self._groups:
            check()
            found.append(kernels.dependences(self._flat, group, self._around, self._most))
        if self._settings.dimension == "2.5D":
            found = [np.sum(found, axis=0)]
        lengths = np.arange(1, len(self._around) + 2)
        return self._mean("slices", (matrices.emphasis("ngl", one, lengths, int(one.sum())) for one in found))

    def _by_direction(
        self,
        count: Callable[[NDArray[np.int64], int], NDArray[np.int64]],
        check: Callable[[], None],
    ) -> Iterator[tuple[NDArray[np.int64], int]]:
        """Matrices as dimension and aggregation ask for them, each with the voxels that it was made from."""
        dimension, average = self._settings.dimension, self._settings.aggregation == "average"
        every = sum(len(group) for group in self._groups)
        if dimension == "2.5D" and average:
            for offset in self._directions:
                check()
                yield sum_of(count(group, offset) for group in self._groups), every
            return
        if dimension == "2.5D":
            check()
            pairs = product(self._groups, self._directions)
            yield sum_of(count(group, offset) for group, offset in pairs), every * len(self._directions)
            return
        for group in self._groups:
            check()
            if average:
                yield from ((count(group, offset), len(group)) for offset in self._directions)
            else:
                merged = sum_of(count(group, offset) for offset in self._directions)
                yield merged, len(group) * len(self._directions)

    def _distances(self) -> NDArray[np.int32]:
        """Steps over faces (edges in 2D) from every voxel to the border of the segment, 1 at it."""
        from scipy.ndimage import distance_transform_cdt

        padded = np.pad(self._shape, 1)
        if self._settings.dimension == "3D":
            return np.asarray(distance_transform_cdt(padded, metric="taxicab"), dtype=np.int32).ravel()
        planes = [distance_transform_cdt(plane, metric="taxicab") for plane in padded[1:-1]]
        empty = np.zeros(padded.shape[1:], np.int32)
        return np.stack([empty, *planes, empty]).astype(np.int32).ravel()

    def _table(self, family: str, levels: NDArray[np.int32], lengths: NDArray[Any], voxels: int) -> Features:
        """Features of zones, of which few have the same size: only sizes that occur are columns."""
        kinds, column = np.unique(lengths, return_inverse=True)
        flat = (levels.astype(np.int64) - 1) * len(kinds) + column
        counts = np.bincount(flat, minlength=self._most * len(kinds)).reshape(self._most, len(kinds))
        return matrices.emphasis(family, counts, kinds, voxels)

    def _mean(self, kind: str, found: Iterator[Features]) -> Values:
        method = self._settings.aggregation if kind == "directions" else ""
        ending = AGGREGATIONS[kind, self._settings.dimension, method][0]
        rows = list(found)
        if not rows:
            raise NotComputable(_ALONE)
        return {f"{tag}_{ending}": float(np.mean([row[tag] for row in rows])) for tag in rows[0]}


def sum_of(parts: Iterator[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Sum arrays without holding them all."""
    total = next(parts).copy()
    for part in parts:
        total += part
    return total
