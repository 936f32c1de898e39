"""`medapp quality` over a folder of tables and records, small ones and real ones."""

from __future__ import annotations

import json
from datetime import date

import pytest

from medapp.cli.ending import Problem
from medapp.cli.quality import quality
from medapp.services.quality import check_quality

TODAY = date(2024, 6, 1)

WIDE = (
    "patient_id,age,creatinine,HR_lowest,HR_highest\n"
    "1,60,1.0,60,90\n"
    "2,61,,70,80\n"
    "3,62,1.1,90,80\n"
    "1,60,1.0,60,90\n"
    "4,63,-5,65,85\n"
    "5,64,1.2,not a number,85\n"
)
HL7 = (
    "MSH|^~\\&|LAB|HOSP|||20200101120000||ORU^R01|1|P|2.5\r"
    "PID|1||77^^^HOSP^MR||Roe^John||19800101|M\r"
    "OBR|1|||24323-8^CMP^LN|||20200101\r"
    "OBX|1|NM|2160-0^Creatinine^LN||1.7|mg/dL|||||F|||20200101\r"
    "OBX|2|NM|2160-0^Creatinine^LN||1.7|mg/dL|||||F|||20200101\r"
    "OBX|3|NM|2345-7^Glucose^LN||9000|mg/dL|||||F|||19700101\r"
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "stays.dat").write_text(WIDE)
    (tmp_path / "message").write_text(HL7)
    (tmp_path / "notes.txt").write_text("nothing of interest")
    return tmp_path


def places(found, kind):
    return [(one.reason, one.file, one.variable) for one in found.report.findings if one.kind == kind]


def test_what_is_wrong_is_found_in_tables_and_messages(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    found = check_quality([folder], today=TODAY)
    assert found.files == {"hl7v2": 1, "table": 1}
    assert ("same", "stays.dat", "") in places(found, "duplicate")
    assert ("same", "message", "Creatinine") in places(found, "duplicate")
    assert ("negative", "stays.dat", "creatinine") in places(found, "impossible")
    assert ("above", "message", "Glucose") in places(found, "impossible")
    assert ("before-birth", "message", "Glucose") in places(found, "date")
    assert ("order", "stays.dat", "HR_lowest") in places(found, "contradiction")
    creatinine = next(one for one in found.report.variables if one.title == "creatinine")
    assert creatinine.missing == 1
    assert creatinine.share_missing == pytest.approx(1 / 6, abs=1e-4)
    assert {one.kind: one.action for one in found.report.proposed}["duplicate"] == "drop"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_command_prints_json_and_a_table(folder, capsys):
    quality([folder], as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert found["counts"]["duplicate"] == 2
    assert found["variables"][0]["share_missing"] >= 0
    assert {rule["kind"] for rule in found["proposed"]} >= {"duplicate", "missing", "impossible"}
    quality([folder / "stays.dat"], as_json=False)
    shown = capsys.readouterr()
    assert "creatinine" in shown.out
    assert "1 table files, 5 patients" in shown.err


def test_a_path_without_data_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing of interest")
    with pytest.raises(Problem, match="no record"):
        quality([tmp_path], as_json=True)
    with pytest.raises(Problem):
        quality([tmp_path / "nowhere"], as_json=True)


def test_a_damaged_table_does_not_stop_the_rest(folder):
    (folder / "bad.csv").write_bytes(b"a,b,c\n1,2,3\n" + b'"' + b"x" * 100 + b"\n1\n")
    found = check_quality([folder], today=TODAY)
    assert found.files["table"] == 2
    assert found.report.persons >= 6


@pytest.fixture
def ehr(shared_data):
    folder = shared_data / "ehr"
    if not folder.is_dir():
        pytest.skip(f"no records at {folder}")
    return folder


def test_the_shares_of_a_real_table_are_those_of_its_cells(ehr):
    import pandas as pd

    path = ehr / "tabular_clinical" / "pbc.csv"
    cells = pd.read_csv(path)
    found = check_quality([path], today=TODAY)
    shares = {one.title: one.share_missing for one in found.report.variables}
    assert len(shares) > 10
    for title, share in shares.items():
        assert share == pytest.approx(cells[title].isna().mean(), abs=1e-4), title


def test_dates_that_were_shifted_into_the_future_are_kept(ehr):
    found = check_quality([ehr / "mimic3_demo" / "ADMISSIONS.csv.gz"], today=TODAY)
    assert found.report.count("date") > 0
    assert {one.kind: one.action for one in found.report.proposed}["date"] == "keep"
