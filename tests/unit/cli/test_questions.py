"""`medapp import --questions` lists what waits, as often as it is asked."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from medapp.cli.main import main
from medapp.domain.record import HumanName, Identifier, Person, Source, When
from medapp.services.app import App

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], medapp_home: Path) -> Command:
    assert medapp_home.name

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["medapp", *map(str, arguments)])
        status = main()
        out = capsys.readouterr()
        return status, out.out, out.err

    return run


def test_all_that_waits_is_listed(told: Command, tmp_path: Path) -> None:
    number = (Identifier("4711", "hospital"),)
    people = [
        Person(name, Source(f"{name}.json", "fhir"), number, (HumanName(name),), When(f"19{year}-01-01"))
        for name, year in (("Moore", 50), ("Grant", 60))
    ]
    with App.open() as app:
        for one in people:
            app.library.records.put(one.names[0].family, "fhir", [one])
    (tmp_path / "labs.csv").write_text("patient_id,time,name,value\n1,2020-01-01,Sodium,140\n")
    told("import", tmp_path / "labs.csv")
    for _ in range(2):
        status, out, _ = told("import", "--questions", "--json")
        found = json.loads(out)
        assert (status, found["count"]) == (0, 2)
        (pair,) = found["pairs"]
        assert (pair["numbers"], sorted(one["name"] for one in pair["records"])) == (
            ["4711"],
            ["Grant", "Moore"],
        )
        (file,) = found["files"]
        assert (file["file"], file["kind"]) == ("labs.csv", "table")
    status, out, err = told("import", "--questions")
    assert status == 0
    assert "labs.csv: what do its columns mean?" in out
    assert "the same number 4711" in out
    assert "born 1950-01-01" in out
    assert "2 questions wait" in err


def test_an_import_of_nothing_is_wrong_use(told: Command) -> None:
    status, _, err = told("import")
    assert status == 2
    assert "--questions" in err
