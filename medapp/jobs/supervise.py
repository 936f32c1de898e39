"""Run one job on a worker process: stage the input, follow it, cancel it, survive it."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psutil

from medapp.api.context import JobCancelled
from medapp.api.wire import read_segment_result
from medapp.api.wire_findings import read_findings
from medapp.api.wire_treatment import read_options
from medapp.jobs.process import WorkerDied
from medapp.jobs.provenance import describe
from medapp.jobs.staging import classify_request, recommend_request, stage
from medapp.jobs.task_job import TaskJob, TaskOutcome
from medapp.jobs.update import JobFailed
from medapp.jobs.validate import validate_findings, validate_options, validate_segmentation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from medapp.api.results import ClassifyResult, RecommendResult, SegmentResult
    from medapp.jobs.handle import JobHandle
    from medapp.jobs.process import WorkerProcess
    from medapp.jobs.scratch import Scratch
    from medapp.jobs.staging import Digests

_POLL_S = 0.05
_POLITE_S = 1.5
_TERMINATE_S = 2.2
_FREE_SHARE = 0.9
_LAST_RESERVE = 0.03
_TAIL_LINES = 30
_KILLED = -9


@dataclass(frozen=True)
class Supervision:
    """What the supervisor of one job works with."""

    job: TaskJob
    handle: JobHandle
    worker: WorkerProcess
    scratch: Scratch
    log: Path
    hash_folder: Callable[[Path], str]


def supervise(task: Supervision) -> TaskOutcome:
    """Run a job to its end.

    Raises:
        JobFailed: Where the plugin, the process or the result failed.
        JobCancelled: Where the user cancelled; the process has ended or is idle by then.
    """
    started = datetime.now(UTC).isoformat(timespec="seconds")
    folder = task.scratch.make(task.handle.id)
    keep = False
    try:
        task.handle.change(message="preparing")
        digests = stage(task.job, folder)
        if task.handle.cancel_requested:  # large images take a while to be written
            raise JobCancelled
        task.worker.send(_message(task, folder))
        done = _follow(task)
        outcome = _outcome(task, folder, done, started, digests)
        keep = outcome.result is not None or outcome.findings is not None  # they map files of the folder
    except WorkerDied as error:
        raise _death(task, error) from error
    else:
        return outcome
    finally:
        if not keep:
            task.scratch.remove(task.handle.id)


def _message(task: Supervision, folder: Path) -> dict[str, Any]:
    job = task.job
    return {
        "op": "run",
        "job": task.handle.id,
        "task": job.task.id,
        "action": job.action,
        "entry": job.manifest.entry,
        "folder": str(folder),
        "scratch": str(folder),
        "modality": job.modality,
        "body_part": job.body_part,
        "facts": dict(job.facts),
        "kind": job.task.kind,
        "parameters": dict(job.parameters),
        "device": job.device,
        "gpu": job.task.gpu,
        "precision": job.precision,
        "threads": job.threads or default_threads(),
        "memory_budget": job.memory_limit,
        "seed": job.seed,
        "log": str(task.log),
        "weights": _weights(job.weights_files),
        "others": {
            name: {
                "entry": other.entry,
                "plugin": other.plugin,
                "weights": _weights(other.weights_files),
                "parameters": dict(other.parameters),
            }
            for name, other in job.others.items()
        },
        "data": str(job.data) if job.data else None,
        "out": str(job.out) if job.out else None,
        "budget_minutes": job.budget_minutes,
        "weights_override": str(job.weights_override) if job.weights_override else None,
        "against": job.against,
    }


def _weights(files: Mapping[str, tuple[Path, str]]) -> dict[str, list[str]]:
    return {name: [str(path), digest] for name, (path, digest) in files.items()}


def default_threads() -> int:
    """CPU threads of a job: all but one core, which is left to the window."""
    return max(1, (os.cpu_count() or 2) - 1)


class _Watch:
    """Clocks and limits of a running job."""

    def __init__(self, task: Supervision) -> None:
        self.task = task
        now = time.monotonic()
        self.started = self.last_sign = now
        self.cancelled_at: float | None = None
        self.terminated = False
        free = psutil.virtual_memory().available
        self.memory_limit = task.job.memory_limit or int(free * _FREE_SHARE)

    def check(self) -> None:
        """Carry on a cancellation, and stop a job over its limits."""
        now = time.monotonic()
        self._cancel(now)
        limit = self.task.job.time_limit_s
        if limit is not None and now - self.started > limit:
            self._stop(f"stopped after {limit:.0f} s, its time limit", "timeout")
        if now - self.last_sign > self.task.job.silence_limit_s:
            self._stop(f"gave no sign of life for {now - self.last_sign:.0f} s", "timeout")

    def memory(self, used: int) -> None:
        """Stop a job that takes more memory than there is."""
        self.task.handle.change(memory_bytes=used)
        memory = psutil.virtual_memory()
        if used > self.memory_limit or memory.available < memory.total * _LAST_RESERVE:
            self._stop(f"needed more than {self.memory_limit / 2**30:.1f} GiB of memory", "out-of-memory")

    def _cancel(self, now: float) -> None:
        task = self.task
        if not task.handle.cancel_requested:
            return
        if self.cancelled_at is None:
            self.cancelled_at = now
            task.worker.send({"op": "cancel", "job": task.handle.id})
            task.handle.change(message="cancelling")
        waited = now - self.cancelled_at
        if waited > _TERMINATE_S:
            task.worker.kill()
            raise JobCancelled
        if waited > _POLITE_S and not self.terminated:
            self.terminated = True
            task.worker.terminate()

    def _stop(self, reason: str, kind: str) -> None:
        self.task.worker.kill()
        message = f"the model {reason}"
        raise JobFailed(message, kind=kind, log_tail=tail(self.task.log))


def _follow(task: Supervision) -> dict[str, Any]:
    watch = _Watch(task)
    while True:
        watch.check()
        event = task.worker.event(_POLL_S)
        if event is None:
            continue
        watch.last_sign = time.monotonic()
        if event["event"] == "heartbeat":
            watch.memory(int(event["rss"]))
        elif event.get("job") == task.handle.id:
            done = _handle_event(task, event)
            if done is not None:
                return done


def _handle_event(task: Supervision, event: dict[str, Any]) -> dict[str, Any] | None:
    kind = event["event"]
    if kind == "progress":
        task.handle.change(fraction=event["fraction"], message=event["message"])
        return None
    if kind == "done":
        task.handle.change(device=event.get("device", ""), message="checking the result")
        return event
    if event["kind"] == "cancelled":
        raise JobCancelled
    raise JobFailed(event["message"], kind=event["kind"], log_tail=tail(task.log))


def _outcome(
    task: Supervision, folder: Path, done: dict[str, Any], started: str, digests: Digests
) -> TaskOutcome:
    result, findings, options = _read_result(task.job, folder)
    finished = datetime.now(UTC).isoformat(timespec="seconds")
    provenance = describe(
        task.job, done, started=started, finished=finished, hash_folder=task.hash_folder, digests=digests
    )
    facts = {key: value for key, value in done.items() if key not in {"event", "job"}}
    return TaskOutcome(result, provenance, task.log, facts, task.handle.id, task.scratch, findings, options)


def _read_result(
    job: TaskJob, folder: Path
) -> tuple[SegmentResult | None, ClassifyResult | None, RecommendResult | None]:
    """What the worker left, checked; nothing for actions that give facts alone."""
    if job.action == "segment" and job.volume is not None:
        result = read_segment_result(folder)
        validate_segmentation(result, job.volume)
        return result, None, None
    if job.action == "classify":
        findings = read_findings(folder)
        validate_findings(findings, classify_request(job))
        return None, findings, None
    if job.action == "recommend":
        options = read_options(folder)
        validate_options(options, recommend_request(job))
        return None, None, options
    return None, None, None


def _death(task: Supervision, error: WorkerDied) -> Exception:
    if task.handle.cancel_requested:
        return JobCancelled("cancelled")
    if error.code == _KILLED:
        message = f"{error}; the system may have run out of memory"
        return JobFailed(message, kind="out-of-memory", log_tail=tail(task.log))
    return JobFailed(f"the model crashed: {error}", kind="crash", log_tail=tail(task.log))


def tail(log: Path) -> str:
    """The last lines of a log."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-_TAIL_LINES:])
