"""image.import: a classifier that a clinic has, described by a manifest, on a single image or a volume."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medapp.api import ClassifyRequest, ClassifyResult, Estimate, InputCheck
from medapp.api.gate import refusal as gate_refusal
from medapp.domain.finding import Finding, HeatMap
from medapp.domain.notice import Notice
from medapp_classification.image_import import files, preparing
from medapp_classification.image_import.words import ImportRefused

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from medapp.api import JobContext, TaskRequest
    from medapp.domain.volume import Volume
    from medapp_classification.image_import.description import Description
    from medapp_classification.image_import.files import Source
    from medapp_classification.image_import.runtime import Runtime

_FIXED_BYTES = 1_000_000_000
_SECONDS = 20.0
_LONGEST = 1000
_TERMS = ("title", "version", "license", "intended_use", "card")
TRUST = "set 'Run its code' (trusted=true) only where you trust where it comes from"


def check_input(request: TaskRequest) -> InputCheck:
    """Whether the classifier can be asked about the images; nothing of it is run or loaded for that."""
    if not isinstance(request, ClassifyRequest):
        return InputCheck(ok=False, reason="needs images")
    try:
        source = _source(request)
        _refuse_unfit(source, request)
        files.model_sha256(source, _nothing)
    except ImportRefused as error:
        return InputCheck(ok=False, reason=str(error))
    return InputCheck(ok=True)


def _nothing() -> None:
    """Nobody can cancel a check."""


def _source(request: ClassifyRequest) -> Source:
    named = str(request.parameters.get("model", "")).strip()
    if not named:
        message = "needs the folder or the manifest of a classifier"
        raise ImportRefused(message)
    return files.find(Path(named).expanduser())


def _refuse_unfit(source: Source, request: ClassifyRequest) -> None:
    """Refuse what the manifest is not for, and code that nobody trusts."""
    description = source.description
    if request.volume is None:
        reason = "needs images"
    elif description.images and request.modality not in description.images:
        found = request.modality or "of unknown modality"
        reason = f"the classifier takes {', '.join(description.images)}, this is {found}"
    else:
        reason = preparing.refusal(request.volume, description.given)
    if not reason:
        said = gate_refusal(description.gate, request.facts)
        reason = f"the classifier {said}" if said else ""
    if not reason and is_code(source) and not request.parameters.get("trusted", False):
        reason = f"{source.model.name} is TorchScript, which is code and runs with your rights: {TRUST}"
    if reason:
        raise ImportRefused(reason)


def is_code(source: Source) -> bool:
    """Whether the model is code, which runs with the rights of the user."""
    from medapp_classification.image_import.building import needs_trust

    return source.kind == "torchscript" or (source.kind == "bundle" and needs_trust(source.model))


def estimate(request: TaskRequest) -> Estimate:
    """Memory by what the network takes and by its file; how long a foreign network takes is not known."""
    if not isinstance(request, ClassifyRequest):
        return Estimate(_FIXED_BYTES)
    try:
        source = _source(request)
    except ImportRefused:
        return Estimate(_FIXED_BYTES)
    model = source.model
    size = model.stat().st_size if model.is_file() else sum(one.stat().st_size for one in model.rglob("*.*"))
    points = float(np.prod(source.description.given.size)) * source.description.given.channels
    return Estimate(int(_FIXED_BYTES + 3 * size + 400 * points))


def classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """Ask the classifier.

    Raises:
        ImportRefused: Where it cannot be asked, with the reason.
    """
    from medapp_classification.image_import.answers import probabilities, probe

    context.progress(0.0, "reading the classifier")
    source = _source(request)
    _refuse_unfit(source, request)
    assert request.volume is not None  # noqa: S101 - refused before
    description = source.description
    digest = files.model_sha256(source, context.check_cancelled)
    runtime = loaded(source, context)
    for key, value in (
        (f"weights:{source.model.name}", digest),
        ("classifier", f"{description.title} {description.version}".strip()),
        ("classifier_manifest_sha256", source.manifest_sha256),
        ("backend", runtime.name),
    ):
        context.record(key, value)
    context.progress(0.2, "trying the network")
    probe(runtime, description)
    context.progress(0.3, "preparing the image")
    ready = preparing.ready(request.volume, description.given, description.intensity)
    context.progress(0.4, "asking the network")
    said = probabilities(runtime, ready.array, description)
    asked = _Asked(runtime, ready, description, said)
    method, maps = _explained(asked, request.volume, str(request.parameters.get("heat_map", "yes")), context)
    context.progress(1.0, "done")
    return ClassifyResult(
        _findings(description, said, maps),
        ("images",),
        heat_maps=maps,
        explained={"images": method, "counterfactual": "none"},
        notices=_notices(description),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A network that has answered."""

    runtime: Runtime
    ready: preparing.Ready
    description: Description
    said: NDArray[np.float64]

    @property
    def first(self) -> int:
        """Place of the shown class with the highest probability."""
        shown = [place for place, one in enumerate(self.description.classes) if one.shown]
        return max(shown, key=lambda place: float(self.said[place]))


