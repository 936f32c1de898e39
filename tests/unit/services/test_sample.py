"""The sample patient is a valid study, record and genome, and the same for the same seed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pydicom
import pytest

from medapp.resources import resource
from medapp.services.sample import genome, make_sample, record
from medapp.services.sample.anatomy import draw_head
from medapp.services.sample.contrast import T1, image
from medapp.services.sample.grid import SHAPE
from medapp.services.sample.template import load_template
from medapp.services.sample.tissue import Tissue


def slices(folder: Path) -> list[pydicom.Dataset]:
    return [pydicom.dcmread(path) for path in sorted(folder.iterdir())]


def test_series_share_the_frame_of_reference_and_have_their_own_spacing(sample_patient):
    t1, t2 = slices(sample_patient.t1), slices(sample_patient.t2)
    assert (len(t1), len(t2)) == (188, 47)
    assert t1[0].FrameOfReferenceUID == t2[0].FrameOfReferenceUID
    assert t1[0].SeriesInstanceUID != t2[0].SeriesInstanceUID
    assert len({d.SOPInstanceUID for d in t1 + t2}) == len(t1) + len(t2)
    for series, spacing in ((t1, 1.0), (t2, 4.0)):
        positions = [d.ImagePositionPatient[2] for d in series]
        assert np.allclose(np.diff(positions), spacing)


def test_both_series_show_the_same_head(sample_patient):
    """Air of the thick slices is air of the thin ones, at the places that the headers say."""
    t1, t2 = slices(sample_patient.t1), slices(sample_patient.t2)
    low = t2[20].ImagePositionPatient[2] - 1.5
    inside = [d for d in t1 if low <= d.ImagePositionPatient[2] <= low + 3]
    assert len(inside) == 4
    thin = np.mean([d.pixel_array for d in inside], axis=0) > 100
    thick = t2[20].pixel_array > 100
    overlap = 2 * (thin & thick).sum() / (thin.sum() + thick.sum())
    assert overlap > 0.9


@pytest.mark.parametrize("series", ["t1", "t2"])
def test_dciodvfy_finds_no_error(sample_patient, series):
    beside_python = Path(sys.executable).parent
    checker = shutil.which("dciodvfy", path=str(beside_python)) or shutil.which("dciodvfy")
    if checker is None:
        pytest.skip("dciodvfy is not installed")
    first = min(getattr(sample_patient, series).iterdir())
    done = subprocess.run([checker, str(first)], capture_output=True, text=True, check=False)
    errors = [line for line in (done.stderr + done.stdout).splitlines() if line.startswith("Error")]
    assert errors == []


def test_the_head_has_its_layers_and_the_lesion_its_ring():
    head = draw_head(load_template(), np.random.default_rng(3))
    present = set(np.unique(head.tissue).tolist())
    assert present == {int(tissue) for tissue in Tissue}
    ring = head.tissue == Tissue.RING
    core = head.tissue == Tissue.CORE
    assert 300 < core.sum() < 6000
    assert 1000 < ring.sum() < 9000
    # From the brain's middle towards the back: brain, fluid, bone, scalp, air.
    line = head.tissue[120, :, 100]
    first = [int(np.argmax(line[128:] == t)) for t in (Tissue.FLUID, Tissue.BONE, Tissue.SKIN)]
    assert first == sorted(first)
    assert line[-1] == Tissue.AIR


def test_the_same_seed_gives_the_same_image(sample_patient):
    rng = np.random.default_rng(0)
    again = image(draw_head(load_template(), rng), T1, rng)
    kept = np.stack([d.pixel_array for d in slices(sample_patient.t1)])
    assert kept.shape == SHAPE
    assert np.array_equal(again, kept)


def test_what_is_there_is_not_made_again(sample_patient):
    before = (sample_patient.t1 / "MR0001.dcm").stat().st_mtime_ns
    again = make_sample(sample_patient.folder)
    assert (again.t1 / "MR0001.dcm").stat().st_mtime_ns == before


def test_the_record_refers_to_its_own_patient(sample_patient):
    bundle = json.loads(sample_patient.record.read_text())
    resources = [entry["resource"] for entry in bundle["entry"]]
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(urls) == len(resources)
    kinds = [item["resourceType"] for item in resources]
    assert kinds.count("Patient") == 1
    assert kinds.count("Observation") == len(record.LABORATORY) * len(record.DATES)
    for item in resources:
        subject = item.get("subject") or item.get("patient")
        assert subject is None or subject["reference"] in urls


def test_the_genome_is_sorted_and_names_its_columns(sample_patient):
    lines = sample_patient.genome.read_text().splitlines()
    assert lines[0] == "##fileformat=VCFv4.3"
    body = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(body) == len(genome.VARIANTS)
    keys = [(int(row[0].removeprefix("chr")), int(row[1])) for row in body]
    assert keys == sorted(keys)


def test_the_licence_of_the_template_lies_beside_it(sample_patient):
    shipped = resource("sample", "LICENSE-ICBM152.txt")
    assert (sample_patient.folder / shipped.name).read_text() == shipped.read_text()
