"""A job for a plugin: what is asked, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medapp.api.manifest import Manifest, TaskManifest
    from medapp.api.others import OtherTask
    from medapp.api.results import ClassifyResult, RecommendResult, SegmentResult
    from medapp.domain.genome import Genome
    from medapp.domain.provenance import Provenance
    from medapp.domain.recommendation import Drug
    from medapp.domain.record import Record
    from medapp.domain.volume import Volume
    from medapp.jobs.scratch import Scratch

Action = Literal[
    "segment", "classify", "recommend", "generate", "study", "estimate", "check", "train", "evaluate"
]


@dataclass(frozen=True, eq=False)
class TaskJob:
    """Run one action of a task in a worker process.

    Attributes:
        volume: The input of "segment", "classify", "estimate" and "check".
        body_part: What the series says it shows; None where it is not stated.
        facts, segmentation: Of the series, for "classify".
        labels_source: Where `segmentation` came from, in words, for the provenance.
        record, genome: Of the patient, where the task takes them.
        current, candidates: For "recommend": what the patient takes, and what may be proposed.
        parameters: Checked already, defaults filled in.
        others: Tasks that the plugin may ask about molecules, for "generate" and "study".
        data, out, budget_minutes, weights_override: For "train" and "evaluate"; `data`, a file or None, and
            `out`, the file for the rows, for "generate" and "study".
        against: For "evaluate": weights that the model is held against, ``installed`` for the program's own.
        memory_limit: Bytes after which the worker is stopped; None: nine tenths of what is free at the start.
        time_limit_s: Seconds after which the worker is stopped; None: no limit.
        silence_limit_s: Seconds without any sign of life from the process after which it counts as hung.
        weights_files: Path and sha256 of every weights file, by name.
    """

    manifest: Manifest
    task: TaskManifest
    action: Action = "segment"
    volume: Volume | None = None
    modality: str = ""
    body_part: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    segmentation: SegmentResult | None = None
    record: Record | None = None
    genome: Genome | None = None
    current: tuple[Drug, ...] = ()
    candidates: tuple[Drug, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)
    device: str = "auto"
    precision: str = "float32"
    seed: int = 0
    patient: str = ""
    input_series_uid: str = ""
    threads: int | None = None
    memory_limit: int | None = None
    time_limit_s: float | None = None
    silence_limit_s: float = 120.0
    weights_files: Mapping[str, tuple[Path, str]] = field(default_factory=dict)
    others: Mapping[str, OtherTask] = field(default_factory=dict)
    data: Path | None = None
    out: Path | None = None
    budget_minutes: float | None = None
    weights_override: Path | None = None
    labels_source: str = ""
    against: str | None = None


@dataclass(frozen=True, eq=False)
class TaskOutcome:
    """What a finished task gives.

    Attributes:
        result: For "segment"; its array is a memory map in scratch until `release` is called.
        findings: For "classify"; the same holds of its heat maps.
        options: For "recommend".
        facts: What other actions return, JSON types.
        log: The job's log.
    """

    result: SegmentResult | None
    provenance: Provenance
    log: Path
    facts: Mapping[str, object]
    job_id: str
    scratch: Scratch
    findings: ClassifyResult | None = None
    options: RecommendResult | None = None

    def release(self) -> None:
        """Remove the result's memory map from scratch."""
        self.scratch.remove(self.job_id)
