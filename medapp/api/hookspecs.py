"""The hooks a plugin may implement. All run in a worker process, never in the shell.

Task hooks are `firstresult`: a plugin returns None for a task id that is not its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from medapp.api.context import JobContext
    from medapp.api.requests import (
        ClassifyRequest,
        EvaluateRequest,
        MoleculesRequest,
        RecommendRequest,
        SegmentRequest,
        TaskRequest,
        TrainRequest,
    )
    from medapp.api.results import (
        ClassifyResult,
        Estimate,
        EvaluateResult,
        InputCheck,
        MoleculesResult,
        RecommendResult,
        SegmentResult,
        TrainResult,
    )

PROJECT = "medapp"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec(firstresult=True)
def medapp_segment(request: SegmentRequest, context: JobContext) -> SegmentResult | None:
    """Segment the request's volume; the result lies on its grid."""


@hookspec(firstresult=True)
def medapp_classify(request: ClassifyRequest, context: JobContext) -> ClassifyResult | None:
    """Say something of the request's patient, with reasons, or abstain with one."""


@hookspec(firstresult=True)
def medapp_recommend_treatment(request: RecommendRequest, context: JobContext) -> RecommendResult | None:
    """Propose treatment for the request's patient, or abstain with a reason."""


@hookspec(firstresult=True)
def medapp_generate_molecules(request: MoleculesRequest, context: JobContext) -> MoleculesResult | None:
    """Make molecules, and write each as a row while it is made."""


@hookspec(firstresult=True)
def medapp_study_molecules(request: MoleculesRequest, context: JobContext) -> MoleculesResult | None:
    """Say something of each molecule of the request's file: properties, metabolites, harm."""


@hookspec(firstresult=True)
def medapp_check_input(request: TaskRequest) -> InputCheck | None:
    """Say whether the task can run on this input, before anything is loaded."""


@hookspec(firstresult=True)
def medapp_estimate_resources(request: TaskRequest) -> Estimate | None:
    """Estimate memory and time from shape and parameters."""


@hookspec(firstresult=True)
def medapp_train(request: TrainRequest, context: JobContext) -> TrainResult | None:
    """Train a candidate; resumable: goes on from what lies in `request.out`."""


@hookspec(firstresult=True)
def medapp_evaluate(request: EvaluateRequest, context: JobContext) -> EvaluateResult | None:
    """Measure a model on held-back data."""
