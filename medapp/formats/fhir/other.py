"""Every other type: kept under its name, with its code, status and time where it has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record import Concept, Other, Period
from medapp.formats.fhir.fields import (
    NO_PERIOD,
    concept_of,
    moment,
    period,
    text,
    when,
)

if TYPE_CHECKING:
    from medapp.formats.fhir.fields import Node
    from medapp.formats.fhir.references import Scope

CODES: Final = (
    "code", "codeCodeableConcept", "itemCodeableConcept", "description", "type", "serviceType", "category",
    "relationship",
)  # fmt: skip
"""In this order; a description is one where it is coded, as that of a Goal."""
STATUSES: Final = ("status", "lifecycleStatus")
PERIODS: Final = ("period", "billablePeriod", "servicedPeriod", "effectivePeriod", "executionPeriod")
MOMENTS: Final = ("occurrence", "effective", "collected", "serviced", "start")
DATES: Final = ("authoredOn", "authored", "created", "date", "startDate", "recorded", "sent", "start")


def other(node: Node, scope: Scope) -> Other:
    """A resource of a type that has no kind of its own in the record."""
    return Other(
        kind=scope.located.kind,
        concept=_concept(node),
        status=_status(node),
        during=_during(node),
        facts=_facts(node),
    )


def _concept(node: Node) -> Concept:
    """The first element that says what it is, whichever shape the type gives it."""
    for key in CODES:
        value = node.get(key)
        if type(value) is list:
            value = value[0] if value else None
        if type(value) is dict:
            found = concept_of(value) if "coding" in value or "text" in value else None
            if found:
                return found
    return Concept()


def _status(node: Node) -> str:
    return next((text(node, key) for key in STATUSES if type(node.get(key)) is str), "")


def _during(node: Node) -> Period:
    for key in PERIODS:
        if type(node.get(key)) is dict:
            return period(node, key)
    for name in MOMENTS:
        found = moment(node, name)
        if found != NO_PERIOD:
            return found
    for key in DATES:
        if type(node.get(key)) is str:
            return Period(when(node, key))
    return NO_PERIOD


def _facts(node: Node) -> tuple[tuple[str, str], ...]:
    """What the type is called by: a name or a title."""
    named = ((key, node.get(key)) for key in ("title", "name", "description", "intent"))
    return tuple((key, value) for key, value in named if type(value) is str and value)
