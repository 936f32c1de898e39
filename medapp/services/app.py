"""What a running program holds: its folders, its library and its jobs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from medapp.services.paths import AppPaths

if TYPE_CHECKING:
    from types import TracebackType

    from medapp.jobs import JobQueue
    from medapp.library import Library


class App:
    """The program without a window. The library and the job queue are made when they are first asked for.

    Use as a context manager, or call `close`.
    """

    def __init__(self, paths: AppPaths) -> None:
        """Hold `paths`; nothing is read or written yet. See `open`."""
        self.paths = paths
        self._lock = threading.RLock()
        self._library: Library | None = None
        self._jobs: JobQueue | None = None
        self._closed = False

    @classmethod
    def open(cls, paths: AppPaths | None = None) -> App:
        """Open the program on its folders, making those that are missing.

        Raises:
            OSError: Where a folder cannot be made.
        """
        return cls((paths or AppPaths.default()).create())

    @property
    def library(self) -> Library:
        """The local patient library.

        Raises:
            RuntimeError: After `close`.
        """
        with self._lock:
            self._refuse_when_closed()
            if self._library is None:
                from medapp.library import Library

                self._library = Library.open(self.paths.library)
            return self._library

    @property
    def jobs(self) -> JobQueue:
        """The queue of everything that takes long.

        Raises:
            RuntimeError: After `close`.
        """
        with self._lock:
            self._refuse_when_closed()
            if self._jobs is None:
                from medapp.jobs import JobQueue
                from medapp.plugins import folder_sha256

                self._jobs = JobQueue(self.paths.scratch, self.paths.logs)
                self._jobs.hash_folders_with(folder_sha256)
            return self._jobs

    def close(self) -> None:
        """End all jobs and their processes, then close the library. May be called twice."""
        with self._lock:
            self._closed = True
            jobs, self._jobs = self._jobs, None
            library, self._library = self._library, None
        if jobs is not None:
            jobs.shutdown()
        if library is not None:
            library.close()

    def __enter__(self) -> Self:
        """Nothing to do: `open` has done it."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            message = "the program has been closed"
            raise RuntimeError(message)
