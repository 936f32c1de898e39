"""Classifiers of one's own in real worker processes, from the command line, as the document shows it."""

import json
import re
import sys
import time
from pathlib import Path

import pytest

from medapp.api.context import JobCancelled
from medapp.cli.main import main
from medapp.jobs import JobFailed, JobQueue, TaskJob
from medapp.plugins import checked, discover
from medapp_classification import hooks
from tests.unit.classification import imports, onnx_files, xray

DOCUMENT = Path(__file__).parents[2] / "docs" / "import_a_classifier.md"


@pytest.fixture
def jobs(tmp_path):
    queue = JobQueue(tmp_path / "scratch", tmp_path)
    yield queue
    queue.shutdown()


def job(image, folder, modality="CR", **parameters):
    manifest, task = discover().find("image.import")
    given = checked(task, {"model": str(folder), **parameters})
    return TaskJob(
        manifest, task, action="classify", volume=image, modality=modality, parameters=given, device="cpu"
    )


def block(kind):
    """The first piece of code of a kind in the document."""
    return re.search(rf"```{kind}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)[1]


@pytest.fixture
def command(medapp_home, monkeypatch, capfd):
    """Run the command line in this process, its models in processes of their own."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["medapp", *map(str, arguments)])
        return main(), capfd.readouterr().err

    return run


def test_the_example_of_the_document_works(tmp_path, command, monkeypatch):
    folder = tmp_path / "wrist"
    folder.mkdir()
    monkeypatch.chdir(folder)
    exec(compile(block("python"), "document", "exec"), {})
    (folder / "classifier.toml").write_text(block("toml"))
    monkeypatch.chdir(tmp_path)
    image = xray.write_dicom(tmp_path / "a.dcm", xray.drawn(), BodyPartExamined="WRIST")
    out = tmp_path / "out"
    status, _ = command("run", "image.import", image, "--set", "model=wrist", "--out", out)
    assert status == 0
    report = json.loads((out / "result.json").read_text())
    (finding,) = report["findings"]
    assert (finding["key"], finding["code"]["value"]) == ("fracture", "125605004")
    assert 0 <= finding["probability"] <= 1
    assert report["explained"]["images"] == "Grad-CAM, last convolution"
    assert report["provenance"]["versions"]["classifier"] == "Wrist fracture 1.0"
    assert report["warning"] == "Not for diagnostic use"


def test_the_gate_of_the_documents_example(tmp_path):
    (tmp_path / "classifier.toml").write_text(block("toml"))
    (tmp_path / "wrist.safetensors").write_bytes(b"")
    facts = {"BodyPartExamined": "FOOT", "PatientAge": "050Y"}
    asked = imports.request(tmp_path, imports.picture(), facts=facts)
    assert "the file says FOOT" in hooks.medapp_check_input(asked).reason
    facts["BodyPartExamined"] = "WRIST"
    assert hooks.medapp_check_input(asked).ok


def test_onnx_in_a_worker_gives_findings_and_provenance(jobs, tmp_path):
    folder = imports.write(tmp_path / "m")
    outcome = jobs.submit_task(job(imports.picture(), folder)).wait(55)
    assert outcome.findings.findings[0].key == "spot"
    assert outcome.findings.heat_maps[0].array.shape == (1, 64, 48)
    assert set(outcome.provenance.weights) == {"spot.onnx"}
    outcome.release()


def test_what_is_wrong_comes_back_as_a_sentence(jobs, tmp_path):
    folder = imports.write(tmp_path / "m", model=onnx_files.bright(classes=4))
    with pytest.raises(JobFailed, match="names 2 classes") as caught:
        jobs.submit_task(job(imports.picture(), folder)).wait(55)
    assert caught.value.kind == "refused"


def test_cancelling_a_slow_explanation_takes_less_than_three_seconds(jobs, tmp_path):
    size = 1024
    text = imports.changed(input={"size": [size, size]})
    folder = imports.write(tmp_path / "m", text, onnx_files.bright(shape=("n", 1, size, size)))
    image = imports.picture(rows=size, columns=size)
    handle = jobs.submit_task(job(image, folder))
    end = time.monotonic() + 50
    while handle.update.message != "explaining":
        assert time.monotonic() < end, handle.update
        time.sleep(0.02)
    started = time.monotonic()
    handle.cancel()
    with pytest.raises(JobCancelled):
        handle.wait(10)
    assert time.monotonic() - started < 3
