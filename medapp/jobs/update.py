"""What can be seen of a job from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
FINAL = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class JobUpdate:
    """One state of a job.

    Attributes:
        fraction: From 0 to 1; None where it is not known.
        elapsed_s: Seconds since the job started; 0 while it is queued.
        remaining_s: Estimated from what has passed; None where it cannot be told.
        error: A sentence for the reader where the job failed; `error_kind` the word for programs:
            ``error``, ``refused``, ``crash``, ``out-of-memory``, ``bad-result``, ``timeout``.
        log_tail: Last lines of the job's log where it failed.
    """

    job_id: str
    title: str
    patient: str = ""
    state: JobState = "queued"
    fraction: float | None = None
    message: str = ""
    elapsed_s: float = 0.0
    remaining_s: float | None = None
    device: str = ""
    memory_bytes: int = 0
    error: str = ""
    error_kind: str = ""
    log_tail: str = ""

    @property
    def finished(self) -> bool:
        """True once nothing more will come."""
        return self.state in FINAL


class JobFailed(RuntimeError):  # noqa: N818 - an outcome of a job
    """A job ended without a result.

    Attributes:
        kind: ``error``, ``refused`` (it cannot be done on this input, or as it is set), ``crash``,
            ``out-of-memory``, ``bad-result`` or ``timeout``.
        log_tail: Last lines of its log.
        log: The whole of it; None for work of the program itself.
    """

    log: Path | None = None

    def __init__(self, message: str, *, kind: str = "error", log_tail: str = "") -> None:
        """Hold the sentence for the reader, with the word for programs and the log."""
        super().__init__(message)
        self.kind = kind
        self.log_tail = log_tail
