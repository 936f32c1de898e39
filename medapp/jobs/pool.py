"""Resident worker processes, one for each plugin and device, put away when idle."""

from __future__ import annotations

import threading
import time

from medapp.jobs.process import WorkerProcess

_IDLE_S = 600.0


class WorkerPool:
    """Keeps worker processes between jobs; a worker is used by one job at a time."""

    def __init__(self) -> None:
        """Start with none."""
        self._workers: dict[tuple[str, str], WorkerProcess] = {}
        self._lock = threading.Lock()

    def take(self, package: str, device: str, threads: int) -> WorkerProcess:
        """A live worker for this plugin and device, started where there is none."""
        self.evict_idle()
        with self._lock:
            worker = self._workers.get((package, device))
            if worker is None or not worker.alive:
                worker = WorkerProcess(threads)
                self._workers[package, device] = worker
            worker.last_used = time.monotonic()
            return worker

    def drop(self, worker: WorkerProcess) -> None:
        """Forget a worker whose job did not end well, and end its process."""
        with self._lock:
            for key, value in list(self._workers.items()):
                if value is worker:
                    del self._workers[key]
        worker.kill()
        worker.close()

    def evict_idle(self, idle_s: float = _IDLE_S) -> int:
        """End workers that nobody has used for `idle_s` seconds; returns how many."""
        now = time.monotonic()
        with self._lock:
            old = [key for key, worker in self._workers.items() if now - worker.last_used > idle_s]
            workers = [self._workers.pop(key) for key in old]
        for worker in workers:
            worker.close()
        return len(workers)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            workers = list(self._workers.values())
            self._workers.clear()
        for worker in workers:
            worker.kill()
            worker.close()
