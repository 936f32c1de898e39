"""Make molecules and look at those of a file: jobs that write rows as they run and go on after a stop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from medapp.services.molecule_others import others_of
from medapp.services.running import TaskChoice, weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from medapp.api.manifest import Manifest, TaskManifest
    from medapp.domain.genome import Genome
    from medapp.domain.record import Record
    from medapp.jobs import JobHandle
    from medapp.services.app import App
    from medapp.services.molecule_project import Project, Run

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
            is wrong or names a task that cannot be asked about molecules.
        OSError: Where the folder of the rows cannot be made.
    """
    from medapp.jobs import TaskJob
    from medapp.plugins import checked, discover

    found = discover()
    manifest, task = found.find(task_id)
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
    parameters = checked(task, order.parameters or {})
    others = others_of(found, task, parameters)
    order.rows.parent.mkdir(parents=True, exist_ok=True)
    job = TaskJob(
        manifest,
        task,
        action="generate" if order.source is None else "study",
        record=order.record if task.record != "none" else None,
        genome=order.genome if task.genome != "none" else None,
        parameters=parameters,
        device=device,
        seed=seed,
        patient=order.patient,
        weights_files=weights_of(task),
        others=others,
        data=None if order.source is None else order.source.absolute(),
        out=order.rows.absolute(),
    )
    return app.jobs.submit_task(job)


def choices_of_molecules() -> tuple[TaskChoice, ...]:
    """All tasks of molecules: those that can be run first, the rest with its reason."""
    from medapp.api.results import Estimate, InputCheck

    found = []
    for manifest, task in tasks_of_molecules():
        missing = [name for name, (path, _) in weights_of(task).items() if not path.is_file()]
        reason = f"its weights {missing[0]} are not installed" if missing else ""
        check = InputCheck(ok=not missing, reason=reason)
        found.append(TaskChoice(manifest, task, check, Estimate(task.fixed_bytes, task.fixed_seconds)))
    return tuple(sorted(found, key=lambda choice: not choice.check.ok))


def start_run(
    app: App,
    project: Project,
    run: Run,
    *,
    lines: Sequence[str] | None = None,
    person: str = "",
    patient: str = "",
    device: str = "auto",
) -> JobHandle:
    """Queue a run of a project; takes a moment with a patient: call it in a thread.

    Args:
        app: The program.
        project: Its file of molecules is what is read.
        run: What is run; its rows lie in the project's folder.
        lines: SMILES to read instead of the project's file.
        person: Key of whose record and genome it goes by; empty for nobody.
        patient: Their name, for the list of jobs.
        device: ``auto``, ``cpu``, ``cuda:0`` ...

    Raises:
        KeyError, ValueError, OSError: See `start_molecules`.
    """
    from medapp.services.patient_data import PatientData, data_of

    source = None if run.makes else project.source_path
    if lines is not None and not run.makes:
        source = project.folder / f"molecules-{run.id}.smi"
        source.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    data = data_of(app.library, person) if person else PatientData()
    rows = project.rows_path(run)
    order = Order(rows, source, data.record, data.genome, run.parameters, patient)
    return start_molecules(app, run.task, order, device=device, seed=run.seed)
