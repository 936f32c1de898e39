"""The record of the sample patient as a FHIR R4 Bundle: problems, medicines, allergies, laboratory values."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from medapp.services.sample import person

if TYPE_CHECKING:
    from pathlib import Path

_SNOMED = "http://snomed.info/sct"
_RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_LOINC = "http://loinc.org"
_UCUM = "http://unitsofmeasure.org"
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"

Resource = dict[str, Any]


class Laboratory(NamedTuple):
    """A series of values of one test, on `DATES`."""

    code: str
    name: str
    unit: str
    low: float
    high: float
    values: tuple[float, float, float, float]


DATES = ("2025-09-02", "2026-01-20", "2026-03-02", "2026-03-11")
LABORATORY = (
    Laboratory("2160-0", "Creatinine", "mg/dL", 0.5, 1.0, (0.8, 0.9, 1.1, 1.3)),
    Laboratory("2951-2", "Sodium", "mmol/L", 136, 145, (140, 139, 136, 133)),
    Laboratory("2823-3", "Potassium", "mmol/L", 3.5, 5.1, (4.2, 4.3, 4.6, 4.9)),
    Laboratory("2345-7", "Glucose", "mg/dL", 70, 110, (94, 98, 131, 168)),
    Laboratory("1742-6", "Alanine aminotransferase", "U/L", 7, 35, (21, 24, 32, 41)),
    Laboratory("718-7", "Hemoglobin", "g/dL", 12, 16, (13.6, 13.4, 13.1, 12.9)),
    Laboratory("777-3", "Platelets", "10*3/uL", 150, 400, (248, 251, 230, 214)),
    Laboratory("6690-2", "Leukocytes", "10*3/uL", 4, 11, (6.1, 6.4, 9.8, 12.4)),
)
CONDITIONS = (
    ("38341003", "Hypertensive disorder, systemic arterial", "2014-06-10"),
    ("13644009", "Hypercholesterolemia", "2018-02-01"),
    ("91175000", "Seizure", "2026-03-01"),
    ("126952004", "Neoplasm of brain", "2026-03-12"),
)
MEDICATIONS = (
    ("29046", "lisinopril", "10 mg once a day", "2014-06-10"),
    ("36567", "simvastatin", "40 mg in the evening", "2018-02-01"),
    ("32968", "clopidogrel", "75 mg once a day", "2023-11-05"),
    ("114477", "levetiracetam", "500 mg twice a day", "2026-03-01"),
    ("3264", "dexamethasone", "4 mg twice a day", "2026-03-12"),
)


def write_record(path: Path) -> Path:
    """Write the bundle as JSON.

    Raises:
        OSError: Where it cannot be written.
    """
    path.write_text(json.dumps(bundle(), indent=1) + "\n", encoding="utf-8", newline="\n")
    return path


def bundle() -> Resource:
    """A Bundle of type ``collection`` with one Patient, all else referring to it."""
    resources = [_patient(), _allergy()]
    resources += [_condition(*condition) for condition in CONDITIONS]
    resources += [_medication(*medication) for medication in MEDICATIONS]
    resources += [
        _observation(test, date, value)
        for test in LABORATORY
        for date, value in zip(DATES, test.values, strict=True)
    ]
    entries = [{"fullUrl": f"urn:uuid:{item['id']}", "resource": item} for item in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _identifier(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("medapp-sample", person.PATIENT_ID, *parts))))


def _subject() -> Resource:
    return {"reference": f"urn:uuid:{_identifier('Patient')}"}


def _concept(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": display}


def _status(system: str, code: str) -> Resource:
    return {"coding": [{"system": _TERMINOLOGY + system, "code": code}]}


def _patient() -> Resource:
    return {
        "resourceType": "Patient",
        "id": _identifier("Patient"),
        "identifier": [{"system": person.ISSUER, "value": person.PATIENT_ID}],
        "name": [{"use": "official", "family": person.FAMILY, "given": [person.GIVEN]}],
        "gender": {"F": "female", "M": "male"}[person.SEX],
        "birthDate": person.BIRTH_DATE,
    }


def _allergy() -> Resource:
    return {
        "resourceType": "AllergyIntolerance",
        "id": _identifier("AllergyIntolerance", "penicillin"),
        "clinicalStatus": _status("allergyintolerance-clinical", "active"),
        "verificationStatus": _status("allergyintolerance-verification", "confirmed"),
        "type": "allergy",
        "category": ["medication"],
        "criticality": "high",
        "code": _concept(_RXNORM, "7980", "penicillin G"),
        "patient": _subject(),
        "reaction": [
            {"manifestation": [_concept(_SNOMED, "126485001", "Urticaria")], "severity": "moderate"}
        ],
    }


def _condition(code: str, name: str, onset: str) -> Resource:
    return {
        "resourceType": "Condition",
        "id": _identifier("Condition", code),
        "clinicalStatus": _status("condition-clinical", "active"),
        "verificationStatus": _status("condition-ver-status", "confirmed"),
        "category": [_status("condition-category", "problem-list-item")],
        "code": _concept(_SNOMED, code, name),
        "subject": _subject(),
        "onsetDateTime": onset,
    }


def _medication(code: str, name: str, dosage: str, date: str) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "id": _identifier("MedicationRequest", code),
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": _concept(_RXNORM, code, name),
        "subject": _subject(),
        "authoredOn": date,
        "dosageInstruction": [{"text": f"{name} {dosage}"}],
    }


def _observation(test: Laboratory, date: str, value: float) -> Resource:
    def quantity(number: float) -> Resource:
        return {"value": number, "unit": test.unit, "system": _UCUM, "code": test.unit}

    return {
        "resourceType": "Observation",
        "id": _identifier("Observation", test.code, date),
        "status": "final",
        "category": [_status("observation-category", "laboratory")],
        "code": _concept(_LOINC, test.code, test.name),
        "subject": _subject(),
        "effectiveDateTime": date,
        "valueQuantity": quantity(value),
        "referenceRange": [{"low": quantity(test.low), "high": quantity(test.high)}],
    }
