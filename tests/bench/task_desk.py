"""A window with a patient in focus and a model to ask, worked as a user does: by its buttons."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.bench import task_patients as patients
from tests.bench.data import scratch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.api.manifest import TaskManifest
    from medapp.services.app import App
    from medapp.ui.jobs.model import JobLine
    from medapp.ui.models.row import TaskRow
    from medapp.ui.shell.window import MainWindow

PATIENCE_S = 600.0
_LOOK_MS = 5
_LUNG_HU = (-920, -780)


class _Turner:
    """One event loop and one timer for all waiting: none is made that another thread could collect."""

    def __init__(self) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        self._loop = QEventLoop()
        self._timer = QTimer(interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._done: Callable[[], bool] = lambda: True
        self._end = 0.0

    def _look(self) -> None:
        if self._done() or time.monotonic() > self._end:
            self._loop.quit()

    def run(self, done: Callable[[], bool], patience_s: float) -> None:
        self._done, self._end = done, time.monotonic() + patience_s
        self._timer.start()
        self._loop.exec()
        self._timer.stop()
        self._done = lambda: True


@functools.cache
def _turner() -> _Turner:
    return _Turner()


def turn_until(done: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Run the event loop until `done`; it is asked every few milliseconds.

    Raises:
        RuntimeError: Where that has not come in time.
    """
    _turner().run(done, patience_s)
    if not done():
        message = "what was waited for has not come"
        raise RuntimeError(message)


def turn_for(seconds: float) -> None:
    """Run the event loop for a time."""
    until = time.monotonic() + seconds
    turn_until(lambda: time.monotonic() > until)


@dataclass(eq=False)
class Desk:
    """The window, and what went wrong in it."""

    app: App
    window: MainWindow
    problems: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to problems; a dialog of one would wait for somebody."""
        self.window.session.problem.connect(self.problems.append)
        self.window.start()
        turn_until(lambda: self.window.session.is_ready and self.window.read_page is not None)

    def check(self) -> None:
        """Raise what the window told as a problem."""
        if self.problems:
            found = self.problems[0]
            message = f"{found.what} {getattr(found, 'detail', '')}"
            raise RuntimeError(message)

    def bring(self, path: Path | None) -> None:
        """Import files, or make the sample patient, and wait until the patient is there with their images."""
        session = self.window.session
        session.close_patient()
        if path is None:
            session.open_sample()
        else:
            session.import_paths([path], show=True)
        turn_until(lambda: bool(session.patient_key) or bool(self.problems))
        self.check()
        turn_for(1.0)  # the first of the series comes after the patient
        if session.study:
            turn_until(self._is_read)

    def _is_read(self) -> bool:
        session = self.window.session
        load = session.loads.get(session.active.key) if session.active is not None else None
        return load is not None and load.complete

    def line(self, title: str) -> JobLine | None:
        """The line of a job in the bar."""
        return next((one for one in self.window.session.jobs.lines if one.title == title), None)

    def press_cancel(self, title: str) -> bool:
        """Press the button at the end of a job's line; whether there was one."""
        line = self.line(title)
        row = None if line is None else self.window.jobs_bar._rows.get(line.id)
        if row is None:
            return False
        row._cancel.click()
        return True


class Findings:
    """A model that is asked in Findings."""

    def __init__(self, desk: Desk, task: TaskManifest, key: str = "") -> None:
        """Go there and unfold the row of the task; `key` is its id there where that is another."""
        self.desk, self.task = desk, task
        self.key = key or task.id
        desk.window.show_workspace("findings")
        self.page = desk.window.findings()
        ask = self.page.workspace.ask
        turn_until(lambda: self.key in ask.rows or bool(desk.problems), 60)
        desk.check()
        self.row: TaskRow = ask.rows[self.key]
        self.row.head.setChecked(True)
        turn_for(0.5)
        self.title = next(one.task.title for one in self.page.asking.choices if one.task.id == self.key)
        self.job_title = task.title

    def ask(self) -> None:
        """Press Run."""
        self.page.workspace.ask.rows[self.key].run_button.click()

    @property
    def busy(self) -> bool:
        """Whether the row says that it runs."""
        return bool(self.page.asking.state(self.key))

    @property
    def answers(self) -> int:
        """How many there are."""
        return len(self.page.model.items)


class Plan:
    """A model that is asked in Plan."""

    def __init__(self, desk: Desk, task: TaskManifest) -> None:
        """Go there and unfold the row of the task."""
        self.desk, self.task, self.job_title = desk, task, task.title
        desk.window.show_workspace("plan")
        self.page = desk.window.workspaces.plan()
        rows = self.page.workspace.options.ask.rows
        turn_until(lambda: task.id in rows or bool(desk.problems), 60)
        desk.check()
        rows[task.id].head.setChecked(True)
        turn_for(0.5)

    def ask(self) -> None:
        """Press Run."""
        self.page.workspace.options.ask.rows[self.task.id].run_button.click()

    @property
    def busy(self) -> bool:
        """Whether the row says that it runs."""
        return bool(self.page.proposing.state(self.task.id))

    @property
    def answers(self) -> int:
        """How many there are."""
        return len(self.page.proposing.proposals)


class Molecules:
    """A model of molecules: it has no page yet, so that its job is put into the bar alone."""

    def __init__(self, desk: Desk, task: TaskManifest) -> None:
        """Nothing is to be prepared."""
        self.desk, self.task, self.job_title = desk, task, task.title
        self.busy, self.answers, self._asked = False, 0, 0

    def ask(self) -> None:
        """Queue the job and watch it as pages do."""
        from medapp.services.molecules import Order, start_molecules

        self._asked += 1
        order = Order(scratch() / f"{self.task.id}-{self._asked}.rows", patients.molecules())
        session = self.desk.window.session
        self.busy = True
        session.background.run(
            lambda: start_molecules(self.desk.app, self.task.id, order),
            lambda handle: session.jobs.watch(handle, self._done, self._failed),
        )

    def _done(self, _outcome: object) -> None:
        self.busy, self.answers = False, self.answers + 1

    def _failed(self, error: Exception) -> None:
        self.busy = False
        if type(error).__name__ != "JobCancelled":
            self.desk.window.session.fail(error)


Asker = Findings | Plan | Molecules


def with_lungs(desk: Desk) -> None:
    """Accept labels of the lungs of the CT in view, as if a model had drawn them."""
    from medapp.domain.segmentation import Code, Label, Segmentation, measure
    from medapp.services.proposal import Proposal
    from medapp.services.results import accept

    session = desk.window.session
    series = session.active
    assert series is not None
    volume = session.loads.get(series.key).volume
    values = volume.array * volume.slope + volume.intercept
    lungs = (values > _LUNG_HU[0]) & (values < _LUNG_HU[1])
    label = Label(1, "lungs", Code("39607008", "SCT", "Lung"), "#4477aa")
    uids = tuple(one.sop_instance_uid for one in series.instances)
    found = Segmentation(
        lungs.astype("uint8"), volume.geometry, (label,), series.key, "Lungs", series.uid, uids
    )
    accept(desk.app, Proposal("bench-lungs", series, volume, found, measure(found, volume), None))
    session.libraryChanged.emit()


def with_own_classifier(desk: Desk) -> str:
    """Add a classifier of one's own; the id under which it is asked."""
    from medapp.services.own_classifiers import add

    added = add(desk.app.paths.config, patients.own_classifier())
    desk.window.findings().asking.refresh()
    return added.task
