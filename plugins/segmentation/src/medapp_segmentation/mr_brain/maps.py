"""Label maps on disk: read once, turned to one orientation, kept as small arrays.

Arrays here have axes (superior, posterior, left), the order of an axial DICOM series, at 1 mm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

HELD_BACK = 4
"""The last maps of a folder, in order of name, never enter training."""

_MARGIN_MM = 4


@dataclass(frozen=True, eq=False)
class LabelMap:
    """One head.

    Attributes:
        array: uint8 (superior, posterior, left) at 1 mm, indices into `values`.
        values: The FreeSurfer values of all maps, in order.
        centre: Mean position of the brain's voxels in `array`.
    """

    name: str
    array: NDArray[np.uint8]
    values: tuple[int, ...]
    centre: tuple[float, float, float]


def split_names(folder: Path) -> tuple[list[Path], list[Path]]:
    """List the maps to train on and those held back.

    Raises:
        FileNotFoundError: Where the folder holds too few maps.
    """
    files = sorted(path for path in folder.iterdir() if path.name.endswith((".nii", ".nii.gz")))
    if len(files) <= HELD_BACK:
        message = (
            f"{folder} holds {len(files)} label maps (*.nii, *.nii.gz); more than {HELD_BACK} are needed"
        )
        raise FileNotFoundError(message)
    return files[:-HELD_BACK], files[-HELD_BACK:]


def read_map(path: Path, cache: Path | None = None) -> LabelMap:
    """Read a label map of 1 mm voxels; a prepared copy is kept in `cache` where given."""
    from medapp_segmentation.mr_brain.labels import BRAIN_VALUES, GENERATION_VALUES

    prepared = None if cache is None else cache / f"{path.name.split('.')[0]}.npy"
    if prepared is not None and prepared.exists():
        array = np.load(prepared)
    else:
        array = _read_nifti(path)
        if prepared is not None:
            prepared.parent.mkdir(parents=True, exist_ok=True)
            np.save(prepared, array)
    brain = np.isin(GENERATION_VALUES, list(BRAIN_VALUES))[array]
    z, y, x = (float(axis.mean()) for axis in np.nonzero(brain[::2, ::2, ::2]))
    return LabelMap(path.name.split(".")[0], array, GENERATION_VALUES, (2 * z, 2 * y, 2 * x))


def _read_nifti(path: Path) -> NDArray[np.uint8]:
    import nibabel as nib

    from medapp_segmentation.mr_brain.labels import GENERATION_VALUES

    image: Any = nib.load(path)
    axes = nib.orientations.io_orientation(image.affine)
    wanted = nib.orientations.axcodes2ornt(("L", "P", "S"))
    turn = nib.orientations.ornt_transform(axes, wanted)
    values = np.asarray(image.dataobj)
    turned = nib.orientations.apply_orientation(values, turn).transpose(2, 1, 0)
    lookup = np.zeros(max(int(turned.max()), *GENERATION_VALUES) + 1, dtype=np.uint8)
    lookup[list(GENERATION_VALUES)] = np.arange(len(GENERATION_VALUES))
    indices = lookup[turned.astype(np.int64)]
    return np.ascontiguousarray(indices[_box(indices)])


def _box(indices: NDArray[np.uint8]) -> tuple[slice, slice, slice]:
    bounds = []
    for axis in range(3):
        others = tuple(other for other in range(3) if other != axis)
        filled = np.flatnonzero(indices.any(axis=others))
        first, last = int(filled[0]), int(filled[-1])
        bounds.append(slice(max(first - _MARGIN_MM, 0), last + 1 + _MARGIN_MM))
    return bounds[0], bounds[1], bounds[2]
