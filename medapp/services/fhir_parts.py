"""Pieces of FHIR R4B resources that every export writes in the same way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from medapp.services.findings_table import moment_of
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from medapp.domain.patient import Patient

Node = dict[str, Any]
_TERMS: Final = "http://terminology.hl7.org/CodeSystem/"
_GENDERS: Final = {"M": "male", "F": "female", "O": "other"}
_DICOM_DATE: Final = 8


def patient_node(found: Patient, key: str) -> Node:
    """A Patient with what is known of who they are."""
    node: Node = {"resourceType": "Patient", "id": key}
    if found.id:
        number: Node = {"value": found.id}
        if found.issuer:
            named = ":" in found.issuer
            number |= {"system": found.issuer} if named else {"assigner": {"display": found.issuer}}
        node["identifier"] = [number]
    name = person_name(found.name)
    if name:
        node["name"] = [name]
    born = fhir_date(found.birth_date)
    if born:
        node["birthDate"] = born
    gender = _GENDERS.get(found.sex.strip().upper())
    if gender:
        node["gender"] = gender
    return node


def meta() -> Node:
    """The warning as a tag, which stands on every resource."""
    return {"tag": [{"system": "urn:medapp:use", "code": "not-for-diagnostic-use", "display": WARNING}]}


def term(system: str, code: str, display: str) -> Node:
    """A CodeableConcept of one of HL7's own code systems."""
    return {"coding": [{"system": f"{_TERMS}{system}", "code": code, "display": display}]}


def person_name(text: str) -> Node:
    """A person name of DICOM (PS3.5 6.2) as a HumanName: its first group that is filled."""
    group = next((part for part in text.split("=") if part.strip(" ^")), "")
    family, given, middle, prefix, suffix = ([part.strip() for part in group.split("^")] + [""] * 5)[:5]
    parts: Node = {}
    if family:
        parts["family"] = family
    for key, found in (("given", [given, middle]), ("prefix", [prefix]), ("suffix", [suffix])):
        if any(found):
            parts[key] = [one for one in found if one]
    return parts


def fhir_date(text: str) -> str:
    """A DICOM date as FHIR writes it; empty where it is none."""
    digits = text.replace("-", "").replace(".", "").strip()
    if len(digits) != _DICOM_DATE or not digits.isdecimal():
        return ""
    try:
        return datetime.strptime(digits, "%Y%m%d").replace(tzinfo=UTC).date().isoformat()
    except ValueError:
        return ""


def is_moment(text: str) -> bool:
    """Whether a text is a moment that is fixed on earth."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def instant(seconds: float) -> str:
    """Seconds since 1970 as an instant of FHIR."""
    return moment_of(seconds).replace("+00:00", "Z")
