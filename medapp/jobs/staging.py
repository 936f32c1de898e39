"""Put the input of a job where its worker finds it, and take its fingerprints."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.api.requests import ClassifyRequest, RecommendRequest
from medapp.api.wire import write_volume
from medapp.api.wire_findings import write_genome, write_record, write_segments
from medapp.api.wire_treatment import write_drugs
from medapp.jobs.provenance import array_sha256, volume_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.jobs.task_job import TaskJob


@dataclass(frozen=True)
class Digests:
    """sha256 of the pixels, of the record, of the genome and of the labels; empty where there is none."""

    volume: str = ""
    record: str = ""
    genome: str = ""
    labels: str = ""


def stage(job: TaskJob, folder: Path) -> Digests:
    """Write all that a job works on into `folder`."""
    volume = record = genome = labels = ""
    if job.volume is not None:
        write_volume(job.volume, folder)
        volume = volume_sha256(job.volume)
    if job.segmentation is not None:
        write_segments(job.segmentation, folder)
        labels = array_sha256(job.segmentation.array)
    if job.action == "recommend":
        write_drugs(job.current, job.candidates, folder)
    if job.record is not None:
        record = hashlib.sha256(write_record(job.record, folder)).hexdigest()
    if job.genome is not None:
        genome = hashlib.sha256(write_genome(job.genome, folder)).hexdigest()
    return Digests(volume, record, genome, labels)


def classify_request(job: TaskJob) -> ClassifyRequest:
    """What the plugin is asked, as the shell knows it."""
    return ClassifyRequest(
        job.task.id,
        job.volume,
        job.modality,
        job.body_part,
        job.facts,
        job.segmentation,
        job.record,
        job.genome,
        job.parameters,
    )


def recommend_request(job: TaskJob) -> RecommendRequest:
    """What the plugin is asked to propose, as the shell knows it."""
    assert job.record is not None  # noqa: S101 - who makes the job sees to it
    return RecommendRequest(job.task.id, job.record, job.genome, job.current, job.candidates, job.parameters)