def loaded(source: Source, context: JobContext) -> Runtime:
    """The network, ready to be asked.

    Raises:
        ImportRefused: Where it cannot be loaded, with the reason.
    """
    from medapp_classification.image_import import building, runtime

    context.progress(0.05, "loading the network")
    if source.kind == "onnx":
        content = source.model.read_bytes()
        files.refuse_outside_data(content)
        return runtime.load_onnx(content, source.description, context.device, context.threads)
    import torch

    torch.set_num_threads(max(1, context.threads))
    torch.manual_seed(context.seed)
    if source.kind == "torchscript":
        return runtime.load_script(source.model, context.device)
    if source.kind == "bundle":
        return building.load_bundle(source.model, source.description.network, context.device)
    return building.load_weights(source.model, source.description.network, context.device)


def _explained(
    asked: _Asked, volume: Volume, wanted: str, context: JobContext
) -> tuple[str, tuple[HeatMap, ...]]:
    """The method in words, and the heat map of the first class where there is one."""
    from medapp_classification.image_import.explaining import grad_cam, occlusion

    if wanted == "no":
        return "none", ()
    place, found, method = asked.first, None, ""
    context.progress(0.5, "explaining")
    module = asked.runtime.module
    if module is not None and not asked.description.given.channels_last:
        method = "Grad-CAM, last convolution"
        found = grad_cam(module, asked.ready.array, place, context.device)
    if found is None:
        method = "occlusion"
        found = occlusion(
            asked.runtime, asked.ready.array, place, asked.description, context, seconds=_SECONDS
        )
    if found is None:
        return "none", ()
    most = float(found.max())
    if not np.isfinite(most) or most <= 0:
        return method, ()
    placed = asked.ready.placing.back(found / np.float32(most))
    array = np.clip(placed.reshape(volume.array.shape[:3]), 0, 1)
    one = asked.description.classes[place]
    return method, (HeatMap(one.key, one.title, array, method),)


def _findings(
    description: Description, said: NDArray[np.float64], maps: tuple[HeatMap, ...]
) -> tuple[Finding, ...]:
    drawn = {one.key for one in maps}
    made = [
        Finding(
            one.key,
            one.title,
            code=one.code,
            probability=float(said[place]),
            threshold=one.threshold,
            group=one.group,
            heat_map=one.key if one.key in drawn else "",
        )
        for place, one in enumerate(description.classes)
        if one.shown
    ]
    return tuple(sorted(made, key=lambda finding: -(finding.probability or 0.0)))


def _notices(description: Description) -> tuple[Notice, ...]:
    parts = [f"{description.title} {description.version}"]
    if description.intended_use:
        parts.append(f"Intended use: {description.intended_use[:_LONGEST]}")
    if description.card:
        parts.append(description.card[:_LONGEST])
    parts.append(f"Licence: {description.license or 'none stated'}")
    # Makers end their sentences as they like.
    said = " ".join(f"{part.strip().rstrip('.')}." for part in parts)
    terms = {name: getattr(description, name) for name in _TERMS}
    limits = (
        "A classifier from outside: nothing here judges whether the image is like those it was trained on, "
        "and its probabilities are as its makers calibrated them."
    )
    return (Notice("classifier-terms", said, "info", terms), Notice("classifier-limits", limits))
