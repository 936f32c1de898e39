"""What a plugin may ask of the job it runs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import logging
    from pathlib import Path


class JobCancelled(Exception):  # noqa: N818 - an outcome the user asked for, not an error
    """Raised by `JobContext.check_cancelled`; let it pass through."""


class JobContext(Protocol):
    """Handed to every hook that works; the worker process and the test harness implement it."""

    @property
    def device(self) -> str:
        """The torch name of the device chosen for this job: ``cpu``, ``cuda:0``."""
        ...

    @property
    def precision(self) -> str:
        """``float32``, or ``bfloat16`` where the user asked for "fast"."""
        ...

    @property
    def threads(self) -> int:
        """CPU threads this job may use."""
        ...

    @property
    def memory_budget(self) -> int:
        """Bytes that this job may take on `device`, from measured free memory."""
        ...

    @property
    def seed(self) -> int:
        """Seed of every random choice; the same seed gives the same result."""
        ...

    @property
    def log(self) -> logging.Logger:
        """Lines go to the job's log."""
        ...

    @property
    def scratch(self) -> Path:
        """A private folder, removed after the job."""
        ...

    def progress(self, fraction: float, message: str = "") -> None:
        """Report progress from 0 to 1; also a point at which cancelling takes effect.

        Raises:
            JobCancelled: Where the user has cancelled.
        """
        ...

    def check_cancelled(self) -> None:
        """Call at every tile or slice.

        Raises:
            JobCancelled: Where the user has cancelled.
        """
        ...

    def weights(self, name: str) -> Path:
        """The file of the manifest's `weights` entry `name`, its sha256 verified.

        Raises:
            FileNotFoundError: Where the manifest or the disk does not have it.
            ValueError: Where its hash is not the manifest's.
        """
        ...

    def record(self, key: str, value: str) -> None:
        """Write a fact into the result's provenance (``rung``, ``precision``, ``backend``)."""
        ...
