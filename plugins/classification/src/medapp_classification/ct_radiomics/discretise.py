"""Grey levels from intensities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp_classification.ct_radiomics.roi import NotComputable, Roi, bounding_box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp_classification.ct_radiomics.settings import Settings

_MOST_LEVELS = 4096


def grey_levels(values: NDArray[np.float64], settings: Settings) -> NDArray[np.int32]:
    """Levels from 1 of the intensities of a segment (IBSI 2.7).

    Raises:
        NotComputable: Where there are more levels than any texture could be made of, or none.
    """
    if settings.discretisation == "fixed bin number":
        found = fixed_number(values, settings.bins)
    elif settings.discretisation == "fixed bin size":
        lowest = float(values.min()) if settings.lowest is None else settings.lowest
        found = np.floor((values - lowest) / settings.bin_size) + 1
    else:
        found = np.rint(values)
    if found.min() < 1 or found.max() > _MOST_LEVELS:
        message = (
            f"its grey levels go from {found.min():.0f} to {found.max():.0f}, "
            f"not within 1 to {_MOST_LEVELS}: set another discretisation, bin size or range"
        )
        raise NotComputable(message)
    return found.astype(np.int32)


def fixed_number(values: NDArray[np.float64], bins: int) -> NDArray[np.float64]:
    """Levels from 1 to `bins`, of equal width; all 1 where there is one intensity only."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return np.ones_like(values)
    return np.asarray(np.minimum(np.floor(bins * (values - low) / (high - low)) + 1, bins))


def level_box(roi: Roi, levels: NDArray[np.int32]) -> NDArray[np.int32]:
    """The levels in the box of the segment with a border of zeros, (slices, rows, columns)."""
    box = bounding_box(roi.shape)
    if box is None:
        message = "it has no voxel"
        raise NotComputable(message)
    found = np.zeros([part.stop - part.start + 2 for part in box], np.int32)
    found[1:-1, 1:-1, 1:-1][roi.inside[box]] = levels
    return found
