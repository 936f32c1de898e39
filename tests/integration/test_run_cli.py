"""``medapp run`` and its like, with a plugin that is found and worked as any other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import nibabel
import numpy as np
import psutil
import pydicom
import pytest

from medapp.cli.main import main
from medapp.formats.dicom.load import load_volume
from medapp.formats.dicom.segmentation_read import read_segmentation
from tests.unit.services.segmenting import ct_series

MANIFEST = """
[plugin]
api = "1"
title = "Toy"
license = "MIT"
intended_use = "Tests."

[[task]]
id = "toy.bright"
kind = "segmentation"
title = "Bright"
input = { images = ["CT"] }
resources = { gpu = "none" }
trainable = true
labels = [{ name = "bright", code = "SCT:272673000", meaning = "Bone structure", color = "#ff0000" }]
weights = []

[task.parameters.above]
type = "number"
default = -990

[task.parameters.how]
enum = ["work", "raise", "slow", "lie"]
default = "work"
"""

CODE = """
import time
from pathlib import Path

import numpy as np

from medapp.api import EvaluateResult, SegmentResult, TrainResult, hookimpl
from medapp.domain.notice import Notice
from medapp.domain.segmentation import Code, Label

ONE = Label(1, "bright", Code("272673000", "SCT", "Bone structure"), "#ff0000")


@hookimpl
def medapp_segment(request, context):
    how = request.parameters["how"]
    if how == "raise":
        raise RuntimeError("the tissue is too green")
    while how == "slow":
        context.progress(0.3, "slowly")
        time.sleep(0.02)
    volume = request.volume
    real = volume.array * volume.slope + volume.intercept
    array = (real > request.parameters["above"]).astype(np.uint8)
    if how == "lie":
        array = array * 9
    return SegmentResult(array, (ONE,), (Notice("toy", "Only a toy."),))


@hookimpl
def medapp_train(request, context):
    weights = Path(request.out) / "candidate.txt"
    weights.write_text(f"{context.seed} {len(list(request.data.iterdir()))} {request.budget_minutes}")
    return TrainResult(weights, {"loss": 0.25})


@hookimpl
def medapp_evaluate(request, context):
    text = request.weights.read_text() if request.weights else "the installed"
    return EvaluateResult({"dice": 0.9}, ({"case": "one", "weights": text},))
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch, medapp_home):
    """Install the toy plugin for this process and those that it starts."""
    site = tmp_path / "site"
    package, metadata = site / "toy_plugin", site / "toy_plugin-3.1.dist-info"
    package.mkdir(parents=True)
    metadata.mkdir()
    (package / "__init__.py").write_text(CODE)
    (package / "medapp.toml").write_text(MANIFEST)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-plugin\nVersion: 3.1\n")
    (metadata / "entry_points.txt").write_text("[medapp.plugins]\ntoy = toy_plugin\n")
    (metadata / "RECORD").write_text("toy_plugin/__init__.py,,\ntoy_plugin/medapp.toml,,\n")
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", str(site))
    yield
    assert list(medapp_home.glob("scratch/*")) == []


@pytest.fixture
def series(tmp_path):
    return ct_series(tmp_path / "ct")


