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
        MoleculesRequest,
        MoleculesResult,
        TaskRequest,
        TrainRequest,
        TrainResult,
    )

_PACKAGES = {
    "molecules.finalists": "medapp_molecules.finalists",
    "molecules.generate": "medapp_molecules.generate",
    "molecules.metabolise": "medapp_molecules.metabolise",
    "molecules.optimise": "medapp_molecules.optimise",
    "molecules.screen": "medapp_molecules.screen",
    "molecules.space": "medapp_molecules.space",
    "molecules.toxicity": "medapp_molecules.toxicity",
}


def _module(task: str, name: str) -> Any:  # noqa: ANN401 - a module, looked into by name
    package = _PACKAGES.get(task)
    return None if package is None else importlib.import_module(f"{package}.{name}")


@hookimpl
def medapp_check_input(request: TaskRequest) -> InputCheck | None:
    """Whether the request's task can run on it; None for tasks of other plugins."""
    module = _module(request.task, "task")
    found: InputCheck | None = None if module is None else module.check_input(request)
    return found


@hookimpl
def medapp_estimate_resources(request: TaskRequest) -> Estimate | None:
    """Memory and time of the request's task; None for tasks of other plugins."""
    module = _module(request.task, "task")
    found: Estimate | None = None if module is None else module.estimate(request)
    return found


@hookimpl
def medapp_generate_molecules(request: MoleculesRequest, context: JobContext) -> MoleculesResult | None:
    """Make molecules; None for tasks of other plugins."""
    module = _module(request.task, "task")
    work = getattr(module, "generate", None)
    found: MoleculesResult | None = None if work is None else work(request, context)
    return found


@hookimpl
def medapp_study_molecules(request: MoleculesRequest, context: JobContext) -> MoleculesResult | None:
    """Say something of each molecule of a file; None for tasks of other plugins."""
    module = _module(request.task, "task")
    work = getattr(module, "study", None)
    found: MoleculesResult | None = None if work is None else work(request, context)
    return found


@hookimpl
def medapp_train(request: TrainRequest, context: JobContext) -> TrainResult | None:
    """Train a candidate; None for tasks of other plugins."""
    module = _module(request.task, "training")
    found: TrainResult | None = None if module is None else module.train(request, context)
    return found


@hookimpl
def medapp_evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult | None:
    """Measure a model; None for tasks of other plugins."""
    module = _module(request.task, "evaluation")
    found: EvaluateResult | None = None if module is None else module.evaluate(request, context)
    return found
