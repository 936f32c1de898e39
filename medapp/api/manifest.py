"""What a plugin says of itself in ``medapp.toml``, read without importing it.

The classes only; `medapp.plugins` reads and checks the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.segmentation import Label

TaskKind = Literal["segmentation", "classification", "enhancement", "molecules", "treatment"]
Need = Literal["none", "optional", "required"]


@dataclass(frozen=True)
class WeightsFile:
    """A weights file with its hash and model card."""

    name: str
    sha256: str
    card: str = ""


@dataclass(frozen=True)
class Gate:
    """Whom and what a task is for; what a file does not state is refused where `strict`, else let through.

    Attributes:
        youngest, oldest: Years of age, inclusive; None for no bound.
        sexes: DICOM's letters, ``F``, ``M``, ``O``.
        body_parts, views, lateralities: Defined terms of BodyPartExamined, ViewPosition, ImageLaterality or
            Laterality; empty for any.
        strict: Names of what has to be stated: ``age``, ``sex``, ``body_part``, ``view``, ``laterality``.
    """

    youngest: float | None = None
    oldest: float | None = None
    sexes: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    lateralities: tuple[str, ...] = ()
    strict: tuple[str, ...] = ()


@dataclass(frozen=True)
class TaskManifest:
    """One task a plugin offers.

    Attributes:
        images: Modalities it takes ("CT", "MR"; "*" for any image that is a volume).
        single: Whether it takes single images and not volumes; ``either`` where it takes both.
        images_needed: Whether it runs without images; only a classification does.
        record, genome, segmentation: Whether it is handed the patient's record, their genome, labels on the
            images; without what is required it does not run.
        molecules: Whether it reads a file of molecules, of kind ``molecules``; ``none`` where it makes them.
        record_codes: Beginnings of codes of which the record has to hold at least one (``HP``); empty for any
            record.
        needs_task, needs_parameters: A segmentation task that is run first, and how it is set, where labels
            of it are not there yet; its labels are then handed over as a proposal that nobody has looked at.
        gate: Whom it is for.
        explains: How it explains itself, by kind of input; "none" where it does not.
        labels: Segments it may return; empty where they are known only at run time (bundles).
        parameters: JSON Schema ``properties``; the shell draws the form from it, the first of ``examples``
            stands in a field that is empty. ``format = "folder"``,
            ``"path"`` ask for a file dialog.
        bytes_per_voxel, fixed_bytes: First estimate of memory, before the plugin is asked.
        fixed_seconds, seconds_per_megavoxel: The same of time; None where it is not known.
        gpu: ``none``, ``optional`` or ``required``.
        trainable: Whether a model can be trained; what can be trained can be measured.
        measurable: Whether it can be measured without being trained here.
        training: JSON Schema ``properties`` of what may be set for training and evaluation; one that has
            ``only = "training"`` means nothing when a model is measured.
    """

    id: str
    title: str
    kind: TaskKind
    summary: str = ""
    images: tuple[str, ...] = ()
    single: bool | Literal["either"] = False
    images_needed: Need = "required"
    record: Need = "none"
    genome: Need = "none"
    segmentation: Need = "none"
    molecules: Need = "required"
    record_codes: tuple[str, ...] = ()
    needs_task: str = ""
    needs_parameters: Mapping[str, object] = field(default_factory=dict)
    gate: Gate = field(default_factory=Gate)
    explains: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[Label, ...] = ()
    weights: tuple[WeightsFile, ...] = ()
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    required_parameters: tuple[str, ...] = ()
    bytes_per_voxel: float = 0.0
    fixed_bytes: int = 0
    seconds_per_megavoxel: float | None = None
    fixed_seconds: float | None = None
    gpu: str = "optional"
    trainable: bool = False
    measurable: bool = False
    training: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def for_training(self) -> TaskManifest:
        """Return the task with what may be set when it is trained or evaluated, all of it optional."""
        return replace(self, parameters=self.training, required_parameters=())


@dataclass(frozen=True)
class Manifest:
    """One plugin.

    Attributes:
        package: Top-level import package that holds ``medapp.toml``; its hooks live in ``entry``.
        entry: ``module`` whose hook implementations the worker registers; `package` by default.
        folder: Where the package lies.
        sha256: Hash over the package's files, for provenance.
    """

    package: str
    entry: str
    title: str
    version: str
    api: str
    license: str
    intended_use: str
    folder: Path
    tasks: tuple[TaskManifest, ...] = ()
    sha256: str = ""
