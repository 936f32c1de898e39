"""ct.radiomics: features of every segment of a CT, MR or PET series."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from medapp.api import ClassifyRequest, ClassifyResult, Estimate, InputCheck, TaskRefused
from medapp.domain.notice import Notice
from medapp_classification.ct_radiomics.findings import findings_of, key_of
from medapp_classification.ct_radiomics.settings import settings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import JobContext, SegmentResult, TaskRequest
    from medapp.domain.finding import Finding
    from medapp.domain.segmentation import Label
    from medapp.domain.volume import Volume
    from medapp_classification.ct_radiomics.settings import Settings

MODALITIES = ("CT", "MR", "PT")
_FIXED_BYTES, _BYTES_A_VOXEL = 500_000_000, 60
_FIXED_S, _SECONDS_A_VOXEL = 3.0, 2.5e-6
_UNEVEN = 0.01
_LOOKING = 0.02
"""Time to look for a label, a voxel of the image, over the time to measure a voxel of it."""


def check_input(request: TaskRequest) -> InputCheck:
    """A grey volume of known, even spacing with labels on it, and parameters that fit it."""
    reason = _refusal(request)
    return InputCheck(ok=not reason, reason=reason)


def _refusal(request: TaskRequest) -> str:
    if not isinstance(request, ClassifyRequest) or request.volume is None:
        return "needs images"
    if request.modality not in MODALITIES:
        return f"takes {', '.join(MODALITIES)}, this is {request.modality or 'of unknown modality'}"
    reason = _unfit(request.volume, request.modality)
    if reason:
        return reason
    if request.segmentation is None:
        return "needs labels on the images: run or open a segmentation first"
    if request.segmentation.array.shape != request.volume.array.shape[:3]:
        return "the labels do not lie on the slices of the images"
    try:
        settings = settings_of(request.parameters, request.modality, request.volume.unit)
    except ValueError as error:
        return str(error)
    if settings.segments and not _wanted(request, settings):
        names = ", ".join(label.name for label in request.segmentation.labels)
        return f"none of the labels is called {', '.join(settings.segments)}; there are {names}"
    return ""


def _unfit(volume: Volume, modality: str) -> str:
    """Why no feature of the image would be right; empty where they would."""
    geometry = volume.geometry
    if volume.is_color:
        return "needs grey values, this is a colour image"
    if modality == "CT" and volume.unit != "HU":
        return "needs Hounsfield units, the file does not say how its values become them"
    if not geometry.stackable:
        return "needs parallel slices, these do not make a volume"
    if geometry.spacing_mm is None:
        return "needs the spacing, which the file does not state: nothing could be measured in mm"
    if geometry.is_sheared:
        return "its slices are tilted against the axis they are stacked along: resample it upright first"
    steps = np.abs(np.diff(geometry.slice_positions))
    if len(steps) > 1 and np.ptp(steps) > _UNEVEN * steps.mean():
        return (
            f"its slices lie {steps.min():.2f} to {steps.max():.2f} mm apart: "
            "features need even ones, resample it first"
        )
    return ""


def estimate(request: TaskRequest) -> Estimate:
    """By the number of voxels in segments, which most of the time goes into."""
    segments = request.segmentation if isinstance(request, ClassifyRequest) else None
    if segments is None:
        return Estimate(_FIXED_BYTES)
    counts = np.bincount(np.asarray(segments.array).ravel())[1:]
    largest = int(counts.max()) if len(counts) else 0
    return Estimate(
        _FIXED_BYTES + _BYTES_A_VOXEL * largest, _FIXED_S + _SECONDS_A_VOXEL * float(counts.sum())
    )


def classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """Measure every segment.

    Raises:
        TaskRefused: Where `check_input` says no, or no segment holds a voxel.
    """
    from medapp_classification.ct_radiomics.measure import features_of

    check = check_input(request)
    if not check.ok or request.volume is None or request.segmentation is None:
        raise TaskRefused(check.reason)
    volume, segments = request.volume, request.segmentation
    settings = settings_of(request.parameters, request.modality, volume.unit)
    context.record("radiomics", json.dumps(asdict(settings)))
    wanted = _wanted(request, settings)
    keys = key_of(segments.labels)
    findings: list[Finding] = []
    empty = []
    parts = _parts(segments, wanted)
    for number, label in enumerate(wanted):
        mask = np.isin(segments.array, _values(segments, label))
        if not mask.any():
            empty.append(label.name)
            continue

        def tell(fraction: float, doing: str, number: int = number, name: str = label.name) -> None:
            share = parts[number] + fraction * (parts[number + 1] - parts[number])
            context.progress(float(share), f"{name}: {doing}")

        found = features_of(volume, mask, settings, tell)
        findings += findings_of(keys[label.value], label, found, settings, volume.unit or "")
    if not findings:
        message = "none of the segments holds a voxel"
        raise TaskRefused(message)
    context.progress(1.0, "done")
    return ClassifyResult(
        tuple(findings),
        used=("images",),
        explained={"images": "none"},
        notices=tuple(_notices(request, settings, empty)),
    )


def _values(segments: SegmentResult, label: Label) -> list[int]:
    """Values of the array that stand for a label."""
    return [label.value, *(one for one, held in segments.overlaps.items() if label.value in held)]


def _parts(segments: SegmentResult, wanted: list[Label]) -> NDArray[np.float64]:
    """Which share of the whole time is over before each label, and at the end, (labels + 1,).

    A label takes time by its voxels, and by those of the image, in which it is looked for.
    """
    counts = np.bincount(np.asarray(segments.array).ravel())
    own = [sum(int(counts[one]) for one in _values(segments, label) if one < len(counts)) for label in wanted]
    costs = np.array(own, dtype=float) + _LOOKING * segments.array.size + 1.0
    found: NDArray[np.float64] = np.concatenate([[0.0], np.cumsum(costs) / costs.sum()])
    return found


def _wanted(request: ClassifyRequest, settings: Settings) -> list[Label]:
    labels = request.segmentation.labels if request.segmentation is not None else ()
    return [
        label
        for label in labels
        if not settings.segments
        or {label.name.lower(), str(label.value), label.code.value.lower()} & set(settings.segments)
    ]


def _notices(request: ClassifyRequest, settings: Settings, empty: list[str]) -> list[Notice]:
    notices = [Notice("radiomics-settings", _in_words(settings), "info", asdict(settings))]
    volume = request.volume
    if volume is not None and not volume.unit:
        message = (
            "The unit of the image is not known: intensities compare within this image only, "
            "and features of them with no other."
        )
        notices.append(Notice("unit-unknown", message, "warning"))
    if empty:
        message = f"Without a voxel, and so not measured: {', '.join(empty)}."
        notices.append(Notice("segments-empty", message, "info"))
    return notices


def _in_words(settings: Settings) -> str:
    """The choices that a feature depends on, as IBSI asks to report them."""
    grid = "voxels as in the image"
    if settings.interpolation != "none":
        where = "" if settings.dimension == "3D" else " in plane"
        kind = "trilinear" if settings.interpolation == "linear" else "cubic B-spline"
        grid = f"{kind} interpolation to {settings.voxel_mm:g} mm{where}"
    ends = "none"
    if (settings.low, settings.high) != (None, None):
        low = "" if settings.low is None else f"{settings.low:g}"
        high = "" if settings.high is None else f"{settings.high:g}"
        ends = f"[{low}, {high}]"
    if settings.outlier_sigma:
        ends += f" and {settings.outlier_sigma:g} σ"
    bins = {
        "fixed bin size": f"fixed bin size {settings.bin_size:g}",
        "fixed bin number": f"fixed bin number {settings.bins}",
        "none": "no discretisation",
    }[settings.discretisation]
    return (
        f"IBSI features: {settings.dimension}, directions by {settings.aggregation}; {grid}, "
        f"mask at {settings.mask_threshold:g}; re-segmentation {ends}; {bins}."
    )
