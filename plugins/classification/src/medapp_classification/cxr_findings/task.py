"""cxr.findings: fourteen findings on a frontal chest X-ray of an adult."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from medapp.api import ClassifyRequest, Estimate, InputCheck, TaskRefused
from medapp.api.gate import age_in_years, refusal
from medapp.api.manifest import Gate
from medapp_classification.cxr_findings.findings import YOUNGEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medapp.api import ClassifyResult, JobContext, TaskRequest
    from medapp_classification.cxr_findings.model import Model

MODALITIES = ("CR", "DX")
GATE = Gate(
    youngest=YOUNGEST,
    body_parts=("CHEST", "THORAX", "LUNG"),
    views=("PA", "AP"),
    lateralities=("U", "B"),
    strict=("view",),
)
"""As the manifest has it; looked at here too, for whoever asks the hooks alone."""
_MEMORY = 700_000_000


def check_input(request: TaskRequest) -> InputCheck:
    """A single grey CR or DX image that its header calls a frontal chest X-ray of an adult."""
    reason = _refusal(request)
    return InputCheck(ok=not reason, reason=reason)


def _refusal(request: TaskRequest) -> str:
    if not isinstance(request, ClassifyRequest) or request.volume is None:
        return "needs a chest X-ray"
    if request.modality not in MODALITIES:
        return f"takes {' or '.join(MODALITIES)}, this is {request.modality or 'of unknown modality'}"
    volume = request.volume
    if volume.is_color:
        return "needs grey values, this is a colour image"
    if volume.array.shape[0] != 1:
        return f"takes a single image, this series has {volume.array.shape[0]}"
    if volume.failed:
        return "the image could not be read"
    return refusal(GATE, request.facts) or _young_without_unit(request.facts)


def _young_without_unit(facts: Mapping[str, str]) -> str:
    """An age without its unit is not known; where even years would make it a child, it is refused."""
    text = facts.get("PatientAge", "").strip()
    if age_in_years(facts) is None and text.isdigit() and int(text) < YOUNGEST:
        return f"is for patients from {YOUNGEST} years, the file says {int(text)} and not of what"
    return ""


def estimate(request: TaskRequest) -> Estimate:
    """The network is small; heat maps are as large as the image."""
    volume = request.volume if isinstance(request, ClassifyRequest) else None
    pixels = 0 if volume is None else int(volume.array.shape[1] * volume.array.shape[2])
    return Estimate(_MEMORY + 40 * pixels, 8.0)


def classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult:
    """Answer for one image.

    Raises:
        TaskRefused: Where `check_input` says no, or the weights are not those of this network.
        FileNotFoundError: Where the weights are not installed.
    """
    import torch

    from medapp_classification.cxr_findings.model import WEIGHTS
    from medapp_classification.cxr_findings.reading import answered

    check = check_input(request)
    if not check.ok:
        raise TaskRefused(check.reason)
    torch.set_num_threads(max(1, context.threads))
    context.progress(0.0, "loading the network")
    model = model_of(context.weights(WEIGHTS))
    return answered(model, request, context)


@lru_cache(maxsize=1)
def model_of(path: Path) -> Model:
    """Read a model; what was read last is kept.

    Raises:
        TaskRefused: Where the file is not what its name says.
    """
    from medapp_classification.cxr_findings.model import load

    try:
        return load(path)
    except ValueError as error:
        raise TaskRefused(str(error)) from error
