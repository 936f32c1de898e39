"""Train a task's model and measure it, as jobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp.services.running import weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.api.manifest import Manifest, TaskManifest
    from medapp.jobs import JobHandle
    from medapp.services.app import App

INSTALLED: Final = "installed"
"""In place of weights: those that the program has."""


def start_training(
    app: App,
    task_id: str,
    data: Path,
    out: Path,
    parameters: Mapping[str, object],
    *,
    minutes: float | None = None,
    device: str = "auto",
    seed: int = 0,
) -> JobHandle:
    """Train a candidate; the job's result is a `TaskOutcome` whose facts name ``weights`` and ``metrics``.

    Args:
        app: The program.
        task_id: As in the manifest.
        data: Folder of the training data.
        out: Where checkpoints and weights go; training goes on from what lies there.
        parameters: What the user set; defaults are filled in.
        minutes: Stop after this long; None for the task's own number of steps.
        device: ``auto``, ``cpu``, ``cuda:0`` ...
        seed: Of every random choice.

    Raises:
        KeyError: Where no plugin offers the task.
        ValueError: Where it cannot be trained, the data are not there, or a parameter is wrong.
        OSError: Where `out` cannot be made.
    """
    from medapp.jobs import TaskJob
    from medapp.plugins import checked

    manifest, task = _trainable(task_id, data)
    out.mkdir(parents=True, exist_ok=True)
    job = TaskJob(
        manifest,
        task,
        action="train",
        parameters=checked(task.for_training(), parameters),
        device=device,
        seed=seed,
        weights_files=weights_of(task),
        data=data.absolute(),
        out=out.absolute(),
        budget_minutes=minutes,
    )
    return app.jobs.submit_task(job)


def start_evaluation(
    app: App,
    task_id: str,
    data: Path,
    weights: Path | None,
    parameters: Mapping[str, object],
    *,
    device: str = "auto",
    seed: int = 0,
    against: str | None = None,
) -> JobHandle:
    """Measure a model on held-back data; the outcome's facts hold ``metrics`` and ``rows``.

    Args:
        app: The program.
        task_id: As in the manifest.
        data: Folder of the held-back data.
        weights: A candidate's weights, a file or a folder; None for the installed ones.
        parameters: What the user set; defaults are filled in.
        device: ``auto``, ``cpu``, ``cuda:0`` ...
        seed: Of every random choice.
        against: Weights that it is held against on the same cases: a file or folder, or ``installed``.

    Raises:
        KeyError: Where no plugin offers the task.
        ValueError: Where it cannot be measured, data or weights are not there, or a parameter is wrong.
    """
    from medapp.jobs import TaskJob
    from medapp.plugins import checked

    manifest, task = _trainable(task_id, data, measured=True)
    others = None if against in {None, INSTALLED} else _weights_at(task, Path(str(against)))
    weights = None if weights is None else _weights_at(task, weights)
    job = TaskJob(
        manifest,
        task,
        action="evaluate",
        parameters=checked(task.for_training(), parameters),
        device=device,
        seed=seed,
        weights_files=weights_of(task),
        data=data.absolute(),
        weights_override=None if weights is None else weights.absolute(),
        against=against if others is None else str(others.absolute()),
    )
    return app.jobs.submit_task(job)


def _weights_at(task: TaskManifest, path: Path) -> Path:
    """The file of weights that is meant: itself, or that of the task in a folder.

    Raises:
        ValueError: Where there is nothing, or a folder has no weights of the task.
    """
    if not path.exists():
        message = f"there are no weights at {path}"
        raise ValueError(message)
    names = [one.name for one in task.weights]
    if not path.is_dir() or not names:
        return path
    if (path / names[0]).is_file():
        return path / names[0]
    if any((path / name).is_file() for name in names):
        return path
    message = (
        f"the folder {path} holds no {' or '.join(names)}: name that file, or the folder that "
        f"`medapp train {task.id} --out` wrote it to"
    )
    raise ValueError(message)


def _trainable(task_id: str, data: Path, *, measured: bool = False) -> tuple[Manifest, TaskManifest]:
    from medapp.plugins import discover

    manifest, task = discover().find(task_id)
    if not task.trainable and not (measured and task.measurable):
        message = f"{task_id} has no model to train" if not measured else f"{task_id} cannot be measured"
        raise ValueError(message)
    if not data.is_dir():
        message = f"there is no folder {data}"
        raise ValueError(message)
    return manifest, task
