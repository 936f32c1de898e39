"""monai.bundle: check, estimate and run a bundle on one series."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from medapp.api import Estimate, InputCheck, SegmentResult
from medapp_segmentation.monai_bundle.classes import label_map
from medapp_segmentation.monai_bundle.config import (
    Builder,
    Prepared,
    lacking_modules,
    lacking_packages,
    parse_config,
    prepare,
    scripts_of,
)
from medapp_segmentation.monai_bundle.image import flipped_axis, meta_image
from medapp_segmentation.monai_bundle.metadata import Facts, parse_metadata
from medapp_segmentation.monai_bundle.network import load_network, weights_name
from medapp_segmentation.monai_bundle.source import BundleError, Texts, read_texts, sha256_of, unpacked
from medapp_segmentation.monai_bundle.terms import notices_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import JobContext, SegmentRequest

_FIXED_BYTES = 1_500_000_000
_BYTES_A_CLASS = 8
_BYTES_A_VOXEL = 24


@dataclass(frozen=True)
class _Plan:
    """A bundle that may be run."""

    facts: Facts
    prepared: Prepared
    weights: str
    trusted: bool


def check_input(request: SegmentRequest) -> InputCheck:
    """Whether the bundle can be run on the series; nothing of it is run or unpacked for that."""
    reason = _refusal(request)
    if reason:
        return InputCheck(ok=False, reason=reason)
    try:
        texts = read_texts(_path(request))
        _plan(request, texts, _path(request), "cpu")
    except BundleError as error:
        return InputCheck(ok=False, reason=str(error))
    return InputCheck(ok=True)


def estimate(request: SegmentRequest) -> Estimate:
    """Memory from the number of classes and voxels; how long a foreign network takes is not known."""
    voxels = float(np.prod(request.volume.array.shape[:3]))
    try:
        classes = len(parse_metadata(read_texts(_path(request)).metadata).classes)
    except BundleError:
        classes = 2
    return Estimate(int(_FIXED_BYTES + voxels * (_BYTES_A_VOXEL + _BYTES_A_CLASS * classes)))


def segment(request: SegmentRequest, context: JobContext) -> SegmentResult:
    """Run the bundle.

    Raises:
        BundleError: Where it cannot be run, with the reason.
    """
    reason = _refusal(request)
    if reason:
        raise BundleError(reason)
    context.progress(0.0, "reading the bundle")
    root = unpacked(_path(request), context.scratch, context.check_cancelled)
    texts = read_texts(root)
    digest = sha256_of(root, context.check_cancelled)
    _refuse_other_version(str(request.parameters.get("sha256", "")), digest)
    plan = _plan(request, texts, root, context.device)
    _record(plan, digest, root, context)
    try:
        with scripts_of(root, trusted=plan.trusted):
            array, result = _run(request, plan, root, context)
    except BundleError as error:
        lacking = lacking_packages(plan.facts.packages)
        if lacking:
            message = f"{error}; the bundle asks for packages that are not installed: {', '.join(lacking)}"
            raise BundleError(message) from error
        raise
    context.progress(1.0, "done")
    terms = notices_of(plan.facts, root, texts.files, reorients=plan.prepared.reorients)
    return SegmentResult(array, result.labels, (*result.notices, *terms))


def _run(
    request: SegmentRequest, plan: _Plan, root: Path, context: JobContext
) -> tuple[NDArray[np.unsignedinteger], SegmentResult]:
    """Label map on the grid of the series, and the labels as the bundle gave them."""
    import torch

    from medapp_segmentation.monai_bundle import inference, steps

    torch.manual_seed(context.seed)
    torch.set_num_threads(max(1, context.threads))
    parameters, facts, volume = request.parameters, plan.facts, request.volume
    flip = str(parameters.get("flip", "none"))
    builder = Builder(plan.prepared)
    context.progress(0.05, "loading the network")
    network = load_network(builder, plan.prepared, root / plan.weights, context.device, trusted=plan.trusted)
    before = steps.as_compose(builder.build("preprocessing"))
    after = steps.as_compose(builder.build("postprocessing"))
    fast = bool(parameters.get("fast", False))
    inferer = inference.choose_inferer(builder.build("inferer"), facts.patch, fast=fast)
    context.progress(0.1, "preparing the image")
    image = meta_image(volume, channel_first=plan.prepared.channel_first, flip=flip)
    data = steps.preprocessed(before, image, facts)
    output = inference.infer(inferer, network, data[facts.image_key].as_tensor(), context)
    context.progress(0.85, "back to the grid of the series")
    found = steps.postprocessed((before, after), data, output, volume, facts, context)
    values, labels, notices = label_map(found.as_tensor().detach().cpu().numpy(), facts.classes)
    axis = flipped_axis(volume.geometry, flip)
    if axis is not None:
        values = np.flip(values, axis)
    array = np.ascontiguousarray(values.transpose(2, 1, 0))
    return array, SegmentResult(array, labels, notices)


def _refusal(request: SegmentRequest) -> str:
    volume = request.volume
    if not str(request.parameters.get("bundle", "")).strip():
        return "needs the folder or zip file of a MONAI bundle"
    if volume.is_color:
        return "needs grey values, this is a colour image"
    if not volume.geometry.stackable or volume.array.shape[0] < 2:  # noqa: PLR2004 - slices of a volume
        return "needs parallel slices, these do not make a volume"
    if volume.geometry.spacing_mm is None:
        return "needs the spacing, which the file does not state"
    if not volume.geometry.oriented:
        return "needs the orientation in the patient, which the file does not state"
    return ""


def _plan(request: SegmentRequest, texts: Texts, root: Path, device: str) -> _Plan:
    """Read metadata and configuration; refuse what cannot or may not be run."""
    facts = parse_metadata(texts.metadata)
    if facts.modality and facts.modality != request.modality:
        message = f"the bundle takes {facts.modality}, this is {request.modality or 'of unknown modality'}"
        raise BundleError(message)
    trusted = bool(request.parameters.get("trusted", False))
    values = {"bundle_root": str(root), "device": device, "num_workers": 0}
    prepared = prepare(parse_config(texts.config, texts.config_name), values, trusted=trusted)
    weights = weights_name(texts.files, has_network=bool(prepared.network))
    reasons = list(prepared.reasons)
    if weights.endswith(".ts"):
        reasons.append(f"{weights} is TorchScript")
    if reasons and not trusted:
        message = (
            f"the bundle runs code of its own ({'; '.join(reasons[:3])}): "
            "set 'Run its code' (trusted=true) only where you trust where it comes from"
        )
        raise BundleError(message)
    lacking = lacking_modules(prepared, texts.files)
    if lacking:
        message = f"the bundle needs packages that are not installed: {', '.join(lacking)}"
        raise BundleError(message)
    return _Plan(facts, prepared, weights, trusted)


def _refuse_other_version(wanted: str, found: str) -> None:
    if wanted and wanted != found:
        message = f"the bundle is not the version asked for: its SHA-256 is {found}, not {wanted}"
        raise BundleError(message)


def _record(plan: _Plan, digest: str, root: Path, context: JobContext) -> None:
    import monai

    with (root / plan.weights).open("rb") as file:
        weights = hashlib.file_digest(file, "sha256").hexdigest()
    context.record(f"weights:{PurePosixPath(plan.weights).name}", weights)
    context.record("bundle", f"{plan.facts.name} {plan.facts.version}".strip())
    context.record("bundle_sha256", digest)
    context.record("monai", str(monai.__version__))


def _path(request: SegmentRequest) -> Path:
    return Path(str(request.parameters.get("bundle", ""))).expanduser()
