"""Findings on chest X-rays in real worker processes, from DICOM files to ``result.json``."""

import json
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from medapp.api.context import JobCancelled
from medapp.cli.main import main
from medapp.jobs import JobQueue, TaskJob
from medapp.plugins import checked, discover
from medapp.services.running import weights_of
from tests.unit.classification import pictures, xray

SINGLE = "1.2.276.0.7230010.3.1.4.8323329.6904.1517875201.850819.dcm"


@pytest.fixture
def command(medapp_home, monkeypatch, capfd):
    """Run the command line in this process, its models in processes of their own."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["medapp", *map(str, arguments)])
        return main(), capfd.readouterr().err

    return run


def wait_for_training(handle):
    """Until the first network learns; a job that failed before that ends the test."""
    end = time.monotonic() + 120
    while handle.update.message != "fold_0":
        assert time.monotonic() < end, handle.update
        time.sleep(0.05)


def report(out):
    return json.loads((out / "result.json").read_text())


def test_a_drawn_chest_is_read_or_is_said_to_be_strange(command, tmp_path):
    image = xray.write_dicom(tmp_path / "in" / "a.dcm", xray.drawn())
    status, told = command("run", "cxr.findings", image, "--out", tmp_path / "out")
    assert status == 0
    found = report(tmp_path / "out")
    assert found["used"] == ["images"]
    assert found["explained"]["counterfactual"] == "none"
    assert found["familiarity"]["limit"] == 1
    assert bool(found["abstained"]) == (found["familiarity"]["score"] > 1) == (found["findings"] == [])
    assert "A demonstration" in told
    assert found["warning"] == "Not for diagnostic use"
    assert found["card"] == "cxr_findings.md"
    assert set(found["provenance"]["weights"]) == {"cxr_findings.safetensors"}


@pytest.mark.parametrize(
    ("words", "tags"),
    [
        ("the file says LL", {"ViewPosition": "LL"}),
        ("does not state it", {"ViewPosition": None}),
        ("this one is 4 years old", {"PatientAge": "004Y"}),
        ("the file says SKULL", {"BodyPartExamined": "SKULL"}),
        ("takes CR, DX, this is MG", {"Modality": "MG"}),
    ],
)
def test_what_the_header_rules_out_is_refused_before_the_run(command, tmp_path, words, tags):
    image = xray.write_dicom(tmp_path / "in" / "a.dcm", xray.drawn(), **tags)
    status, told = command("run", "cxr.findings", image, "--out", tmp_path / "out")
    assert status != 0
    assert words in " ".join(told.split())
    assert not (tmp_path / "out" / "result.json").exists()


def test_a_real_chest_x_ray_gets_findings_and_heat_maps(command, tmp_path, shared_data):
    image = shared_data / "dicom" / "cxr-singles" / SINGLE
    if not image.is_file():
        pytest.skip("no single chest X-ray among the real data")
    status, _ = command("run", "cxr.findings", image, "--out", tmp_path, "--set", "heat_maps=2")
    assert status == 0
    found = report(tmp_path)
    assert len(found["findings"]) == 14
    assert found["familiarity"]["score"] < 1
    for one in found["heat_maps"]:
        heat = np.load(tmp_path / one["file"])
        assert heat.shape == (1, 1024, 1024)
        assert heat.max() == pytest.approx(1)


def test_a_training_is_cancelled_within_three_seconds_and_goes_on(tmp_path):
    queue = JobQueue(tmp_path / "scratch", tmp_path)
    manifest, task = discover().find("cxr.findings")
    job = TaskJob(
        manifest,
        task,
        action="train",
        parameters=checked(task.for_training(), {"epochs": 400, "growth": 4}),
        device="cpu",
        weights_files=weights_of(task),
        data=pictures.whole(tmp_path / "data"),
        out=tmp_path / "out",
    )
    try:
        handle = queue.submit_task(job)
        wait_for_training(handle)
        time.sleep(1)
        started = time.monotonic()
        handle.cancel()
        with pytest.raises(JobCancelled):
            handle.wait(10)
        assert time.monotonic() - started < 3
        again = queue.submit_task(replace(job))
        wait_for_training(again)
        again.cancel()
    finally:
        queue.shutdown()
