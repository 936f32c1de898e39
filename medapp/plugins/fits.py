"""Whether a task can take a series, from the manifest alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.api.results import Estimate, InputCheck

if TYPE_CHECKING:
    from medapp.api.manifest import TaskManifest
    from medapp.domain.patient import Series

ANY = "*"
_SINGLE = 1


def fits(task: TaskManifest, series: Series) -> InputCheck:
    """Say whether `task` can run on `series`, with the reason where it cannot."""
    if not task.images:
        return InputCheck(ok=False, reason="takes no images")
    if ANY not in task.images and series.modality not in task.images:
        return InputCheck(
            ok=False, reason=f"takes {', '.join(task.images)}, this is {series.modality or 'unknown'}"
        )
    if series.kind != "volume" or series.geometry is None:
        return InputCheck(ok=False, reason="takes a volume of parallel slices")
    if series.geometry.shape[0] <= _SINGLE:
        return InputCheck(ok=False, reason="takes a volume, this is a single image")
    if series.geometry.spacing_mm is None:
        return InputCheck(ok=False, reason="the spacing is not known")
    if not series.geometry.oriented:
        return InputCheck(ok=False, reason="the orientation in the patient is not known")
    return InputCheck(ok=True)


def first_estimate(task: TaskManifest, series: Series) -> Estimate:
    """Estimate memory and time from the manifest's figures and the number of voxels."""
    if series.geometry is None:
        return Estimate(task.fixed_bytes)
    k, j, i = series.geometry.shape
    voxels = k * j * i
    seconds = None if task.seconds_per_megavoxel is None else task.seconds_per_megavoxel * voxels / 1e6
    return Estimate(int(task.fixed_bytes + task.bytes_per_voxel * voxels), seconds)
