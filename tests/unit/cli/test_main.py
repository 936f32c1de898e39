"""The commands that run no model, and how wrong use ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import medapp
from medapp.cli.main import main
from medapp.services.index_report import short_keys
from tests.unit.services.segmenting import ct_series


@pytest.fixture
def command(monkeypatch, capsys, medapp_home):
    """Run the command line in this process: status, output, error output."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["medapp", *map(str, arguments)])
        status = main()
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


def test_version(command):
    assert command("--version") == (0, f"medapp {medapp.__version__}\n", "")


def test_index_as_json(command, tmp_path):
    series = ct_series(tmp_path / "ct")
    (tmp_path / "ct" / "notes.txt").write_text("not an image")
    status, out, _ = command("index", tmp_path / "ct", "--json")
    report = json.loads(out)
    assert status == 0
    (listed,) = report["studies"][0]["series"]
    assert (listed["uid"], listed["slices"]) == (series.uid, 5)
    assert listed["spacing_mm"] == pytest.approx([0.25, 0.5, 2.0])
    assert [item["code"] for item in report["rejected"]] == ["not-dicom"]


def test_index_to_read(command, tmp_path):
    ct_series(tmp_path / "ct")
    (tmp_path / "ct" / "notes.txt").write_text("not an image")
    status, out, err = command("index", tmp_path / "ct")
    assert status == 0
    assert "9 x 7 x 5" in out
    assert "notes.txt" in err


