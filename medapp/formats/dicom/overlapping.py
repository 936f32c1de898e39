"""Labels that may lie on each other, in one array: what belongs to several has a value that says so."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

_LARGEST: Final = 60_000
"""Voxel values above are marks of the display."""
_BYTE: Final = 255


class OverlappingLabels:
    """Fills the array of a `medapp.domain.segmentation.Segmentation`, and its `overlaps`."""

    def __init__(self, shape: tuple[int, int, int], values: Iterable[int]) -> None:
        """Start empty.

        Args:
            shape: (slices, rows, columns).
            values: Of the labels, from 1 to 65535.
        """
        self._members: dict[int, tuple[int, ...]] = {0: ()} | {value: (value,) for value in values}
        self._values = {members: value for value, members in self._members.items()}
        largest = max(self._members)
        self._array: NDArray[Any] = np.zeros(shape, dtype=np.uint8 if largest <= _BYTE else np.uint16)
        taken = frozenset(self._members)
        self._free = (value for value in range(1, _LARGEST + 1) if value not in taken)
        self._voxels = Counter[int]()
        self._joined = np.zeros(max(_LARGEST, largest) + 1, dtype=np.uint16)

    def add(self, label: int, k: int, box: tuple[slice, slice], mask: NDArray[np.bool_]) -> None:
        """Put voxels of slice `k` to a label, beside what they belong to already.

        Args:
            label: Value of the label.
            k: Slice.
            box: Rows and columns.
            mask: Which voxels of the box.

        Raises:
            ValueError: Where labels overlap in more ways than there are voxel values.
        """
        before = self._array[k][box][mask]
        for value in np.flatnonzero(np.bincount(before)):
            self._joined[value] = self._value_of((*self._members[int(value)], label))
        self._array[k][box][mask] = self._joined[before]
        self._voxels[label] += len(before)

    def _value_of(self, members: tuple[int, ...]) -> int:
        key = tuple(sorted(set(members)))
        value = self._values.get(key)
        if value is None:
            value = next(self._free, None)
            if value is None:
                message = "the regions overlap in too many ways to be shown together"
                raise ValueError(message)
            if value > _BYTE and self._array.dtype == np.uint8:
                self._array = self._array.astype(np.uint16)
            self._values[key], self._members[value] = value, key
        return value

    def finish(self) -> tuple[NDArray[Any], dict[int, tuple[int, ...]], int]:
        """The array (uint8 where that is enough), what its shared values stand for, and how many are shared.

        Of labels that share a voxel the one of fewer voxels comes last, which is on top: drawn the other
        way round a large one would hide what lies in it.
        """
        counts = np.zeros(len(self._joined), dtype=np.int64)
        for plane in self._array:
            seen = np.bincount(plane.ravel())
            counts[: len(seen)] += seen
        shared = {
            int(value): tuple(
                sorted(self._members[int(value)], key=lambda label: (-self._voxels[label], label))
            )
            for value in np.flatnonzero(counts)
            if len(self._members[int(value)]) > 1
        }
        return self._array, shared, int(counts[list(shared)].sum())
