"""How the program gets ready behind its window: the library, the queue of jobs, what a first run needs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.binding import swift_imports
from medapp.ui.garbage import collect_as_usual
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.ui.shell.session import Session

_LOG = logging.getLogger(__name__)
_IDLE_MS = 1500
_TURN_MS = 20
_TURNS = 50
"""A list that is not there by then is not waited for."""


class Starting(QObject):
    """A part of the session.

    Attributes:
        is_ready: Whether the library is open.
        has_jobs: Whether the queue of jobs is open too.
    """

    opened = Signal()
    """The library is open."""

    def __init__(self, session: Session) -> None:
        """Nothing is opened yet, see `start`."""
        super().__init__(session)
        self._session = session
        self.is_ready = False
        self.has_jobs = False
        self._waiting: list[Callable[[], object]] = []

    def start(self) -> None:
        """Open the library and the job queue off the GUI thread; `opened` tells when the library is there."""
        app = self._session.app

        def opened() -> object:
            # Two threads that load a package and a part of it at the same time may wait for each other
            # (CPython): what all later work stands on is loaded by this one while there is no other.
            import medapp.api  # noqa: F401

            return app.library

        self._session.background.run(opened, lambda _: self._begin(), self._cannot_start)

    def when_ready(self, function: Callable[[], object]) -> None:
        """Call at once, or as soon as the library and the job queue are open."""
        if self.has_jobs:
            function()
        else:
            self._waiting.append(function)

    def _begin(self) -> None:
        self.is_ready = True
        self.opened.emit()
        self._open_jobs_after_list(_TURNS)

    def _open_jobs_after_list(self, turns: int) -> None:
        """The library is listed first: nothing can be run before something has been opened."""
        if turns and self._session.background.is_busy:
            QTimer.singleShot(_TURN_MS, self, lambda: self._open_jobs_after_list(turns - 1))
        else:
            self._open_jobs()

    def _open_jobs(self) -> None:
        session = self._session

        def work() -> None:
            with swift_imports():
                session.jobs.attach(session.app.jobs)

        session.background.run(work, lambda _: self._run_waiting(), self._cannot_start)

    def _run_waiting(self) -> None:
        self.has_jobs = True
        collect_as_usual()
        QTimer.singleShot(_IDLE_MS, self, self._warm_up)
        waiting, self._waiting = self._waiting, []
        for function in waiting:
            function()

    def _warm_up(self) -> None:
        """Load what a first run and the other pages need while nobody waits: it would stall the window."""

        def load() -> None:
            import jsonschema  # noqa: F401

            import medapp.services.inbox
            import medapp.services.results
            import medapp.services.running
            import medapp.ui.shell.findings
            import medapp.ui.shell.import_report
            import medapp.ui.shell.plan
            import medapp.ui.shell.record  # noqa: F401

        self._session.background.run(
            load, lambda _: None, lambda error: _LOG.warning("not loaded: %s", error)
        )

    def _cannot_start(self, error: Exception) -> None:
        collect_as_usual()
        self._session.fail(
            error,
            tr("The library cannot be opened."),
            advice=tr(
                "Close other windows of the program; if it comes back, restore the library from a backup."
            ),
        )
