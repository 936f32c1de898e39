"""Write a label map as NIfTI-1, through nibabel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.segmentation import Segmentation

_LPS_TO_RAS: Final = np.diag((-1.0, -1.0, 1.0, 1.0))
_SCANNER: Final = 1
_DESCRIPTION: Final = b"Not for diagnostic use"


def write_nifti(path: Path, segmentation: Segmentation) -> None:
    """Write the labels with their values; voxel (i, j, k) of the file is ``array[k, j, i]``.

    A tilted grid is kept as it is: NIfTI's sform may be sheared.

    Args:
        path: ``.nii.gz`` or ``.nii``; it appears whole or not at all.
        segmentation: uint8 or uint16.

    Raises:
        ValueError: Where the spacing or the orientation is not known, or labels overlap, for NIfTI cannot
            say so.
        OSError: Where the file cannot be written.
    """
    import nibabel

    geometry = segmentation.geometry
    if not geometry.oriented or geometry.spacing_mm is None:
        message = "NIfTI needs the spacing and the place in the patient, which are not known here"
        raise ValueError(message)
    affine = _LPS_TO_RAS @ geometry.affine
    if segmentation.overlaps:
        message = "labels overlap, and a voxel of a NIfTI label map belongs to one label only"
        raise ValueError(message)
    image = nibabel.Nifti1Image(np.ascontiguousarray(segmentation.array).transpose(2, 1, 0), affine)
    image.header.set_xyzt_units("mm")
    image.header["descrip"] = _DESCRIPTION
    image.header.set_intent("label", name=segmentation.title.encode("ascii", "replace").decode()[:15])
    image.set_sform(affine, _SCANNER)
    if geometry.is_sheared:
        image.header["qform_code"] = 0
    else:
        image.set_qform(affine, _SCANNER)
    part = path.with_name(f".part-{path.name}")
    try:
        nibabel.save(image, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
