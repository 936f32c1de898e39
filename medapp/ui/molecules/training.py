"""Training of what makes molecules: the job that runs, and the curves of the folder. No widgets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.services.training_curves import Curves, read_curves
from medapp.ui.molecules.training_charts import TABLES, charts_of
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from medapp.api.manifest import TaskManifest
    from medapp.domain.finding import Chart
    from medapp.jobs import JobHandle, TaskOutcome
    from medapp.ui.jobs.model import JobLine
    from medapp.ui.shell.session import Session

TASK: Final = "molecules.generate"
EARLY: Final = "ended early"
"""End of the name of the figure that is above 0 where nothing got better."""
_POLL_MS: Final = 2000


@dataclass(frozen=True)
class TrainingWish:
    """What is to be trained.

    Attributes:
        data: Folder of the training set.
        out: Folder of what is trained; a training goes on from what lies there.
        minutes: None for all steps.
    """

    data: Path
    out: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    minutes: float | None = None
    seed: int = 0


class TrainingModel(QObject):
    """One training at a time; it goes on where nobody looks.

    Attributes:
        task: None before it is known, or where no plugin has it.
        folder: Whose curves are shown; that of a training while one runs.
        charts: What is drawn of them.
        said: How the latest training ended, with its severity.
        is_stopped: Whether the user ended it.
    """

    changed = Signal()
    curvesChanged = Signal()

    def __init__(self, session: Session, parent: QObject) -> None:
        """Train with the jobs of `session`."""
        super().__init__(parent)
        self._session = session
        self.task: TaskManifest | None = None
        self.folder: Path | None = None
        self.curves = Curves()
        self.charts: tuple[Chart, ...] = ()
        self.said = ("", "")
        self.is_stopped = False
        self._wish: TrainingWish | None = None
        self._handle: JobHandle | None = None
        self._is_unwanted = self._is_reading = self._is_due = False
        self._poll = QTimer(self, interval=_POLL_MS)
        self._poll.timeout.connect(self.read)

    # ---- what there is --------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Ask for the task, where it is not known yet."""
        if self.task is not None:
            return

        def work() -> TaskManifest:
            from medapp.plugins import discover

            return discover().find(TASK)[1]

        def done(found: TaskManifest) -> None:
            self.task = found
            self.changed.emit()

        def failed(error: Exception) -> None:
            self._session.fail(error, tr("There is no plugin that can be trained to make molecules."))

        self._session.when_ready(lambda: self._session.background.run(work, done, failed))

    @property
    def is_running(self) -> bool:
        """Whether a training is under way."""
        return self._wish is not None

    @property
    def line(self) -> JobLine | None:
        """Progress of what runs; None where nothing does."""
        handle = self._handle
        if handle is None:
            return None
        return next((one for one in self._session.jobs.lines if one.id == handle.id), None)

    @property
    def told(self) -> tuple[str, str]:
        """How the latest training ended, or that one was begun in the folder; and its severity."""
        is_begun = self.curves.is_begun
        if self.is_stopped and is_begun:
            return tr("Stopped. What was trained up to the latest checkpoint is kept; it can go on."), ""
        if self.is_stopped:
            return tr("Stopped before the first checkpoint: it would begin anew."), ""
        if is_begun and not self.said[0]:
            return tr("A training was begun in the folder; it is gone on with."), ""
        return self.said

    # ---- curves ---------------------------------------------------------------------------------------
    def look(self, folder: Path | None) -> None:
        """Show the curves of a folder; those of the training stay in view while one runs."""
        if self.is_running or folder == self.folder:
            return
        self.folder, self.said, self.is_stopped = folder, ("", ""), False
        self._take(Curves())
        self.read()

    def read(self) -> None:
        """Read the curves anew, beside the window; one reading at a time."""
        folder = self.folder
        if folder is None:
            return
        if self._is_reading:
            self._is_due = True
            return
        self._is_reading = True

        def done(found: Curves | None) -> None:
            self._is_reading = False
            if folder == self.folder and found is not None:
                self._take(found)
            if self._is_due or folder != self.folder:
                self._is_due = False
                self.read()

        def failed(error: Exception) -> None:
            self._poll.stop()  # said once, not every two seconds
            done(None)
            self._session.fail(error, tr("The curves cannot be read."), where=folder.name)

        self._session.background.run(lambda: read_curves(folder, TABLES), done, failed)

    def _take(self, curves: Curves) -> None:
        is_new, self.curves = repr(curves.tables) != repr(self.curves.tables), curves
        if is_new:
            self.charts = charts_of(curves)
            self.curvesChanged.emit()
        self.changed.emit()

    # ---- training -------------------------------------------------------------------------------------
    def start(self, wish: TrainingWish) -> None:
        """Train; a training that was begun in the folder is gone on with."""
        if self.is_running:
            return
        app = self._session.app
        self.look(wish.out)
        self._wish, self.said = wish, ("", "")
        self._is_unwanted = self.is_stopped = False
        self.changed.emit()

        def work() -> JobHandle:
            from medapp.services.training import start_training

            return start_training(
                app, TASK, wish.data, wish.out, wish.parameters, minutes=wish.minutes, seed=wish.seed
            )

        def started(handle: JobHandle) -> None:
            self._handle = handle
            self._poll.start()
            self._session.jobs.changed.connect(self.changed)
            self._session.jobs.watch(handle, self._done, self._failed)
            if self._is_unwanted:
                self.stop()
            self.changed.emit()

        self._session.background.run(work, started, self._failed)

    def stop(self) -> None:
        """End what runs; what was trained up to its latest checkpoint stays."""
        if not self.is_running:
            return
        self._is_unwanted = True
        if self._handle is not None:
            self._session.jobs.cancel(self._handle.id)

    def _done(self, outcome: TaskOutcome) -> None:
        metrics = outcome.facts.get("metrics")
        outcome.release()
        self._end(*how_it_ended(metrics if isinstance(metrics, dict) else {}))

    def _failed(self, error: Exception) -> None:
        if type(error).__name__ == "JobCancelled":
            self._end("")
            self.is_stopped = True
            self.changed.emit()
            return
        self._end(tr("The training has not come to an end."), "error")
        self._session.fail(
            error,
            tr("The training has not come to an end."),
            kept=tr("What was trained up to the latest checkpoint is kept; it can go on."),
            refused=tr("It cannot be trained:"),
        )

    def _end(self, said: str, state: str = "") -> None:
        self._poll.stop()
        if self._handle is not None:
            self._session.jobs.changed.disconnect(self.changed)
        self._wish = self._handle = None
        self.said = (said, state)
        self.changed.emit()
        self.read()

    def close(self) -> None:
        """The window closes: look no more."""
        self._poll.stop()


def how_it_ended(metrics: Mapping[str, Any]) -> tuple[str, str]:
    """What is said of a training that came to its end, and its severity."""
    figures = " · ".join(f"{name} {value:.4g}" for name, value in metrics.items() if not name.endswith(EARLY))
    if any(value > 0 for name, value in metrics.items() if name.endswith(EARLY)):
        told = tr("The generator's training ended early: nothing got better.")
    else:
        told = tr("The training has come to the end of its steps or its time.")
    return f"{told} {figures}".rstrip(), ""
