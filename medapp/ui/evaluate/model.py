"""Which models can be measured, measuring one, and its report. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medapp.api.manifest import TaskManifest
    from medapp.jobs import JobHandle, TaskOutcome
    from medapp.ui.shell.session import Session


@dataclass(frozen=True)
class Measuring:
    """What is to be measured.

    Attributes:
        weights: Of a candidate; None for the installed ones.
        against: Weights to compare with on the same cases, or ``installed``; None for no comparison.
    """

    task: str
    data: Path
    weights: Path | None = None
    against: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0


class EvaluateModel(QObject):
    """Runs evaluations as jobs; the latest report stays in view."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        """Listen to `session`."""
        super().__init__(session)
        self._session = session
        self.tasks: tuple[TaskManifest, ...] = ()
        self.running = ""
        self.report: Mapping[str, Any] | None = None
        self.exported: tuple[Path, ...] = ()
        session.when_ready(self.refresh)

    def refresh(self) -> None:
        """Ask which tasks there are."""
        config = self._session.app.paths.config

        def work() -> tuple[TaskManifest, ...]:
            from medapp.plugins import discover
            from medapp.services.own_classifiers import own_tasks

            found = [task for manifest in discover().manifests for task in manifest.tasks]
            wanted = [task for task in found if task.trainable or task.measurable]
            return tuple(sorted((*wanted, *own_tasks(config)), key=lambda task: task.title))

        def done(found: tuple[TaskManifest, ...]) -> None:
            self.tasks = found
            self.changed.emit()

        self._session.background.run(
            work, done, lambda error: self._session.fail(error, tr("The plugins cannot be listed."))
        )

    def title_of(self, task: str) -> str:
        """What a task is called."""
        return next((one.title for one in self.tasks if one.id == task), task)

    def run(self, wish: Measuring) -> None:
        """Measure; one at a time."""
        if self.running:
            return
        app = self._session.app
        self.running = wish.task
        self.changed.emit()

        def work() -> JobHandle:
            from medapp.services.own_classifiers import resolved
            from medapp.services.training import start_evaluation

            task, parameters = resolved(app.paths.config, wish.task, wish.parameters)
            return start_evaluation(
                app, task, wish.data, wish.weights, parameters, seed=wish.seed, against=wish.against
            )

        def done(outcome: TaskOutcome) -> None:
            from medapp.services.evaluating import evaluation_report

            self.running = ""
            report = evaluation_report(outcome, wish.data)
            self.report, self.exported = {**report, "title": self.title_of(wish.task)}, ()
            self.changed.emit()

        def failed(error: Exception) -> None:
            self.running = ""
            self.changed.emit()
            title = self.title_of(wish.task)
            self._session.fail(
                error,
                tr("{task} could not be measured.", task=title),
                where=wish.data.name,
                refused=tr("{task} cannot be measured on this:", task=title),
                cancelled=tr("Measuring {task} was cancelled.", task=title),
            )

        self._session.background.run(
            work, lambda handle: self._session.jobs.watch(handle, done, failed), failed
        )

    def export(self, folder: Path) -> None:
        """Write the report in view as JSON and PDF; files of the same names are replaced."""
        report = self.report
        if report is None:
            return

        def work() -> tuple[Path, ...]:
            from medapp.services.evaluating import write_evaluation

            return write_evaluation(dict(report), folder)

        def done(paths: tuple[Path, ...]) -> None:
            self.exported = paths
            self.changed.emit()

        self._session.background.run(
            work, done, lambda error: self._session.fail(error, tr("The report cannot be written."))
        )
