"""A series whose header names a body part that cannot hold the brain, from the file to the plugin."""

from __future__ import annotations

import numpy as np
import pytest

from medapp.api import body_part
from medapp.formats.dicom.load import load_volume
from medapp.plugins import find_task
from medapp.services.app import App
from medapp.services.paths import AppPaths
from medapp.services.running import start_task, suits, tasks_for
from tests.unit.services.segmenting import ct_series


@pytest.fixture
def app(tmp_path):
    with App.open(AppPaths.under(tmp_path / "home")) as running:
        yield running


def mr_of(folder, part):
    return ct_series(folder, Modality="MR", BodyPartExamined=part)


@pytest.mark.parametrize("part", ["BREAST", "knee", "LEG", "ABDOMEN", "PELVIS", "HEART", "PROSTATE", "LIVER"])
def test_the_brain_is_not_looked_for_in_other_body_parts(tmp_path, part):
    task = find_task("mr.brain")[1]
    series = mr_of(tmp_path, part)
    check = suits(task, series, {})
    assert not check.ok
    assert f"shows {part.upper()}" in check.reason
    assert "any_body_part=true" in check.reason
    assert suits(task, series, {"any_body_part": True}).ok


@pytest.mark.parametrize(
    "part",
    [
        None,
        "",
        "HEAD",
        "BRAIN",
        "SKULL",
        "HEADNECK",
        "WHOLEBODY",
        "NECK",
        "CSPINE",
        "SPINE",
        "ORBIT",
        "EAR",
        "NECKCHESTABDOMEN",
        "KNEE BRAIN",
        "SOMETHING",
    ],
)
def test_what_may_hold_the_brain_is_not_refused(tmp_path, part):
    assert suits(find_task("mr.brain")[1], mr_of(tmp_path, part), {}).ok


def test_a_doubtful_task_is_offered_last_of_those_that_fit_with_the_reason(app, tmp_path):
    clear = tasks_for(app, mr_of(tmp_path / "head", "HEAD"))
    assert [choice.task.id for choice in clear if choice.check.ok] == ["mr.brain", "monai.bundle"]
    doubtful = tasks_for(app, mr_of(tmp_path / "breast", "BREAST"))
    assert [choice.task.id for choice in doubtful if choice.check.ok] == ["monai.bundle", "mr.brain"]
    brain = next(choice for choice in doubtful if choice.task.id == "mr.brain")
    assert brain.doubt
    assert brain.task.summary.startswith("The file says that it shows BREAST")
    assert "any_body_part" in brain.task.parameters
    assert not any(choice.doubt for choice in (*clear, *doubtful) if choice.task.id != "mr.brain")


def test_a_refused_run_starts_no_process(app, tmp_path):
    series = mr_of(tmp_path / "breast", "BREAST")
    with pytest.raises(ValueError, match="shows BREAST"):
        start_task(app, "mr.brain", series, load_volume(series), {})
    assert app.jobs.running() == ()


def test_the_job_carries_the_body_part(app, tmp_path, monkeypatch):
    jobs = []
    monkeypatch.setattr(app.jobs, "submit_task", lambda job, **_: jobs.append(job))
    for number, part in enumerate(("BREAST", "head", None)):
        series = mr_of(tmp_path / str(number), part)
        start_task(app, "mr.brain", series, load_volume(series), {"any_body_part": True})
    assert [job.body_part for job in jobs] == ["BREAST", "HEAD", None]
    assert np.all([job.parameters["any_body_part"] for job in jobs])


def test_a_manifest_names_what_it_refuses():
    parameters = {"all_of_it": {"type": "boolean", "default": False, body_part.REFUSED: ["HAND"]}}
    assert "all_of_it=true" in body_part.refusal(parameters, "HAND", {})
    assert body_part.refusal(parameters, "HAND", {"all_of_it": True}) == ""
    assert body_part.refusal(parameters, None, {}) == ""
    assert body_part.refusal({"all_of_it": {"type": "boolean"}}, "HAND", {}) == ""
