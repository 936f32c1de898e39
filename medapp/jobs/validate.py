"""Check what a plugin returned before anyone sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.jobs.update import JobFailed

if TYPE_CHECKING:
    from medapp.api.results import SegmentResult
    from medapp.domain.volume import Volume

_TYPES = (np.uint8, np.uint16)


def validate_segmentation(result: SegmentResult, volume: Volume) -> None:
    """Check shape, type and label values.

    Raises:
        JobFailed: With the reason; the kind is ``bad-result``.
    """
    reason = _fault(result, volume)
    if reason:
        message = f"the plugin's result cannot be used: {reason}"
        raise JobFailed(message, kind="bad-result")


def _fault(result: SegmentResult, volume: Volume) -> str:
    expected = volume.array.shape[:3]
    if result.array.shape != expected:
        return f"its shape is {result.array.shape}, the image's is {expected}"
    if result.array.dtype not in _TYPES:
        return f"its type is {result.array.dtype}, not uint8 or uint16"
    values = [label.value for label in result.labels]
    if len(set(values)) != len(values) or 0 in values:
        return f"the label values {values} are not distinct numbers from 1"
    known = np.zeros(np.iinfo(result.array.dtype).max + 1, dtype=bool)
    known[[0, *values]] = True
    for plane in result.array:
        if not known[plane].all():
            return f"voxels have values without a label: {sorted(set(np.unique(plane)) - {0, *values})}"
    return ""
