"""Every way to name a patient leads to the same person, and never to another one."""

from __future__ import annotations

import pytest

from .conftest import PATIENT

HOME, AWAY = "https://a.org/fhir/", "https://b.org/fhir/"


def noted(subject, **more):
    return {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"text": "x"},
        "subject": subject,
        **more,
    }


@pytest.mark.parametrize(
    "literal",
    [
        "Patient/p1",
        "Patient/p1/_history/2",
        "urn:uuid:1",
        "Patient?identifier=urn:x|7",
        "Patient?identifier=urn%3Ax%7C7",
    ],
)
def test_references_within_a_bundle(read_json, literal: str):
    who = {
        "fullUrl": "urn:uuid:1",
        "resource": PATIENT | {"identifier": [{"system": "urn:x", "value": "7"}]},
    }
    found = read_json(who, noted({"reference": literal}))
    assert (found.entries[0].subject, found.refusals) == ("p1", [])


def test_a_logical_reference(read_json):
    who = PATIENT | {"identifier": [{"system": "urn:x", "value": "7"}]}
    found = read_json(who, noted({"identifier": {"system": "urn:x", "value": "7"}}))
    assert found.entries[0].subject == "p1"
    found = read_json(who, noted({"identifier": {"system": "urn:y", "value": "7"}}))
    assert (found.entries[0].subject, found.codes) == ("", ["no-subject"])


def test_absolute_references(read_json):
    who = {"fullUrl": f"{HOME}Patient/p1", "resource": PATIENT}
    assert read_json(who, noted({"reference": f"{HOME}Patient/p1"})).entries[0].subject == "p1"
    stranger = read_json(who, noted({"reference": f"{AWAY}Patient/p1"}))
    assert (stranger.entries[0].subject, stranger.codes) == (f"{AWAY}Patient/p1", ["no-subject"])


def test_the_same_id_on_two_servers_is_two_people(read_json):
    one, two = ({"fullUrl": f"{base}Patient/p1", "resource": PATIENT} for base in (HOME, AWAY))
    there = {"fullUrl": f"{AWAY}Observation/o", "resource": noted({"reference": "Patient/p1"})}
    found = read_json(one, two, there)
    assert [person.subject for person in found.persons] == ["p1", f"{AWAY}Patient/p1"]
    assert found.entries[0].subject == f"{AWAY}Patient/p1"


def test_a_patient_without_an_id_is_called_by_its_address(read_json):
    nameless = {key: value for key, value in PATIENT.items() if key != "id"}
    found = read_json({"fullUrl": "urn:uuid:1", "resource": nameless}, noted({"reference": "urn:uuid:1"}))
    assert found.persons[0].subject == found.entries[0].subject == "urn:uuid:1"


def test_another_patient_is_kept_apart_and_told(read_json):
    found = read_json(PATIENT, noted({"reference": "Patient/p2"}))
    assert (found.entries[0].subject, found.codes) == ("p2", ["no-subject"])
    assert found.refusals[0].source.place == "Observation/o"


def test_words_name_nobody(read_json):
    for subject in ({"display": "Ada Roe"}, {"reference": "p1"}, {"reference": "Patient?name=Roe"}):
        found = read_json(PATIENT, noted(subject))
        assert (found.entries[0].subject, found.codes) == ("", ["no-subject"])


def test_a_group_a_device_and_nothing_are_nobody(read_json):
    for subject in ({"reference": "Group/p1"}, {"reference": "Device/p1"}):
        found = read_json(PATIENT, noted(subject))
        assert (found.entries[0].subject, found.refusals) == ("", [])


def test_a_contained_patient_is_a_person_of_its_own(read_json):
    inner = PATIENT | {"id": "in"}
    found = read_json(noted({"reference": "#in"}, contained=[inner]))
    assert found.persons[0].subject == found.entries[0].subject == "Observation/o#in"
    assert found.refusals == []
    wrong = read_json(noted({"reference": "#in"}, contained=[inner | {"name": "x"}]))
    assert [one.source.place for one in wrong.refusals] == ["Observation/o.contained.name"]
    assert read_json(noted({"reference": "#out"})).entries[0].subject == ""


def test_references_in_a_circle(read_json):
    one = noted({"reference": "Patient/p1"}, hasMember=[{"reference": "Observation/o2"}])
    two = one | {"id": "o2", "hasMember": [{"reference": "Observation/o"}]}
    found = read_json(PATIENT, one, two)
    assert [entry.content.members for entry in found.entries] == [("o2",), ("o",)]


def test_a_medicine_of_another_line(read_bytes):
    found = read_bytes(
        b'{"resourceType":"Medication","id":"m","code":{"text":"aspirin"}}\n'
        b'{"resourceType":"MedicationStatement","status":"active","subject":{"reference":"Patient/p1"},'
        b'"medicationReference":{"reference":"Medication/m"}}\n'
    )
    assert found.entries[1].content.concept.text == "aspirin"
    assert found.entries[1].subject == "p1"


def test_appointments_tasks_and_coverage(read_json):
    task = {"resourceType": "Task", "status": "draft", "intent": "order", "for": {"reference": "Patient/p1"}}
    meeting = {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [
            {"actor": {"reference": "Practitioner/x"}, "status": "accepted"},
            {"actor": {"reference": "Patient/p1"}, "status": "accepted"},
        ],
    }
    found = read_json(PATIENT, task, meeting)
    assert [one.subject for one in found.entries] == ["p1", "p1"]
