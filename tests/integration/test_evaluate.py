"""Evaluation through a real worker: the report, its PDF, and one model held against another."""

import json
from pathlib import Path

import pytest

from medapp.api.manifest import Manifest, TaskManifest
from medapp.jobs import JobFailed, JobQueue, TaskJob
from medapp.services.evaluating import evaluation_report, write_evaluation

HERE = Path(__file__).parent
TASK = TaskManifest("faulty.green", "Green <b>", "classification", trainable=True)
MANIFEST = Manifest("faulty_plugin", "faulty_plugin", "Faulty", "1", "1", "MIT", "Tests.", HERE, (TASK,))


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    queue = JobQueue(tmp_path / "scratch", tmp_path)
    yield queue
    queue.shutdown()


def evaluate(jobs, folder, against=None, how="work"):
    weights = folder / "better"
    weights.write_text("")
    job = TaskJob(
        MANIFEST,
        TASK,
        action="evaluate",
        data=folder,
        weights_override=weights,
        against=against,
        parameters={"how": how},
        device="cpu",
    )
    return jobs.submit_task(job).wait(55)


def test_report_and_pdf(jobs, tmp_path):
    outcome = evaluate(jobs, tmp_path, "installed")
    report = evaluation_report(outcome, tmp_path)
    binary, survival, ranking = report["questions"]
    assert (
        binary["figures"]["auroc"]["value"] > report["against"]["questions"][0]["figures"]["auroc"]["value"]
    )
    assert binary["coverage"]["nominal"] == 0.9
    assert {one["value"] for one in binary["subgroups"]} == {"F", "M", "X"}
    assert next(one for one in binary["subgroups"] if one["value"] == "X")["figures"] == {}
    assert survival["figures"]["c_index"]["value"] > 0.5
    assert ranking["figures"]["top_1"]["value"] == 0.5
    delong = next(one for one in report["differences"] if one["figure"] == "auroc_delong")
    assert delong["value"] > 0
    assert delong["p"] < 0.01
    paths = write_evaluation(report, tmp_path)
    assert json.loads(paths[0].read_text())["warning"] == "Not for diagnostic use"
    assert paths[1].read_bytes().startswith(b"%PDF")
    assert len(paths[1].read_bytes()) > 3000


def test_other_cases_are_not_compared(jobs, tmp_path):
    with pytest.raises(JobFailed, match="same cases") as caught:
        evaluate(jobs, tmp_path, "installed", "others")
    assert caught.value.kind == "refused"
