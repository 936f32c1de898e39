"""One worker process and the two pipes to it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from typing import Any

_WORKER_MODULE = "medapp.engine.worker"
_NICE = 5


class WorkerDied(RuntimeError):  # noqa: N818 - a fact about the process
    """The process has ended; `code` is its exit status, negative for a signal."""

    def __init__(self, code: int) -> None:
        """Say how it ended."""
        text = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        super().__init__(f"the worker process ended with {text}")
        self.code = code


class WorkerProcess:
    """Start a worker, send it messages, take its events. One user at a time."""

    def __init__(self, threads: int) -> None:
        """Start the process."""
        self.last_used = time.monotonic()
        self.terminated = False
        self._events: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", _WORKER_MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(threads),
            start_new_session=True,
        )
        threading.Thread(target=self._listen, daemon=True, name="worker-events").start()

    @property
    def alive(self) -> bool:
        """True while the process runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def send(self, message: dict[str, Any]) -> None:
        """Send one message.

        Raises:
            WorkerDied: Where the process has ended.
        """
        stream = self._process.stdin
        try:
            if stream is not None:
                stream.write(json.dumps(message).encode() + b"\n")
                stream.flush()
        except OSError as error:
            raise WorkerDied(self._exit_code()) from error

    def event(self, timeout: float) -> dict[str, Any] | None:
        """Take the next event; None where none came in time.

        Raises:
            WorkerDied: Where the process has ended.
        """
        try:
            event = self._events.get(timeout=timeout)
        except queue.Empty:
            return None
        if event is None:
            raise WorkerDied(self._exit_code())
        return event

    def terminate(self) -> None:
        """Ask the process and its children to end."""
        self.terminated = True
        self._signal("SIGTERM")

    def kill(self) -> None:
        """End the process and its children now."""
        self.terminated = True
        self._signal("SIGKILL")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=5)

    def close(self) -> None:
        """End an idle process politely."""
        with contextlib.suppress(WorkerDied):
            self.send({"op": "quit"})
        try:
            self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _signal(self, name: str) -> None:
        if not self.alive:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, getattr(signal, name))
            elif name == "SIGKILL":
                self._process.kill()
            else:
                self._process.terminate()

    def _exit_code(self) -> int:
        try:
            return self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return 0

    def _listen(self) -> None:
        stream = self._process.stdout
        for line in stream or ():
            try:
                self._events.put(json.loads(line))
            except json.JSONDecodeError:
                continue
        self._events.put(None)


def _environment(threads: int) -> dict[str, str]:
    """Threads of the numeric libraries that sleep instead of spinning, so that the window keeps its core."""
    return {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "OMP_WAIT_POLICY": "PASSIVE",
        "KMP_BLOCKTIME": "0",
        "MEDAPP_WORKER_NICE": str(_NICE),
        # Large blocks are kept for the next tile instead of being returned to the system and zeroed again.
        "MALLOC_MMAP_MAX_": "0",
        "MALLOC_TRIM_THRESHOLD_": str(1 << 34),
        "MALLOC_TOP_PAD_": str(64 << 20),
        "PYTHONUNBUFFERED": "1",
    }
