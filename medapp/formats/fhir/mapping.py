"""One resource to one entry of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from medapp.domain.record import Entry, When
from medapp.formats.fhir import clinical, documents, medication
from medapp.formats.fhir.fields import child, children, when
from medapp.formats.fhir.observation import observation
from medapp.formats.fhir.other import other

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.domain.record import Source
    from medapp.domain.record.clinical import Content
    from medapp.formats.fhir.fields import Node
    from medapp.formats.fhir.references import Scope

KINDS: Final[dict[str, Callable[[Node, Scope], Content]]] = {
    "Observation": observation,
    "Condition": clinical.problem,
    "AllergyIntolerance": clinical.allergy,
    "Procedure": clinical.procedure,
    "Immunization": clinical.immunization,
    "Encounter": clinical.encounter,
    "MedicationRequest": medication.request,
    "MedicationStatement": medication.statement,
    "MedicationAdministration": medication.administration,
    "MedicationDispense": medication.dispense,
    "DiagnosticReport": documents.report,
    "DocumentReference": documents.note,
    "ImagingStudy": documents.study,
}
# Elements that name the patient, by how many types have them (R4, Patient compartment).
SUBJECTS: Final = ("subject", "patient", "beneficiary", "for", "individual", "candidate")
RECORDED: Final = ("recordedDate", "authoredOn", "issued", "recorded", "date", "dateAsserted", "created")
HANDED_OVER: Final = ("whenHandedOver", "whenPrepared")


def entry(scope: Scope, subject: str, source: Source) -> Entry:
    """The entry of a resource that has been checked; raises `FaultError` where an element cannot be read."""
    node, kind = scope.located.resource, scope.located.kind
    content = KINDS.get(kind, other)(node, scope)
    return Entry(scope.located.id, subject, source, content, _encounter(node, scope), _recorded(node, kind))


def _encounter(node: Node, scope: Scope) -> str:
    if type(node.get("encounter")) is dict:
        return scope.follow(node, "encounter")[1]
    context = child(node, "context") if type(node.get("context")) is dict else None
    if context is None:
        return ""
    if type(context.get("encounter")) is list:
        return next((scope.target(one, "context.encounter")[1] for one in children(context, "encounter")), "")
    kind, identity, _ = scope.target(context, "context")
    return identity if kind in {"Encounter", ""} else ""


def _recorded(node: Node, kind: str) -> When | None:
    keys = HANDED_OVER if kind == "MedicationDispense" else RECORDED
    for key in keys:
        if type(node.get(key)) is str:
            return when(node, key)
    return None


def subject(scope: Scope) -> tuple[str, Node | None, bool]:
    """Id of the patient, the Patient itself where it is contained, and whether one is named but not known.

    The id is empty for resources that are about nobody, or about a group, a device or a place.
    """
    for literal in references(scope.located.resource):
        kind, identity, found = scope.target(literal, "subject")
        if kind == "Patient":
            contained = found if str(literal.get("reference", ""))[:1] == "#" else None
            known = bool(identity) and "?" not in identity and (contained is not None or "#" not in identity)
            return (identity if known else ""), contained, not known
        if not kind:
            named = identity if identity[:4] == "urn:" else ""
            return named, None, not named and bool(literal)
    return "", None, False


def references(node: Node) -> list[Node]:
    """The references that may name the patient."""
    for key in SUBJECTS:
        found = node.get(key)
        if type(found) is dict:
            return [found]
        if type(found) is list:
            return [one for one in found if type(one) is dict]
    if node.get("resourceType") in {"Appointment", "AppointmentResponse"}:
        actors = [one.get("actor") for one in children(node, "participant")] + [node.get("actor")]
        return [one for one in actors if type(one) is dict and "Patient/" in str(one.get("reference"))]
    return []
