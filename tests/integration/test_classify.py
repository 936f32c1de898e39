"""Questions about a patient in real worker processes: what is known arrives, findings come back."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medapp.api.context import JobCancelled
from medapp.api.manifest import Manifest, TaskManifest
from medapp.api.results import SegmentResult
from medapp.domain.genome import GeneCall, Genome
from medapp.domain.geometry import Geometry
from medapp.domain.recommendation import Drug
from medapp.domain.record import Code, Concept, Entry, Observation, Person, Quantity, Record, Source
from medapp.domain.segmentation import Code as DicomCode
from medapp.domain.segmentation import Label
from medapp.domain.volume import Volume
from medapp.jobs import JobFailed, JobQueue, TaskJob

HERE = Path(__file__).parent
TASK = TaskManifest("faulty.green", "Green", "classification", images=("CT",), gpu="none", record="optional")
MANIFEST = Manifest("faulty_plugin", "faulty_plugin", "Faulty", "1", "1", "MIT", "Tests.", HERE, (TASK,))
SOURCE = Source("a.json", "fhir", "Observation/1")
RECORD = Record(
    (Person("p", SOURCE),),
    (
        Entry(
            "Observation/1",
            "p",
            SOURCE,
            Observation(
                Concept((Code("http://loinc.org", "2160-0", "Creatinine"),)), value=Quantity(1.5, "mg/dL")
            ),
        ),
    ),
)


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    queue = JobQueue(tmp_path / "scratch", tmp_path)
    yield queue
    queue.shutdown()
    assert not list((tmp_path / "scratch").iterdir())


@pytest.fixture
def volume():
    return Volume(np.zeros((2, 3, 4), np.int16), Geometry.from_parts((2, 3, 4), (0, 0, 0), (1, 1, 2)), "CT")


def job(how="work", **rest):
    return TaskJob(MANIFEST, TASK, action="classify", parameters={"how": how}, device="cpu", **rest)


def test_all_that_is_known_arrives_and_findings_come_back(jobs, volume):
    label = Label(1, "x", DicomCode("1", "99TEST", "x"), "#000000")
    asked = job(
        volume=volume,
        modality="CT",
        facts={"ViewPosition": "PA"},
        segmentation=SegmentResult(np.ones((2, 3, 4), np.uint8), (label,)),
        record=RECORD,
        genome=Genome(calls=(GeneCall("CYP2D6", "no-call"),)),
    )
    outcome = jobs.submit_task(asked).wait(50)
    green, counted = outcome.findings.findings
    assert green.items[0].entries == ("Observation/1",)
    assert counted.value == 25
    assert outcome.findings.used == ("images", "record")
    assert outcome.findings.explained == {"ViewPosition": "PA"}
    assert outcome.findings.heat_maps[0].array.shape == (2, 3, 4)
    assert len(outcome.provenance.record_sha256) == len(outcome.provenance.genome_sha256) == 64
    outcome.release()


def test_a_question_needs_no_images_and_a_worker_keeps_nothing_of_the_patient_before(jobs, volume):
    first = jobs.submit_task(job(volume=volume, record=RECORD)).wait(50)
    first.release()
    outcome = jobs.submit_task(job(record=None, volume=volume)).wait(50)
    assert outcome.findings.used == ("images",)
    outcome.release()
    alone = jobs.submit_task(job(record=RECORD)).wait(50)
    assert alone.findings.used == ("record",)
    assert alone.provenance.input_sha256 == ""
    alone.release()


def test_abstaining_is_a_result(jobs):
    outcome = jobs.submit_task(job("abstain", record=RECORD)).wait(50)
    assert outcome.findings.abstained == "it is too strange"
    assert outcome.findings.findings == ()
    outcome.release()


@pytest.mark.parametrize(("how", "words"), [("probability", "not from 0 to 1"), ("shape", "has the shape")])
def test_what_cannot_be_is_refused(jobs, volume, how, words):
    with pytest.raises(JobFailed, match=words) as caught:
        jobs.submit_task(job(how, volume=volume)).wait(50)
    assert caught.value.kind == "bad-result"


def test_an_input_can_be_refused_before_anything_runs(jobs):
    with pytest.raises(JobFailed, match="not for me") as caught:
        jobs.submit_task(job("refuse", record=RECORD)).wait(50)
    assert caught.value.kind == "refused"


def test_cancelling_takes_less_than_three_seconds(jobs):
    handle = jobs.submit_task(replace(job("slow", record=RECORD)))
    while not handle.update.message.startswith("step"):
        time.sleep(0.02)
    started = time.monotonic()
    handle.cancel()
    with pytest.raises(JobCancelled):
        handle.wait(10)
    assert time.monotonic() - started < 3


def treat(how="work", **rest):
    task = TaskManifest("faulty.plan", "Plan", "treatment", record="required")
    return TaskJob(
        MANIFEST, task, action="recommend", record=RECORD, parameters={"how": how}, device="cpu", **rest
    )


def test_a_proposal_of_treatment_comes_back_with_its_sources(jobs):
    current = (Drug("Zocor", ("simvastatin",)),)
    outcome = jobs.submit_task(treat(current=current, candidates=(Drug("m", ("metformin",)),))).wait(50)
    (option,) = outcome.options.options
    assert option.statements[0].text == "1 are taken"
    assert option.changes[0].drug.ingredients == ("metformin",)
    assert len(outcome.provenance.record_sha256) == 64
    assert jobs.submit_task(treat("abstain")).wait(50).options.abstained == "nothing is known"


@pytest.mark.parametrize(
    ("how", "candidates", "words"),
    [
        ("source", (), "does not say where it comes from"),
        ("work", (Drug("x", ("x",)),), "not given to propose"),
    ],
)
def test_a_proposal_that_cannot_be_is_refused(jobs, how, candidates, words):
    with pytest.raises(JobFailed, match=words):
        jobs.submit_task(treat(how, candidates=candidates)).wait(50)
