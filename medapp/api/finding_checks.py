"""What findings must be, before anyone sees them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from medapp.api.requests import ClassifyRequest
    from medapp.api.results import ClassifyResult
    from medapp.domain.finding import Chart, Finding, HeatMap

_SHARES: Final = ("probability", "threshold")
_NUMBERS: Final = ("low", "high", "value", "percentile", "horizon_days")
_MOST_PERCENT: Final = 100
_ENDS: Final = 3


def finding_fault(result: ClassifyResult, request: ClassifyRequest) -> str:
    """Say in words why `result` cannot be used for `request`; empty where it can."""
    return next(_faults(result, request), "")


def _faults(result: ClassifyResult, request: ClassifyRequest) -> Iterator[str]:
    keys = [one.key for one in result.findings]
    if len(set(keys)) != len(keys) or "" in keys:
        yield "the keys of its findings are empty or stand twice"
    if result.abstained and result.findings:
        yield "it abstains and gives findings nevertheless"
    if not (result.findings or result.abstained or result.notices):
        yield "it says nothing, and not why"
    yield from _unheld(result, request)
    for finding in result.findings:
        yield from (f"finding {finding.key!r}: {text}" for text in _of_finding(finding))
    maps = {one.key: one for one in result.heat_maps}
    for finding in result.findings:
        if finding.heat_map and finding.heat_map not in maps:
            yield f"finding {finding.key!r} names a heat map {finding.heat_map!r} that is not there"
    for one in result.heat_maps:
        yield from _of_map(one, request)
    for chart in result.charts:
        yield from _of_chart(chart)
    if result.coverage is not None and not 0 < result.coverage < 1:
        yield f"the coverage of its prediction sets is {result.coverage}, not between 0 and 1"


def _unheld(result: ClassifyResult, request: ClassifyRequest) -> Iterator[str]:
    held = {"images": request.volume, "record": request.record, "genome": request.genome}
    for name in result.used:
        if held.get(name) is None:
            yield f"it says that it used {name}, which it was not given"


def _of_finding(finding: Finding) -> Iterator[str]:
    for name in _SHARES:
        value = getattr(finding, name)
        if value is not None and not 0 <= value <= 1:
            yield f"its {name} is {value}, not from 0 to 1"
    for name in _NUMBERS:
        value = getattr(finding, name)
        if value is not None and not math.isfinite(value):
            yield f"its {name} is {value}"
    middle = finding.probability if finding.value is None else finding.value
    low, high = finding.low, finding.high
    if low is not None and high is not None and middle is not None and not low <= middle <= high:
        yield f"{middle} does not lie within its interval, {low} to {high}"
    yield from _of_tests(finding)
    if finding.as_of and not _is_day(finding.as_of):
        yield f"its as_of is {finding.as_of!r}, no day such as 2024-05-31"
    yield from _of_reasons(finding)


def _of_tests(finding: Finding) -> Iterator[str]:
    for name in ("auroc", "c_index"):
        figure = getattr(finding, name)
        if figure and not _is_share_with_ends(figure):
            yield f"its {name} is {figure}, not three numbers from 0 to 1: the value and its interval"
    if not finding.gain:
        return
    if len(finding.gain) != _ENDS or not all(map(math.isfinite, finding.gain)):
        yield f"its gain is {finding.gain}, not three numbers: the value and its interval"
    if not finding.baseline:
        yield "it states a gain and not over what"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_share_with_ends(numbers: tuple[float, ...]) -> bool:
    return len(numbers) == _ENDS and all(0 <= one <= 1 for one in numbers) and numbers[1] <= numbers[2]


def _of_reasons(finding: Finding) -> Iterator[str]:
    if finding.percentile is not None and not finding.reference:
        yield "it states a percentile and not of which population"
    if finding.percentile is not None and not 0 <= finding.percentile <= _MOST_PERCENT:
        yield f"its percentile is {finding.percentile}"
    for item in finding.items:
        if item.effect is not None and not math.isfinite(item.effect):
            yield f"the effect of {item.title!r} is {item.effect}"
    for change in finding.changes:
        if not 0 <= change.probability <= 1:
            yield f"a change is said to give the probability {change.probability}"


def _of_map(one: HeatMap, request: ClassifyRequest) -> Iterator[str]:
    if request.volume is None:
        yield f"heat map {one.key!r} lies on no image"
        return
    expected = request.volume.array.shape[:3]
    if one.array.shape != expected:
        yield f"heat map {one.key!r} has the shape {one.array.shape}, the image {expected}"
    elif one.array.size and not (
        np.isfinite(one.array).all() and one.array.min() >= 0 and one.array.max() <= 1
    ):
        yield f"heat map {one.key!r} has values outside of 0 to 1"


def _of_chart(chart: Chart) -> Iterator[str]:
    for trace in chart.traces:
        sizes = {len(trace.x), len(trace.y)}
        sizes |= {len(part) for part in (trace.low, trace.high, trace.labels) if part}
        if len(sizes) != 1:
            yield f"chart {chart.key!r}: {trace.name!r} has parts of different lengths"
        if not all(math.isfinite(one) for one in (*trace.x, *trace.y)):
            yield f"chart {chart.key!r}: {trace.name!r} has values that are no numbers"
