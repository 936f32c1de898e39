"""Broken and malicious FHIR: what JSON allows and FHIR does not, and what neither does."""

from __future__ import annotations

import gzip
import json
from typing import Any

from tests.hostile.made.kind import MEGABYTE, Files
from tests.hostile.record_good import BUNDLE, OBSERVATION, PATIENT

NOTE = {
    "resourceType": "DocumentReference",
    "status": "current",
    "subject": {"reference": "Patient/good-1"},
    "content": [{"attachment": {"contentType": "text/plain", "url": "@FILE@"}}],
}
CYCLE = {
    **OBSERVATION,
    "contained": [{**PATIENT, "id": "x", "link": [{"other": {"reference": "#x"}}]}],
    "subject": {"reference": "#x"},
}
OLD = {"resourceType": "Patient", "id": "p", "name": [{"family": ["Doe"], "given": ["J"]}]}
SCRIPT = {"status": "generated", "div": "<div><img src='@URL@/x.png'/><script src='@URL@/x.js'/></div>"}


def _bundle(*resources: Any) -> str:
    entries = [{"resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})


def _of(**change: Any) -> str:
    return _bundle(PATIENT, {**OBSERVATION, **change})


def _without(key: str) -> str:
    return _bundle(PATIENT, {name: value for name, value in OBSERVATION.items() if name != key})


def _nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"url": "x", "valueString": "y"}
    for _ in range(levels):
        inner = {"url": "x", "extension": [inner]}
    return inner


RESOURCES: Files = {
    "cut": ("refused", json.dumps(BUNDLE)[:300]),
    "cut_gz": ("refused", gzip.compress(json.dumps(BUNDLE).encode())[:60]),
    "bad_line": (
        "told",
        f'{json.dumps(PATIENT)}\n{{"resourceType": "Observation", \n{json.dumps(OBSERVATION)}',
    ),
    "cut_lines_gz": ("told", gzip.compress((json.dumps(PATIENT) + "\n").encode() * 3000)[:-20]),
    "deep_extension": ("refused", _bundle({**PATIENT, "extension": [_nested(300)]})),
    "deep_arrays": ("refused", '{"resourceType":"Patient","x":' + "[" * 100_000),
    "nested_bundles": (
        "refused",
        '{"resourceType":"Bundle","entry":[{"resource":' * 200 + "{}" + "}]}" * 200,
    ),
    "infinity": ("told", _of(valueQuantity={"value": float("inf"), "unit": "mg"})),
    "overflow": ("told", _of().replace("1.1", "1e400")),
    "string_number": ("told", _of(valueQuantity={"value": "1.1", "unit": "mg"})),
    "no_status": ("told", _without("status")),
    "no_code": ("told", _without("code")),
    "bad_status": ("told", _of(status="done")),
    "bad_date": ("told", _of(effectiveDateTime="2020-02-31")),
    "bad_gender": ("told", _bundle({**PATIENT, "gender": "F"}, OBSERVATION)),
    "subject_list": ("told", _of(subject=[{"reference": "Patient/good-1"}])),
    "null_resource": ("told", _bundle(PATIENT, None)),
    "list_type": ("told", _bundle(PATIENT, {"resourceType": ["Observation"]})),
    "unknown_type": ("told", _bundle(PATIENT, {"resourceType": "Wish", "id": "1"})),
    "other_patient": ("told", _of(subject={"reference": "Patient/somebody-else"})),
    "dstu2": ("refused", json.dumps(OLD)),
    "no_type": ("refused", '{"id": "1", "name": "Jane"}'),
    "text_for_object": ("refused", '{"resourceType": "Patient", "name": "Jane"}'),
    "utf16": ("refused", json.dumps(PATIENT).encode("utf-16")),
    "not_utf8": ("refused", json.dumps(PATIENT).encode().replace(b"Ada", b"A\xffa")),
    "controls": ("refused", json.dumps(PATIENT).replace("Ada", "A\x01a")),
    "nul": ("read", json.dumps(PATIENT).replace("Ada", "A\\u0000a")),
    "comment": ("refused", '{"resourceType": "Patient" /* x */}'),
    "single_quotes": ("refused", "{'resourceType': 'Patient', \"resourceType\": \"Patient\"}"),
    "trailing": ("refused", json.dumps(PATIENT) + " garbage"),
    "attachment_file": ("read", _bundle(PATIENT, NOTE)),
    "attachment_url": ("read", _bundle(PATIENT, NOTE).replace("@FILE@", "@URL@/a.txt")),
    "reference_url": ("told", _of(subject={"reference": "@URL@/Patient/1"})),
    "path_as_id": ("read", _bundle({**PATIENT, "id": "../../../etc/passwd"})),
    "bad_base64": ("told", _bundle(PATIENT, NOTE).replace('"url"', '"data"')),
    "script": ("read", _bundle({**PATIENT, "text": SCRIPT})),
    "contained_cycle": ("read", _bundle(CYCLE)),
    "sql": ("read", _bundle({**PATIENT, "name": [{"family": "'; DROP TABLE record_entries; --"}]})),
    "long_name": ("any", lambda: _bundle({**PATIENT, "name": [{"family": "x" * 3 * MEGABYTE}]}).encode()),
    "many_empty": ("any", '{"resourceType":"Bundle","entry":[' + ",".join(["{}"] * 100_000) + "]}"),
    "many_broken": ("told", json.dumps(PATIENT) + "\n" + '{"a": 1}\n' * 50_000),
    "bomb_gz": ("refused", lambda: gzip.compress(b"[" * 200 * MEGABYTE, 1)),
    "bomb_line_gz": (
        "refused",
        lambda: gzip.compress(b'{"resourceType":"Patient","id":"' + b"a" * 200 * MEGABYTE, 1),
    ),
    "resource_not_object": ("told", _bundle(PATIENT, 5, "x", [])),
}
