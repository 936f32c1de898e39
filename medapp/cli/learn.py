"""``medapp train`` and ``medapp evaluate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.cli import show
from medapp.cli.ending import make_folder, problems_of_use, wait_for
from medapp.cli.settings import task_and_parameters

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.jobs import JobHandle, TaskOutcome


@dataclass(frozen=True)
class Lesson:
    """What both commands are told."""

    task: str
    data: Path
    settings: Sequence[str] = ()
    device: str = "auto"
    seed: int = 0
    as_json: bool = False


def train(lesson: Lesson, out: Path, minutes: float | None) -> None:
    """Train a candidate, print its figures and where its weights lie.

    Raises:
        Problem: With the status to end with.
    """
    from medapp.services.app import App
    from medapp.services.training import start_training

    task, parameters = task_and_parameters(lesson.task, lesson.settings, learning=True)
    if task.trainable and lesson.data.is_dir():
        make_folder(out)
    with App.open() as app:
        with problems_of_use():
            handle = start_training(
                app,
                lesson.task,
                lesson.data,
                out,
                parameters,
                minutes=minutes,
                device=lesson.device,
                seed=lesson.seed,
            )
        outcome = _outcome(handle, f"train {lesson.task}")
    facts = {"weights": outcome.facts.get("weights"), "metrics": outcome.facts.get("metrics", {})}
    if lesson.as_json:
        show.as_json(facts)
        return
    _metrics(outcome)
    show.remark(f"weights: {facts['weights']}")


def evaluate(lesson: Lesson, weights: Path | None) -> None:
    """Measure a model on held-back data and print the figures.

    Raises:
        Problem: With the status to end with.
    """
    from medapp.services.app import App
    from medapp.services.training import start_evaluation

    _, parameters = task_and_parameters(lesson.task, lesson.settings, learning=True)
    with App.open() as app:
        with problems_of_use():
            handle = start_evaluation(
                app,
                lesson.task,
                lesson.data,
                weights,
                parameters,
                device=lesson.device,
                seed=lesson.seed,
            )
        outcome = _outcome(handle, f"evaluate {lesson.task}")
    if lesson.as_json:
        show.as_json({"metrics": outcome.facts.get("metrics", {}), "rows": outcome.facts.get("rows", [])})
        return
    _metrics(outcome)


def _outcome(handle: JobHandle, title: str) -> TaskOutcome:
    from medapp.jobs import TaskOutcome

    with show.progress(title) as tell:
        outcome = wait_for(handle, tell)
    assert isinstance(outcome, TaskOutcome)  # noqa: S101 - what the services promise
    return outcome


def _metrics(outcome: TaskOutcome) -> None:
    found = outcome.facts.get("metrics")
    if isinstance(found, dict):
        show.metrics(found)
