"""From a volume of this program to MONAI's image and back: axes, affine, flips."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from monai.data.meta_tensor import MetaTensor
    from numpy.typing import NDArray

    from medapp.domain.geometry import Geometry
    from medapp.domain.volume import Volume

_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
_PATIENT_AXES = {"left-right": 0, "anterior-posterior": 1, "superior-inferior": 2}


def real_values(volume: Volume) -> NDArray[np.float32]:
    """Real values, float32 (i, j, k); padding becomes the lowest value that is none."""
    stored = np.asarray(volume.array)
    real = stored.transpose(2, 1, 0) * np.float32(volume.slope) + np.float32(volume.intercept)
    if volume.padding is not None:
        void = ((stored >= volume.padding[0]) & (stored <= volume.padding[1])).transpose(2, 1, 0)
        if not void.all():
            real[void] = real[~void].min()
    return np.ascontiguousarray(real, dtype=np.float32)


def ras_affine(geometry: Geometry) -> NDArray[np.float64]:
    """Maps (i, j, k) to RAS mm, as MONAI and NIfTI have it."""
    return np.asarray(_LPS_TO_RAS @ geometry.affine)


def flipped_axis(geometry: Geometry, flip: str) -> int | None:
    """The voxel axis (0: i, 1: j, 2: k) nearest to the patient axis that `flip` names; None for none."""
    if flip not in _PATIENT_AXES:
        return None
    return int(np.argmax(np.abs(geometry.direction[_PATIENT_AXES[flip]])))


def meta_image(volume: Volume, *, channel_first: bool, flip: str) -> MetaTensor:
    """The volume as MONAI's LoadImage would give it: (x, y, z), with a channel in front where asked for.

    A flip mirrors the content and leaves the affine, so that the network sees the mirrored patient.
    """
    import torch
    from monai.data.meta_tensor import MetaTensor

    values = real_values(volume)
    axis = flipped_axis(volume.geometry, flip)
    if axis is not None:
        values = np.ascontiguousarray(np.flip(values, axis))
    affine = torch.from_numpy(ras_affine(volume.geometry))
    meta = {
        "affine": affine,
        "original_affine": affine.clone(),
        "spatial_shape": np.array(values.shape),
        "original_channel_dim": 0 if channel_first else float("nan"),
        "space": "RAS",
        "filename_or_obj": volume.series_key or "series",
    }
    tensor = torch.from_numpy(values)
    return MetaTensor(tensor[None] if channel_first else tensor, meta=meta)


def lies_on(prediction: MetaTensor, volume: Volume) -> bool:
    """Whether a prediction (channel, x, y, z) lies on the grid of the series."""
    if tuple(prediction.shape[1:]) != tuple(volume.array.shape[2::-1]):
        return False
    affine = np.asarray(prediction.affine.cpu(), dtype=np.float64)
    return bool(np.allclose(affine, ras_affine(volume.geometry), atol=1e-2))
