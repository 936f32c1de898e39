"""Whether a task can take a series or a patient, from the manifest and headers alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.api.gate import refusal
from medapp.api.results import Estimate, InputCheck

if TYPE_CHECKING:
    from medapp.api.manifest import TaskManifest
    from medapp.domain.patient import Series

ANY = "*"
_SINGLE = 1
_YES = InputCheck(ok=True)


def fits(task: TaskManifest, series: Series) -> InputCheck:
    """Say whether `task` can run on `series`, with the reason where it cannot."""
    if not task.images:
        return _no("takes no images")
    if ANY not in task.images and series.modality not in task.images:
        return _no(f"takes {', '.join(task.images)}, this is {series.modality or 'unknown'}")
    check = _shape(task, series)
    reason = refusal(task.gate, facts_of(series)) if check.ok else ""
    return _no(reason) if reason else check


def facts_of(series: Series) -> dict[str, str]:
    """What the headers of a series say, by DICOM keyword."""
    study = series.study
    facts = dict(series.extra) | {
        "PatientSex": study.patient.sex,
        "PatientBirthDate": study.patient.birth_date,
        "StudyDate": study.date,
        "Laterality": series.laterality,
        "SeriesDescription": series.description,
        "StudyDescription": study.description,
    }
    return {keyword: text for keyword, text in facts.items() if text}


def _shape(task: TaskManifest, series: Series) -> InputCheck:
    if task.single == "either":
        check = _single(series)
        return check if check.ok else _volume(series)
    return _single(series) if task.single else _volume(series)


def _volume(series: Series) -> InputCheck:
    if series.kind != "volume" or series.geometry is None:
        return _no("takes a volume of parallel slices")
    if series.geometry.shape[0] <= _SINGLE:
        return _no("takes a volume, this is a single image")
    if series.geometry.spacing_mm is None:
        return _no("the spacing is not known")
    if not series.geometry.oriented:
        return _no("the orientation in the patient is not known")
    return _YES


def _single(series: Series) -> InputCheck:
    if series.kind not in {"volume", "stack"} or series.geometry is None:
        return _no("takes an image, this has none")
    if series.geometry.shape[0] != _SINGLE:
        return _no(f"takes a single image, this series has {series.geometry.shape[0]}")
    return _YES


def _no(reason: str) -> InputCheck:
    return InputCheck(ok=False, reason=reason)


def first_estimate(task: TaskManifest, series: Series) -> Estimate:
    """Estimate memory and time from the manifest's figures and the number of voxels."""
    if series.geometry is None:
        return Estimate(task.fixed_bytes, task.fixed_seconds)
    k, j, i = series.geometry.shape
    voxels = k * j * i
    seconds = task.fixed_seconds
    if task.seconds_per_megavoxel is not None:
        seconds = (seconds or 0.0) + task.seconds_per_megavoxel * voxels / 1e6
    return Estimate(int(task.fixed_bytes + task.bytes_per_voxel * voxels), seconds)
