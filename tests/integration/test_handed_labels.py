"""Labels that a question goes by: named, found, kept, or made first; in real worker processes."""

import json
import sys
import time

import numpy as np
import pytest

from medapp.api.context import JobCancelled
from medapp.cli.main import main
from medapp.domain.provenance import Provenance
from medapp.domain.segmentation import measure
from medapp.formats.dicom.load import load_volume
from medapp.formats.dicom.segmentation_write import write_segmentation
from medapp.services.app import App
from medapp.services.classifying import (
    fits_target,
    questions_for,
    start_classification,
    target_of,
    with_kept_labels,
    with_volume,
)
from medapp.services.proposal import Proposal
from medapp.services.results import accept
from tests.unit.services.segmenting import ct_series, label_map

MANIFEST = """
[plugin]
api = "1"
title = "Toy"
license = "MIT"
intended_use = "Tests."

[[task]]
id = "toy.segment"
kind = "segmentation"
title = "Toy labels"
input = { images = ["CT"] }
resources = { gpu = "none" }

[task.parameters.how]
enum = ["work", "slow"]
default = "work"

[[task]]
id = "toy.count"
kind = "classification"
title = "Toy count"
input = { images = ["CT"], segmentation = "optional" }
needs_task = "toy.segment"
needs_parameters = { how = "HOW" }
resources = { gpu = "none" }
"""

CODE = """
import time

import numpy as np

from medapp.api import ClassifyResult, SegmentResult, hookimpl
from medapp.domain.finding import Finding
from medapp.domain.notice import Notice
from medapp.domain.segmentation import Code, Label

ONE = Label(1, "one", Code("272673000", "SCT", "Bone structure"), "#ff0000")


@hookimpl
def medapp_segment(request, context):
    while request.parameters["how"] == "slow":
        context.progress(0.3, "step")
        time.sleep(0.02)
    array = np.zeros(request.volume.array.shape, np.uint8)
    array[1:3] = 1
    return SegmentResult(array, (ONE,), (Notice("toy", "Only a toy."),))


@hookimpl
def medapp_classify(request, context):
    count = float((np.asarray(request.segmentation.array) > 0).sum())
    return ClassifyResult((Finding("count", "Voxels", "measurement", value=count),), ("images",))
"""


@pytest.fixture
def plugin(tmp_path, monkeypatch, medapp_home):
    site = tmp_path / "site"

    def install(how="work"):
        package, metadata = site / "toy_labels", site / "toy_labels-1.dist-info"
        package.mkdir(parents=True)
        metadata.mkdir()
        (package / "__init__.py").write_text(CODE)
        (package / "medapp.toml").write_text(MANIFEST.replace("HOW", how))
        (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: toy-labels\nVersion: 1\n")
        (metadata / "entry_points.txt").write_text("[medapp.plugins]\ntoy = toy_labels\n")
        (metadata / "RECORD").write_text("toy_labels/__init__.py,,\ntoy_labels/medapp.toml,,\n")
        monkeypatch.syspath_prepend(site)
        monkeypatch.setenv("PYTHONPATH", str(site))

    return install


@pytest.fixture
def command(monkeypatch, capfd, medapp_home):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["medapp", *map(str, arguments)])
        status = main()
        told = capfd.readouterr()
        return status, told.out, told.err

    return run


@pytest.fixture
def series(tmp_path):
    return ct_series(tmp_path / "in" / "ct", slices=12, rows=30, columns=30)


