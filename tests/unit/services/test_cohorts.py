"""What is written of an answer, and what is opened of somebody in it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from medapp.domain.cohort import Cohort, Evidence, Member
from medapp.domain.patient import Instance, Patient, Series, Study
from medapp.library import Library
from medapp.library.keys import study_key
from medapp.library.writing import put_series
from medapp.services.cohorts import export_csv, study_to_open

if TYPE_CHECKING:
    from pathlib import Path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_an_export_has_a_row_a_member_and_condition_and_says_what_it_is_not_for(tmp_path: Path) -> None:
    lab = Evidence("creatinine > 1.5", "=Creatinine", "2020-05-05", 1.9, "mg/dL", 2)
    taken = Evidence("metformin", "Metformin", "2019", until="going on")
    members = (
        Member("p1", ("i1",), "Doe, Jane", "1960-01-01", "female", 66, (lab, taken)),
        Member("", ("i2",), "Nobody", "", "", None),
    )
    path = tmp_path / "answer.csv"
    assert export_csv(Cohort(members), path) == 3
    first, second, third = rows(path)
    assert (first["value"], first["unit"], first["count"]) == ("1.9", "mg/dL", "2")
    assert first["found"] == "'=Creatinine"
    assert (second["person"], second["date"], second["until"]) == ("p1", "2019", "going on")
    assert (third["person"], third["age"], third["condition"]) == ("i2", "", "")
    assert {row["note"] for row in rows(path)} == {"Not for diagnostic use"}


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        export_csv(Cohort(()), tmp_path / "nowhere" / "answer.csv")


def test_the_study_that_was_asked_for_is_opened_else_the_latest_with_pictures(tmp_path: Path) -> None:
    jane = Patient("4711", "Doe^Jane", "19600101", "F", "")
    series = [
        Series(
            str(at),
            f"1.9.{at}",
            Study(f"1.8.{at}", jane, day),
            "CT",
            kind,
            (Instance(tmp_path / f"{at}.dcm"),),
        )
        for at, (day, kind) in enumerate(
            (("20200101", "volume"), ("20210101", "volume"), ("20220101", "document"))
        )
    ]
    with Library.open(tmp_path) as library:
        with library._engine.begin() as connection:
            put_series(connection, series)
        (patient,) = library.patients()
        keys = [study_key(one.study, patient.key) for one in series]
        member = Member("p", (patient.key,), "Doe, Jane", "", "", None)
        assert study_to_open(library, member) == keys[1]
        asked = (
            Evidence("CT", "CT", "2020-01-01", study=keys[0]),
            Evidence("gout", "Gout", "2023-01-01"),
        )
        asked_for = Member("p", (patient.key,), "Doe, Jane", "", "", None, asked)
        assert study_to_open(library, asked_for) == keys[0]
        assert study_to_open(library, Member("p", (), "Roe, John", "", "", None)) == ""
