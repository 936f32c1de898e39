"""A table that a person has answered once is read by that answer, wherever it was given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from medapp.services.app import App
from medapp.services.importing import import_paths
from medapp.services.paths import AppPaths

LABS = (
    "patient_id,date,creatinine_mg_dl,sex\n"
    "7,03/04/2020,1.5,1\n"
    "8,05/06/2020,0.9,2\n"
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppPaths:
    monkeypatch.setenv("MEDAPP_HOME", str(tmp_path / "home"))
    return AppPaths.under(tmp_path / "home").create()


def medapp(*arguments: object) -> str:
    command = [sys.executable, "-m", "medapp", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def confirmed(tmp_path: Path, table: Path) -> Path:
    """What a person has made of the proposal."""
    answers = tmp_path / "map.json"
    medapp("import", table, "--propose", answers)
    said = json.loads(answers.read_text())
    for column in said["tables"][0]["mapping"]["columns"]:
        if column["header"] == "date":
            column["date"] = "month-first"
        if column["header"] == "sex":
            column["words"] = [["1", "male"], ["2", "female"]]
    answers.write_text(json.dumps(said))
    return answers


def imported(app: App, *paths: Path):
    return import_paths(app, paths).wait(60).records


def test_the_window_does_not_ask_what_the_command_line_was_told(tmp_path: Path, home: AppPaths) -> None:
    table = tmp_path / "labs.csv"
    table.write_text(LABS)
    medapp("import", table, "--mapping", confirmed(tmp_path, table))
    with App.open(home) as app:
        found = imported(app, table)
        assert (found.by_answers, found.waiting) == (1, [])
        assert found.counts["Observation"] == 2
        assert len(app.library.records.persons()) == 2
        assert [one.state for one in app.library.questions.all()] == ["answered"]
    assert "1 table was read as it was said before" in medapp("import", table)


def test_a_table_that_has_grown_is_read_by_the_answer_too(tmp_path: Path, home: AppPaths) -> None:
    table = tmp_path / "labs.csv"
    table.write_text(LABS)
    medapp("import", table, "--mapping", confirmed(tmp_path, table))
    table.write_text(LABS + "9,07/08/2020,1.1,2\n")
    with App.open(home) as app:
        assert imported(app, table).by_answers == 1
        assert len(app.library.records.persons()) == 3


def test_what_was_not_answered_is_asked(tmp_path: Path, home: AppPaths) -> None:
    table = tmp_path / "labs.csv"
    table.write_text(LABS)
    medapp("import", table, "--mapping", confirmed(tmp_path, table))
    table.write_text(LABS.replace("creatinine_mg_dl", "glucose"))
    with App.open(home) as app:
        found = imported(app, table)
        assert found.by_answers == 0
        assert [one.name for one in found.waiting] == ["labs.csv"]


def test_another_file_with_the_same_columns_is_asked_of(tmp_path: Path, home: AppPaths) -> None:
    table, other = tmp_path / "labs.csv", tmp_path / "other" / "labs.csv"
    other.parent.mkdir()
    for one in (table, other):
        one.write_text(LABS)
    medapp("import", table, "--mapping", confirmed(tmp_path, table))
    with App.open(home) as app:
        found = imported(app, table, other)
        assert found.by_answers == 1
        assert [one.path for one in found.waiting] == [other]


def test_a_new_mapping_stands_above_the_old_one(tmp_path: Path, home: AppPaths) -> None:
    table = tmp_path / "labs.csv"
    table.write_text(LABS)
    answers = confirmed(tmp_path, table)
    medapp("import", table, "--mapping", answers)
    answers.write_text(answers.read_text().replace("month-first", "day-first"))
    medapp("import", table, "--mapping", answers)
    with App.open(home) as app:
        key = next(one.key for one in app.library.records.persons() if "7" in one.identifiers)
        dates = [one.content.effective.start.text for one in app.library.records.entries(key, "Observation")]
        assert "2020-04-03" in dates
        assert "2020-03-04" not in dates
