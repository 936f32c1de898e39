"""The only package of the program that a plugin imports, besides `medapp.domain` and `medapp.engine`."""

from medapp.api.context import InferOptions, JobCancelled, JobContext, TaskRefused
from medapp.api.hookspecs import hookimpl, hookspec
from medapp.api.manifest import Gate, Manifest, TaskManifest, WeightsFile
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
    Predictions,
    RecommendResult,
    SegmentResult,
    TrainResult,
)

__all__ = [
    "ClassifyRequest",
    "ClassifyResult",
    "Estimate",
    "EvaluateRequest",
    "EvaluateResult",
    "Gate",
    "InferOptions",
    "InputCheck",
    "JobCancelled",
    "JobContext",
    "Manifest",
    "MoleculesRequest",
    "MoleculesResult",
    "Predictions",
    "RecommendRequest",
    "RecommendResult",
    "SegmentRequest",
    "SegmentResult",
    "TaskManifest",
    "TaskRefused",
    "TaskRequest",
    "TrainRequest",
    "TrainResult",
    "WeightsFile",
    "hookimpl",
    "hookspec",
]
