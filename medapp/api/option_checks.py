"""What proposals of treatment must be, before anyone sees them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.api.requests import RecommendRequest
    from medapp.api.results import RecommendResult
    from medapp.domain.recommendation import Citation, Option


def option_fault(result: RecommendResult, request: RecommendRequest) -> str:
    """Say in words why `result` cannot be used for `request`; empty where it can."""
    return next(_faults(result, request), "")


def _faults(result: RecommendResult, request: RecommendRequest) -> Iterator[str]:
    keys = [one.key for one in result.options]
    if len(set(keys)) != len(keys) or "" in keys:
        yield "the keys of its options are empty or stand twice"
    if result.abstained and result.options:
        yield "it abstains and proposes nevertheless"
    if not (result.options or result.abstained or result.notices):
        yield "it says nothing, and not why"
    allowed = {name for drug in request.candidates for name in drug.ingredients}
    for option in (*result.options, *((result.baseline,) if result.baseline else ())):
        yield from (f"option {option.key!r}: {text}" for text in _of_option(option, allowed))


def _of_option(option: Option, allowed: set[str]) -> Iterator[str]:
    if option.score is not None and not math.isfinite(option.score):
        yield f"its score is {option.score}"
    if not option.changes:
        yield "it changes nothing"
    for change in option.changes:
        if not change.drug.name:
            yield "a change names no medicine"
        new = change.action == "start" and set(change.drug.ingredients) - allowed
        if allowed and new:
            yield f"it starts {change.drug.name}, which it was not given to propose"
    for statement in option.statements:
        yield from _of_citation(statement.citation)
    for estimate in option.estimates:
        yield from _of_citation(estimate.citation)
        if not 0 <= estimate.low <= estimate.probability <= estimate.high <= 1:
            yield f"the estimate of {estimate.outcome!r} is not a probability within its interval"


def _of_citation(citation: Citation) -> Iterator[str]:
    if not citation.title:
        yield "a statement does not say where it comes from"
