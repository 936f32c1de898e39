"""Every reader of records tells how far it is, and ends soon after it is told to."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from medapp.domain.record import Item
from medapp.formats import ccda, fhir, hl7v2, omop, phenopackets, tables

Reader = Callable[..., Iterator[Item]]
MANY = 4000


def _fhir(folder: Path, form: str) -> tuple[Path, Reader]:
    found = [
        {
            "resourceType": "Observation",
            "id": str(number),
            "status": "final",
            "code": {"text": "a"},
            "subject": {"reference": "Patient/p"},
            "note": [{"text": "word " * 40}],
        }
        for number in range(MANY)
    ]
    path = folder / "file"
    if form == "lines":
        path.write_text("\n".join(map(json.dumps, found)))
    else:
        path.write_text(json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in found]}))
    return path, fhir.read


def _hl7v2(folder: Path) -> tuple[Path, Reader]:
    message = (
        "MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5\rPID|1||7^^^X||Doe^J\r"
        "OBR|1|||1^a\rOBX|1|TX|1^a||" + "word " * 60 + "\r"
    )
    path = folder / "file"
    path.write_bytes(gzip.compress((message * MANY).encode(), 0))
    return path, hl7v2.read


def _ccda(folder: Path) -> tuple[Path, Reader]:
    section = "<component><section><text>words</text></section></component>"
    path = folder / "file"
    path.write_text(
        '<ClinicalDocument xmlns="urn:hl7-org:v3"><recordTarget><patientRole><id root="1" extension="2"/>'
        f"</patientRole></recordTarget><component><structuredBody>{section * MANY}</structuredBody>"
        "</component></ClinicalDocument>"
    )
    return path, ccda.read


def _packets(folder: Path, form: str) -> tuple[Path, Reader]:
    found = [
        {
            "id": f"k{number}",
            "subject": {"id": "p", "sex": "FEMALE"},
            "phenotypicFeatures": [{"type": {"id": "HP:1", "label": "word " * 40}}],
            "metaData": {"phenopacketSchemaVersion": "2.0"},
        }
        for number in range(MANY)
    ]
    path = folder / "file"
    path.write_text("\n".join(map(json.dumps, found)) if form == "lines" else json.dumps(found))
    return path, phenopackets.read


def _table(folder: Path) -> tuple[Path, Reader]:
    path = folder / "file.csv"
    path.write_text("patient_id,value\n" + "".join(f"{row},{row}.5{'0' * 80}\n" for row in range(MANY)))
    mapping = tables.propose(path)
    return path, lambda path, name, **more: tables.read(path, mapping, name, **more)


def _omop(folder: Path) -> tuple[Path, Reader]:
    rows = "".join(f"{row},8507,1950,{'a' * 80}\n" for row in range(MANY))
    (folder / "person.csv").write_text(
        f"person_id,gender_concept_id,year_of_birth,person_source_value\n{rows}"
    )
    return folder, omop.read


KINDS = {
    "FHIR bundle": partial(_fhir, form="bundle"),
    "FHIR lines": partial(_fhir, form="lines"),
    "HL7 v2": _hl7v2,
    "C-CDA": _ccda,
    "phenopackets": partial(_packets, form="lines"),
    "phenopacket list": partial(_packets, form="list"),
    "table": _table,
    "OMOP": _omop,
}


@pytest.mark.parametrize("kind", KINDS)
def test_progress_goes_from_little_to_all(tmp_path: Path, kind: str) -> None:
    path, read = KINDS[kind](tmp_path)
    told: list[float] = []
    items = list(read(path, "name", progress=told.append))
    assert len(items) >= MANY
    assert told == sorted(told)
    assert all(0 <= share <= 1 for share in told)
    assert told[0] < 0.4
    assert told[-1] > 0.6
    assert len(told) > 3


@pytest.mark.parametrize("kind", KINDS)
def test_reading_ends_when_it_is_told_to(tmp_path: Path, kind: str) -> None:
    path, read = KINDS[kind](tmp_path)
    whole = len(list(read(path, "name")))
    asked = iter([False])
    assert len(list(read(path, "name", cancelled=lambda: next(asked, True)))) < whole / 2
