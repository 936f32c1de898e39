"""What a user of the command line gets wrong ends with one sentence and a status, never with a traceback."""

from __future__ import annotations

import sys

import pytest
import typer

from medapp.cli.main import app, main
from tests.unit.services.segmenting import ct_series

OUT = ("--out", "{out}")
TABLE = ("--out", "{out}.csv")
BRIGHT = ("run", "ct.structures")
BUNDLE = ("run", "monai.bundle", "{ct}", *OUT, "--set")
TRAIN = ("train", "mr.brain", "--data")
EVALUATE = ("evaluate", "mr.brain", "--data")
MISTAKES = [
    # a path where there is nothing
    (("open", "{nowhere}"), 2, "there is nothing at {nowhere}"),
    (("index", "{nowhere}"), 2, "there is nothing at {nowhere}"),
    (("index", "{ct}", "{nowhere}", "--json"), 2, "there is nothing at {nowhere}"),
    ((*BRIGHT, "{nowhere}", *OUT), 2, "there is nothing at {nowhere}"),
    ((*TRAIN, "{nowhere}", *OUT), 2, "there is no folder {nowhere}"),
    ((*EVALUATE, "{nowhere}"), 2, "there is no folder {nowhere}"),
    ((*EVALUATE, "{empty}", "--weights", "{nowhere}"), 2, "there are no weights at {nowhere}"),
    # a task that nobody offers, or that cannot do that
    (("run", "brain", "{ct}", *OUT), 2, "no plugin offers the task 'brain'"),
    (("train", "brain", "--data", "{empty}", *OUT), 2, "no plugin offers the task 'brain'"),
    (("evaluate", "brain", "--data", "{empty}"), 2, "no plugin offers the task 'brain'"),
    (("train", "ct.structures", "--data", "{empty}", *OUT), 2, "ct.structures has no model to train"),
    (("evaluate", "ct.structures", "--data", "{empty}"), 2, "ct.structures cannot be measured"),
    # a series that is not there, or of the wrong kind
    ((*BRIGHT, "{ct}", *OUT, "--series", "1.2.3"), 2, "there is no series 1.2.3 under {ct}"),
    (("run", "mr.brain", "{ct}", *OUT), 3, "takes MR, this is CT"),
    # a file that cannot be read
    (("index", "{torn}"), 3, "no images were found in {torn}"),
    (("index", "{empty}"), 3, "no images were found in {empty}"),
    ((*BRIGHT, "{torn}", *OUT), 3, "torn.dcm: "),
    ((*BRIGHT, "{empty}", *OUT), 3, "no images were found"),
    ((*EVALUATE, "{empty}", "--weights", "{torn}"), 3, "the weights torn.dcm"),
    ((*TRAIN, "{empty}", *OUT), 1, "holds 0 label maps"),
    # a record
    (("import", "{nowhere}"), 2, "there is nothing at {nowhere}"),
    (("import", "{empty}"), 3, "nothing was taken in of {empty}"),
    (("import", "{torn}"), 3, "nothing was taken in of {torn}"),
    (("record", "nobody"), 3, "there is no record of 'nobody'"),
    (("quality", "{nowhere}"), 2, "there is nothing at {nowhere}"),
    (("pgx", "{nowhere}"), 2, "there is nothing at {nowhere}"),
    (("pgx", "{torn}", "--patient", "nobody"), 3, "there is no record of 'nobody'"),
    (("cohort", "women with ???"), 2, "“???” was not understood"),
    (("cohort", "women", "--out", "{torn}/a.csv"), 1, "{torn}/a.csv cannot be written"),
    # a folder that cannot be written to
    ((*BRIGHT, "{ct}", "--out", "{torn}"), 2, "nothing can be written to {torn}: it is a file"),
    ((*BRIGHT, "{ct}", "--out", "{torn}/out"), 2, "nothing can be written to {torn}/out"),
    ((*TRAIN, "{empty}", "--out", "{torn}"), 2, "nothing can be written to {torn}"),
    (("demo", "--out", "{torn}"), 2, "nothing can be written to {torn}"),
    # a setting
    (BUNDLE[:-1], 2, "monai.bundle needs bundle: Folder or zip file of the bundle"),
    (BUNDLE[:-1], 2, "For example: --set bundle="),
    ((*BUNDLE, "bundle={nowhere}"), 2, "bundle: there is nothing at {nowhere}"),
    ((*BUNDLE, "bundle={empty}"), 3, "no MONAI bundle"),
    ((*BUNDLE, "bundle={torn}"), 3, "torn.dcm is neither a folder nor a readable zip file"),
    ((*BUNDLE, "bundle={empty}", "--set", "fast=perhaps"), 2, "'perhaps' is not of type boolean"),
    ((*BUNDLE, "package={empty}"), 2, "monai.bundle has no parameter 'package'"),
    ((*BUNDLE, "bundle"), 2, "a setting is written name=value, not 'bundle'"),
    ((*BRIGHT, "{ct}", *OUT, "--device", "moon"), 3, "there is no device 'moon'"),
    ((*TRAIN, "{empty}", *OUT, "--set", "steps=many"), 2, "'many' is not of type integer"),
    (("features", "{nowhere}", *OUT), 3, "there is no record of '{nowhere}'"),
    (("findings", "nobody"), 3, "there is no record of 'nobody'"),
    (("rank-diseases", "{nowhere}"), 2, "there is nothing at {nowhere}"),
    (("feedback", "--out", "{torn}"), 2, "it is a file"),
    (("check-drugs", " , "), 2, "the list names no medicine"),
    (("check-drugs", "{nowhere}.txt"), 2, "there is no file {nowhere}.txt"),
    (("check-drugs", "{torn}"), 2, "torn.dcm is no text in UTF-8"),
    (("check-drugs", "warfarin", "--patient", "nobody"), 3, "there is no record of 'nobody'"),
    (("check-drugs", "warfarin", "--on", "soon"), 2, "--on takes a day"),
    (("recommend", "nobody"), 3, "there is no record of 'nobody'"),
    (("screen", "{nowhere}.smi", *TABLE), 2, "there is nothing at {nowhere}.smi"),
    (("screen", "{torn}", *TABLE), 3, "the file is no text"),
    (("metabolise", "{nowhere}.smi", *TABLE), 2, "there is nothing at {nowhere}.smi"),
    (("metabolise", "{torn}", *TABLE), 3, "the file is no text"),
    (("metabolise", "{torn}", *TABLE, "--set", "generations=9"), 2, "9 is greater than the maximum of 3"),
    (("metabolise", "{torn}", *TABLE, "--patient", "nobody"), 3, "there is no record of 'nobody'"),
    (("finalists", "{nowhere}.smi", *TABLE), 2, "there is nothing at {nowhere}.smi"),
    (("generate", *TABLE, "--n", "0"), 2, "number: 0 is less than the minimum of 1"),
    (("generate", *TABLE, "--method", "magic"), 2, "method: 'magic' is not one of"),
    (("generate", *TABLE, "--set", "logp=high"), 3, "a range is written 200..450"),
    (("generate", *TABLE, "--set", "known={nowhere}.smi"), 2, "there is nothing at {nowhere}.smi"),
    (("optimise", "profile", *TABLE), 3, "needs wishes"),
    (("optimise", "qed", *TABLE, "--set", "like=CCO"), 3, "like: only the goal profile has wishes"),
    (("optimise", "beauty", *TABLE), 2, "goal: 'beauty' is not one of"),
    (("optimise", "qed", *TABLE, "--set", "start={nowhere}.smi"), 2, "there is nothing at {nowhere}.smi"),
    (("toxicity", "{torn}", *TABLE, "--set", "metabolites=some"), 2, "'some' is not of type integer"),
]
FREE_OF_MISTAKES = {"plugins"}


