"""mr.brain: brain mask and structures on MR of any contrast."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from medapp.api import Estimate, InputCheck, SegmentResult, TaskRefused, body_part
from medapp.domain.notice import Notice
from medapp_segmentation.mr_brain.labels import BRAIN, CSF, STRUCTURES, as_label

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api import JobContext, SegmentRequest
    from medapp.domain.segmentation import Label
    from medapp_segmentation.mr_brain.inference import Model

FINDER = "mr_brain_finder.safetensors"
WEIGHTS = "mr_brain.safetensors"
_FIXED_BYTES = 1_200_000_000
_BYTES_PER_VOXEL = 12
_THICKEST_MM = 8.0
_LEAST_EXTENT_MM = 80.0
_DOUBTFUL = 0.75
_USUAL_ML = (900.0, 1900.0)


def check_input(request: SegmentRequest) -> InputCheck:
    """A grey MR volume of known spacing and orientation, of a body part that may hold the brain."""
    volume, geometry = request.volume, request.volume.geometry
    if request.modality != "MR":
        return InputCheck(ok=False, reason=f"needs MR, this is {request.modality or 'of unknown modality'}")
    if volume.is_color:
        return InputCheck(ok=False, reason="needs grey values, this is a colour image")
    if not geometry.stackable or volume.array.shape[0] < 2:  # noqa: PLR2004
        return InputCheck(ok=False, reason="needs parallel slices, these do not make a volume")
    if geometry.spacing_mm is None or not geometry.oriented:
        return InputCheck(ok=False, reason="needs spacing and orientation, which the file does not state")
    extent = np.array(geometry.spacing_mm[::-1]) * volume.array.shape
    if extent.min() < _LEAST_EXTENT_MM:
        return InputCheck(ok=False, reason=f"covers {extent.min():.0f} mm only; a brain needs more")
    reason = body_part.refusal(_parameters(), request.body_part, request.parameters)
    return InputCheck(ok=not reason, reason=reason)


@lru_cache(maxsize=1)
def _parameters() -> dict[str, dict[str, Any]]:
    """The parameters as the manifest has them: what the window says of a body part is said here too."""
    text = resources.files("medapp_segmentation").joinpath("medapp.toml").read_text(encoding="utf-8")
    task = next(item for item in tomllib.loads(text)["task"] if item["id"] == "mr.brain")
    found: dict[str, dict[str, Any]] = task["parameters"]
    return found


def estimate(request: SegmentRequest) -> Estimate:
    """Memory by the number of voxels; the network's own part is the same for all."""
    voxels = int(np.prod(request.volume.array.shape[:3]))
    return Estimate(_FIXED_BYTES + _BYTES_PER_VOXEL * voxels, 6.0 + voxels / 4e6)


def segment(request: SegmentRequest, context: JobContext) -> SegmentResult:
    """Segment one MR series.

    Raises:
        TaskRefused: Where `check_input` says no, or no brain is found.
        FileNotFoundError: Where the weights are not installed.
    """
    import torch

    from medapp_segmentation.mr_brain import grid as grids
    from medapp_segmentation.mr_brain.drawing import draw
    from medapp_segmentation.mr_brain.inference import find_brain

    check = check_input(request)
    if not check.ok:
        raise TaskRefused(check.reason)
    torch.set_num_threads(context.threads)
    context.progress(0.0, "loading the network")
    model = model_of(context.weights(FINDER), context.weights(WEIGHTS), context.device)
    image = grids.real_values(request.volume)
    found = find_brain(model, image, request.volume, context.progress)
    if found is None or found.is_strange:
        message = "no brain was found in this series"
        raise TaskRefused(message)
    array, certain = draw(found, image, request.volume, context.progress)
    notices = _notices(request, np.where(array == CSF, 0, array))
    if not request.parameters.get("fluid", False):
        array[array == CSF] = 0
    labels = _labels(array, certain)
    if not request.parameters.get("structures", True):
        mean = float(np.average(certain[1:], weights=_counts(array, len(certain))[1:]))
        array, labels = (array > 0).astype(np.uint8), (as_label(BRAIN, mean),)
    context.progress(1.0, "done")
    return SegmentResult(array, labels, notices)


@lru_cache(maxsize=1)
def model_of(finder: Path, refiner: Path, device: str) -> Model:
    """Read both networks and the atlas; what was read last is kept.

    Raises:
        TaskRefused: Where a file is not what its name says.
    """
    from safetensors import SafetensorError

    from medapp_segmentation.mr_brain.atlas import Atlas
    from medapp_segmentation.mr_brain.inference import Model
    from medapp_segmentation.mr_brain.network import load_other, load_weights

    try:
        atlas = Atlas.from_packed(load_other(refiner, "atlas"))
        return Model(load_weights(finder).to(device), load_weights(refiner).to(device), atlas)
    except (SafetensorError, KeyError) as error:
        message = f"the weights {refiner.name} or {finder.name} are not those of this network: {error}"
        raise TaskRefused(message) from error


def _labels(array: np.ndarray, certain: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[Label, ...]:
    drawn = [item for item in STRUCTURES if item.value != CSF or (array == CSF).any()]
    return tuple(as_label(item, float(certain[item.value])) for item in drawn)


def _counts(array: np.ndarray, size: int) -> np.ndarray:
    counts = np.bincount(array.ravel(), minlength=size).astype(np.float64)
    return np.maximum(counts, 1e-9)


def _notices(request: SegmentRequest, array: np.ndarray) -> tuple[Notice, ...]:
    notices = []
    geometry = request.volume.geometry
    thickest = max(geometry.spacing_mm or (0.0,))
    if thickest > _THICKEST_MM:
        message = f"Slices are {thickest:.1f} mm apart: small structures are not reliable."
        notices.append(Notice("thick-slices", message, values={"mm": thickest}))
    volume_ml = float((array > 0).sum()) * (geometry.voxel_volume_ml or 0.0)
    if not _USUAL_ML[0] <= volume_ml <= _USUAL_ML[1]:
        message = f"The brain found has {volume_ml:.0f} ml, which is unusual: look at its outline."
        notices.append(Notice("unusual-volume", message, values={"ml": volume_ml}))
    for axis, name in enumerate(("slice", "row", "column")):
        ends = np.take(array, (0, array.shape[axis] - 1), axis=axis)
        if (ends > 0).mean() > 0.02:  # noqa: PLR2004 - a fiftieth of the border
            message = (
                f"The brain reaches the border of the series (first or last {name}): volumes are incomplete."
            )
            notices.append(Notice("brain-cut", message))
            break
    return tuple(notices)
