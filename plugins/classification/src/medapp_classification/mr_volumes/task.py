"""mr.volumes: hippocampi, lateral ventricles, tissue and intracranial volume from the labels of mr.brain."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medapp.api import ClassifyRequest, ClassifyResult, Estimate, InputCheck, TaskRefused
from medapp.api.gate import age_in_years
from medapp.domain.notice import Notice
from medapp_classification.mr_volumes.structures import BRAIN, BrainLabels

if TYPE_CHECKING:
    from medapp.api import JobContext, TaskRequest
    from medapp.domain.finding import Finding
    from medapp.domain.geometry import Geometry
    from medapp.domain.volume import Volume
    from medapp_classification.mr_volumes.reference import Reference

_FIXED_BYTES, _BYTES_A_VOXEL = 300_000_000, 8
_AT_BORDER = 0.02
_PLANE_SHARE = 0.3
_LABELS_DECIDE = (
    "These are the volumes of the labels, no better than their outlines. In four heads that mr.brain had "
    "never seen, hippocampi and ventricles were off by 20 % in the median and by up to 95 % with much "
    "atrophy; the true volume lay in the interval of 58 % of the hippocampi and 33 % of the ventricles. "
    "Look at the outlines before using a number."
)
"""Measured on synthetic images of held-back label maps, see docs/measurements.md."""


def check_input(request: TaskRequest) -> InputCheck:
    """A grey MR volume of known spacing with labels of the brain on it, and a readable reference."""
    reason = _refusal(request)
    return InputCheck(ok=not reason, reason=reason)


def _refusal(request: TaskRequest) -> str:
    if not isinstance(request, ClassifyRequest) or request.volume is None:
        return "needs MR images of the head"
    if request.modality != "MR":
        return f"needs MR, this is {request.modality or 'of unknown modality'}"
    reason = _unfit(request.volume) or _no_brain(request, request.volume)
    if reason:
        return reason
    try:
        _reference(request)
    except (ValueError, OSError) as error:
        return f"the reference population cannot be used: {_words(error)}"
    return ""


def _unfit(volume: Volume) -> str:
    if volume.is_color:
        return "needs grey values, this is a colour image"
    if not volume.geometry.stackable:
        return "needs parallel slices, these do not make a volume"
    if volume.geometry.spacing_mm is None:
        return "needs the spacing, which the file does not state: no volume would be right"
    return ""


def _no_brain(request: ClassifyRequest, volume: Volume) -> str:
    if request.segmentation is None:
        return "needs labels of the brain: run mr.brain first, with fluid = true for the intracranial volume"
    if request.segmentation.array.shape != volume.array.shape[:3]:
        return "the labels do not lie on the slices of the images"
    labels = BrainLabels.of(request.segmentation)
    if not any(labels.mask((code,)).any() for code in labels.values):
        return "there is no brain in the labels: those of mr.brain are needed, with its structures"
    return ""


def _words(error: Exception) -> str:
    return str(error.strerror).lower() if isinstance(error, OSError) and error.strerror else str(error)


def _reference(request: ClassifyRequest) -> Reference | None:
    from medapp_classification.mr_volumes.reference import read_reference

    path = str(request.parameters.get("reference", "")).strip()
    return read_reference(Path(path).expanduser()) if path else None


def estimate(request: TaskRequest) -> Estimate:
    """Masks of the whole image, and a search for the plane between the halves."""
    volume = request.volume if isinstance(request, ClassifyRequest) else None
    voxels = 0 if volume is None else int(np.prod(volume.array.shape[:3]))
    return Estimate(_FIXED_BYTES + _BYTES_A_VOXEL * voxels, 5.0 + voxels / 5e6)


def classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """Measure the parts of the brain.

    Raises:
        TaskRefused: Where `check_input` says no.
    """
    from medapp_classification.mr_volumes.findings import findings_of, measured
    from medapp_classification.mr_volumes.measuring import border_step
    from medapp_classification.mr_volumes.midplane import find_midplane

    check = check_input(request)
    if not check.ok or request.volume is None or request.segmentation is None:
        raise TaskRefused(check.reason)
    geometry = request.volume.geometry
    labels = BrainLabels.of(request.segmentation)
    reference = _reference(request)
    plane, no_sides = None, "the file does not state how the image lies in the patient"
    if geometry.oriented:
        context.progress(0.0, "looking for the middle")
        plane = find_midplane(labels, geometry, context.check_cancelled)
        no_sides = "" if plane is not None else "the halves of the brain are too unlike to find its middle"
    if plane is not None:
        context.record("midplane", json.dumps(asdict(plane)))

    def tell(fraction: float, doing: str) -> None:
        context.progress(_PLANE_SHARE + (1 - _PLANE_SHARE) * fraction, doing)

    found = measured(labels, geometry, plane, tell)
    age, sex = age_in_years(request.facts), request.facts.get("PatientSex", "").strip().upper()
    findings = findings_of(found, border_step(geometry), no_sides, reference, age, sex)
    notices = [*_of_labels(request, labels, geometry, no_sides), _of_reference(findings, reference, age)]
    context.progress(1.0, "done")
    return ClassifyResult(findings, used=("images",), explained={"images": "none"}, notices=tuple(notices))


def _of_labels(
    request: ClassifyRequest, labels: BrainLabels, geometry: Geometry, no_sides: str
) -> list[Notice]:
    notices = [Notice("labels-decide", _LABELS_DECIDE, "warning")]
    if no_sides:
        message = f"Left and right are not told apart: {no_sides}."
        notices.append(Notice("laterality-unknown", message, "warning"))
    brain = labels.mask(BRAIN)
    for axis, name in enumerate(("slice", "row", "column")):
        ends = np.take(brain, (0, brain.shape[axis] - 1), axis=axis)
        if ends.mean() > _AT_BORDER:
            message = (
                f"The brain reaches the border of the series (first or last {name}): volumes are incomplete."
            )
            notices.append(Notice("brain-cut", message, "warning"))
            break
    lost = [k for k in (request.volume.failed if request.volume is not None else ()) if brain[k].any()]
    if lost:
        message = f"{len(lost)} slices with brain could not be read: volumes are incomplete."
        notices.append(Notice("slices-unread", message, "warning"))
    if len(geometry.slice_positions) > 2 and np.ptp(np.diff(geometry.slice_positions)) > 0.01 * abs(  # noqa: PLR2004
        geometry.slice_positions[1] - geometry.slice_positions[0]
    ):
        message = "The slices lie unevenly; volumes are computed with their mean distance."
        notices.append(Notice("uneven-spacing", message, "warning"))
    return notices


def _of_reference(findings: tuple[Finding, ...], reference: Reference | None, age: float | None) -> Notice:
    if reference is None:
        message = "No reference population is loaded: there are no percentiles."
    elif age is None:
        message = "The age at the study is not known: there are no percentiles."
    else:
        placed = sum(one.percentile is not None for one in findings)
        message = f"The reference population has {placed} of these volumes for a patient of {int(age)} years."
    return Notice("reference", message, "info")
