"""A MONAI bundle in a worker process: from the manifest's form to a validated result with its provenance."""

import hashlib

import numpy as np
import pytest

from medapp.jobs import JobFailed, JobQueue, TaskJob
from medapp.plugins import checked, discover
from tests.unit.segmentation import bundles


@pytest.fixture
def jobs(tmp_path):
    queue = JobQueue(tmp_path / "scratch", tmp_path)
    yield queue
    queue.shutdown()


def job(image, **parameters):
    manifest, task = discover().find("monai.bundle")
    given = checked(task, parameters)
    return TaskJob(manifest, task, volume=image, modality="CT", parameters=given, device="cpu")


def test_a_zip_file_gives_labels_and_provenance(jobs, tmp_path):
    image, truth = bundles.blob_volume("sagittal")
    document = bundles.config(before=(bundles.ORIENT,))
    packed = bundles.zipped(bundles.write_bundle(tmp_path / "b", document), tmp_path / "b.zip")
    outcome = jobs.submit_task(job(image, bundle=str(packed))).wait(55)
    assert np.array_equal(outcome.result.array == 1, truth)
    assert outcome.result.labels[0].name == "spleen"
    weights = (tmp_path / "b" / "models" / "model.pt").read_bytes()
    assert outcome.provenance.weights == {"model.pt": hashlib.sha256(weights).hexdigest()}
    assert outcome.provenance.versions["bundle"] == "Bright things 0.3.1"
    assert outcome.provenance.rung == "as the bundle says"
    outcome.release()


def test_a_broken_bundle_fails_with_its_reason(jobs, tmp_path):
    image, _ = bundles.blob_volume()
    with pytest.raises(JobFailed, match="no MONAI bundle") as caught:
        jobs.submit_task(job(image, bundle=str(tmp_path))).wait(55)
    assert caught.value.kind == "refused"
