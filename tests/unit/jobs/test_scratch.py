"""Scratch space, provenance and the parts of the queue that need no worker process."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from medapp.api.manifest import Manifest, TaskManifest
from medapp.api.results import SegmentResult
from medapp.domain.geometry import Geometry
from medapp.domain.segmentation import Code, Label
from medapp.domain.volume import Volume
from medapp.jobs import JobFailed, JobQueue, TaskJob
from medapp.jobs.process import WorkerDied
from medapp.jobs.provenance import describe, volume_sha256
from medapp.jobs.scratch import Scratch
from medapp.jobs.staging import Digests
from medapp.jobs.supervise import default_threads, tail
from medapp.jobs.validate import validate_segmentation

TASK = TaskManifest("t", "Title", "segmentation")
MANIFEST = Manifest("package", "package", "P", "3", "1", "MIT", "Research.", Path("somewhere"), (TASK,))


def volume(array=None):
    array = np.zeros((2, 3, 4), np.int16) if array is None else array
    return Volume(array, Geometry.unknown((2, 3, 4)), instance_uids=("1", "2"))


def test_folders_are_private_and_go(tmp_path):
    scratch = Scratch(tmp_path / "scratch")
    folder = scratch.make("job")
    assert folder.is_dir()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0
        assert scratch.folder.stat().st_mode & 0o077 == 0
    scratch.remove("job")
    scratch.remove("never made")
    assert not folder.exists()
    scratch.close()
    assert not scratch.folder.exists()


def test_what_the_dead_left_is_swept_and_what_the_living_use_stays(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as living:
        kept = tmp_path / f"jobs-{living.pid}-1"
        kept.mkdir()
        (tmp_path / "jobs-999999999-1").mkdir()
        (tmp_path / "jobs-odd").mkdir()
        (tmp_path / "else").mkdir()
        scratch = Scratch(tmp_path)
        left = {path.name for path in tmp_path.iterdir()}
        living.communicate(b"\n")
    assert left == {kept.name, "else", scratch.folder.name}


def test_the_hash_of_a_volume_follows_values_type_and_shape():
    zeros = np.zeros((2, 3, 4), np.int16)
    arrays = [zeros, zeros + np.int16(1), zeros.astype(np.uint16), zeros.reshape(2, 4, 3)]
    hashes = [volume_sha256(volume(array)) for array in arrays]
    assert len(set(hashes)) == 4
    assert volume_sha256(volume(np.asfortranarray(zeros))) == hashes[0]


def test_provenance_sorts_what_the_plugin_recorded():
    facts = {"weights:w": "abc", "rung": "none needed", "precision": "float16", "backend": "openvino"}
    done = {"facts": facts, "device": "cpu", "precision": "float32"}
    job = TaskJob(MANIFEST, TASK, volume=volume(), parameters={"a": 1}, seed=5, input_series_uid="1.2")
    found = describe(
        job,
        done,
        started="s",
        finished="f",
        hash_folder=lambda folder: f"hash of {folder}",
        digests=Digests("h", "r"),
    )
    assert found.weights == {"w": "abc"}
    assert (found.rung, found.precision, found.device, found.seed) == ("none needed", "float16", "cpu", 5)
    assert found.versions["backend"] == "openvino"
    assert found.versions["numpy"] == np.__version__
    assert "rung" not in found.versions
    assert found.plugin_sha256 == "hash of somewhere"
    assert (found.input_uids, found.input_sha256) == (("1", "2"), "h")
    assert (found.record_sha256, found.genome_sha256) == ("r", "")


def test_a_result_on_another_grid_is_refused():
    label = Label(1, "x", Code("1", "99TEST", "x"), "#000000")
    validate_segmentation(SegmentResult(np.ones((2, 3, 4), np.uint8), (label,)), volume())
    with pytest.raises(JobFailed, match="its shape is") as caught:
        validate_segmentation(SegmentResult(np.ones((2, 3, 5), np.uint8), (label,)), volume())
    assert caught.value.kind == "bad-result"


def test_the_tail_of_a_log(tmp_path):
    log = tmp_path / "log"
    log.write_text("\n".join(str(line) for line in range(100)))
    assert tail(log).splitlines() == [str(line) for line in range(70, 100)]
    assert tail(tmp_path / "none") == ""


def test_how_a_process_ended():
    assert "SIGKILL" in str(WorkerDied(-9))
    assert "exit status 3" in str(WorkerDied(3))


def test_one_core_is_left_to_the_window(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert default_threads() == 7
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert default_threads() == 1
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert default_threads() == 1


def test_more_urgent_work_comes_first_and_a_failing_listener_harms_nobody(tmp_path):
    queue = JobQueue(tmp_path)
    seen = []

    def fail(_update):
        message = "listener"
        raise RuntimeError(message)

    queue.listen(fail)
    stop = queue.listen(lambda update: seen.append(update.title) if update.state == "running" else None)
    first, rest = threading.Event(), threading.Event()
    queue.submit_local("hold", lambda _context: first.wait(20))
    for _ in range(3):
        queue.submit_local("hold", lambda _context: rest.wait(20))
    while len(seen) < 4:
        time.sleep(0.01)
    late = [queue.submit_local(name, lambda _c: 1, priority=p) for name, p in (("low", 0), ("high", 5))]
    assert len(queue.running()) == 6
    first.set()
    assert [handle.wait(10) for handle in late] == [1, 1]
    assert seen.index("high") < seen.index("low")
    rest.set()
    stop()
    stop()
    queue.shutdown()
    assert queue.running() == ()
