"""``medapp train`` and ``medapp evaluate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.cli import show
from medapp.cli.ending import (
    CANCELLED,
    WRONG_USE,
    Problem,
    make_folder,
    problems_of_use,
    refuse_to_replace,
    wait_for,
)
from medapp.cli.learn_report import print_report
from medapp.cli.settings import task_and_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from medapp.jobs import JobHandle, JobUpdate, TaskOutcome


@dataclass(frozen=True)
class Lesson:
    """What both commands are told."""

    task: str
    data: Path
    settings: Sequence[str] = ()
    device: str = "auto"
    seed: int = 0
    as_json: bool = False


def one_folder(dataset: Path | None, data: Path | None) -> Path:
    """The folder of the data, given as an argument or as an option.

    Raises:
        Problem: Where it is given by neither or by both.
    """
    given = [path for path in (dataset, data) if path is not None]
    if len(given) != 1:
        message = "name the folder of the data once: medapp evaluate TASK DATASET"
        raise Problem(message, WRONG_USE)
    return given[0]


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
        outcome = _trained(handle, f"train {lesson.task}", out)
    facts = {"weights": outcome.facts.get("weights"), "metrics": outcome.facts.get("metrics", {})}
    if lesson.as_json:
        show.as_json(facts)
        return
    _metrics(outcome)
    show.remark(f"weights: {facts['weights']}")


@dataclass(frozen=True)
class Measuring:
    """What `evaluate` is told besides."""

    weights: Path | None = None
    against: str | None = None
    out: Path | None = None
    force: bool = False


def evaluate(lesson: Lesson, how: Measuring) -> None:
    """Measure a model on held-back data, print the figures, and write the report where that is asked.

    Raises:
        Problem: With the status to end with.
    """
    from medapp.services.app import App
    from medapp.services.evaluating import evaluation_report, replaced_by_evaluation, write_evaluation
    from medapp.services.training import start_evaluation

    _, parameters = task_and_parameters(lesson.task, lesson.settings, learning=True)
    if how.out is not None:
        if not how.force:
            refuse_to_replace(replaced_by_evaluation(how.out))
        make_folder(how.out)
    with App.open() as app:
        with problems_of_use():
            handle = start_evaluation(
                app,
                lesson.task,
                lesson.data,
                how.weights,
                parameters,
                device=lesson.device,
                seed=lesson.seed,
                against=how.against,
            )
        outcome = _outcome(handle, f"evaluate {lesson.task}")
    report = evaluation_report(outcome, lesson.data)
    files = write_evaluation(report, how.out) if how.out is not None else ()
    if lesson.as_json:
        show.as_json(report | {"files": [str(path) for path in files]})
        return
    _metrics(outcome)
    print_report(report)
    for path in files:
        show.remark(f"written: {path}")


def _trained(handle: JobHandle, title: str, out: Path) -> TaskOutcome:
    """The outcome; a training that is cancelled says how far it came and that it goes on."""
    far: list[str] = []

    def look(update: JobUpdate) -> None:
        done = "" if update.fraction is None else f"{update.fraction:.0%}"
        said = ", ".join(part for part in (done, update.message) if part)
        if said and not update.finished:
            far[:] = [said]

    try:
        return _outcome(handle, title, look)
    except Problem as problem:
        if problem.status != CANCELLED:
            raise
        where = f" at {far[0]}" if far else ""
        message = f"cancelled{where}; what is done stays in {out}: the same command goes on from there"
        raise Problem(message, CANCELLED) from problem


def _outcome(handle: JobHandle, title: str, look: Callable[[JobUpdate], None] | None = None) -> TaskOutcome:
    from medapp.jobs import TaskOutcome

    with show.progress(title) as tell:

        def told(update: JobUpdate) -> None:
            tell(update)
            if look is not None:
                look(update)

        outcome = wait_for(handle, told)
    assert isinstance(outcome, TaskOutcome)  # noqa: S101 - what the services promise
    return outcome


def _metrics(outcome: TaskOutcome) -> None:
    found = outcome.facts.get("metrics")
    if isinstance(found, dict):
        show.metrics(found)