def test_index_says_all_of_every_series_where_no_terminal_is(command, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    words = "a description that is far longer than anybody would want"
    series = ct_series(tmp_path / "ct", SeriesDescription=words, PatientName="Doe^Jane^of^a^long^name")
    (line,) = (line for line in command("index", tmp_path / "ct")[1].splitlines() if words in line)
    assert line.split()[0] == series.key[:8]
    assert "Doe^Jane^of^a^long^name" in line
    assert "0.25 x 0.5 x 2 mm" in line


def test_keys_of_the_index_are_as_short_as_they_tell_series_apart(command, tmp_path):
    ct_series(tmp_path / "in" / "one", SeriesInstanceUID="1.2.3", BodyPartExamined="chest")
    ct_series(tmp_path / "in" / "two", SeriesInstanceUID="1.2.4", InstitutionName="Ward")
    (study,) = json.loads(command("index", tmp_path / "in", "--json")[1])["studies"]
    first, second = study["series"]
    assert {first["body_part"], second["body_part"]} == {"CHEST", None}
    for listed in (first, second):
        assert listed["key"].startswith(listed["short_key"])
        assert len(listed["short_key"]) == 8
    assert short_keys(["abcdefghij1", "abcdefghij2"]) == {
        "abcdefghij1": "abcdefghij1",
        "abcdefghij2": "abcdefghij2",
    }
    assert short_keys(["abcdefghi1x", "abcdefghi2y", "abcdefghi2y"])["abcdefghi2y"] == "abcdefghi2"
    assert short_keys([]) == {}


def test_a_part_of_a_key_that_fits_several_series(command, tmp_path):
    keys = [
        ct_series(tmp_path / "in" / str(n), slices=2, SeriesInstanceUID=f"1.2.{n}").key for n in range(17)
    ]
    part = next(key[0] for key in keys if sum(other[0] == key[0] for other in keys) > 1)
    status, _, err = command(
        *("run", "ct.structures", tmp_path / "in"), *("--out", tmp_path / "out", "--series", part)
    )
    assert status == 2
    assert f"{part} fits the keys of" in err
    assert min(key for key in keys if key.startswith(part)) in err


def test_index_stores_nothing(command, tmp_path, medapp_home):
    ct_series(tmp_path / "ct")
    command("index", tmp_path / "ct")
    assert not medapp_home.exists()


def test_plugins_list(command):
    status, out, _ = command("plugins", "list", "--json")
    assert status == 0
    tasks = {task["id"]: task for plugin in json.loads(out)["plugins"] for task in plugin["tasks"]}
    assert tasks["ct.structures"]["images"] == ["CT"]
    assert tasks["ct.structures"]["weights_installed"] is True
    assert "ct.structures" in command("plugins", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("index", "nowhere"), "nothing at nowhere"),
        (("run", "no.task", ".", "--out", "out"), "no plugin offers the task 'no.task'"),
        (("run", "ct.structures", "nowhere", "--out", "out"), "nothing at nowhere"),
        (("run", "ct.structures", ".", "--out", "out", "--set", "a=1"), "no parameter 'a'"),
        (("run", "ct.structures", ".", "--out", "out", "--set", "a"), "name=value"),
        (("train", "ct.structures", "--data", ".", "--out", "out"), "no model to train"),
        (("evaluate", "mr.brain", "--data", "nowhere"), "no folder nowhere"),
        (("evaluate", "mr.brain", "--data", ".", "--weights", "nowhere"), "no weights at nowhere"),
    ],
)
def test_wrong_use_ends_with_one_line(command, arguments, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = command(*arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_unknown_commands_and_options(command):
    assert command("fly")[0] == 2
    assert command("run")[0] == 2
    assert command("index", ".", "--fast")[0] == 2


def test_nothing_that_fits(command, tmp_path):
    ct_series(tmp_path / "mr", Modality="MR")
    status, _, err = command("run", "ct.structures", tmp_path / "mr", "--out", tmp_path / "out")
    assert status == 3
    assert "takes CT, this is MR" in err
    (tmp_path / "empty").mkdir()
    status, _, err = command("run", "ct.structures", tmp_path / "empty", "--out", tmp_path / "out")
    assert status == 3
    assert "no images were found" in err


def test_a_body_part_without_the_brain_is_told_before_anything_runs(command, tmp_path):
    ct_series(tmp_path / "mr", Modality="MR", BodyPartExamined="BREAST")
    status, _, err = command("run", "mr.brain", tmp_path / "mr", "--out", tmp_path / "out")
    assert status == 3
    assert "shows BREAST" in err
    assert "any_body_part=true" in err


def test_a_series_that_is_not_there(command, tmp_path):
    ct_series(tmp_path / "ct")
    arguments = ("run", "ct.structures", tmp_path / "ct", "--out", tmp_path / "out", "--series", "1.2.3")
    status, _, err = command(*arguments)
    assert status == 2
    assert "no series 1.2.3" in err


def test_an_output_folder_that_cannot_be_made(command, tmp_path):
    ct_series(tmp_path / "ct")
    (tmp_path / "file").write_text("")
    status, _, err = command("run", "ct.structures", tmp_path / "ct", "--out", tmp_path / "file" / "out")
    assert status == 2
    assert err.startswith("medapp: ")


def test_a_picture_that_no_demonstration_made_is_not_replaced(command, tmp_path, monkeypatch):
    ran = []
    monkeypatch.setattr("medapp.ui.demo.run_demo", lambda out: ran.append(out) or 0)
    (tmp_path / "screenshot.png").write_text("mine")
    status, _, err = command("demo", "--out", tmp_path)
    assert (status, ran) == (2, [])
    assert "already holds screenshot.png" in err
    assert command("demo", "--out", tmp_path, "--force")[0] == 0
    (tmp_path / "home").mkdir()
    assert command("demo", "--out", tmp_path)[0] == 0
    assert len(ran) == 2


def test_starting_imports_nothing_heavy():
    code = "import sys, medapp.cli.main; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    heavy = {
        "torch",
        "monai",
        "pandas",
        "SimpleITK",
        "numpy",
        "pydicom",
        "highdicom",
        "sqlalchemy",
        "PySide6",
    }
    assert "typer" in loaded
    assert loaded & heavy == set()


def test_as_a_module():
    run = subprocess.run(
        [sys.executable, "-m", "medapp", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(medapp.__file__).parent.parent,
    )
    assert run.stdout.startswith("medapp ")


def test_a_busy_library_is_one_sentence(command, tmp_path, monkeypatch, caplog):
    import sqlite3

    from medapp.library import database
    from medapp.services.app import App

    monkeypatch.setattr(database, "_BUSY_MS", 20)
    with App.open() as app:
        path = app.library.folder / database.NAME
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        status, out, err = command("record", "--list")
        assert (status, out) == (0, "")
        bundle = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": {"resourceType": "Patient", "id": "a", "name": [{"family": "Doe"}]}}],
        }
        (tmp_path / "a.json").write_text(json.dumps(bundle))
        status, out, err = command("import", tmp_path / "a.json")
        assert status == 1
        assert "the library is busy" in err
        assert len(err.splitlines()) == 1
        assert "LibraryBusyError" not in err
        assert not caplog.records
    finally:
        other.close()
