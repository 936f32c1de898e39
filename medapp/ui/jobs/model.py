"""What runs, as the window shows it; told by the queue's threads, shown on the GUI thread."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.jobs import JobHandle, JobQueue, JobUpdate
    from medapp.ui.background import Background

_TICK_MS = 500
_OVER = frozenset({"done", "failed", "cancelled"})


@dataclass(frozen=True)
class JobLine:
    """One line of the jobs bar.

    Attributes:
        fraction: 0 to 1, None where nobody knows.
        elapsed_s, remaining_s: Seconds; None where they are not known.
        stopping: True after the user has asked for the end.
    """

    id: str
    title: str
    patient: str
    message: str
    fraction: float | None
    elapsed_s: float
    remaining_s: float | None
    device: str
    waiting: bool
    stopping: bool


class JobsModel(QObject):
    """The running and waiting jobs, and what becomes of those that are watched."""

    changed = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        """`background` brings calls to the GUI thread."""
        super().__init__(parent)
        self._background = background
        self._lock = threading.Lock()
        self._latest: dict[str, tuple[JobUpdate, float]] = {}
        self._watched: dict[str, tuple[JobHandle, Callable[[Any], None], Callable[[Exception], None]]] = {}
        self._stopping: set[str] = set()
        self._due = False
        self._queue: JobQueue | None = None
        self._unlisten: Callable[[], None] | None = None
        self.device = ""
        self._clock = QTimer(self)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self.changed)

    def attach(self, queue: JobQueue) -> None:
        """Listen to a queue."""
        self._queue = queue
        self._unlisten = queue.listen(self._heard)

    def detach(self) -> None:
        """Listen no more."""
        self._clock.stop()
        self._queue = None
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None

    def watch(
        self,
        handle: JobHandle,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Call `done` with the result of a job, or `failed` with its error, on the GUI thread.

        A job that the user has cancelled calls `failed` with `medapp.jobs.JobCancelled`.
        """
        self._watched[handle.id] = (handle, done, failed)
        if handle.state in _OVER:
            self._background.on_gui(lambda: self._finish(handle.id))

    def cancel(self, job_id: str) -> None:
        """Ask a job to end; it has three seconds, then it is ended."""
        # One that another job waits for is watched by nobody here, and its line has the same button.
        running = () if self._queue is None else self._queue.running()
        handle = next((one for one in running if one.id == job_id), None)
        if handle is None:
            return
        self._stopping.add(job_id)
        handle.cancel()
        self.changed.emit()

    @property
    def lines(self) -> tuple[JobLine, ...]:
        """Jobs that run or wait, the oldest first."""
        now = time.monotonic()
        with self._lock:
            latest = list(self._latest.values())
        return tuple(self._line(update, now - heard) for update, heard in latest if update.state not in _OVER)

    def _line(self, update: JobUpdate, since: float) -> JobLine:
        waiting = update.state == "queued"
        remaining = update.remaining_s
        return JobLine(
            id=update.job_id,
            title=update.title,
            patient=update.patient,
            message=update.message,
            fraction=update.fraction,
            elapsed_s=update.elapsed_s + (0.0 if waiting else since),
            remaining_s=None if remaining is None else max(0.0, remaining - since),
            device=update.device,
            waiting=waiting,
            stopping=update.job_id in self._stopping,
        )

    def _heard(self, update: JobUpdate) -> None:
        """Called on whatever thread: keep the newest, and bring them over together."""
        with self._lock:
            self._latest[update.job_id] = (update, time.monotonic())
            due, self._due = self._due, True
        if not due:
            self._background.on_gui(self._show)

    def _show(self) -> None:
        with self._lock:
            self._due = False
            over = [key for key, (update, _) in self._latest.items() if update.state in _OVER]
            devices = [update.device for update, _ in self._latest.values() if update.device]
            for key in over:
                del self._latest[key]
            running = bool(self._latest)
        self.device = devices[-1] if devices else self.device
        if running and not self._clock.isActive():
            self._clock.start()
        elif not running:
            self._clock.stop()
        self._stopping.difference_update(over)
        for key in over:
            self._finish(key)
        self.changed.emit()

    def _finish(self, job_id: str) -> None:
        watched = self._watched.pop(job_id, None)
        self._stopping.discard(job_id)
        if watched is None:
            return
        handle, done, failed = watched
        try:
            result = handle.wait(1.0)
        except Exception as error:  # noqa: BLE001 - whatever the job raised is told to who asked for it
            failed(error)
        else:
            done(result)
