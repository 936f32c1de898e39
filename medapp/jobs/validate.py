"""Check what a plugin returned before anyone sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.api.checks import fault
from medapp.api.finding_checks import finding_fault
from medapp.api.option_checks import option_fault
from medapp.jobs.update import JobFailed

if TYPE_CHECKING:
    from medapp.api.requests import ClassifyRequest, RecommendRequest
    from medapp.api.results import ClassifyResult, RecommendResult, SegmentResult
    from medapp.domain.volume import Volume


def validate_segmentation(result: SegmentResult, volume: Volume) -> None:
    """Check shape, type and label values.

    Raises:
        JobFailed: With the reason; the kind is ``bad-result``.
    """
    reason = fault(result, volume)
    if reason:
        message = f"the plugin's result cannot be used: {reason}"
        raise JobFailed(message, kind="bad-result")


def validate_findings(result: ClassifyResult, request: ClassifyRequest) -> None:
    """Check probabilities, intervals, heat maps and charts.

    Raises:
        JobFailed: With the reason; the kind is ``bad-result``.
    """
    reason = finding_fault(result, request)
    if reason:
        message = f"the plugin's result cannot be used: {reason}"
        raise JobFailed(message, kind="bad-result")


def validate_options(result: RecommendResult, request: RecommendRequest) -> None:
    """Check options, their sources and estimates.

    Raises:
        JobFailed: With the reason; the kind is ``bad-result``.
    """
    reason = option_fault(result, request)
    if reason:
        message = f"the plugin's result cannot be used: {reason}"
        raise JobFailed(message, kind="bad-result")
