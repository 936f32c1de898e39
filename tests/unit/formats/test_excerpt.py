"""The very text of an entry is found again by the place that its reader has named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from medapp.formats.excerpt import excerpt
from medapp.formats.recognise import RecordFile, read, recognise

if TYPE_CHECKING:
    from medapp.domain.record import Item

OBSERVATION = {
    "resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "Sodium"},
    "subject": {"reference": "Patient/p1"}, "effectiveDateTime": "2020-01-01",
    "valueQuantity": {"value": 140, "unit": "mmol/L"},
}  # fmt: skip
PATIENT = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Doe"}]}
BUNDLE = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"resource": PATIENT}, {"resource": OBSERVATION}],
}
MESSAGE = (
    "MSH|^~\\&|LAB|HOSP|||20200101120000||ORU^R01|1|P|2.5\r"
    "PID|1||77^^^HOSP^MR||Doe^Jane||19800101|F\r"
    "OBR|1|||24323-8^CMP^LN|||20200101\r"
    "OBX|1|NM|2160-0^Creatinine^LN||1.7|mg/dL|0.6-1.2|H|||F|||20200101\r"
    "OBX|2|NM|2951-2^Sodium^LN||140|mmol/L|136-145||||F|||20200101\r"
)


def items(path: Path) -> list[Item]:
    found = recognise(path)
    assert isinstance(found, RecordFile)
    return list(read(found))


def place_of(path: Path, words: str) -> tuple[str, str]:
    """Format and place of the entry that is named so."""
    for one in items(path):
        if words in repr(getattr(one, "content", "")):
            return one.source.format, one.source.place
    raise AssertionError(words)


@pytest.mark.parametrize("packed", [False, True])
def test_a_resource_of_a_bundle(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "a.json"
    text = json.dumps(BUNDLE).encode()
    path.write_bytes(gzip.compress(text) if packed else text)
    form, place = place_of(path, "Sodium")
    assert json.loads(excerpt(path, form, place)) == OBSERVATION


def test_a_resource_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(f"{json.dumps(PATIENT)}\n{json.dumps(OBSERVATION)}\n")
    form, place = place_of(path, "Sodium")
    assert json.loads(excerpt(path, form, place)) == OBSERVATION


def test_a_segment_of_the_second_message(tmp_path: Path) -> None:
    path = tmp_path / "a.hl7"
    path.write_text(MESSAGE + MESSAGE.replace("140", "133"))
    places = [one.source.place for one in items(path) if "Sodium" in repr(getattr(one, "content", ""))]
    found = [excerpt(path, "hl7v2", place) for place in places]
    assert [line.split("|")[5] for line in found] == ["140", "133"]
    assert all(line.startswith("OBX|2|") for line in found)


def test_an_element_of_a_document(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section>'
        "<title>One</title></section></component><component><section><title>Two</title></section></component>"
        "</structuredBody></component></ClinicalDocument>"
    )
    found = excerpt(path, "ccda", "component/structuredBody/component[2]/section/title")
    assert found == "<title>Two</title>"
    assert "xmlns" not in excerpt(path, "ccda", "component/structuredBody/component[2]/section")
    assert excerpt(path, "ccda", "component/structuredBody/component[3]/section") == ""


def test_a_line_of_a_table_names_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id;note\n1;"two\nlines"\n2;last;more\n')
    assert excerpt(path, "table", "line 2") == "id: 1\nnote: two\nlines"
    assert excerpt(path, "omop", "line 4") == "id: 2\nnote: last\n: more"
    assert excerpt(path, "table", "line 9") == ""


def test_a_packet_of_a_line_and_its_parts(tmp_path: Path) -> None:
    packet = {"id": "a", "interpretations": [{"diagnosis": {"genomicInterpretations": [{"x": 1}, {"x": 2}]}}]}
    path = tmp_path / "a.ndjson"
    path.write_text(f"{json.dumps(packet)}\n{json.dumps({'id': 'b'})}\n")
    part = "interpretations[0].diagnosis.genomicInterpretations[1]"
    assert json.loads(excerpt(path, "phenopacket", f"line 1 {part}")) == {"x": 2}
    assert json.loads(excerpt(path, "phenopacket", "line 2")) == {"id": "b"}
    assert excerpt(path, "phenopacket", f"line 2 {part}") == ""


def test_a_line_of_a_vcf_and_what_has_none(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text("##fileformat=VCFv4.3\nchr1\t5\n")
    assert excerpt(path, "vcf", "line 2") == "chr1\t5"
    assert excerpt(path, "vcf", "") == ""
    assert excerpt(path, "dicom", "Study 1.2") == ""


def test_what_is_not_there_any_more_is_not_made_up(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(BUNDLE))
    assert excerpt(path, "fhir", "Observation/other") == ""
    path.write_text("no json")
    assert excerpt(path, "fhir", "Observation/o1") == ""
