"""CT structures from DICOM files to a result, as the program runs it: loaded, sent to a worker, validated."""

import numpy as np
import pytest

from medapp.api import SegmentRequest
from medapp.formats.collect import collect
from medapp.formats.dicom.load import load_volume
from medapp.jobs import JobQueue, TaskJob
from medapp.plugins import checked, discover, fits
from medapp_segmentation import hooks
from tests.bench.bench_ct_structures import dice, expert_masks
from tests.bench.data import ct_series
from tests.unit.segmentation.phantoms import Context

TASK = "ct.structures"


@pytest.fixture
def jobs(tmp_path):
    queue = JobQueue(tmp_path / "scratch", tmp_path)
    yield queue
    queue.shutdown()


def run(jobs, series, volume):
    manifest, task = discover().find(TASK)
    assert fits(task, series).ok
    job = TaskJob(
        manifest, task, volume=volume, modality=series.modality, parameters=checked(task, {}), device="cpu"
    )
    return jobs.submit_task(job).wait(55)


def test_lungs_of_a_patient_agree_with_the_expert(jobs, shared_data):
    folder = shared_data / "dicom" / "onko-thorax-ct-rt"
    (series,) = [one for one in collect([folder / "CT"]).series if one.kind == "volume"]
    volume = load_volume(series)
    outcome = run(jobs, series, volume)
    by_name = {label.name: outcome.result.array == label.value for label in outcome.result.labels}
    expert = expert_masks(folder / "RTSTRUCT.dcm", series)
    assert dice(by_name["Left lung"], expert["LUNG_L"]) >= 0.97
    assert dice(by_name["Right lung"], expert["LUNG_R"]) >= 0.97
    assert not (by_name["Airways"] & expert["HEART"]).sum() > 50
    assert (by_name["Bone"] & expert["LIVER"]).sum() < 0.01 * expert["LIVER"].sum()
    outcome.release()


def test_a_series_that_was_written_comes_back_segmented(jobs, tmp_path):
    (series,) = collect([ct_series(tmp_path, 40)]).series
    outcome = run(jobs, series, load_volume(series))
    array = outcome.result.array
    names = {label.value: label.name for label in outcome.result.labels}
    assert names[int(array[20, 256, 256 + 108])] == "Left lung"
    assert names[int(array[20, 256, 256 - 108])] == "Right lung"
    assert array[20, 2, 2] == 0
    assert outcome.provenance.input_uids[0].startswith("1.2.826")
    outcome.release()


def test_every_ct_at_hand_gives_labels_or_a_reason(shared_data):
    _, task = discover().find(TASK)
    seen = 0
    for series in collect([shared_data / "dicom"]).series:
        if series.modality != "CT" or not fits(task, series).ok or len(series.instances) > 100:
            continue
        volume = load_volume(series)
        request = SegmentRequest(TASK, volume, "CT")
        check = hooks.medapp_check_input(request)
        if not check.ok:
            assert check.reason
            continue
        result = hooks.medapp_segment(request, Context())
        assert result.array.shape == volume.array.shape
        found = set(np.unique(result.array)) - {0}
        assert found <= {label.value for label in result.labels}
        assert found or result.notices
        seen += 1
    assert seen >= 3
