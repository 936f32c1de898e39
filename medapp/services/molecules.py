"""Make molecules and look at those of a file: jobs that write rows as they run and go on after a stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.services.running import weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medapp.api.manifest import Manifest, TaskManifest
    from medapp.domain.genome import Genome
    from medapp.domain.record import Record
    from medapp.jobs import JobHandle
    from medapp.services.app import App

KIND: Final = "molecules"


@dataclass(frozen=True)
class Order:
    """What is wanted.

    Attributes:
        rows: File for the rows, one JSON object a line; an unfinished one is gone on with.
        source: SMILES, CSV or SDF; None for a task that makes molecules of nothing.
        record, genome: Of a patient, where the task takes them.
        parameters: What the user set; defaults are filled in.
    """

    rows: Path
    source: Path | None = None
    record: Record | None = None
    genome: Genome | None = None
    parameters: Mapping[str, object] | None = None
    patient: str = ""


def tasks_of_molecules() -> tuple[tuple[Manifest, TaskManifest], ...]:
    """All that plugins offer."""
    from medapp.plugins import discover

    return tuple(
        (manifest, task) for manifest in discover().manifests for task in manifest.tasks if task.kind == KIND
    )


def start_molecules(
    app: App, task_id: str, order: Order, *, device: str = "auto", seed: int = 0
) -> JobHandle:
    """Queue a task; the job's result is a `TaskOutcome` whose facts hold ``rows``, ``refused``, ``metrics``.

    Raises:
        KeyError: Where no plugin offers the task.
        ValueError: Where it is no task of molecules, its weights or the source are not there, or a parameter
            is wrong.
        OSError: Where the folder of the rows cannot be made.
    """
    from medapp.jobs import TaskJob
    from medapp.plugins import checked, discover

    manifest, task = discover().find(task_id)
    if task.kind != KIND:
        message = f"{task_id} is no task about molecules"
        raise ValueError(message)
    if order.source is not None and not order.source.is_file():
        message = f"there is no file {order.source}"
        raise ValueError(message)
    for name, (path, _) in weights_of(task).items():
        if not path.is_file():
            message = f"its weights {name} are not installed"
            raise ValueError(message)
    order.rows.parent.mkdir(parents=True, exist_ok=True)
    job = TaskJob(
        manifest,
        task,
        action="generate" if order.source is None else "study",
        record=order.record if task.record != "none" else None,
        genome=order.genome if task.genome != "none" else None,
        parameters=checked(task, order.parameters or {}),
        device=device,
        seed=seed,
        patient=order.patient,
        weights_files=weights_of(task),
        data=None if order.source is None else order.source.absolute(),
        out=order.rows.absolute(),
    )
    return app.jobs.submit_task(job)
