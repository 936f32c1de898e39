"""A worker process: takes jobs as JSON lines on its standard input, one after the other.

Events go back as JSON lines on the original standard output. What a plugin prints goes to the job's log,
for file descriptors 1 and 2 point there before any plugin is loaded. When the shell dies, the input ends
and so does this process. Started as ``python -m medapp.engine.worker``.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from medapp.api.context import JobCancelled, TaskRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp.engine.context import WorkerContext

_HEARTBEAT_S = 1.0
_PARENT_GONE = 3
_LOG_LINE = "%(asctime)s %(levelname)s %(message)s"


class Channel:
    """Lines to and from the shell."""

    def __init__(self, source: TextIO, sink: TextIO) -> None:
        """Listen on `source` in a thread; write to `sink`."""
        self.jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self.cancelled = threading.Event()
        self._sink = sink
        self._lock = threading.Lock()
        self._source = source
        self.current = ""
        threading.Thread(target=self._listen, daemon=True, name="listen").start()
        threading.Thread(target=self._beat, daemon=True, name="heartbeat").start()

    def send(self, event: Mapping[str, object]) -> None:
        """Send one event of the current job."""
        line = json.dumps({"job": self.current, **event})
        with self._lock:
            self._sink.write(line + "\n")
            self._sink.flush()

    def _listen(self) -> None:
        for line in self._source:
            message = json.loads(line)
            if message["op"] == "cancel":
                if message["job"] == self.current:
                    self.cancelled.set()
            else:
                self.jobs.put(message)
        os._exit(_PARENT_GONE)

    def _beat(self) -> None:
        import psutil

        process = psutil.Process()
        while True:
            time.sleep(_HEARTBEAT_S)
            try:
                self.send({"event": "heartbeat", "rss": process.memory_info().rss})
            except (OSError, ValueError):
                os._exit(_PARENT_GONE)


def main() -> None:
    """Serve until told to quit."""
    sink = os.fdopen(os.dup(1), "w", encoding="utf-8")
    source = os.fdopen(os.dup(0), "r", encoding="utf-8")
    _redirect(Path(os.devnull))
    if hasattr(os, "nice"):
        os.nice(int(os.environ.get("MEDAPP_WORKER_NICE", "0")))
    channel = Channel(source, sink)
    channel.send({"event": "ready", "pid": os.getpid()})
    while True:
        message = channel.jobs.get()
        if message["op"] == "quit":
            os._exit(0)
        channel.current = message["job"]
        channel.cancelled.clear()
        _serve(message, channel)
        channel.current = ""


def _redirect(path: Path) -> None:
    """Point file descriptors 0, 1 and 2 away from the shell, so that what C libraries print is logged."""
    with path.open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    sys.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace", buffering=1)
    sys.stderr = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace", buffering=1)


def _serve(message: dict[str, Any], channel: Channel) -> None:
    _redirect(Path(message["log"]))
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    try:
        outcome = _run(message, channel)
        channel.send({"event": "done", **outcome})
    except JobCancelled:
        channel.send({"event": "failed", "kind": "cancelled", "message": "cancelled"})
    except TaskRefused as error:
        logging.getLogger("medapp.job").warning("refused: %s", error)
        channel.send({"event": "failed", "kind": "refused", "message": str(error)})
    except BaseException as error:  # noqa: BLE001 - whatever a plugin raises is a failed job, never a dead shell
        traceback.print_exc()
        kind = "out-of-memory" if _is_out_of_memory(error) else "error"
        # The system's own words name the file; anything else is for the author of the plugin.
        said = str(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        channel.send({"event": "failed", "kind": kind, "message": said})
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _run(message: dict[str, Any], channel: Channel) -> dict[str, object]:
    from medapp.engine.actions import run_action

    context = _context(message, channel)
    context.log.info("job %s: %s on %s", message["job"], message["task"], context.device)
    facts = run_action(message, context)
    return {"facts": context.facts, "device": context.device, "precision": context.precision, **facts}


def _context(message: dict[str, Any], channel: Channel) -> WorkerContext:
    from medapp.engine.context import WorkerContext
    from medapp.engine.device import choose
    from medapp.engine.studying import others_of

    try:
        device = choose(message["device"], message["gpu"])
    except RuntimeError as error:
        raise TaskRefused(str(error)) from error
    budget = message.get("memory_budget") or device.memory_budget
    return WorkerContext(
        device=device.name,
        precision=message["precision"],
        threads=message["threads"],
        memory_budget=int(budget),
        seed=message["seed"],
        scratch=Path(message["scratch"]),
        send=channel.send,
        cancelled=channel.cancelled,
        weights_files={name: (Path(path), digest) for name, (path, digest) in message["weights"].items()},
        others=others_of(message),
    )


def _is_out_of_memory(error: BaseException) -> bool:
    return (
        isinstance(error, MemoryError)
        or "out of memory" in str(error).lower()
        or "can't allocate" in str(error)
    )


if __name__ == "__main__":
    main()
