"""What a plugin is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

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
    """

    task: str
    volume: Volume
    modality: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    body_part: str | None = None


@dataclass(frozen=True)
class TrainRequest:
    """Train a candidate model.

    Attributes:
        data: Folder of the training data the task's card describes.
        out: Folder for checkpoints and the finished weights; training goes on from what it finds there.
        budget_minutes: Stop after this long; None means the task's own number of steps.
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
