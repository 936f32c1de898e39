"""Observations and the organizers that hold them: results, vital signs, social history, functional status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.domain.record import CodedValue, Component, Observation, Report
from medapp.formats.ccda.problems import COMMENT, ENTRY, QUALIFIERS
from medapp.formats.ccda.types import ABSENT, kind_of, null, period, reference_range, value
from medapp.formats.ccda.xml import attribute, every, one, templates

if TYPE_CHECKING:
    from lxml import etree

    from medapp.domain.record import Value
    from medapp.formats.ccda.scope import Scope

RESULT, VITAL = f"{ENTRY}2", f"{ENTRY}27"
RESULTS, VITALS = f"{ENTRY}1", f"{ENTRY}26"
SOCIAL = {f"{ENTRY}{number}" for number in (38, 78, 85, 72, 109, 111, 200, 501)} | {
    "2.16.840.1.113883.10.20.15.3.8"
}
SURVEY = {f"{ENTRY}{number}" for number in (67, 69, 74, 86, 128, 138)}
SECTIONS = {"8716-3": "vital-signs", "29762-2": "social-history"}
STATUS = {"completed": "final", "active": "preliminary", "held": "registered", "suspended": "registered",
          "aborted": "cancelled", "cancelled": "cancelled", "nullified": "entered-in-error"}  # fmt: skip
"""v3 ActStatus to FHIR observation-status."""
_MEASURED = ("PQ", "INT", "REAL", "IVL_PQ", "IVL_INT", "IVL_REAL", "RTO", "RTO_PQ_PQ")


def read_observation(scope: Scope, element: etree._Element, specimen: str = "") -> str:
    """One observation; its id, empty where it says nothing."""
    what = scope.concept(one(element, "code"))
    stated = every(element, "value")
    values = [_negated(element, value(part, scope.narrative)) for part in stated]
    if not what and not any(found is not None for found in values):
        return ""
    ranges = [
        reference_range(part, scope.narrative) for part in every(element, "referenceRange/observationRange")
    ]
    observation = Observation(
        what,
        STATUS.get(attribute(one(element, "statusCode"), "code"), ""),
        _category(scope, element),
        period(one(element, "effectiveTime")),
        values[0] if len(values) == 1 else _negated(element, None),
        ABSENT.get(null(stated[0]), "") if len(stated) == 1 and values[0] is None else "",
        tuple(flag for part in every(element, "interpretationCode") if (flag := attribute(part, "code"))),
        tuple(found for found in ranges if found is not None),
        tuple(Component(what, found) for found in values) if len(values) > 1 else (),
        specimen or _specimen(scope, element),
        scope.concept(one(element, "methodCode")).display,
        scope.concept(one(element, "targetSiteCode")).display,
        _comment(scope, element),
    )
    name = scope.add(element, observation)
    for part in every(element, "entryRelationship/observation"):
        if not templates(part) & QUALIFIERS:
            read_observation(scope, part)
    return name


def _negated(element: etree._Element, found: Value) -> Value:
    """A finding that was looked for and is not there never looks like one that is."""
    if attribute(element, "negationInd") != "true":
        return found
    if isinstance(found, CodedValue):
        return f"not {found.concept.display}"
    return f"not {found}" if isinstance(found, str) else False


def _category(scope: Scope, element: etree._Element) -> str:
    roots = templates(element)
    if VITAL in roots:
        return "vital-signs"
    if roots & SOCIAL:
        return "social-history"
    if roots & SURVEY:
        return "survey"
    if RESULT in roots and any(kind_of(part) in _MEASURED for part in every(element, "value")):
        return "laboratory"
    return SECTIONS.get(scope.section, "")


def _specimen(scope: Scope, element: etree._Element) -> str:
    code = one(element, "specimen/specimenRole/specimenPlayingEntity/code")
    return scope.concept(code).display


def _comment(scope: Scope, element: etree._Element) -> str:
    acts = (part for part in every(element, "entryRelationship/act") if COMMENT in templates(part))
    return "\n".join(text for part in acts if (text := scope.narrative(one(part, "text"))))


def read_organizer(scope: Scope, element: etree._Element, others: list[str]) -> None:
    """A Result Organizer: a report with its results by id; `others` are the ids of what is read already."""
    specimen = _specimen(scope, element)
    inner = every(element, "component/observation")
    ids = [name for part in inner if (name := read_observation(scope, part, specimen))]
    if RESULTS not in templates(element):
        return
    what = scope.concept(one(element, "code"))
    if not what and not ids:
        return
    during = period(one(element, "effectiveTime"))
    status = STATUS.get(attribute(one(element, "statusCode"), "code"), "")
    scope.add(element, Report(what, "", status, during, results=(*ids, *others)))
