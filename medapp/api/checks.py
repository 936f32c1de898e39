"""What a segmentation result must be, before anyone sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from medapp.api.results import SegmentResult
    from medapp.domain.volume import Volume

_TYPES = (np.uint8, np.uint16)


def fault(result: SegmentResult, volume: Volume) -> str:
    """Say in words why `result` cannot be used for `volume`; empty where it can."""
    expected = volume.array.shape[:3]
    if result.array.shape != expected:
        return f"its shape is {result.array.shape}, the image's is {expected}"
    if result.array.dtype not in _TYPES:
        return f"its type is {result.array.dtype}, not uint8 or uint16"
    values = [label.value for label in result.labels]
    if len(set(values)) != len(values) or 0 in values:
        return f"the label values {values} are not distinct numbers from 1"
    highest = np.iinfo(result.array.dtype).max
    if min(values, default=1) < 1 or max(values, default=1) > highest:
        return f"the label values {values} are not from 1 to {highest}, as {result.array.dtype} asks for"
    known = np.zeros(highest + 1, dtype=bool)
    known[[0, *values]] = True
    for plane in result.array:
        if not known[plane].all():
            found = sorted({int(value) for value in np.unique(plane)} - {0, *values})
            return f"voxels have values without a label: {found}"
    return ""
