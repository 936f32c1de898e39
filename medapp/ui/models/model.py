"""Which tasks fit the series in view, and running one. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.domain.patient import Series
    from medapp.jobs import JobHandle
    from medapp.plugins import BrokenPlugin
    from medapp.services.running import Proposal, TaskChoice
    from medapp.ui.results.model import ResultsModel
    from medapp.ui.shell.session import Session

    Choices = tuple[TaskChoice, ...]


@dataclass(frozen=True)
class RunWish:
    """What the reader has set for a run.

    Attributes:
        parameters: JSON types, by name; defaults may be left out.
        device: ``auto``, ``cpu``, ``cuda:0`` ...
        precision: ``float32``, or ``bfloat16`` for "fast".
    """

    task: str
    parameters: Mapping[str, Any]
    device: str = "auto"
    precision: str = "float32"
    seed: int = 0


class ModelsModel(QObject):
    """Tasks for the active series; runs become jobs, their results proposals."""

    changed = Signal()
    runningChanged = Signal()

    def __init__(self, session: Session, results: ResultsModel) -> None:
        """Listen to `session`; what comes out goes to `results`."""
        super().__init__(session)
        self._session = session
        self._results = results
        self._asked = 0
        self.series: Series | None = None
        self.loading = False
        self.choices: tuple[TaskChoice, ...] = ()
        self.questions: tuple[TaskChoice, ...] = ()
        self.broken: tuple[BrokenPlugin, ...] = ()
        self._running: dict[tuple[str, str], str] = {}
        self._waiting: dict[str, list[tuple[RunWish, str]]] = {}
        session.activeChanged.connect(self.set_series)
        session.loads.completed.connect(lambda series, _: self._start_waiting(series))
        session.loads.failed.connect(lambda series, _: self._drop_waiting(series))

    # ---- what fits ------------------------------------------------------------------------------------
    def set_series(self, series: Series | None) -> None:
        """Ask anew what fits."""
        self._asked += 1
        asked = self._asked
        self.series, self.choices, self.questions, self.broken = series, (), (), ()
        self.loading = series is not None
        self.changed.emit()
        if series is None:
            return

        def work() -> tuple[Choices, Choices, tuple[BrokenPlugin, ...]]:
            from medapp.services.classifying import questions_on
            from medapp.services.running import broken_plugins, tasks_for

            app = self._session.app
            return tuple(tasks_for(app, series)), questions_on(series), tuple(broken_plugins(app))

        def done(found: tuple[Choices, Choices, tuple[BrokenPlugin, ...]]) -> None:
            if asked == self._asked:
                self.loading = False
                self.choices, self.questions, self.broken = found
                self.changed.emit()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self.loading = False
                self.changed.emit()
            self._session.fail(error, tr("The plugins cannot be listed."))

        self._session.background.run(work, done, failed)

    @property
    def fitting(self) -> tuple[TaskChoice, ...]:
        """Tasks that can be run on the series in view."""
        return tuple(choice for choice in self.choices if choice.check.ok)

    @property
    def others(self) -> tuple[TaskChoice, ...]:
        """Tasks that cannot, each with its reason; those that are asked in Findings too."""
        return tuple(choice for choice in (*self.choices, *self.questions) if not choice.check.ok)

    @property
    def asked_in_findings(self) -> tuple[TaskChoice, ...]:
        """Tasks that can be asked about the series in view, in Findings."""
        return tuple(choice for choice in self.questions if choice.check.ok)

    def state(self, task: str) -> str:
        """What a task is doing with the series in view, empty where nothing."""
        return self._running.get((task, self.series.key), "") if self.series is not None else ""

    # ---- running --------------------------------------------------------------------------------------
    def run(self, wish: RunWish) -> None:
        """Run a task on the series in view, as soon as all of its images have been read."""
        series = self.series
        if series is None or self.state(wish.task):
            return
        person = self._session.patient_key
        load = self._session.loads.get(series.key)
        if load is None or not load.complete:
            self._waiting.setdefault(series.key, []).append((wish, person))
            self._set_running(wish.task, series, tr("waits for the images"))
            return
        self._start(wish, series, load.volume, person)

    def _start_waiting(self, series: Series) -> None:
        load = self._session.loads.get(series.key)
        for wish, person in self._waiting.pop(series.key, []):
            if load is None:
                self._set_running(wish.task, series, "")
            else:
                self._start(wish, series, load.volume, person)

    def _drop_waiting(self, series: Series) -> None:
        for wish, _ in self._waiting.pop(series.key, []):
            self._set_running(wish.task, series, "")

    def _start(self, wish: RunWish, series: Series, volume: Any, person: str) -> None:  # noqa: ANN401
        self._set_running(wish.task, series, tr("running…"))

        def work() -> JobHandle:
            from medapp.services.running import start_task

            return start_task(
                self._session.app, wish.task, series, volume, dict(wish.parameters),
                device=wish.device, precision=wish.precision, seed=wish.seed,
            )  # fmt: skip

        def done(proposal: Proposal) -> None:
            self._set_running(wish.task, series, "")
            self._results.add(proposal, person)

        def failed(error: Exception) -> None:
            self._set_running(wish.task, series, "")
            self._session.fail(
                error,
                tr("{task} has not come to an end.", task=wish.task),
                where=series.title,
                refused=tr("{task} cannot be run on this:", task=self._title(wish.task)),
                cancelled=tr("{task} was cancelled; there is no result of it.", task=self._title(wish.task)),
            )

        self._session.background.run(
            work, lambda handle: self._session.jobs.watch(handle, done, failed), failed
        )

    def _title(self, task: str) -> str:
        return next((choice.task.title for choice in self.choices if choice.task.id == task), task)

    def _set_running(self, task: str, series: Series, state: str) -> None:
        if state:
            self._running[task, series.key] = state
        else:
            self._running.pop((task, series.key), None)
        self.runningChanged.emit()
