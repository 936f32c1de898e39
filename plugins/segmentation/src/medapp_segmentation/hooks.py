"""The hooks of this plugin: each hands its request to the task it names, which is imported only then."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from medapp.api import hookimpl

if TYPE_CHECKING:
    from medapp.api import (
        Estimate,
        EvaluateRequest,
        EvaluateResult,
        InputCheck,
        JobContext,
        SegmentRequest,
        SegmentResult,
        TrainRequest,
        TrainResult,
    )

_TASKS = {
    "ct.structures": "medapp_segmentation.ct_structures.pipeline",
    "mr.brain": "medapp_segmentation.mr_brain.task",
    "monai.bundle": "medapp_segmentation.monai_bundle.task",
}
_TRAINING = {"mr.brain": "medapp_segmentation.mr_brain.training"}
_EVALUATION = {"mr.brain": "medapp_segmentation.mr_brain.evaluation"}


def _module(modules: dict[str, str], task: str) -> Any:  # noqa: ANN401 - a module, looked into by name
    name = modules.get(task)
    return None if name is None else importlib.import_module(name)


@hookimpl
def medapp_check_input(request: SegmentRequest) -> InputCheck | None:
    """Whether the request's task can run on its volume; None for tasks of other plugins."""
    module = _module(_TASKS, request.task)
    found: InputCheck | None = None if module is None else module.check_input(request)
    return found


@hookimpl
def medapp_estimate_resources(request: SegmentRequest) -> Estimate | None:
    """Memory and time of the request's task; None for tasks of other plugins."""
    module = _module(_TASKS, request.task)
    found: Estimate | None = None if module is None else module.estimate(request)
    return found


@hookimpl
def medapp_segment(request: SegmentRequest, context: JobContext) -> SegmentResult | None:
    """Run the request's task; None for tasks of other plugins."""
    module = _module(_TASKS, request.task)
    found: SegmentResult | None = None if module is None else module.segment(request, context)
    return found


@hookimpl
def medapp_train(request: TrainRequest, context: JobContext) -> TrainResult | None:
    """Train a candidate; None for tasks that are not trained here."""
    module = _module(_TRAINING, request.task)
    found: TrainResult | None = None if module is None else module.train(request, context)
    return found


@hookimpl
def medapp_evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult | None:
    """Measure a model; None for tasks that are not measured here."""
    module = _module(_EVALUATION, request.task)
    found: EvaluateResult | None = None if module is None else module.evaluate(request, context)
    return found
