"""Which version of FHIR a resource was written for, told by what it is made of.

A resource rarely names its version. What gives it away are its type, elements that R4 dropped, renamed or
writes in another way (R4, "Version History" of each resource), and rarely its profile or ``fhirVersion``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.formats.fhir.tables import VERSIONS, fits, misfits, tables

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.formats.fhir.fields import Node

PROFILES: Final = (
    (re.compile(r"^http://hl7\.org/fhir/(DSTU2|1\.0)\b"), "DSTU2"),
    (re.compile(r"^http://(hl7\.org/fhir/us/daf|fhir\.org/guides/argonaut)/"), "DSTU2"),
    (re.compile(r"^http://hl7\.org/fhir/(STU3|3\.0)\b"), "STU3"),
    (re.compile(r"^http://hl7\.org/fhir/(R5|5\.0)\b"), "R5"),
)
READ: Final = re.compile(r"4\.(0|1|3)(\.\d+)?(-.*)?")
NUMBERS: Final = (("0.", "DSTU1"), ("1.", "DSTU2"), ("3.0", "STU3"), ("5.", "R5"), ("6.", "R6"))
CONFORMANCE: Final = frozenset({"CapabilityStatement", "Conformance", "StructureDefinition"})
# Parts of parts that R4 writes otherwise: type of resource, path, version.
INNER: Final = (
    ("MedicationRequest", ("dosageInstruction", "doseQuantity"), "STU3"),
    ("MedicationRequest", ("dosageInstruction", "doseRange"), "STU3"),
    ("MedicationStatement", ("dosage", "doseQuantity"), "STU3"),
    ("MedicationDispense", ("dosageInstruction", "doseQuantity"), "STU3"),
    ("DiagnosticReport", ("performer", "actor"), "STU3"),
    ("Encounter", ("diagnosis", "role"), "STU3"),
    ("Procedure", ("performer", "role"), "STU3"),
    ("ImagingStudy", ("series", "availability"), "STU3"),
    ("Encounter", ("participant", "actor"), "R5"),
    ("DocumentReference", ("content", "profile"), "R5"),
    ("MedicationRequest", ("dosageInstruction", "asNeeded"), "R5"),
    ("MedicationRequest", ("dosageInstruction", "asNeededFor"), "R5"),
)


@dataclass(frozen=True, slots=True)
class Sign:
    """What gives a version away.

    Attributes:
        versions: Those that write it so.
        element: ``Condition.clinicalStatus``.
        why: The end of a sentence that begins with the element.
    """

    versions: tuple[str, ...]
    element: str
    why: str


def sign(resource: Node) -> Sign | None:
    """The first sign of a version that is not read; None where there is none."""
    kind = resource.get("resourceType")
    if type(kind) is not str:
        return None
    shapes = tables().shapes.get(kind)
    if shapes is None:
        return _foreign_type(kind)
    if shapes:
        for key in misfits(resource, shapes):
            found = _foreign_element(kind, key, resource[key])
            if found:
                return found
    return _stated(kind, resource) or _inner(kind, resource)


def _foreign_type(kind: str) -> Sign | None:
    versions = tuple(name for name in VERSIONS if kind in tables().types.get(name, ()))
    return Sign(versions, kind, "is no type of R4") if versions else None


def _foreign_element(kind: str, key: str, value: object) -> Sign | None:
    versions = []
    for name in VERSIONS:
        letter = tables().foreign[name].get(kind, {}).get(key)
        if letter is not None and fits(value, letter):
            versions.append(name)
    if key == "fhir_comments":
        versions = ["DSTU2"]
    return Sign(tuple(versions), f"{kind}.{key}", "is not written so in R4") if versions else None


def _stated(kind: str, resource: Node) -> Sign | None:
    meta = resource.get("meta")
    if type(meta) is dict and type(meta.get("profile")) is list:
        for profile in meta["profile"]:
            for pattern, version in PROFILES:
                if type(profile) is str and pattern.match(profile):
                    return Sign((version,), f"{kind}.meta.profile", "names a profile of it")
    stated = resource.get("fhirVersion")
    if kind in CONFORMANCE and type(stated) is str and not READ.fullmatch(stated):
        version = next((name for start, name in NUMBERS if stated.startswith(start)), "a draft")
        return Sign((version,), f"{kind}.fhirVersion", "says so")
    return None


def _inner(kind: str, resource: Node) -> Sign | None:
    if kind == "Patient":
        return _family(resource)
    for what, (outer, inner), version in INNER:
        if what == kind and type(resource.get(outer)) is list:
            for part in resource[outer]:
                if type(part) is dict and inner in part:
                    return Sign((version,), f"{kind}.{outer}.{inner}", "is not written so in R4")
    return None


def _family(patient: Node) -> Sign | None:
    names = patient.get("name")
    for name in names if type(names) is list else ():
        if type(name) is dict and type(name.get("family")) is list:
            return Sign(("DSTU2",), "Patient.name.family", "is a list, as in no later version")
    return None


def is_r4(resource: Node, version: str) -> bool:
    """Whether a resource has elements that R4 has and `version` has not."""
    own = tables().own["R5" if version == "R5" else "STU3"].get(str(resource.get("resourceType")), ())
    shapes = tables().shapes.get(str(resource.get("resourceType")), {})
    return any(key in resource and fits(resource[key], shapes[key]) for key in own if key in shapes)


def likeliest(signs: Iterable[Sign]) -> tuple[tuple[str, ...], Sign]:
    """The versions that most signs speak for, and the first sign that speaks for no other."""
    signs = list(signs)
    votes = Counter(version for one in signs for version in one.versions)
    most = max(votes.values())
    versions = tuple(name for name in votes if votes[name] == most)
    example = next((one for one in signs if set(one.versions) <= set(versions)), None)
    return versions, example or next(one for one in signs if versions[0] in one.versions)


def signs_of(resources: Iterable[Node]) -> dict[int, Sign]:
    """The resources that show signs of another version, by their `id()`."""
    return {id(one): found for one in resources if (found := sign(one))}


def of_file(resources: list[Node], signs: dict[int, Sign]) -> tuple[str, Sign] | None:
    """Version and first sign of a file that is of a version that is not read as a whole.

    None where nothing speaks for another version, or where most resources show no sign of one and some can
    only be R4: then the odd ones alone are refused.
    """
    if not signs:
        return None
    versions, example = likeliest(signs.values())
    few = 2 * len(signs) < len(resources)
    if few and any(is_r4(one, versions[0]) for one in resources if id(one) not in signs):
        return None
    return " or ".join(versions), example
