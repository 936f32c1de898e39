"""Jobs in real worker processes: what works, and every way in which a plugin can go wrong."""

import time
from pathlib import Path

import numpy as np
import pytest

from medapp.api.context import JobCancelled
from medapp.api.manifest import Manifest, TaskManifest
from medapp.domain.geometry import Geometry
from medapp.domain.volume import Volume
from medapp.jobs import JobFailed, JobQueue, TaskJob

HERE = Path(__file__).parent
TASK = TaskManifest("faulty.bright", "Bright", "segmentation", images=("CT",), gpu="none")
MANIFEST = Manifest("faulty_plugin", "faulty_plugin", "Faulty", "1", "1", "MIT", "Tests.", HERE, (TASK,))


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    queue = JobQueue(tmp_path / "scratch", tmp_path)
    yield queue
    queue.shutdown()
    assert not list((tmp_path / "scratch").iterdir())


@pytest.fixture
def volume():
    array = np.arange(4 * 5 * 6, dtype=np.int16).reshape(4, 5, 6)
    return Volume(
        array, Geometry.from_parts((4, 5, 6), (0, 0, 0), (1, 1, 2)), "CT", instance_uids=("1", "2", "3", "4")
    )


def job(volume, how="work", **rest):
    return TaskJob(
        MANIFEST, TASK, volume=volume, modality="CT", parameters={"how": how}, device="cpu", **rest
    )


def test_result_and_provenance_come_back(jobs, volume):
    outcome = jobs.submit_task(job(volume, seed=7, input_series_uid="1.2")).wait(50)
    assert np.array_equal(outcome.result.array, volume.array > 50)
    assert outcome.result.labels[0].name == "bright"
    assert outcome.provenance.seed == 7
    assert outcome.provenance.rung == "none needed"
    assert outcome.provenance.input_uids == ("1", "2", "3", "4")
    assert len(outcome.provenance.input_sha256) == 64
    assert "noise on the standard output" in outcome.log.read_text()
    outcome.release()


def test_worker_is_kept_and_survives_an_exception(jobs, volume):
    first = jobs.submit_task(job(volume)).wait(50)
    with pytest.raises(JobFailed, match="too green") as caught:
        jobs.submit_task(job(volume, "raise")).wait(50)
    assert caught.value.kind == "error"
    assert "Traceback" in caught.value.log_tail
    started = time.monotonic()
    jobs.submit_task(job(volume)).wait(50).release()
    assert time.monotonic() - started < 1
    first.release()


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ("abort", "crash", "SIGABRT"),
        ("shape", "bad-result", "shape"),
        ("values", "bad-result", "without a label"),
        ("refuse", "refused", "not for me"),
    ],
)
def test_failures_have_a_name_and_the_next_job_runs(jobs, volume, how, kind, words):
    with pytest.raises(JobFailed, match=words) as caught:
        jobs.submit_task(job(volume, how)).wait(50)
    assert caught.value.kind == kind
    assert jobs.submit_task(job(volume)).wait(50).result is not None


@pytest.mark.parametrize("part", ["BREAST", None])
def test_the_plugin_sees_the_body_part(jobs, volume, part):
    with pytest.raises(JobFailed, match=f"this shows {part!r}"):
        jobs.submit_task(job(volume, "body part", body_part=part)).wait(50)


def test_out_of_memory_is_stopped_and_named(jobs, volume):
    with pytest.raises(JobFailed) as caught:
        jobs.submit_task(job(volume, "memory", memory_limit=400 << 20)).wait(50)
    assert caught.value.kind == "out-of-memory"


@pytest.mark.parametrize("how", ["slow", "deaf"])
def test_cancel_takes_less_than_three_seconds(jobs, volume, how):
    handle = jobs.submit_task(job(volume, how))
    while handle.update.message == "" or handle.state != "running":
        time.sleep(0.02)
    time.sleep(1)
    started = time.monotonic()
    handle.cancel()
    with pytest.raises(JobCancelled):
        handle.wait(10)
    assert time.monotonic() - started < 3
    assert jobs.submit_task(job(volume)).wait(50).result is not None


def test_time_limit(jobs, volume):
    with pytest.raises(JobFailed, match="time limit") as caught:
        jobs.submit_task(job(volume, "deaf", time_limit_s=1)).wait(50)
    assert caught.value.kind == "timeout"


def test_progress_reaches_listeners_with_elapsed_and_remaining_time(jobs, volume):
    seen = []
    stop = jobs.listen(seen.append)
    handle = jobs.submit_task(job(volume, "slow"))
    while not any(update.remaining_s for update in seen):
        time.sleep(0.05)
    handle.cancel()
    stop()
    last = next(update for update in reversed(seen) if update.remaining_s)
    assert last.elapsed_s > 1
    assert 0 < last.fraction < 1


def test_the_same_seed_gives_the_same_result(jobs, volume):
    outcomes = [jobs.submit_task(job(volume, "seed", seed=seed)).wait(50) for seed in (3, 3, 4)]
    arrays = [np.array(outcome.result.array) for outcome in outcomes]
    assert np.array_equal(arrays[0], arrays[1])
    assert not np.array_equal(arrays[0], arrays[2])


def test_local_work_reports_and_fails_like_any_job(jobs):
    assert jobs.submit_local("count", lambda context: context.progress(0.5) or 42).wait(5) == 42
    with pytest.raises(JobFailed, match="ZeroDivisionError"):
        jobs.submit_local("divide", lambda _context: 1 // 0).wait(5)


def test_a_queued_job_can_be_cancelled_before_it_starts(jobs, volume):
    first = jobs.submit_task(job(volume, "slow"))
    second = jobs.submit_task(job(volume))
    second.cancel()
    with pytest.raises(JobCancelled):
        second.wait(1)
    first.cancel()
