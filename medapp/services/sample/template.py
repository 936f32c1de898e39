"""The brain of the MNI152 template on the grid of the sample head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medapp.resources import resource
from medapp.services.sample.grid import ORIGIN, SHAPE

if TYPE_CHECKING:
    from numpy.typing import NDArray

FILE = resource("sample", "mni152_t1_brain.nii.gz")
LICENCE = resource("sample", "LICENSE-ICBM152.txt")


def load_template() -> NDArray[np.uint8]:
    """The T1 template, 0 outside the brain.

    Raises:
        FileNotFoundError: Where the template was not shipped.
    """
    import nibabel

    stored = nibabel.load(FILE)
    affine = np.asarray(stored.affine)  # type: ignore[attr-defined]
    data = np.asanyarray(stored.dataobj).astype(np.uint8)  # type: ignore[attr-defined]
    # Stored as right, anterior, superior at 1 mm; wanted: superior, posterior, left.
    turned = data[::-1, ::-1, :].transpose(2, 1, 0)
    x, y, z = affine[:3, 3]
    last = np.array(data.shape) - 1
    first = (z, -(y + last[1]), -(x + last[0]))
    grid = np.zeros(SHAPE, dtype=np.uint8)
    source, target = [], []
    for start, origin, size, room in zip(first, ORIGIN, turned.shape, SHAPE, strict=True):
        shift = round(start - origin)
        begin, end = max(shift, 0), min(shift + size, room)
        target.append(slice(begin, end))
        source.append(slice(begin - shift, end - shift))
    grid[tuple(target)] = turned[tuple(source)]
    return grid
