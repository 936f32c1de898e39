"""Labels on the grid of a volume, and what was measured under them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medapp.domain.arrays import np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.domain.provenance import Provenance
    from medapp.domain.volume import Volume


@dataclass(frozen=True)
class Code:
    """A coded concept (PS3.3 8.8): scheme ``SCT``, ``DCM``, ``99MEDAPP`` ..."""

    value: str
    scheme: str
    meaning: str

    @classmethod
    def parse(cls, text: str, meaning: str) -> Code:
        """Read ``SCT:68523003``.

        Raises:
            ValueError: Where scheme or value is missing.
        """
        scheme, _, value = text.partition(":")
        if not scheme or not value:
            message = f"a code is written SCHEME:VALUE, not {text!r}"
            raise ValueError(message)
        return cls(value, scheme, meaning)


@dataclass(frozen=True)
class Label:
    """One segment.

    Attributes:
        value: Voxel value in the label array, from 1.
        color: ``#rrggbb``.
        category: Segmented property category, SCT Anatomical structure by default.
        probability: Mean probability of the model inside the segment, where it gives one.
    """

    value: int
    name: str
    code: Code
    color: str
    category: Code = Code("123037004", "SCT", "Anatomical Structure")
    probability: float | None = None


@dataclass(frozen=True)
class LabelMeasure:
    """Measured under one label. None means not known, never zero."""

    label: Label
    voxels: int
    volume_ml: float | None
    mean: float | None
    unit: str | None


@dataclass(frozen=True)
class Predecessor:
    """The segmentation object that a person has corrected; strings are empty where they are not known.

    Attributes:
        path: Its file, None where it is not at hand.
    """

    sop_class_uid: str
    sop_instance_uid: str
    series_uid: str = ""
    study_uid: str = ""
    title: str = ""
    path: Path | None = None


@dataclass(frozen=True, eq=False)
class Segmentation:
    """A label map on the grid of the series it was made from.

    Attributes:
        array: uint8 or uint16 (slices, rows, columns); 0 is background.
        source_series_uid, source_instance_uids: What it was made from, one UID per slice.
        overlaps: Voxel values, none of them a label's own, that stand for several labels at once, with
            the values of these labels from the lowest to the one that is drawn on top.
        predecessor: What a person has corrected to make it, None where it was made anew.
    """

    array: NDArray[np.unsignedinteger]
    geometry: Geometry
    labels: tuple[Label, ...]
    series_key: str = ""
    title: str = ""
    source_series_uid: str = ""
    source_instance_uids: tuple[str, ...] = ()
    provenance: Provenance | None = None
    overlaps: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    predecessor: Predecessor | None = None

    def voxel_values(self, label: int) -> tuple[int, ...]:
        """The voxel values that belong to a label: its own, and those that it shares with others."""
        return (label, *(value for value, labels in self.overlaps.items() if label in labels))

    def mask(self, label: int, k: int) -> NDArray[np.bool_]:
        """Where slice `k` belongs to a label, other labels lying there or not; (rows, columns)."""
        values = self.voxel_values(label)
        plane = self.array[k]
        return plane == label if len(values) == 1 else np.isin(plane, values, kind="table")


def measure(segmentation: Segmentation, volume: Volume) -> tuple[LabelMeasure, ...]:
    """Volume in ml and mean real value of every label, of all its voxels where labels overlap.

    Padding and undecoded slices do not enter the mean; the mean is None where nothing is left or the
    image is in colour.

    Raises:
        ValueError: Where both do not lie on the same grid.
    """
    if segmentation.array.shape != volume.array.shape[:3]:
        message = f"labels {segmentation.array.shape} and image {volume.array.shape[:3]} differ in shape"
        raise ValueError(message)
    size = max((*(label.value for label in segmentation.labels), *segmentation.overlaps), default=0) + 1
    voxels = np.zeros(size, dtype=np.int64)
    counted = np.zeros(size, dtype=np.int64)
    sums = np.zeros(size, dtype=np.float64)
    for k, plane in enumerate(segmentation.array):
        flat = plane.ravel()
        voxels += np.bincount(flat, minlength=size)[:size]
        if volume.is_color or k in volume.failed:
            continue
        values = volume.array[k].ravel()
        if volume.padding is not None:
            keep = (values < volume.padding[0]) | (values > volume.padding[1])
            flat, values = flat[keep], values[keep]
        counted += np.bincount(flat, minlength=size)[:size]
        sums += np.bincount(flat, weights=values, minlength=size)[:size]
    for value, labels in segmentation.overlaps.items():
        for tally in (voxels, counted, sums):
            tally[list(labels)] += tally[value]
    millilitres = segmentation.geometry.voxel_volume_ml
    return tuple(
        LabelMeasure(
            label,
            int(voxels[label.value]),
            None if millilitres is None else float(voxels[label.value] * millilitres),
            _real_mean(volume, sums[label.value], int(counted[label.value])),
            volume.unit,
        )
        for label in segmentation.labels
    )


def _real_mean(volume: Volume, total: float, count: int) -> float | None:
    return float(total / count * volume.slope + volume.intercept) if count else None
