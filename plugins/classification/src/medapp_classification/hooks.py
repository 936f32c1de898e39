"""The hooks of this plugin: each hands its request to the task it names, which is imported only then."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from medapp.api import hookimpl

if TYPE_CHECKING:
    from medapp.api import (
        ClassifyRequest,
        ClassifyResult,
        Estimate,
        EvaluateRequest,
        EvaluateResult,
        InputCheck,
        JobContext,
        TaskRequest,
        TrainRequest,
        TrainResult,
    )

_TASKS = {
    "cxr.findings": "medapp_classification.cxr_findings.task",
    "image.import": "medapp_classification.image_import.task",
    "mr.volumes": "medapp_classification.mr_volumes.task",
    "ct.radiomics": "medapp_classification.ct_radiomics.task",
    "record.risk": "medapp_classification.record_risk.task",
    "record.phenotype": "medapp_classification.record_phenotype.task",
    "rare.disease": "medapp_classification.rare_disease.task",
    "patient.together": "medapp_classification.patient_together.task",
}
_TRAINING = {
    "cxr.findings": "medapp_classification.cxr_findings.training",
    "record.risk": "medapp_classification.record_risk.training",
    "record.phenotype": "medapp_classification.record_phenotype.training",
    "rare.disease": "medapp_classification.rare_disease.training",
    "patient.together": "medapp_classification.patient_together.training",
}
_EVALUATION = {task: name.replace(".training", ".evaluation") for task, name in _TRAINING.items()} | {
    "image.import": "medapp_classification.image_import.evaluation",
}


def _module(modules: dict[str, str], task: str) -> Any:  # noqa: ANN401 - a module, looked into by name
    name = modules.get(task)
    return None if name is None else importlib.import_module(name)


@hookimpl
def medapp_check_input(request: TaskRequest) -> InputCheck | None:
    """Whether the request's task can run on it; None for tasks of other plugins."""
    module = _module(_TASKS, request.task)
    found: InputCheck | None = None if module is None else module.check_input(request)
    return found


@hookimpl
def medapp_estimate_resources(request: TaskRequest) -> Estimate | None:
    """Memory and time of the request's task; None for tasks of other plugins and for those without one."""
    module = _module(_TASKS, request.task)
    estimate = getattr(module, "estimate", None)
    found: Estimate | None = None if estimate is None else estimate(request)
    return found


@hookimpl
def medapp_classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult | None:
    """Answer the request's task; None for tasks of other plugins."""
    module = _module(_TASKS, request.task)
    found: ClassifyResult | None = None if module is None else module.classify(request, context)
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
