"""The queue of everything that takes long, and who listens to it."""

from __future__ import annotations

import itertools
import logging
import queue
import threading
from typing import TYPE_CHECKING

from medapp.api.context import JobCancelled
from medapp.jobs.handle import JobHandle
from medapp.jobs.local import LocalContext
from medapp.jobs.pool import WorkerPool
from medapp.jobs.scratch import Scratch
from medapp.jobs.supervise import Supervision, default_threads, supervise
from medapp.jobs.update import JobFailed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.jobs.task_job import TaskJob, TaskOutcome
    from medapp.jobs.update import JobUpdate

    Work = Callable[[JobHandle], object]
    _Item = tuple[int, int, tuple[JobHandle, Work] | None]

_LOCAL_THREADS = 4
_LOG = logging.getLogger(__name__)


class _Lane:
    """Threads that take work by priority, then in order of arrival."""

    def __init__(self, name: str, threads: int) -> None:
        self._queue: queue.PriorityQueue[tuple[int, int, tuple[JobHandle, Work] | None]] = (
            queue.PriorityQueue()
        )
        self._order = itertools.count()
        self._threads = [
            threading.Thread(target=self._serve, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, handle: JobHandle, work: Work, priority: int) -> None:
        self._queue.put((-priority, next(self._order), (handle, work)))

    def close(self) -> None:
        for _thread in self._threads:
            self._queue.put((-(2**31), next(self._order), None))
        for thread in self._threads:
            thread.join(timeout=10)

    def _serve(self) -> None:
        while True:
            item = self._queue.get()[2]
            if item is None:
                return
            handle, work = item
            if handle.start():
                _finish(handle, work)


def _finish(handle: JobHandle, work: Work) -> None:
    try:
        handle.finish(work(handle))
    except JobCancelled:
        handle.finish_cancelled()
    except JobFailed as error:
        handle.finish_failed(error)
    except Exception as error:  # noqa: BLE001 - a job may fail in any way; the thread lives on
        if getattr(error, "for_reader", False):
            # The sentence says all there is to know: where it came from is no fault of the program.
            handle.finish_failed(JobFailed(str(error)))
            return
        _LOG.exception("job %s failed", handle.update.title)
        handle.finish_failed(JobFailed(f"{type(error).__name__}: {error}"))


class JobQueue:
    """Runs jobs: those of plugins in worker processes, those of the program in threads.

    Every plugin job has a thread that supervises its process; one such job runs at a time on a device.
    """

    def __init__(self, scratch: Path, logs: Path | None = None) -> None:
        """Sweep `scratch` of what dead processes left; logs of plugin jobs go to `logs`."""
        self._scratch = Scratch(scratch)
        self._logs = logs or self._scratch.folder
        self._pool = WorkerPool()
        self._lock = threading.Lock()
        self._lanes: dict[str, _Lane] = {}
        self._listeners: list[Callable[[JobUpdate], None]] = []
        self._jobs: dict[str, JobHandle] = {}
        self._hashes: dict[Path, str] = {}
        self._hash_folder: Callable[[Path], str] = lambda _folder: ""

    def hash_folders_with(self, function: Callable[[Path], str]) -> None:
        """Say how a plugin's folder is hashed for the provenance; asked once a folder."""
        self._hash_folder = function

    def submit_task(
        self, job: TaskJob, *, priority: int = 0, then: Callable[[TaskOutcome], object] | None = None
    ) -> JobHandle:
        """Queue a plugin's job; the result of its handle is a `TaskOutcome`, or what `then` makes of it."""

        def work(own: JobHandle) -> object:
            outcome = self._run_task(job, own)
            return outcome if then is None else then(outcome)

        handle = self._handle(job.task.title, job.patient)
        self._lane(f"device {job.device}", 1).put(handle, work, priority)
        return handle

    def submit_local(
        self,
        title: str,
        function: Callable[[LocalContext], object],
        *,
        patient: str = "",
        priority: int = 0,
    ) -> JobHandle:
        """Queue work of the program itself; the result of its handle is what `function` returns."""
        handle = self._handle(title, patient)
        self._lane("local", _LOCAL_THREADS).put(handle, lambda own: function(LocalContext(own)), priority)
        return handle

    def listen(self, callback: Callable[[JobUpdate], None]) -> Callable[[], None]:
        """Call `callback` with every change of every job, from worker threads; returns how to stop that."""
        with self._lock:
            self._listeners.append(callback)

        def stop() -> None:
            with self._lock:
                if callback in self._listeners:
                    self._listeners.remove(callback)

        return stop

    def running(self) -> tuple[JobHandle, ...]:
        """Jobs that have not ended, oldest first."""
        with self._lock:
            return tuple(self._jobs.values())

    def shutdown(self) -> None:
        """Cancel what runs and end all processes and threads."""
        for handle in self.running():
            handle.cancel()
        with self._lock:
            lanes, self._lanes = list(self._lanes.values()), {}
        for lane in lanes:
            lane.close()
        self._pool.close()
        self._scratch.close()

    def _handle(self, title: str, patient: str) -> JobHandle:
        handle = JobHandle(title, patient, self._announce)
        with self._lock:
            self._jobs[handle.id] = handle
        self._announce(handle.update)
        return handle

    def _lane(self, name: str, threads: int) -> _Lane:
        with self._lock:
            if name not in self._lanes:
                self._lanes[name] = _Lane(name, threads)
            return self._lanes[name]

    def _announce(self, update: JobUpdate) -> None:
        with self._lock:
            if update.finished:
                self._jobs.pop(update.job_id, None)
            listeners = tuple(self._listeners)
        for listener in listeners:
            try:
                listener(update)
            except Exception:  # noqa: BLE001 - one listener must not silence the others
                _LOG.exception("a listener failed")

    def _run_task(self, job: TaskJob, handle: JobHandle) -> TaskOutcome:
        worker = self._pool.take(job.manifest.package, job.device, job.threads or default_threads())
        log = self._logs / f"job-{handle.id}.log"
        well = False
        try:
            outcome = supervise(Supervision(job, handle, worker, self._scratch, log, self._hash_of))
            well = True
        except JobFailed as error:
            error.log = log
            well = error.kind in {"error", "bad-result", "refused"} and worker.alive
            raise
        except JobCancelled:
            well = worker.alive and not worker.terminated
            raise
        finally:
            if not well:
                self._pool.drop(worker)
        return outcome

    def _hash_of(self, folder: Path) -> str:
        if folder not in self._hashes:
            self._hashes[folder] = self._hash_folder(folder)
        return self._hashes[folder]
