"""`medapp record` as a file and as a list, whom it may have meant; what `medapp cohort` says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("medapp_home")


def medapp(*arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medapp", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done


def found(*arguments: object, status: int = 0) -> Any:
    return json.loads(medapp(*arguments, "--json", status=status).stdout)


def resource(kind: str, number: str, **fields: Any) -> dict[str, Any]:
    return {"resourceType": kind, "id": number, **fields}


def patient(number: str, *, died: str | bool = "", kind: str = "MR", **fields: Any) -> dict[str, Any]:
    coded = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": kind}]}
    dead: dict[str, Any] = {}
    if died:
        dead = {"deceasedBoolean": True} if died is True else {"deceasedDateTime": died}
    identifiers = [{"system": f"urn:oid:{kind}", "value": f"{kind}-{number}", "type": coded}]
    return resource("Patient", number, identifier=identifiers, **fields, **dead)


def medicine(number: str, whose: str, **fields: Any) -> dict[str, Any]:
    return resource(
        "MedicationRequest", number, status="active", intent="order",
        subject={"reference": f"Patient/{whose}"},
        medicationCodeableConcept={"text": "Nitro|glycerin <spray>"}, authoredOn="2001-05-04", **fields
    )  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Three people: one who died, one known by a social security number alone, one without a name."""
    people = [
        patient(
            "1", died="2010-03-04", name=[{"family": "Smith", "given": ["John"]}], birthDate="1940-01-01"
        ),
        patient("2", kind="SS", name=[{"family": "Smithe", "given": ["Jo"]}], gender="female"),
        patient("3", died=True),
    ]
    medicines = [medicine("a", "1"), medicine("b", "2"), medicine("c", "3")]
    entries = [{"resource": one} for one in (*people, *medicines)]
    path = tmp_path / "people.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    medapp("import", path)
    return path


def test_a_record_is_written_by_the_ending_of_its_file(library: Path, tmp_path: Path) -> None:
    for ending, words in ((".md", r"Nitro\|glycerin &lt;spray>"), (".txt", "Nitro|glycerin <spray>")):
        out = tmp_path / f"r{ending}"
        medapp("record", "MR-1", "--out", out)
        text = out.read_text("utf-8")
        assert "Not for diagnostic use." in text
        assert "Smith, John, number MR-1, born 1940-01-01" in text
        assert words in text
        assert "died 2010-03-04" in text
        assert library.name in text
        if os.name == "posix":
            assert out.stat().st_mode & 0o077 == 0
    out = tmp_path / "r.json"
    medapp("record", "MR-1", "--out", out)
    written = json.loads(out.read_text("utf-8"))
    assert written["notice"] == "Not for diagnostic use."
    assert written == found("record", "MR-1")
    assert "--force replaces it" in medapp("record", "MR-1", "--out", out, status=2).stderr
    medapp("record", "MR-1", "--out", out, "--force")
    assert "has to end in .json, .md, .txt" in medapp("record", "MR-1", "--out", "r.doc", status=2).stderr
    assert "cannot be written" in medapp("record", "MR-1", "--out", tmp_path / "no" / "r.md", status=1).stderr
    assert [path.name for path in tmp_path.glob(".*.part")] == []


def test_medicines_end_with_the_death_as_far_as_it_is_known(library: Path) -> None:
    del library
    assert "(ended with the death, 2010-03-04)" in medapp("record", "MR-1").stdout
    assert "(ended with the death, date unknown)" in medapp("record", "MR-3").stdout
    assert "death" not in medapp("record", "SS-2").stdout
    (entry,) = found("record", "MR-1")["entries"]
    assert entry["ends_with_death"] is True
    assert entry["when"] == "2001-05-04"


def test_who_is_meant_is_told_where_nobody_or_several_fit(library: Path) -> None:
    del library
    several = medapp("record", "smith", status=2).stderr
    assert "2 patients fit 'smith': Smith, John, number MR-1, born 1940-01-01" in several
    assert "Smithe, Jo, SSN SS-2, female" in several
    assert "1 entry of people.json" in several
    assert "medapp record --list 'smith'" in several
    nobody = medapp("record", "Smith, Jon", status=3).stderr
    assert "nearest: Smith, John, number MR-1" in nobody
    assert "`medapp record --list` lists who there is" in nobody
    assert "none of 3 patients is called alike" in medapp("record", "zzzz", status=3).stderr
    assert "--list lists who there is" in medapp("record", status=2).stderr
    assert len(found("record", "--list", "smith")) == 2
    listed = medapp("record", "--list")
    assert "SSN SS-2" in listed.stdout
    assert "3 patients" in listed.stderr


def test_an_empty_library_says_so(medapp_home: Path) -> None:
    del medapp_home
    assert "the library holds none" in medapp("record", "1", status=3).stderr
    assert found("record", "--list") == []


def test_a_cohort_says_what_was_left_unsaid(library: Path) -> None:
    del library
    told = medapp("cohort", "anybody over 20 taking nitro")
    assert (
        "asked for: anybody; at least 21 years old (today, or at death); medicine: nitro, at any time"
    ) in told.stderr
    assert "70, at death" in told.stdout
    assert "ended with the death" in told.stdout
    assert found("cohort", "anybody taking nitro since 2000")["understood"] == (
        "anybody; medicine: nitro, since 2000"
    )
    assert "number MR-3" in medapp("cohort", "anybody taking nitro").stdout
