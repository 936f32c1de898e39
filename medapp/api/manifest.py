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


@dataclass(frozen=True)
class WeightsFile:
    """A weights file with its hash and model card."""

    name: str
    sha256: str
    card: str = ""


@dataclass(frozen=True)
class TaskManifest:
    """One task a plugin offers.

    Attributes:
        images: Modalities it takes ("CT", "MR"; "*" for any image that is a volume).
        labels: Segments it may return; empty where they are known only at run time (bundles).
        parameters: JSON Schema ``properties``; the shell draws the form from it. ``format = "folder"``,
            ``"path"`` ask for a file dialog.
        bytes_per_voxel, fixed_bytes: First estimate of memory, before the plugin is asked.
        gpu: ``none``, ``optional`` or ``required``.
        training: JSON Schema ``properties`` of what may be set for training and evaluation.
    """

    id: str
    title: str
    kind: TaskKind
    summary: str = ""
    images: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    weights: tuple[WeightsFile, ...] = ()
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    required_parameters: tuple[str, ...] = ()
    bytes_per_voxel: float = 0.0
    fixed_bytes: int = 0
    seconds_per_megavoxel: float | None = None
    gpu: str = "optional"
    trainable: bool = False
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
