"""The only package of the program that a plugin imports, besides `medapp.domain` and `medapp.engine`."""

from medapp.api.context import InferOptions, JobCancelled, JobContext, TaskRefused
from medapp.api.hookspecs import hookimpl, hookspec
from medapp.api.manifest import Manifest, TaskManifest, WeightsFile
from medapp.api.requests import EvaluateRequest, SegmentRequest, TrainRequest
from medapp.api.results import Estimate, EvaluateResult, InputCheck, SegmentResult, TrainResult

__all__ = [
    "Estimate",
    "EvaluateRequest",
    "EvaluateResult",
    "InferOptions",
    "InputCheck",
    "JobCancelled",
    "JobContext",
    "Manifest",
    "SegmentRequest",
    "SegmentResult",
    "TaskManifest",
    "TaskRefused",
    "TrainRequest",
    "TrainResult",
    "WeightsFile",
    "hookimpl",
    "hookspec",
]
