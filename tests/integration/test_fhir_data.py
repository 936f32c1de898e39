"""Real FHIR: every count of the Synthea patients, all of the examples, every older version refused."""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from medapp.domain.record import Allergy, Entry, Person, Refusal, StudyReference, When
from medapp.domain.record.coding import RXNORM
from medapp.domain.record.summary import active_medications, active_problems, latest_quantities
from medapp.formats.fhir import looks_like, read

PARTS = 16


def folder(shared_data: Path, name: str) -> Path:
    found = shared_data / "ehr" / name
    if not found.is_dir():
        pytest.skip(f"no {name}")
    return found


def items(path: Path) -> tuple[list[Person], list[Entry], list[Refusal]]:
    found = list(read(path, path.name))
    persons = [one for one in found if isinstance(one, Person)]
    entries = [one for one in found if isinstance(one, Entry)]
    return persons, entries, [one for one in found if isinstance(one, Refusal)]


def head(path: Path) -> bytes:
    data = path.read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)[: 1 << 16]


def text(when: When | bool | None) -> str | None:
    return when.text if isinstance(when, When) else None


def counts(persons: list[Person], entries: list[Entry]) -> dict[str, int]:
    return dict(Counter(one.source.place.partition("/")[0] for one in (*persons, *entries)))


def summary(persons: list[Person], entries: list[Entry]) -> dict[str, Any]:
    """A patient as `expected_summary.jsonl` words it."""
    (who,) = persons
    return {
        "patient_id": who.subject,
        "family": who.name.family,
        "given": list(who.name.given),
        "gender": who.sex,
        "birthDate": text(who.birth_date),
        "deceasedDateTime": text(who.deceased),
        "resource_counts": counts(persons, entries),
        "active_conditions": [
            {
                "code": one.content.concept.codes[0].value,
                "display": one.content.concept.codes[0].display,
                "onset": text(one.content.onset.start),
                "abatement": text(one.content.onset.end),
                "status": one.content.status,
            }
            for one in active_problems(entries)
        ],
        "active_medications": [
            {
                "rxnorm": one.content.concept.code(RXNORM),
                "display": one.content.concept.codes[0].display,
                "status": one.content.status,
                "authored": text(one.recorded),
            }
            for one in active_medications(entries)
        ],
        "allergies": [one.content.concept.display for one in entries if isinstance(one.content, Allergy)],
        "latest_quantities": {
            code: {
                "date": text(one.content.effective.start),
                "display": one.content.concept.codes[0].display,
                "value": one.content.value.value,
                "unit": one.content.value.unit,
            }
            for (_, code), one in latest_quantities(entries).items()
        },
        "imaging": [
            {"started": text(one.content.started), "modality": list(one.content.modalities)}
            for one in entries
            if isinstance(one.content, StudyReference)
        ],
    }


@pytest.mark.parametrize("part", range(PARTS))
def test_every_count_of_the_synthea_patients(shared_data: Path, part: int):
    synthea = folder(shared_data, "synthea_fhir_r4")
    lines = gzip.decompress((synthea / "expected_summary.jsonl.gz").read_bytes()).splitlines()
    different = []
    for line in lines[part::PARTS]:
        expected = json.loads(line)
        persons, entries, refusals = items(synthea / expected["file"])
        found = summary(persons, entries)
        different += [key for key, value in found.items() if value != expected[key]]
        different += [one.code for one in refusals]
        different += [one.subject for one in entries if one.subject not in {"", persons[0].subject}]
    assert different == []


def test_every_line_of_a_bulk_export(shared_data: Path):
    total = Counter()
    for path in folder(shared_data, "synthea_bulk_ndjson").glob("*.000.ndjson.gz"):
        persons, entries, refusals = items(path)
        assert refusals == []
        total.update(counts(persons, entries))
    lines = 0
    for path in folder(shared_data, "synthea_bulk_ndjson").glob("*.000.ndjson.gz"):
        with gzip.open(path, "rb") as file:
            lines += sum(1 for line in file if line.strip())
    assert total.total() == lines
    assert total["Patient"] > 0


@pytest.mark.parametrize("name", ["us_core_examples", "fhir_genomics_reporting"])
def test_examples_of_the_guides(shared_data: Path, name: str):
    refused = {}
    for path in sorted(folder(shared_data, name).glob("*.json")):
        assert looks_like(head(path)), path.name
        persons, entries, refusals = items(path)
        assert persons or entries or refusals
        for one in refusals:
            if one.code != "no-subject":
                refused[path.name] = one.reason
    known = {"diagnosticreport-cbc.json": "DiagnosticReport/cbc: text.div is missing; the rest was read."}
    assert refused == {key: value for key, value in known.items() if name == "us_core_examples"}


def test_older_versions_are_refused(shared_data: Path):
    for path in sorted(folder(shared_data, "fhir_stu3_dstu2").rglob("*.gz")):
        assert looks_like(head(path)), path.name
        persons, entries, refusals = items(path)
        assert (persons, entries) == ([], []), path.name
        (refusal,) = refusals
        assert refusal.whole
        if ".xml" in path.name:
            assert (refusal.code, "XML" in refusal.reason) == ("unsupported", True)
        else:
            version = "DSTU2" if "DSTU-2" in path.parts else "STU3"
            assert (refusal.code, f"FHIR {version} (" in refusal.reason) == ("version", True)


# Persons, entries, codes of refusal.
HOSTILE = {
    "attach.json": (0, 1, []),
    "bigint.json": (0, 0, ["malformed"]),
    "bom.json": (1, 0, []),
    "cycle.json": (0, 2, []),
    "dates.json": (1, 0, ["invalid"]),
    "deepjson.json": (0, 0, ["malformed"]),
    "dupkeys.json": (1, 0, ["malformed"]),
    "gzbomb.ndjson.gz": (0, 0, ["too-large"]),
    "nan.json": (0, 0, ["invalid"]),
    "ndjson.ndjson": (4, 0, ["malformed"]),
    "script.json": (1, 0, []),
    "surrogate.json": (1, 0, ["replaced"]),
    "wrongpatient.json": (1, 1, ["no-subject"]),
    "wrongtype.json": (0, 0, ["invalid"]),
}


def test_hostile_files_are_told(shared_data: Path, tmp_path: Path):
    archive = shared_data / "hostile" / "hostile.tar.zst"
    if not archive.is_file() or shutil.which("zstd") is None:
        pytest.skip("no archive of hostile files, or no zstd")
    member = "fuzz/generated/e2_fhir"
    subprocess.run(["tar", "-xf", archive, "-C", tmp_path, "--wildcards", f"*{member}*"], check=True)
    found = {}
    for path in sorted(tmp_path.rglob("e2_fhir/*")):
        persons, entries, refusals = items(path)
        found[path.name] = (len(persons), len(entries), [one.code for one in refusals])
    assert found == HOSTILE
