"""Work of the program itself that is too slow for the window: import, loading, thumbnails."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from medapp.api.context import JobCancelled

if TYPE_CHECKING:
    from medapp.jobs.handle import JobHandle

_QUIET_S = 0.1


class LocalContext:
    """What a function run by `JobQueue.submit_local` gets."""

    def __init__(self, handle: JobHandle) -> None:
        """Report to `handle`."""
        self._handle = handle
        self._last = 0.0

    def progress(self, fraction: float | None, message: str = "") -> None:
        """Report progress from 0 to 1, None where it is not known; raises `JobCancelled` as below."""
        self.check_cancelled()
        now = time.monotonic()
        if now - self._last >= _QUIET_S:
            self._last = now
            self._handle.change(fraction=fraction, message=message)

    def check_cancelled(self) -> None:
        """Raise `JobCancelled` where the user has cancelled."""
        if self.cancelled():
            raise JobCancelled

    def cancelled(self) -> bool:
        """True once the user has cancelled."""
        return self._handle.cancel_requested
