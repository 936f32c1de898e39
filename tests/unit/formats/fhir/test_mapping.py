"""Each type of resource becomes what the record says of it."""

from __future__ import annotations

import base64

import pytest

from medapp.domain.record import (
    Code,
    CodedValue,
    Concept,
    Period,
    Quantity,
    ReferenceRange,
    When,
)
from medapp.domain.record.coding import LOINC, RXNORM, SNOMED, UCUM
from medapp.formats.fhir.plain import plain
from medapp.formats.fhir.validate import validate

from .conftest import PATIENT

TERMS = "http://terminology.hl7.org/CodeSystem/"
REF = {"reference": "Patient/p1"}


def coded(system: str, code: str, **more):
    return {"coding": [{"system": system, "code": code}], **more}


def observation(**more):
    return {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": coded(LOINC, "2160-0"),
        "subject": REF,
        **more,
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            {"valueQuantity": {"value": 1.5, "unit": "mg/dL", "system": UCUM, "code": "mg/dL"}},
            Quantity(1.5, "mg/dL", "mg/dL"),
        ),
        ({"valueQuantity": {"value": 3, "comparator": "<"}}, Quantity(3.0, comparator="<")),
        ({"valueQuantity": {"value": 3, "code": "mg", "system": "urn:x"}}, Quantity(3.0, "mg")),
        ({"valueQuantity": {"unit": "mg"}}, None),
        ({"valueCodeableConcept": coded(SNOMED, "1")}, CodedValue(Concept((Code(SNOMED, "1"),)))),
        ({"valueString": "cloudy"}, "cloudy"),
        ({"valueBoolean": False}, False),
        ({"valueInteger": 7}, Quantity(7.0)),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 3, "unit": "mg"}}}, "1 – 3 mg"),
        ({"valueRange": {"low": {"value": 1}}}, "from 1"),
        ({"valueRange": {"high": {"value": 1}}}, "up to 1"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}}, "1:128"),
        (
            {
                "valueSampledData": {
                    "origin": {"value": 0},
                    "period": 1,
                    "dimensions": 1,
                    "data": "1 2 3",
                }
            },
            "3 samples",
        ),
        ({"valueTime": "10:11:12"}, "10:11:12"),
        ({"valueDateTime": "2020-01"}, When("2020-01")),
        ({"valuePeriod": {"start": "2020", "end": "2021"}}, "2020 – 2021"),
        ({}, None),
    ],
)
def test_values_of_every_type(read_json, value, expected):
    content = read_json(observation(**value)).content
    assert content.value == expected
    part = read_json(observation(component=[{"code": {"text": "part"}, **value}])).content
    assert part.components[0].value == expected


def test_an_observation(read_json):
    content = read_json(
        observation(
            category=[coded("urn:x", "y"), coded(f"{TERMS}observation-category", "laboratory")],
            effectiveDateTime="2020-01-02T03:04:05Z",
            interpretation=[coded(f"{TERMS}v3-ObservationInterpretation", "H")],
            referenceRange=[
                {
                    "low": {"value": 1},
                    "high": {"value": 2, "unit": "mg"},
                    "text": "usual",
                    "appliesTo": [{"text": "women"}],
                    "age": {"low": {"value": 18, "unit": "a"}},
                }
            ],
            dataAbsentReason=coded(f"{TERMS}data-absent-reason", "unknown"),
            method={"text": "by hand"},
            bodySite={"text": "arm"},
            note=[{"text": "one"}, {"text": "two"}],
            contained=[{"resourceType": "Specimen", "id": "s", "type": {"text": "blood"}}],
            specimen={"reference": "#s"},
            hasMember=[{"reference": "Observation/a"}, {"reference": "urn:uuid:b"}],
        )
    ).content
    assert content.concept.code(LOINC) == "2160-0"
    assert (content.status, content.category, content.absent) == ("final", "laboratory", "unknown")
    assert content.effective == Period(When("2020-01-02T03:04:05Z"))
    assert content.flags == ("H",)
    assert content.ranges == (
        ReferenceRange(Quantity(1.0), Quantity(2.0, "mg"), "usual", "women, age from 18 a"),
    )
    assert (content.method, content.body_site, content.comment) == ("by hand", "arm", "one\ntwo")
    assert content.specimen == "blood"
    assert content.members == ("a", "urn:uuid:b")


