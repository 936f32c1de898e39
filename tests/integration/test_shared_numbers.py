"""Tables of a folder that hold the same numbers: asked, never assumed; units and outcomes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

SUBJECTS = "id,age,male,weight,futime,status\n1,57,0,60,6261,0\n2,68,1,72,1836,1\n3,70,1,80,300,1\n"
LABS = "id,days,test,value\n1,-459,hdl,75\n1,-459,chol,210\n2,183,hdl,64\n2,20,smoke,1\n"
EVENTS = "id,days,event\n2,617,htn\n9,-12,mi\n"


@pytest.fixture
def folder(tmp_path: Path, medapp_home: Path) -> Path:
    del medapp_home
    place = tmp_path / "study"
    place.mkdir()
    for name, text in (("subjects", SUBJECTS), ("labs", LABS), ("events", EVENTS)):
        (place / f"{name}.csv").write_text(text)
    return place


def medapp(*arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "medapp", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done


def found(*arguments: object, status: int = 0) -> Any:
    return json.loads(medapp(*arguments, "--json", status=status).stdout)


def test_shared_numbers_are_asked_and_nothing_is_read_before(folder: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    tables = {one["file"]: one for one in found("import", folder, "--propose", answers)["tables"]}
    assert (
        "2 patients' numbers of labs.csv stand in events.csv, subjects.csv too"
        in (tables["labs.csv"]["questions"][0])
    )
    written = json.loads(answers.read_text())["tables"]
    assert [one["same_numbers_in_folder"] for one in written] == [None, None, None]
    told = medapp("import", folder, "--mapping", answers, status=3).stderr
    assert "are they the same patients? --same-numbers says yes, --own-numbers no" in told
    assert found("record", "--list") == []
    joined = found("import", folder, "--mapping", answers, "--same-numbers")
    assert len(joined["patients"]) == 4
    assert joined["kept_apart"] == []
    kinds = Counter(one["kind"] for one in found("record", "2")["entries"])
    assert kinds == {"Observation": 6, "Other": 1}
    # What was said of the folder is remembered, and its tables are read by it.
    again = found("import", folder)
    assert again["tables"] == []
    assert again["counts"]["Observation"] == joined["counts"]["Observation"]
    assert len(found("record", "--list")) == 4


def test_what_is_kept_apart_is_told(folder: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    medapp("import", folder, "--propose", answers)
    apart = found("import", folder, "--mapping", answers, "--own-numbers")
    assert len(apart["patients"]) == 7
    assert apart["kept_apart"] == [{"files": ["subjects.csv", "events.csv", "labs.csv"], "numbers": 2}]
    told = medapp("import", folder, "--mapping", answers, "--own-numbers").stderr
    assert "kept apart: 2 patients' numbers stand in more than one of subjects.csv" in told
    ambiguous = medapp("record", "2", status=2).stderr
    assert "1 entry of events.csv" in ambiguous
    assert "of labs.csv" in ambiguous


def test_an_answer_in_the_file_is_taken(folder: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    medapp("import", folder, "--propose", answers)
    text = json.loads(answers.read_text())
    for table in text["tables"]:
        table["same_numbers_in_folder"] = True
    answers.write_text(json.dumps(text))
    assert len(found("import", folder, "--mapping", answers)["patients"]) == 4
    text["tables"][0]["same_numbers_in_folder"] = "no"
    answers.write_text(json.dumps(text))
    wrong = medapp("import", folder, "--mapping", answers, status=2).stderr
    assert "same_numbers_in_folder is true or false" in wrong


def test_a_unit_for_each_name_and_outcomes_that_are_no_values(folder: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    medapp("import", folder, "--propose", answers)
    text = json.loads(answers.read_text())
    for table in text["tables"]:
        columns = {column["header"]: column for column in table["mapping"]["columns"]}
        if table["file"] == "labs.csv":
            assert columns["value"]["units"] == [["chol", ""], ["hdl", ""], ["smoke", ""]]
            assert table["without_unit"] == ["chol", "hdl", "smoke"]
            columns["value"]["units"] = {"chol": "mg/dL", "hdl": "mg/dL", "smoke": "unknown"}
            columns["days"]["event"] = "the index date"
        if table["file"] == "subjects.csv":
            assert [columns[name]["role"] for name in ("futime", "status")] == ["outcome", "outcome"]
            columns["weight"]["unit"] = "kg"
    answers.write_text(json.dumps(text))
    report = found("import", folder, "--mapping", answers, "--same-numbers")
    assert report["without_unit"] == {"smoke": 1}
    rows = [line.split("\t")[:4] for line in medapp("record", "2").stdout.splitlines()[1:]]
    assert ["day 183 from the index date", "Observation", "hdl", "64 mg/dL"] in rows
    assert ["day 20 from the index date", "Observation", "smoke", "1 (unit unknown)"] in rows
    assert ["-", "Outcome", "futime", "1836 (unit unknown)"] in rows
    assert ["-", "Observation", "weight", "72 kg"] in rows
    out = tmp_path / "features"
    asked = medapp("features", folder, "--mapping", answers, "--out", out, status=2).stderr
    assert "are they the same patients? Say it in" in asked
    for table in text["tables"]:
        table["same_numbers_in_folder"] = True
    answers.write_text(json.dumps(text))
    medapp("features", folder, "--mapping", answers, "--out", out)
    columns = (out / "features.csv").read_text("utf-8-sig").splitlines()[0]
    assert "weight" in columns
    assert "futime" not in columns
    assert "status" not in columns


def test_numbers_that_meet_nowhere_are_not_asked_for(folder: Path) -> None:
    (folder / "labs.csv").write_text(LABS.replace("\n1,", "\nA,").replace("\n2,", "\nB,"))
    (folder / "events.csv").unlink()
    assert [one["questions"] for one in found("import", folder, status=3)["tables"]] == [[], []]


def test_a_person_may_know_the_encoding_better(tmp_path: Path, medapp_home: Path) -> None:
    del medapp_home
    table, answers = tmp_path / "polish.csv", tmp_path / "answers.json"
    table.write_bytes("patient_id,last_name,x\n1,Wójcik,5\n2,Kozłowski,6\n".encode("cp1250"))
    told = medapp("import", table, "--propose", answers).stderr
    assert "seems to be written in Windows-1252 (Latin-1); the mapping may say another" in told
    text = json.loads(answers.read_text())
    text["tables"][0]["mapping"]["encoding"] = "cp1250"
    answers.write_text(json.dumps(text))
    told = medapp("import", table, "--mapping", answers).stderr
    assert "is not in UTF-8 and was read as CP1250" in told
    assert {one["name"] for one in found("record", "--list")} == {"Wójcik", "Kozłowski"}


def test_a_table_that_comes_later_is_held_against_those_before(folder: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    medapp("import", folder / "subjects.csv", "--propose", answers)
    assert len(found("import", folder / "subjects.csv", "--mapping", answers)["patients"]) == 3
    (asked,) = found("import", folder / "labs.csv", "--propose", answers)["tables"]
    assert asked["questions"] == [
        "2 patients' numbers of labs.csv stand in subjects.csv too: are they the same patients?"
    ]
    later = found("import", folder / "labs.csv", "--mapping", answers, "--same-numbers")
    # What was read before with patients of its own stays so until it is read again.
    assert later["kept_apart"] == [{"files": ["labs.csv", "subjects.csv"], "numbers": 2}]
    medapp("import", folder / "subjects.csv", folder / "labs.csv", "--propose", answers)
    both = (folder / "subjects.csv", folder / "labs.csv")
    together = found("import", *both, "--mapping", answers, "--same-numbers")
    assert together["kept_apart"] == []
    assert len(found("record", "--list")) == 3
