"""Whether a resource is built as R4 says: types of its elements, what must be there, words of status.

These checks are cheap and made on every import; all that the standard demands is checked by `validate`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.formats.fhir.faults import FaultError
from medapp.formats.fhir.tables import misfits, tables, words

if TYPE_CHECKING:
    from medapp.formats.fhir.fields import Node

_REPORT = "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown"
STATUS: Final = {
    kind: frozenset(line.split())
    for kind, line in {
        "Observation": "registered preliminary final amended corrected cancelled entered-in-error unknown",
        "DiagnosticReport": _REPORT,
        "MedicationRequest": "active on-hold cancelled completed entered-in-error stopped draft unknown",
        "MedicationStatement": (
            "active completed entered-in-error intended stopped on-hold unknown not-taken"
        ),
        "MedicationAdministration": (
            "in-progress not-done on-hold completed entered-in-error stopped unknown"
        ),
        "MedicationDispense": (
            "preparation in-progress cancelled on-hold completed entered-in-error stopped declined unknown"
        ),
        "Procedure": ("preparation in-progress not-done on-hold stopped completed entered-in-error unknown"),
        "Immunization": "completed entered-in-error not-done",
        "Encounter": (
            "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"
        ),
        "DocumentReference": "current superseded entered-in-error",
        "ImagingStudy": "registered available cancelled entered-in-error unknown",
    }.items()
}
WORDS: Final = {
    ("Patient", "gender"): frozenset({"male", "female", "other", "unknown"}),
    ("AllergyIntolerance", "type"): frozenset({"allergy", "intolerance"}),
    ("AllergyIntolerance", "criticality"): frozenset({"low", "high", "unable-to-assess"}),
    ("MedicationRequest", "intent"): frozenset(
        [
            "proposal",
            "plan",
            "order",
            "original-order",
            "reflex-order",
            "filler-order",
            "instance-order",
            "option",
        ]
    ),
} | {(kind, "status"): words_ for kind, words_ in STATUS.items()}
CODED: Final = {
    kind: tuple((key, allowed) for (one, key), allowed in WORDS.items() if one == kind)
    for kind in {kind for kind, _ in WORDS}
}


def check(kind: str, resource: Node) -> None:
    """Raise `FaultError` at the first thing that is built otherwise."""
    shapes = tables().shapes[kind]
    if shapes:
        _types(resource, shapes)
    _required(kind, resource)
    for key, allowed in CODED.get(kind, ()):
        value = resource.get(key)
        if value is not None and value not in allowed:
            raise FaultError(key, "is none of the words that R4 allows there")
    narrative = resource.get("text")
    if narrative is not None:
        _narrative(narrative)


def _narrative(node: Node) -> None:
    """A text needs both its status and its words (R4, 2.4)."""
    for key in ("status", "div"):
        if type(node.get(key)) is not str and f"_{key}" not in node:
            path = f"text.{key}"
            raise FaultError(path, "is missing")


def _types(resource: Node, shapes: dict[str, str]) -> None:
    """Elements that R4 does not know are left alone: the standard lets a reader ignore them."""
    for key in misfits(resource, shapes):
        if key in shapes:
            raise FaultError(key, f"must be {words(shapes[key])}")


def _required(kind: str, resource: Node) -> None:
    known = tables()
    for key in known.required.get(kind, ()):
        if key not in resource and f"_{key}" not in resource:
            raise FaultError(key, "is missing")
    for group in known.groups.get(kind, ()):
        if not any(key in resource or f"_{key}" in resource for key in group):
            path = f"{_stem(group)}[x]"
            raise FaultError(path, "is missing")


def _stem(group: list[str]) -> str:
    """``medication`` of ``medicationReference`` and ``medicationCodeableConcept``."""
    size = 0
    while len({one[: size + 1] for one in group}) == 1:
        size += 1
    return group[0][:size]