@pytest.mark.parametrize(
    ("effective", "expected"),
    [
        ({"issued": "2020-01-01T00:00:00Z"}, Period(When("2020-01-01T00:00:00Z"))),
        ({"effectivePeriod": {"start": "2020"}}, Period(When("2020"))),
        ({"effectiveTiming": {"event": ["2021", "2020"]}}, Period(When("2020"), When("2021"))),
        ({"effectiveTiming": {"repeat": {"boundsPeriod": {"end": "2020"}}}}, Period(None, When("2020"))),
        ({}, Period()),
    ],
)
def test_when_an_observation_holds(read_json, effective, expected: Period):
    assert read_json(observation(**effective)).content.effective == expected


def test_a_condition(read_json):
    found = read_json(
        {
            "resourceType": "Condition",
            "id": "c",
            "clinicalStatus": coded(f"{TERMS}condition-clinical", "resolved"),
            "verificationStatus": coded(f"{TERMS}condition-ver-status", "confirmed"),
            "category": [coded(f"{TERMS}condition-category", "problem-list-item")],
            "severity": {"text": "severe"},
            "code": coded(SNOMED, "38341003", text="Hypertension"),
            "subject": REF,
            "encounter": {"reference": "Encounter/e"},
            "onsetDateTime": "2010",
            "abatementPeriod": {"start": "2011-01", "end": "2011-02"},
            "recordedDate": "2012-03-04",
        }
    )
    content = found.content
    assert (content.status, content.certainty) == ("resolved", "confirmed")
    assert (content.category, content.severity) == ("problem-list-item", "severe")
    assert content.onset == Period(When("2010"), When("2011-02"))
    assert content.concept.display == "Hypertension"
    assert (found.entries[0].encounter, found.entries[0].recorded) == ("e", When("2012-03-04"))


def test_an_onset_in_words_is_told_in_words(read_json):
    condition = {"resourceType": "Condition", "subject": REF}
    told = read_json(condition | {"onsetAge": {"value": 40, "unit": "years"}}).content
    assert (told.onset, told.comment) == (Period(), "onset: at the age of 40 years")
    assert read_json(condition | {"abatementString": "in spring"}).content.comment == "abatement: in spring"


def test_a_status_that_r4_does_not_have(read_json):
    condition = {
        "resourceType": "Condition",
        "id": "c",
        "subject": REF,
        "clinicalStatus": coded(f"{TERMS}condition-clinical", "gone"),
    }
    assert read_json(condition).refusals[0].source.place == "Condition/c.clinicalStatus.coding.code"


def test_an_allergy_and_that_there_is_none(read_json):
    allergy = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded(f"{TERMS}allergyintolerance-clinical", "active"),
        "type": "allergy",
        "category": ["food"],
        "criticality": "high",
        "code": coded(SNOMED, "91935009"),
        "patient": REF,
        "reaction": [{"manifestation": [{"text": "hives"}], "severity": "mild"}],
    }
    content = read_json(allergy).content
    assert (content.category, content.kind, content.criticality) == ("food", "allergy", "high")
    assert (content.status, content.negated) == ("active", False)
    assert content.reactions[0].manifestations[0].text == "hives"
    assert read_json(allergy | {"code": coded(SNOMED, "716186003")}).content.negated


def test_a_request_that_forbids_a_medicine_is_none_to_take_it(read_json):
    node = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": True,
        "medicationCodeableConcept": {"text": "Warfarin"}, "subject": REF,
    }  # fmt: skip
    assert read_json(node).content.intent == "do-not-perform"
    assert read_json(node | {"doNotPerform": False}).content.intent == "order"


def test_a_request(read_json):
    content = read_json(
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationReference": {"reference": "#m"},
            "contained": [{"resourceType": "Medication", "id": "m", "code": coded(RXNORM, "29046")}],
            "subject": REF,
            "reasonReference": [{"display": "high pressure"}],
            "dosageInstruction": [
                {
                    "text": "1 tablet",
                    "asNeededBoolean": True,
                    "route": {"text": "oral"},
                    "timing": {
                        "repeat": {
                            "boundsPeriod": {"start": "2020"},
                            "frequency": 2,
                            "period": 1,
                            "periodUnit": "d",
                        }
                    },
                    "doseAndRate": [{"doseQuantity": {"value": 10, "unit": "mg"}}],
                }
            ],
        }
    ).content
    assert (content.kind, content.status, content.intent) == ("request", "active", "order")
    assert content.concept.code(RXNORM) == "29046"
    assert content.dose == Quantity(10.0, "mg")
    assert (content.route, content.instruction, content.as_needed) == ("oral", "1 tablet", True)
    assert (content.frequency, content.taken) == ("2 × every day", Period(When("2020")))
    assert content.reason.text == "high pressure"