@pytest.fixture
def places(tmp_path):
    ct_series(tmp_path / "ct")
    (tmp_path / "empty").mkdir()
    (tmp_path / "torn.dcm").write_bytes(b"\0" * 128 + b"DICM\x02\0\0\0UL")
    names = {"ct": "ct", "empty": "empty", "torn": "torn.dcm", "nowhere": "nowhere", "out": "out"}
    return {name: str(tmp_path / folder) for name, folder in names.items()}


@pytest.mark.parametrize(("arguments", "status", "words"), MISTAKES)
def test_it_is_told_in_a_sentence(places, medapp_home, monkeypatch, capfd, arguments, status, words):
    monkeypatch.setattr(sys, "argv", ["medapp", *(one.format(**places) for one in arguments)])
    assert main() == status
    told = capfd.readouterr().err
    last = told.splitlines()[-1]
    assert last.startswith("medapp: ")
    assert words.format(**places) in last
    assert "Traceback" not in told
    assert 'File "' not in told


def test_folders_of_the_program_that_cannot_be_made(places, monkeypatch, capfd):
    monkeypatch.setenv("MEDAPP_HOME", places["torn"] + "/home")
    monkeypatch.setattr(sys, "argv", ["medapp", *BRIGHT, places["ct"], "--out", places["out"]])
    assert main() == 1
    assert capfd.readouterr().err.startswith(f"medapp: {places['torn']}/home")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_a_window_without_a_display(places, monkeypatch, capfd):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "argv", ["medapp", "open", places["ct"]])
    assert main() == 1
    assert "there is no display" in capfd.readouterr().err


def test_no_command_is_left_out():
    names = set(typer.main.get_command(app).commands)
    assert names == {arguments[0] for arguments, _, _ in MISTAKES} | FREE_OF_MISTAKES
