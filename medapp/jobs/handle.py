"""One job: its state, its result, and the way to cancel it."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.api.context import JobCancelled
from medapp.jobs.update import JobFailed, JobState, JobUpdate

if TYPE_CHECKING:
    from collections.abc import Callable

_LEAST_FRACTION = 0.02
_LEAST_SECONDS = 1.0


class JobHandle:
    """A job as its user sees it. All methods are safe to call from any thread."""

    def __init__(self, title: str, patient: str, announce: Callable[[JobUpdate], None]) -> None:
        """Make a queued job; `announce` is called with every change, never under the lock."""
        self.id = uuid.uuid4().hex
        self._update = JobUpdate(self.id, title, patient)
        self._announce = announce
        self._lock = threading.RLock()
        self._finished = threading.Event()
        self._cancel = threading.Event()
        self._started = 0.0
        self._result: object = None
        self._error: Exception | None = None

    @property
    def update(self) -> JobUpdate:
        """The state now."""
        with self._lock:
            return self._timed(self._update)

    @property
    def state(self) -> JobState:
        """Queued, running, done, failed or cancelled."""
        return self.update.state

    @property
    def cancel_requested(self) -> bool:
        """True once `cancel` was called."""
        return self._cancel.is_set()

    def cancel(self) -> None:
        """Ask for the end of the job; `wait` then raises `JobCancelled`."""
        self._cancel.set()
        if self.state == "queued":
            self.finish_cancelled()

    def wait(self, timeout: float | None = None) -> object:
        """Wait for the result.

        Raises:
            JobFailed: Where the job failed.
            JobCancelled: Where it was cancelled.
            TimeoutError: Where it has not ended within `timeout` seconds.
        """
        if not self._finished.wait(timeout):
            message = f"the job has not ended within {timeout} s"
            raise TimeoutError(message)
        if self._error is not None:
            raise self._error
        return self._result

    # -------------------------------------------------- for the queue and the supervisor

    def start(self) -> bool:
        """Mark the job as running; False where it was cancelled before."""
        with self._lock:
            if self._finished.is_set():
                return False
            self._started = time.monotonic()
        self.change(state="running")
        return True

    def change(self, **fields: object) -> None:
        """Change fields of the update and announce it."""
        with self._lock:
            if self._finished.is_set():
                return
            self._update = replace(self._update, **fields)  # type: ignore[arg-type]
            update = self._timed(self._update)
        self._announce(update)

    def finish(self, result: object) -> None:
        """End with a result."""
        self._result = result
        self._end(state="done", fraction=1.0, remaining_s=0.0)

    def finish_failed(self, error: JobFailed) -> None:
        """End with an error."""
        self._error = error
        self._end(state="failed", error=str(error), error_kind=error.kind, log_tail=error.log_tail)

    def finish_cancelled(self) -> None:
        """End because the user wished so."""
        self._error = JobCancelled("cancelled")
        self._end(state="cancelled")

    def _end(self, **fields: object) -> None:
        with self._lock:
            if self._finished.is_set():
                return
            self._update = replace(self._timed(self._update), **fields)  # type: ignore[arg-type]
            self._finished.set()
            update = self._update
        self._announce(update)

    def _timed(self, update: JobUpdate) -> JobUpdate:
        if not self._started or self._finished.is_set():
            return update
        elapsed = time.monotonic() - self._started
        fraction = update.fraction or 0.0
        remaining = None
        if fraction > _LEAST_FRACTION and elapsed > _LEAST_SECONDS:
            remaining = elapsed * (1 - fraction) / fraction
        return replace(update, elapsed_s=elapsed, remaining_s=remaining)
