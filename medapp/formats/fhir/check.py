"""Whether a resource is built as R4 says: types of its elements, what must be there, words of status.

These checks are cheap and made on every import; all that the standard demands is checked by `validate`. What
stands in a resource has to be readable, or the resource is refused. What it lacks is told, and it is read
without, unless it then does not say of whom or of what it speaks: nothing may be lost of a record because a
sender left out a status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.formats.fhir.faults import FaultError
from medapp.formats.fhir.tables import misfits, tables, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from medapp.formats.fhir.fields import Node

MISSING: Final = "is missing"
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
ABOUT: Final = frozenset({"subject", "patient", "beneficiary", "code", "vaccineCode", "medication[x]"})
"""Elements without which nobody can tell whom or what a resource is about."""
LEFT_OUT: Final = frozenset({("Patient", "gender"), ("AllergyIntolerance", "type"),
                             ("AllergyIntolerance", "criticality")})  # fmt: skip
"""Words without which the rest still holds: a person, or an allergy, is worth more than they are."""
CODED: Final = {
    kind: tuple((key, allowed) for (one, key), allowed in WORDS.items() if one == kind)
    for kind in {kind for kind, _ in WORDS}
}


def check(kind: str, resource: Node) -> list[FaultError]:
    """What a resource lacks or states in words that R4 does not have, where it can be read without.

    Raises:
        FaultError: At the first thing for which it cannot be read at all.
    """
    shapes = tables().shapes[kind]
    if shapes:
        _types(resource, shapes)
    found = list(_lacking(kind, resource))
    for fault in found:
        if fault.path in ABOUT:
            raise fault
    for key, allowed in CODED.get(kind, ()):
        value = resource.get(key)
        if value is not None and value not in allowed:
            fault = FaultError(key, "is none of the words that R4 allows there")
            if (kind, key) not in LEFT_OUT:
                raise fault
            found.append(fault)
    return found


def without(kind: str, resource: Node, faults: list[FaultError]) -> Node:
    """The resource without words that R4 does not have."""
    if not faults:
        return resource
    wrong = {fault.path for fault in faults if (kind, fault.path) in LEFT_OUT}
    return {key: value for key, value in resource.items() if key not in wrong}


def _types(resource: Node, shapes: dict[str, str]) -> None:
    """Elements that R4 does not know are left alone: the standard lets a reader ignore them."""
    for key in misfits(resource, shapes):
        if key in shapes:
            raise FaultError(key, f"must be {words(shapes[key])}")


def _lacking(kind: str, resource: Node) -> Iterator[FaultError]:
    """What must be there and is not; a text needs both its status and its words (R4, 2.4)."""
    known = tables()
    for key in known.required.get(kind, ()):
        if key not in resource and f"_{key}" not in resource:
            yield FaultError(key, MISSING)
    for group in known.groups.get(kind, ()):
        if not any(key in resource or f"_{key}" in resource for key in group):
            yield FaultError(f"{_stem(group)}[x]", MISSING)

    narrative = resource.get("text")
    if type(narrative) is dict:
        for key in ("status", "div"):
            if type(narrative.get(key)) is not str and f"_{key}" not in narrative:
                yield FaultError(f"text.{key}", MISSING)


def _stem(group: list[str]) -> str:
    """``medication`` of ``medicationReference`` and ``medicationCodeableConcept``."""
    size = 0
    while len({one[: size + 1] for one in group}) == 1:
        size += 1
    return group[0][:size]