def labels_on(series, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_segmentation(path, label_map(series), series)
    return path


def radiomics(*arguments):
    settings = ("families=stat", "interpolation=none", "resegmentation=none")
    return ("run", "ct.radiomics", *arguments, *(part for one in settings for part in ("--set", one)))


def test_labels_beside_the_images_are_taken_and_told(command, series, tmp_path):
    path = labels_on(series, tmp_path / "in" / "seg" / "one.dcm")
    out = tmp_path / "out"
    status, printed, err = command(*radiomics(tmp_path / "in", "--out", out, "--json"))
    assert status == 0, err
    report = json.loads(printed)
    means = {one["key"]: one["value"] for one in report["findings"] if one["key"].endswith("stat_mean")}
    assert set(means) == {"SCT:10200004/stat_mean", "SCT:78961009/stat_mean", "99MEDAPP:rare/stat_mean"}
    volume, labels = load_volume(series), label_map(series).array
    real = volume.array * volume.slope + volume.intercept
    assert means["SCT:10200004/stat_mean"] == pytest.approx(real[labels == 1].mean())
    assert "Test result" in report["provenance"]["labels_source"]
    assert len(report["provenance"]["labels_sha256"]) == 64
    assert sorted(one.name for one in out.iterdir()) == ["columns.json", "measurements.csv", "result.json"]
    status, _, err = command(*radiomics(tmp_path / "in", "--out", out))
    assert status == 2
    assert "measurements.csv" in err
    alone = ("--labels", path, "--out", tmp_path / "other")
    assert command(*radiomics(tmp_path / "in" / "ct", *alone))[0] == 0


def test_of_several_labels_one_has_to_be_named(command, series, tmp_path):
    for name in ("one", "two"):
        labels_on(series, tmp_path / "in" / "seg" / f"{name}.dcm")
    status, _, err = command(*radiomics(tmp_path / "in", "--out", tmp_path / "out"))
    assert status == 2
    assert "2 label series lie on these images" in err
    key = err.split("--labels: ")[1].split()[0]
    named = ("--labels", key, "--out", tmp_path / "out")
    assert command(*radiomics(tmp_path / "in", *named))[0] == 0
    status, _, err = command(*radiomics(tmp_path / "in", "--labels", "nothing", "--out", tmp_path / "o2"))
    assert status == 2
    assert "there are: " in err


def test_labels_of_other_images_are_not_taken(command, series, tmp_path):
    other = ct_series(tmp_path / "other", slices=4, rows=9, columns=8, SeriesInstanceUID="1.2.9")
    path = labels_on(other, tmp_path / "seg" / "one.dcm")
    arguments = radiomics(tmp_path / "in", "--labels", path, "--out", tmp_path / "out")
    status, _, err = command(*arguments)
    assert status == 3
    assert "holds no segmentation of these images" in err
    status, _, err = command(*radiomics(tmp_path / "in", "--out", tmp_path / "out"))
    assert status == 3
    assert "needs labels on the images" in err


def test_what_is_needed_is_made_first_and_said(plugin, command, series, tmp_path):
    plugin()
    arguments = ("run", "toy.count", tmp_path / "in", "--out", tmp_path / "out", "--json")
    status, printed, err = command(*arguments)
    assert status == 0, err
    report = json.loads(printed)
    assert report["findings"][0]["value"] == 2 * 30 * 30
    assert {one["code"] for one in report["notices"]} >= {"labels-proposed", "toy"}
    assert report["provenance"]["labels_source"].startswith("proposal of toy.segment, toy_labels 1")


def test_kept_labels_come_before_new_ones(plugin, command, series, tmp_path):
    plugin()
    with App.open() as app:
        app.library.import_paths([tmp_path / "in"])
        volume, labels = load_volume(series), label_map(series, Provenance("toy.segment", "Toy", "toy", "1"))
        kept = Proposal(
            "one", series, volume, labels, measure(labels, volume), labels.provenance, edited=False
        )
        accept(app, kept)
        target = with_kept_labels(app, target_of(app.library, series.study.patient.key, series))
        assert [one.task for one in target.labels] == ["toy.segment"]
        choices = {one.task.id: one.check for one in questions_for(target)}
        assert choices["toy.count"].ok
        assert choices["ct.radiomics"].ok
        ready = with_volume("toy.count", target)
        assert np.array_equal(ready.segmentation.array, labels.array)
        proposal = start_classification(app, "toy.count", ready, {}, device="cpu").wait(60)
        assert proposal.result.findings[0].value == (labels.array > 0).sum()
        assert "proposal" not in proposal.provenance.labels_source
        proposal.release()
    name = series.study.patient.name
    status, printed, err = command(*radiomics(name, "--out", tmp_path / "out", "--json"))
    assert status == 0, err
    assert len(json.loads(printed)["findings"]) == 3 * 18


def test_a_needed_task_that_is_not_there_is_named(plugin, series):
    plugin()
    from dataclasses import replace

    from medapp.plugins import discover
    from medapp.services.classifying import Target

    _, task = discover().find("toy.count")
    check = fits_target(replace(task, needs_task="toy.other"), Target(series=series))
    assert check.reason == "needs labels of toy.other, which is not installed"
    assert fits_target(task, Target(series=series)).ok


def test_cancelling_the_whole_ends_what_it_waits_for(plugin, series, tmp_path):
    plugin("slow")
    from medapp.services.classifying import Target

    with App.open() as app:
        target = Target(series=series, volume=load_volume(series))
        handle = start_classification(app, "toy.count", target, {}, device="cpu")
        while handle.update.message != "step":
            time.sleep(0.02)
            assert not handle.update.finished
        started = time.monotonic()
        handle.cancel()
        with pytest.raises(JobCancelled):
            handle.wait(10)
        assert time.monotonic() - started < 3
        assert app.jobs.running() == ()
