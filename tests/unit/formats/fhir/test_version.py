"""Resources of other versions are refused by name, R4 and R4B never are."""

from __future__ import annotations

import pytest

from .conftest import PATIENT

REF = {"reference": "Patient/p1"}
R4_CONDITION = {
    "resourceType": "Condition",
    "id": "ok",
    "clinicalStatus": {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
    },
    "subject": REF,
    "encounter": {"reference": "Encounter/e"},
}


@pytest.mark.parametrize(
    ("resource", "version", "element"),
    [
        ({"resourceType": "Condition", "clinicalStatus": "active", "subject": REF}, "STU3", "clinicalStatus"),
        ({"resourceType": "Condition", "patient": REF}, "DSTU2", "patient"),
        ({"resourceType": "MedicationOrder", "patient": REF}, "DSTU2", "MedicationOrder"),
        ({"resourceType": "DiagnosticOrder", "subject": REF}, "DSTU2", "DiagnosticOrder"),
        ({"resourceType": "ImagingManifest", "patient": REF}, "STU3", "ImagingManifest"),
        ({"resourceType": "ImagingStudy", "uid": "urn:oid:1.2", "patient": REF}, "DSTU2", "uid"),
        ({"resourceType": "Observation", "status": "final", "context": REF}, "STU3", "context"),
        ({"resourceType": "Patient", "name": [{"family": ["Roe"]}]}, "DSTU2", "family"),
        ({"resourceType": "Patient", "animal": {"species": {}}}, "DSTU2", "animal"),
        (
            {
                "resourceType": "MedicationRequest",
                "status": "active",
                "dosageInstruction": [{"doseQuantity": {"value": 1}}],
            },
            "STU3",
            "doseQuantity",
        ),
        ({"resourceType": "Encounter", "class": [{"text": "x"}], "status": "completed"}, "R5", "class"),
        ({"resourceType": "MedicationRequest", "medication": {"concept": {}}}, "R5", "medication"),
        ({"resourceType": "Condition", "participant": [{"actor": REF}], "subject": REF}, "R5", "participant"),
        ({"resourceType": "NutritionIntake", "status": "completed"}, "R5", "NutritionIntake"),
        ({"resourceType": "CapabilityStatement", "fhirVersion": "3.0.2"}, "STU3", "fhirVersion"),
        (
            {
                "resourceType": "Observation",
                "meta": {"profile": ["http://fhir.org/guides/argonaut/StructureDefinition/argo-vitalsigns"]},
            },
            "DSTU2",
            "profile",
        ),
    ],
)
def test_other_versions_are_refused_as_a_whole(read_json, resource, version: str, element: str):
    (refusal,) = read_json(resource).items
    assert (refusal.code, refusal.whole) == ("version", True)
    assert version in refusal.reason
    assert element in refusal.reason
    assert "R4 and R4B" in refusal.reason


def test_one_odd_resource_among_those_of_r4_is_refused_alone(read_json):
    odd = {"resourceType": "Condition", "id": "odd", "clinicalStatus": "active", "subject": REF}
    found = read_json(PATIENT, R4_CONDITION, odd)
    assert [one.id for one in found.entries] == ["ok"]
    (refusal,) = found.refusals
    assert (refusal.code, refusal.source.place, refusal.whole) == ("version", "Condition/odd", False)


def test_a_bundle_of_an_older_version_is_refused_although_its_patient_says_nothing(read_json):
    old = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "context": REF}
    found = read_json(PATIENT, old)
    assert found.codes == ["version"]
    assert (found.persons, found.entries) == ([], [])


def test_a_line_of_another_version_is_refused_alone(read_bytes):
    found = read_bytes(
        b'{"resourceType":"Condition","id":"c","clinicalStatus":"active","subject":{"reference":"Patient/1"}}\n'
        b'{"resourceType":"Patient","id":"1"}\n'
    )
    assert (found.codes, len(found.persons)) == (["version"], 1)


@pytest.mark.parametrize("version", ["4.0.1", "4.0", "4.3.0", "4.1.0"])
def test_statements_of_r4_are_kept(read_json, version: str):
    node = {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2020",
        "kind": "instance",
        "fhirVersion": version,
        "format": ["json"],
    }
    assert read_json(node).content.kind == "CapabilityStatement"


@pytest.mark.parametrize("kind", ["RiskEvidenceSynthesis", "MedicinalProduct", "SubscriptionStatus"])
def test_types_that_only_one_of_r4_and_r4b_has_are_read(read_json, kind: str):
    more = {"type": "heartbeat", "subscription": REF} if kind == "SubscriptionStatus" else {}
    assert read_json({"resourceType": kind, **more}).content.kind == kind
