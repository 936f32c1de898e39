"""What a plugin is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.api.results import SegmentResult
    from medapp.domain.genome import Genome
    from medapp.domain.recommendation import Drug
    from medapp.domain.record import Record
    from medapp.domain.volume import Volume


@dataclass(frozen=True)
class SegmentRequest:
    """Segment one volume.

    Attributes:
        task: Task id from the manifest.
        volume: The series; its array is a read-only memory map, (slices, rows, columns). Real
            values are ``array * slope + intercept``.
        modality: DICOM modality of the series.
        parameters: Checked against the manifest's schema, defaults filled in.
        body_part: What the series says it shows: BodyPartExamined (0018,0015) in upper case, such as
            ``HEAD`` or ``BREAST``; None where it is not stated. Headers are often wrong here.
        record, genome: Of the patient, where the manifest's ``input`` asks for them and there are any; None
            means that nothing is known, never that nothing is wrong.
    """

    task: str
    volume: Volume
    modality: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    body_part: str | None = None
    record: Record | None = None
    genome: Genome | None = None


@dataclass(frozen=True)
class ClassifyRequest:
    """Say something of a patient by images, record, genome, or all of them.

    What the manifest's ``input`` calls required is there; what it calls optional is None where the patient
    has none; a task then says in `ClassifyResult.used` what it went by.

    Attributes:
        task: Task id from the manifest.
        volume: The series, see `SegmentRequest.volume`; a single image is a volume of one slice.
        modality: DICOM modality of the series; empty where there is none.
        body_part: See `SegmentRequest.body_part`.
        facts: What the series' header says, by DICOM keyword: ``ViewPosition``, ``PatientAge`` (an age as
            ``057Y``), ``PatientSex``, ``PatientBirthDate``, ``StudyDate``, ``ImageLaterality`` ... as text.
        segmentation: Labels on the volume's grid that a person chose or accepted.
        record, genome: Of the patient.
        parameters: Checked against the manifest's schema, defaults filled in.
    """

    task: str
    volume: Volume | None = None
    modality: str = ""
    body_part: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    segmentation: SegmentResult | None = None
    record: Record | None = None
    genome: Genome | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class RecommendRequest:
    """Propose treatment for the current visit of a patient.

    Attributes:
        task: Task id from the manifest.
        record: Of the patient, with what they take now.
        genome: Where it is known.
        current: Medicines that the patient takes now, as the program recognised them.
        candidates: Medicines that may be proposed, those that checks forbid left out already; empty where the
            model is free to propose any that it knows.
        parameters: Checked against the manifest's schema, defaults filled in.
    """

    task: str
    record: Record
    genome: Genome | None = None
    current: tuple[Drug, ...] = ()
    candidates: tuple[Drug, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class MoleculesRequest:
    """Make molecules, or say something of those of a file. Rows are written while they are made.

    Attributes:
        task: Task id from the manifest.
        out: For the rows, by `medapp.api.wire_molecules.RowWriter`; what it holds already is gone on with.
        source: SMILES, CSV or SDF, plain or gzipped; None for a task that makes molecules of nothing.
        record: Of a patient whose medicines and enzymes matter; None where there is none.
        genome: Likewise.
        parameters: Checked against the manifest's schema, defaults filled in.
    """

    task: str
    out: Path
    source: Path | None = None
    record: Record | None = None
    genome: Genome | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)


TaskRequest = SegmentRequest | ClassifyRequest | RecommendRequest | MoleculesRequest
"""What `medapp_check_input` and `medapp_estimate_resources` are asked about."""


@dataclass(frozen=True)
class TrainRequest:
    """Train a candidate model.

    Attributes:
        data: Folder of the training data the task's card describes.
        out: Folder for checkpoints and the finished weights; training goes on from what it finds there.
        budget_minutes: Stop after this long, with a result or, where there can be none yet, with a
            `TaskRefused` that says how far it came; None means the task's own number of steps.
    """

    task: str
    data: Path
    out: Path
    parameters: Mapping[str, object] = field(default_factory=dict)
    budget_minutes: float | None = None


@dataclass(frozen=True)
class EvaluateRequest:
    """Measure a model on held-back data; `weights` None means the current one."""

    task: str
    data: Path
    weights: Path | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
