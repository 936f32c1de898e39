"""Files of every form are read; what is wrong is told with its place and the rest is read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from medapp.domain.record import Refusal, When
from medapp.formats.fhir import looks_like, read

from .conftest import PATIENT

NOTED = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"text": "x"},
    "subject": {"reference": "Patient/p1"},
}


def lines(*resources):
    return b"\n".join(json.dumps(one).encode() for one in resources) + b"\n"


def test_one_resource(read_json):
    found = read_json(PATIENT)
    (person,) = found.persons
    assert (person.subject, person.sex, person.birth_date) == ("p1", "female", When("1960-02"))
    assert person.name.display == "Roe, Ada B."
    assert person.source.place == "Patient/p1"
    assert found.refusals == []


@pytest.mark.parametrize("kind", ["transaction", "collection", "searchset", "batch", "document", "history"])
@pytest.mark.parametrize("packed", [False, True])
def test_bundles_of_every_type(read_bytes, kind: str, packed: bool):
    bundle = {"resourceType": "Bundle", "type": kind, "entry": [{"resource": PATIENT}, {"resource": NOTED}]}
    found = read_bytes(json.dumps(bundle, indent=1).encode(), packed=packed)
    assert [one.subject for one in found.persons] == ["p1"]
    assert [(one.subject, one.id, one.source.place) for one in found.entries] == [
        ("p1", "o1", "Observation/o1")
    ]
    assert found.refusals == []


def test_a_bundle_in_a_bundle_and_entries_without_a_resource(read_json):
    inner = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": NOTED}]}
    bundle = {
        "resourceType": "Bundle",
        "type": "batch-response",
        "entry": [{"response": {"status": "204"}}, {"resource": inner}],
    }
    assert len(read_json(bundle).entries) == 1


def test_a_list_of_resources_is_read_like_a_collection(read_bytes):
    assert len(read_bytes(json.dumps([PATIENT, NOTED]).encode()).items) == 2


@pytest.mark.parametrize("packed", [False, True])
def test_ndjson_goes_on_after_a_broken_line(read_bytes, packed: bool):
    data = lines(PATIENT) + b"{broken\n\n" + lines(NOTED)
    found = read_bytes(data, packed=packed)
    assert (len(found.persons), len(found.entries)) == (1, 1)
    (refusal,) = found.refusals
    assert (refusal.code, refusal.source.place, refusal.whole) == ("malformed", "line[2]", False)
    assert refusal.reason == "It is no JSON: line 2, column 2."


def test_ndjson_whose_first_line_is_broken(read_bytes):
    found = read_bytes(b"{broken\n" + lines(PATIENT))
    assert (len(found.persons), found.codes) == (1, ["malformed"])


def test_a_resource_without_an_id_is_called_by_its_place(read_bytes, read_json):
    nameless = {key: value for key, value in NOTED.items() if key != "id"}
    (entry,) = read_json(PATIENT, nameless).entries
    assert (entry.id, entry.source.place) == ("Observation/entry[1]", "Observation/entry[1]")
    named = {"fullUrl": "urn:uuid:5", "resource": nameless}
    assert read_json(PATIENT, named).entries[0].id == "urn:uuid:5"
    assert read_bytes(lines(PATIENT, nameless)).entries[0].id == "Observation/line[2]"


def test_a_byte_order_mark_does_not_matter(read_bytes):
    assert len(read_bytes(b"\xef\xbb\xbf" + json.dumps(PATIENT).encode()).persons) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"[" * 40000, "malformed"),
        (
            b'{"resourceType":"Patient","extension":[' + b'{"extension":[' * 200 + b"]}" * 200 + b"]}",
            "malformed",
        ),
        (b'{"resourceType":"Patient","active":' + b"9" * 5000 + b"}", "malformed"),
        (json.dumps(PATIENT).encode("utf-16"), "encoding"),
        (b'{"resourceType":"Patient","id":"\xff"}', "encoding"),
        (b'{"a": 1}', "unknown-kind"),
        (b"3", "unknown-kind"),
        (b'<Patient xmlns="http://hl7.org/fhir"/>', "unsupported"),
        (b'{"resourceType":"Wish"}', "unknown-kind"),
        (gzip.compress(json.dumps(PATIENT).encode())[:-9], "malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_cannot_be_read_is_refused_as_a_whole(read_bytes, data: bytes, code: str):
    found = read_bytes(data)
    (refusal,) = found.items
    assert (refusal.code, refusal.whole) == (code, True)
    assert refusal.reason.endswith(".")


def test_a_line_without_end_is_refused(read_bytes, monkeypatch):
    monkeypatch.setattr("medapp.formats.fhir.lines.MOST_DOCUMENT", 1000)
    assert read_bytes(b" " * 2000, packed=True).codes == ["too-large"]
    assert read_bytes(b"{\n" + b'"a":1,\n' * 1000).codes == ["too-large"]
    assert len(read_bytes(lines(*[PATIENT] * 50)).persons) == 50


def test_a_file_that_is_not_there(tmp_path):
    (refusal,) = read(tmp_path / "none", "none")
    assert (refusal.code, refusal.whole) == ("malformed", True)


def test_keys_that_stand_twice_are_told(read_bytes):
    found = read_bytes(b'{"resourceType":"Patient","id":"a","id" : "b"}')
    assert (len(found.persons), found.codes) == (1, ["malformed"])
    assert "(id)" in found.refusals[0].reason


def test_quotes_before_colons_are_no_keys(read_json):
    odd = PATIENT | {"name": [{"text": 'a "b": c" : d'}]}
    assert read_json(odd).refusals == []


def test_a_number_that_is_none_spoils_only_its_resource(read_bytes):
    bad = json.dumps(NOTED | {"valueQuantity": {"value": float("nan"), "unit": "mg"}})
    data = f'{{"resourceType":"Bundle","entry":[{{"resource":{bad}}},{{"resource":{json.dumps(PATIENT)}}}]}}'
    found = read_bytes(data.encode())
    assert (len(found.persons), len(found.entries)) == (1, 0)
    (refusal,) = found.refusals
    assert refusal.source.place == "Observation/o1.valueQuantity.value"


def test_half_a_character_is_replaced_and_told(read_bytes):
    found = read_bytes(
        rb'{"resourceType":"Patient","name":[{"family":"a\ud800","given":["\ud83d\ude00\\ud800"]}]}'
    )
    assert found.persons[0].name.family == "a\ufffd"
    assert found.persons[0].name.given == ("\U0001f600\\ud800",)
    assert found.codes == ["replaced"]


def test_a_birth_date_that_does_not_exist_leaves_the_person_without_one(read_json):
    found = read_json(PATIENT | {"birthDate": "1980-02-30"})
    assert found.persons[0].birth_date is None
    assert found.refusals[0].source.place == "Patient/p1.birthDate"
    assert "1980" not in found.refusals[0].reason
    assert read_json(PATIENT | {"deceasedDateTime": "0000"}).persons[0].deceased is True


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"status": "done"}, "status"),
        ({"status": 3}, "status"),
        ({"code": None}, "code"),
        ({"code": {"coding": [{"code": 5}]}}, "code.coding[0].code"),
        ({"effectiveDateTime": "2020-13-01"}, "effectiveDateTime"),
        ({"valueQuantity": {"value": "9.7"}}, "valueQuantity.value"),
        ({"valueQuantity": {"value": 9, "comparator": "~"}}, "valueQuantity.comparator"),
        ({"valueInteger": 2**31}, "valueInteger"),
        ({"valueInteger": 1, "valueString": "1"}, "value[x]"),
        ({"referenceRange": [{}, {"low": {"value": "1"}}]}, "referenceRange[1].low.value"),
        ({"component": [{"code": {"text": 1}}]}, "component[0].code.text"),
        ({"hasMember": [{"reference": 1}]}, "hasMember[0].reference"),
    ],
)
def test_an_invalid_resource_is_refused_with_its_element(read_json, change, path: str):
    node = {key: value for key, value in (NOTED | change).items() if value is not None}
    found = read_json(PATIENT, node)
    assert found.entries == []
    (refusal,) = found.refusals
    assert refusal.code == "invalid"
    assert refusal.source.place == f"Observation/o1.{path}"
    assert not refusal.whole


def test_a_choice_that_must_be_made(read_json):
    node = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
    }
    assert read_json(PATIENT, node).refusals[0].source.place == "MedicationRequest/m.medication[x]"


def test_a_value_that_is_only_known_to_be_unknown_is_there(read_json):
    unstated = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason"}]}
    node = {key: value for key, value in NOTED.items() if key != "status"} | {"_status": unstated}
    assert len(read_json(PATIENT, node).entries) == 1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"status": None}, "status"),
        ({"text": {"status": "generated"}}, "text.div"),
        ({"text": {}}, "text.status"),
    ],
)
def test_what_is_lacking_is_told_and_the_rest_is_read(read_json, change, path: str):
    node = {key: value for key, value in (NOTED | change).items() if value is not None}
    found = read_json(PATIENT, node)
    assert [one.id for one in found.entries] == ["o1"]
    refusal = found.refusals[0]
    assert (refusal.code, refusal.source.place) == ("incomplete", f"Observation/o1.{path}")
    assert refusal.reason.endswith("is missing; the rest was read.")


def test_words_beside_the_matter_are_left_out_and_told(read_json):
    found = read_json(PATIENT | {"gender": "F"})
    assert found.persons[0].sex is None
    assert (found.codes, found.refusals[0].source.place) == (["incomplete"], "Patient/p1.gender")


ALLERGY = {
    "resourceType": "AllergyIntolerance",
    "id": "a1",
    "code": {"text": "penicillin"},
    "patient": {"reference": "Patient/p1"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"criticality": "awful"},
        {"type": "other"},
        {"onsetDateTime": "2020-13-01"},
        {"reaction": [{"manifestation": [{"text": 1}]}]},
        {
            "clinicalStatus": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                        "code": "on",
                    }
                ]
            }
        },
    ],
)
def test_an_allergy_is_not_lost_for_what_stands_beside_it(read_json, change):
    found = read_json(PATIENT, ALLERGY | change)
    assert [one.content.concept.display for one in found.entries] == ["penicillin"]
    (refusal,) = found.refusals
    assert refusal.source.place.startswith(f"AllergyIntolerance/a1.{next(iter(change))}")
    assert refusal.reason.endswith("the rest was read.")


def test_strict_refuses_what_does_not_conform(tmp_path: Path):
    broken = ALLERGY | {"id": "a2", "reaction": [{"severity": "mild"}], "onsetDateTime": "soon", "wish": 1}
    lacking = {key: value for key, value in NOTED.items() if key != "status"}
    path = tmp_path / "file"
    path.write_bytes(lines(PATIENT, ALLERGY, broken, lacking))
    items = list(read(path, "file", strict=True))
    assert [one.source.place for one in items if not isinstance(one, Refusal)] == [
        "Patient/p1",
        "AllergyIntolerance/a1",
    ]
    told = [one for one in items if isinstance(one, Refusal)]
    assert {(one.code, one.source.place) for one in told} == {
        ("nonconformant", "AllergyIntolerance/a2.reaction[0].manifestation"),
        ("nonconformant", "AllergyIntolerance/a2.onsetDateTime"),
        ("nonconformant", "AllergyIntolerance/a2.wish"),
        ("nonconformant", "Observation/o1.status"),
    }
    assert all("it does not conform to R4B and is left out" in one.reason for one in told)
    assert not any("soon" in one.reason for one in told)
    assert len([one for one in read(path, "file") if not isinstance(one, Refusal)]) == 4


def test_strict_tells_the_choice_that_was_not_made(tmp_path: Path):
    given = {
        "resourceType": "Immunization",
        "id": "i",
        "status": "completed",
        "vaccineCode": {"text": "x"},
        "patient": {"reference": "Patient/p1"},
    }
    path = tmp_path / "file"
    path.write_bytes(lines(given, given))
    told = [one.source.place for one in read(path, "file", strict=True)]
    assert told == ["Immunization/i.occurrence[x]"] * 2


def test_strict_says_where_it_cannot_check(tmp_path: Path):
    old = {"resourceType": "MedicinalProduct", "id": "m", "name": [{"productName": "x"}]}
    path = tmp_path / "file"
    path.write_bytes(json.dumps(old).encode())
    items = list(read(path, "file", strict=True))
    assert [getattr(one, "code", "read") for one in items] == ["incomplete", "read"]


def test_a_fault_is_told_with_its_place(read_bytes):
    found = read_bytes(
        b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":1,"id":"a"}}]}'
    )
    assert found.refusals[0].source.place == "entry[0].resource"
    found = read_bytes(b'{"resourceType":"Patient",\n"name":[{"family":"\\ud800"}]}')
    assert found.refusals[0].source.place == "line 2"
    cut = read_bytes(gzip.compress(lines(*[PATIENT] * 40_000))[:-400])
    assert cut.refusals[0].source.place == f"line[{len(cut.persons)}]"


def test_progress_goes_up_to_the_end(tmp_path: Path):
    path = tmp_path / "file"
    for data in (
        lines(*[PATIENT] * 40_000),
        json.dumps({"resourceType": "Bundle", "entry": [{"resource": NOTED}] * 1000}).encode(),
    ):
        path.write_bytes(data)
        told: list[float] = []
        list(read(path, "file", progress=told.append))
        assert told == sorted(told)
        assert told[0] < 0.5 < told[-1] <= 1


def test_it_can_be_cancelled(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(lines(PATIENT, PATIENT))
    assert list(read(path, "file", cancelled=lambda: True)) == []


def test_lines_that_are_all_wrong_are_told_up_to_a_number(read_bytes):
    found = read_bytes(b'{"a":1}\n' * 3000)
    assert len(found.refusals) == 1001
    assert found.refusals[-1].whole


def test_the_kind_is_told_by_the_content():
    assert looks_like(b'\xef\xbb\xbf {"id": "1", "resourceType" : "Patient"')
    assert looks_like(b'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir">')
    assert not looks_like(b'<ClinicalDocument xmlns="urn:hl7-org:v3">')
    assert not looks_like(b'{"eventId": "kickoff"}')
    assert not looks_like(b'MSH|^~\\&|"resourceType":"Patient"')
