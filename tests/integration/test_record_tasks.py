"""The shipped models of records in a real worker: a made-up record goes in, answers with reasons come out."""

from __future__ import annotations

import time

import pytest

from medapp.api.context import JobCancelled
from medapp.jobs import JobFailed, JobQueue, TaskJob
from medapp.plugins import discover
from medapp.services.running import weights_of
from tests.unit.classification.record_small import record, stay_record, write_cohort

"""A worker imports torch, which takes its time on a machine that others use too."""


@pytest.fixture
def jobs(tmp_path):
    queue = JobQueue(tmp_path / "scratch", tmp_path)
    yield queue
    queue.shutdown()


def job(task_id: str, **rest: object) -> TaskJob:
    manifest, task = discover().find(task_id)
    usual = {"action": "classify", "device": "cpu", "weights_files": weights_of(task), "parameters": {}}
    return TaskJob(manifest, task, **(usual | rest))


def test_all_three_answer_about_one_record(jobs):
    risk = jobs.submit_task(job("record.risk", record=record())).wait(150)
    keys = {one.key for one in risk.findings.findings}
    assert keys == {"death", "diabetes", "heart-failure", "infarction", "stroke"}
    assert any("Hypertension within 5 years: not asked" in one.message for one in risk.findings.notices)
    for one in risk.findings.findings:
        assert 0 < one.low <= one.probability <= one.high < 1
        assert any(item.entries for item in one.items)
    assert len(risk.provenance.record_sha256) == 64
    group = jobs.submit_task(job("record.phenotype", record=record())).wait(150)
    assert group.findings.findings[0].kind == "cluster"
    together = jobs.submit_task(job("patient.together", record=record())).wait(150)
    alone = next(one for one in risk.findings.findings if one.key == "death")
    assert together.findings.findings[0].probability == pytest.approx(alone.probability, abs=0.1)


def test_a_stay_is_answered_or_it_is_said_why_not(jobs):
    asked = job("record.risk", record=stay_record(), parameters={"question": "icu-death"})
    found = jobs.submit_task(asked).wait(150).findings
    assert found.findings or "unlike those" in found.abstained


def test_data_that_cannot_be_learned_from_are_refused_with_the_reason(jobs, tmp_path):
    folder = write_cohort(tmp_path / "cohort", people=30)
    asked = job(
        "record.risk", action="train", data=folder, out=tmp_path / "out", parameters={"question": "death"}
    )
    with pytest.raises(JobFailed, match="one class alone cannot be learned") as caught:
        jobs.submit_task(asked).wait(150)
    assert caught.value.kind == "refused"


def test_training_ends_within_three_seconds_of_being_cancelled(jobs, tmp_path):
    folder = write_cohort(tmp_path / "cohort", people=2000)
    asked = job(
        "record.risk", action="train", data=folder, out=tmp_path / "out", parameters={"question": "death"}
    )
    handle = jobs.submit_task(asked)
    while "recurrent network" not in handle.update.message:
        time.sleep(0.05)
    started = time.monotonic()
    handle.cancel()
    with pytest.raises(JobCancelled):
        handle.wait(20)
    assert time.monotonic() - started < 3
