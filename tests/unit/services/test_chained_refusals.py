"""A question that needs labels of a task that does not take the images: refused, with what can be done."""

from __future__ import annotations

import pytest

from medapp.formats.dicom.load import load_volume
from medapp.jobs import JobFailed
from medapp.plugins import find_task
from medapp.services.app import App
from medapp.services.chaining import start_after
from medapp.services.classifying import Target, fits_target, start_classification
from medapp.services.paths import AppPaths
from tests.unit.services.segmenting import ct_series


@pytest.fixture
def app(tmp_path):
    with App.open(AppPaths.under(tmp_path / "home")) as running:
        yield running


def mr_of(folder, part):
    return ct_series(folder, Modality="MR", BodyPartExamined=part)


def test_volumes_of_a_brain_are_not_asked_of_a_breast(app, tmp_path):
    task = find_task("mr.volumes")[1]
    series = mr_of(tmp_path / "mr", "BREAST")
    check = fits_target(task, Target(series=series))
    assert not check.ok
    assert check.reason.startswith("needs labels of Brain on MR, and the file says that it shows BREAST")
    assert "(any_body_part=true) of mr.brain: run that by itself" in check.reason
    assert "any_body_part" in find_task("mr.brain")[1].parameters  # what is advised can be done
    with pytest.raises(ValueError, match="shows BREAST"):
        start_classification(app, "mr.volumes", Target(series=series, volume=load_volume(series)), {})


def test_what_a_chain_cannot_start_is_a_refusal_and_no_fault(app, tmp_path):
    series = mr_of(tmp_path / "mr", "BREAST")
    target = Target(series=series, volume=load_volume(series))
    handle = start_after(app, find_task("mr.volumes")[1], target, {}, device="cpu", seed=0)
    with pytest.raises(JobFailed, match="shows BREAST") as caught:
        handle.wait(60)
    assert caught.value.kind == "refused"
    assert not caught.value.log_tail


def test_a_head_is_taken(tmp_path):
    task = find_task("mr.volumes")[1]
    reason = fits_target(task, Target(series=mr_of(tmp_path / "mr", "HEAD"))).reason
    assert "shows" not in reason