@pytest.fixture
def command(plugin, monkeypatch, capfd):
    """Run the command line in this process, its models in processes of their own."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["medapp", *map(str, arguments)])
        status = main()
        told = capfd.readouterr()
        return status, told.out, told.err

    return run


def test_a_run_writes_what_the_model_found(command, series, tmp_path):
    out = tmp_path / "deep" / "out"
    status, printed, err = command("run", "toy.bright", tmp_path / "ct", "--out", out, "--seed", 5)
    assert status == 0
    assert "SCT:272673000" in printed
    assert "Only a toy." in err
    assert sorted(path.name for path in out.iterdir()) == [
        "result.json",
        "segmentation.dcm",
        "segmentation.nii.gz",
    ]
    volume = load_volume(series)
    real = volume.array.astype(float) * volume.slope + volume.intercept
    expected = real > -990
    assert 0 < expected.sum() < expected.size
    assert np.array_equal(read_segmentation(out / "segmentation.dcm", series).segmentation.array, expected)
    voxels = np.asarray(nibabel.load(out / "segmentation.nii.gz").dataobj).transpose(2, 1, 0)
    assert np.array_equal(voxels, expected)
    report = json.loads((out / "result.json").read_text())
    (label,) = report["labels"]
    assert label["voxels"] == expected.sum()
    assert label["volume_ml"] == pytest.approx(expected.sum() * 0.25 * 0.5 * 2 / 1000)
    assert label["mean"] == pytest.approx(real[expected].mean())
    provenance = report["provenance"]
    assert (provenance["plugin"], provenance["plugin_version"]) == ("toy_plugin", "3.1")
    assert len(provenance["plugin_sha256"]) == 64
    assert provenance["parameters"] == {"above": -990, "how": "work"}
    assert provenance["seed"] == 5
    assert provenance["input_uids"] == [instance.sop_instance_uid for instance in series.instances]


def test_settings_and_json(command, series, tmp_path):
    status, printed, _ = command(
        *("run", "toy.bright", tmp_path / "ct", "--out", tmp_path / "out"),
        *("--set", "above=-970.5", "--series", series.key, "--json"),
    )
    report = json.loads(printed)
    assert status == 0
    assert report["provenance"]["parameters"]["above"] == -970.5
    assert report["series"]["uid"] == series.uid
    assert Path(report["files"]["segmentation_dcm"]).is_file()


def test_of_several_series_the_longest_is_taken_from_an_archive(command, tmp_path):
    ct_series(tmp_path / "in" / "long", slices=6, SeriesInstanceUID="1.2.3.4")
    short = ct_series(tmp_path / "in" / "short", slices=3, SeriesInstanceUID="1.2.3.5")
    ct_series(tmp_path / "in" / "other", slices=9, SeriesInstanceUID="1.2.3.6", Modality="MR")
    archive = tmp_path / "in.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in (tmp_path / "in").rglob("*.dcm"):
            file.write(path, path.relative_to(tmp_path / "in"))
    status, printed, err = command("run", "toy.bright", archive, "--out", tmp_path / "out", "--json")
    assert status == 0
    assert json.loads(printed)["series"]["uid"] == "1.2.3.4"
    assert "2 series fit" in err
    arguments = ("run", "toy.bright", archive, "--out", tmp_path / "out", "--series", "1.2.3.5")
    assert json.loads(command(*arguments, "--json", "--force")[1])["series"]["slices"] == 3
    arguments = ("run", "toy.bright", archive, "--out", tmp_path / "out", "--series", short.key[:8])
    assert json.loads(command(*arguments, "--json", "--force")[1])["series"]["key"] == short.key


def test_nothing_found_is_said_and_no_failure(command, series, tmp_path):
    arguments = ("run", "toy.bright", tmp_path / "ct", "--out", tmp_path / "out", "--force")
    empty = (*arguments, "--set", "above=100000")
    status, printed, err = command(*empty, "--json")
    assert status == 0
    assert json.loads(printed)["empty"] is True
    assert "nothing-found" in [notice["code"] for notice in json.loads(printed)["notices"]]
    assert err.count("Nothing was found") == 1
    assert not np.asarray(nibabel.load(tmp_path / "out" / "segmentation.nii.gz").dataobj).any()
    status, _, err = command(*empty)
    assert (status, err.count("Nothing was found")) == (0, 1)
    _, printed, err = command(*arguments, "--json")
    assert json.loads(printed)["empty"] is False
    assert "Nothing was found" not in err
    assert "empty" in command("run", "--help")[1]


@pytest.mark.parametrize("name", ["segmentation.dcm", "segmentation.nii.gz", "result.json"])
def test_files_that_are_there_are_replaced_by_force_only(command, series, tmp_path, name):
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    (out / name).write_text("mine")
    arguments = ("run", "toy.bright", tmp_path / "ct", "--out", out)
    status, printed, err = command(*arguments)
    assert (status, printed) == (2, "")
    assert f"already holds {name}; --force" in err
    assert (out / name).read_text() == "mine"
    assert command(*arguments, "--force")[0] == 0
    assert (out / name).read_bytes() != b"mine"
    assert (out / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(("how", "words"), [("raise", "the tissue is too green"), ("lie", "without a label")])
def test_a_model_that_fails(command, series, tmp_path, how, words):
    out = tmp_path / "out"
    status, printed, err = command("run", "toy.bright", tmp_path / "ct", "--out", out, "--set", f"how={how}")
    assert (status, printed) == (1, "")
    assert words in err.splitlines()[-1]
    assert "Traceback" not in err
    assert ("Traceback" in Path(err.rstrip(")\n").rpartition("its log: ")[2]).read_text()) is (how == "raise")
    assert not out.exists()  # it was made for the run alone


def test_a_setting_out_of_bounds(command, series, tmp_path):
    status, _, err = command("run", "toy.bright", tmp_path / "ct", "--out", tmp_path, "--set", "how=badly")
    assert status == 2
    assert "badly" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_can_be_stopped(plugin, series, tmp_path, number):
    arguments = ["run", "toy.bright", tmp_path / "ct", "--out", tmp_path / "out", "--set", "how=slow"]
    process = subprocess.Popen(
        [sys.executable, "-m", "medapp", *map(str, arguments)],
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    watched = psutil.Process(process.pid)
    workers: list[psutil.Process] = []
    until = time.monotonic() + 20
    while not workers and time.monotonic() < until:
        workers = watched.children(recursive=True)
        time.sleep(0.1)
    assert workers
    time.sleep(1)
    started = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "medapp: cancelled"
    assert time.monotonic() - started < 5
    assert psutil.wait_procs(workers, timeout=3)[1] == []
    assert not (tmp_path / "out").exists()


def test_train_and_evaluate(command, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "case").write_text("")
    status, printed, _ = command(
        *("train", "toy.bright", "--data", tmp_path / "data", "--out", tmp_path / "model"),
        *("--minutes", 2, "--seed", 3, "--json"),
    )
    assert status == 0
    found = json.loads(printed)
    assert found["metrics"] == {"loss": 0.25}
    weights = Path(found["weights"])
    assert weights.read_text() == "3 1 2.0"
    arguments = ("evaluate", "toy.bright", "--data", tmp_path / "data")
    status, printed, _ = command(*arguments, "--weights", weights, "--json")
    found = json.loads(printed)
    assert found["metrics"] == {"dice": 0.9}
    assert found["rows"] == [{"case": "one", "weights": "3 1 2.0"}]
    assert found["warning"] == "Not for diagnostic use"
    assert "0.9000" in command(*arguments)[1]
    status, _, told = command(*arguments, "--against", "installed")
    assert status == 3
    assert "nothing can be compared" in told


def test_ct_structures_on_real_images(shared_data, medapp_home, tmp_path, monkeypatch, capfd):
    source = shared_data / "dicom" / "totalseg-ct-mr"
    monkeypatch.setattr(
        sys, "argv", ["medapp", "run", "ct.structures", str(source), "--out", str(tmp_path), "--json"]
    )
    assert main() == 0
    report = json.loads(capfd.readouterr().out)
    found = {label["name"]: label for label in report["labels"]}
    assert 100 < found["Bone"]["volume_ml"] < 400
    assert found["Bone"]["unit"] == "HU"
    assert pydicom.dcmread(tmp_path / "segmentation.dcm").Modality == "SEG"