@pytest.mark.parametrize(
    ("timing", "expected"),
    [
        ({"code": coded(f"{TERMS}v3-GTSAbbreviation", "BID")}, "BID"),
        ({"repeat": {"frequency": 1, "period": 8, "periodUnit": "h"}}, "every 8 h"),
        ({"repeat": {"frequency": 1, "frequencyMax": 2, "period": 1, "periodUnit": "d"}}, "1–2 × every day"),
        ({"repeat": {"when": ["MORN"]}}, "MORN"),
        ({"repeat": {"frequency": 1, "period": 2, "periodUnit": "wk", "when": ["HS"]}}, "every 2 weeks (HS)"),
    ],
)
def test_how_often(read_json, timing, expected: str):
    node = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": "x"},
        "subject": REF,
        "effectivePeriod": {"start": "2020", "end": "2021"},
        "dosage": [{"timing": timing}],
    }
    content = read_json(node).content
    assert content.frequency == expected
    assert content.taken == Period(When("2020"), When("2021"))


def test_an_administration_and_a_dispense(read_json):
    given = {
        "resourceType": "MedicationAdministration",
        "status": "completed",
        "medicationCodeableConcept": {"text": "x"},
        "subject": REF,
        "context": {"reference": "Encounter/e"},
        "effectiveDateTime": "2020-01-01",
        "dosage": {"text": "slowly", "dose": {"value": 2, "unit": "mg"}, "route": {"text": "iv"}},
    }
    found = read_json(given)
    assert (found.content.kind, found.content.dose) == ("administration", Quantity(2.0, "mg"))
    assert (found.content.route, found.content.instruction) == ("iv", "slowly")
    assert found.entries[0].encounter == "e"
    handed = {
        "resourceType": "MedicationDispense",
        "status": "completed",
        "medicationReference": {"display": "x"},
        "subject": REF,
        "whenHandedOver": "2020-02-02",
    }
    found = read_json(handed)
    assert (found.content.kind, found.content.concept.text) == ("dispense", "x")
    assert found.entries[0].recorded == When("2020-02-02")


def test_procedure_immunization_and_encounter(read_json):
    cut = {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": "cut"},
        "subject": REF,
        "performedPeriod": {"start": "2020-01-01", "end": "2020-01-02"},
        "bodySite": [{"text": "arm"}],
        "reasonCode": [{"text": "why"}],
    }
    content = read_json(cut).content
    assert (content.performed.end, content.body_site, content.reason.text) == (
        When("2020-01-02"),
        "arm",
        "why",
    )
    shot = {
        "resourceType": "Immunization",
        "status": "not-done",
        "vaccineCode": {"text": "flu"},
        "patient": REF,
        "occurrenceString": "last year",
        "lotNumber": "L1",
    }
    content = read_json(shot).content
    assert (content.status, content.given, content.lot) == ("not-done", None, "L1")
    visit = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": f"{TERMS}v3-ActCode", "code": "AMB"},
        "type": [{"text": "check"}],
        "subject": REF,
        "period": {"start": "2020"},
        "location": [{"location": {"display": "ward"}}],
    }
    content = read_json(visit).content
    assert (content.kind, content.concept.text, content.place) == ("AMB", "check", "ward")


def test_a_report(read_json):
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "category": [coded(f"{TERMS}v2-0074", "LAB")],
        "code": {"text": "panel"},
        "subject": REF,
        "issued": "2020-01-01T00:00:00Z",
        "result": [{"reference": "Observation/a"}],
        "presentedForm": [{"contentType": "text/plain", "data": base64.b64encode(b"all well").decode()}],
    }
    content = read_json(report).content
    assert (content.category, content.results, content.conclusion) == ("LAB", ("a",), "all well")
    assert content.issued == When("2020-01-01T00:00:00Z")


def document(*attachments, **more):
    return {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "type": {"text": "note"},
        "subject": REF,
        "content": [{"attachment": one} for one in attachments],
        **more,
    }


def attached(kind: str, data: bytes):
    return {"contentType": kind, "data": base64.b64encode(data).decode()}


def test_a_note(read_json):
    node = document(
        attached("text/plain; charset=iso-8859-1", "é".encode("latin-1")),
        attached("application/pdf", b"%PDF"),
        attached("text/html", b"<p>a&lt;b</p><script>alert(1)</script><p>c</p>"),
        date="2020-01-01T00:00:00Z",
        author=[{"display": "Dr. X"}],
        context={"encounter": [{"reference": "Encounter/e"}]},
    )
    found = read_json(node)
    assert found.content.text == "é\n\na<b\n\nc"
    assert (found.content.author, found.content.media_type) == ("Dr. X", "text/plain")
    assert (found.content.written, found.entries[0].encounter) == (When("2020-01-01T00:00:00Z"), "e")


def test_a_link_is_kept_and_not_opened(read_json, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    content = read_json(document({"contentType": "text/plain", "url": secret.as_uri()})).content
    assert (content.text, content.link) == ("", secret.as_uri())


@pytest.mark.parametrize(
    "attachment",
    [
        {"contentType": "text/plain", "data": "%%%"},
        attached("text/plain", b"\xff"),
        attached("text/x; charset=no", b"a"),
    ],
)
def test_a_text_that_cannot_be_decoded_leaves_the_note_without_it(read_json, attachment):
    found = read_json(document(attachment))
    assert found.entries[0].content.text == ""
    assert [one.source.place for one in found.refusals] == ["DocumentReference/d.content[0].attachment.data"]


def test_html_to_words():
    assert plain("<table><tr><td>a<td>b</table><style>x</style>c<br/>d &amp; e") == "a\tb\nc\nd & e"
    assert plain("<ul><li>one</li><li>two</ul>").split() == ["one", "two"]


def test_an_imaging_study(read_json):
    node = {
        "resourceType": "ImagingStudy",
        "identifier": [
            {"type": coded(f"{TERMS}v2-0203", "ACSN"), "value": "A1"},
            {"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"},
        ],
        "status": "available",
        "subject": REF,
        "started": "2020-01-01",
        "modality": [{"code": "CT"}],
        "series": [
            {"uid": "1", "modality": {"code": "CT"}, "bodySite": {"display": "Chest"}},
            {"uid": "2", "modality": {"code": "SR"}},
        ],
    }
    content = read_json(node).content
    assert (content.uid, content.accession, content.series) == ("1.2.3", "A1", 2)
    assert (content.modalities, content.body_site) == (("CT", "SR"), "Chest")


def test_other_types_are_kept_by_name(read_json):
    claim = {
        "resourceType": "CarePlan",
        "id": "x",
        "status": "active",
        "intent": "plan",
        "subject": REF,
        "category": [{"text": "diet"}],
        "period": {"start": "2020"},
    }
    found = read_json(claim)
    assert (found.content.kind, found.content.concept.text) == ("CarePlan", "diet")
    assert (found.content.status, found.content.during) == ("active", Period(When("2020")))
    assert found.entries[0].subject == "p1"
    place = read_json({"resourceType": "Location", "id": "l", "name": "Ward"})
    assert (place.entries[0].subject, place.content.facts) == ("", (("name", "Ward"),))


def test_facts_of_a_person(read_json):
    core = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-"
    who = PATIENT | {
        "extension": [
            {
                "url": f"{core}race",
                "extension": [
                    {"url": "ombCategory", "valueCoding": {"code": "2106-3", "display": "White"}},
                    {"url": "ombCategory", "valueCoding": {"code": "2028-9", "display": "Asian"}},
                ],
            },
            {"url": f"{core}ethnicity", "extension": [{"url": "text", "valueString": "Hispanic"}]},
            {"url": f"{core}birthsex", "valueCode": "F"},
            {"url": "http://example.org/x", "valueString": "y"},
        ],
        "identifier": [{"type": coded(f"{TERMS}v2-0203", "MR"), "system": "urn:x", "value": "7"}],
        "deceasedBoolean": True,
        "address": [{"line": ["1 Way"], "city": "C", "postalCode": "1"}],
        "maritalStatus": {"text": "married"},
        "communication": [{"language": coded("urn:ietf:bcp:47", "en")}],
    }
    (person,) = read_json(who).persons
    assert dict(person.facts) == {
        "race": "White, Asian",
        "ethnicity": "Hispanic",
        "birthsex": "F",
        "marital status": "married",
        "language": "en",
    }
    number = person.identifiers[0]
    assert (number.value, number.issuer, number.kind) == ("7", "urn:x", "MR")
    assert person.deceased is True
    assert person.addresses[0].lines == ("1 Way",)
    assert read_json(PATIENT).persons[0].deceased is None


def test_all_rules_of_the_standard_on_demand():
    assert validate(observation()) == []
    (wrong,) = validate(observation(wish=1))
    assert "wish" in wrong
    assert validate({"resourceType": "Wish"}) == ["resourceType is no type of R4B"]
    assert validate({}) == ["resourceType is missing"]


def test_a_goal_is_called_by_its_description(read_json):
    goal = {
        "resourceType": "Goal",
        "id": "g",
        "lifecycleStatus": "active",
        "description": {"text": "walk more"},
        "subject": {"reference": "Patient/p1"},
    }
    content = read_json(PATIENT, goal).entries[0].content
    assert (content.kind, content.concept.display, content.status) == ("Goal", "walk more", "active")
