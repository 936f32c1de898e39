"""Short work off the GUI thread, its answer on it. Long work with progress is a job (`medapp.jobs`)."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Background(QObject):
    """Runs functions in a few threads and calls back on the thread it was made on."""

    _hop = Signal(object)

    def __init__(self, parent: QObject | None = None, *, threads: int = 2) -> None:
        """Make it on the GUI thread."""
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        self._closed = False
        self._hop.connect(self._call)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
        *,
        priority: int = 0,
    ) -> None:
        """Run `work` in a thread, then `done` with what it gave, or `failed` with what it raised.

        A failure that nobody asked for is raised on the GUI thread, where it is shown.
        """

        def task() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - handed over whole
                self.on_gui(partial(failed or _raise, error))
            else:
                self.on_gui(lambda: done(result))

        self._pool.start(task, priority)

    @property
    def is_busy(self) -> bool:
        """Whether something is being worked on."""
        return self._pool.activeThreadCount() > 0

    def on_gui(self, function: Callable[[], object]) -> None:
        """Call a function on the GUI thread; may be called from any thread."""
        if self._closed:
            return
        try:
            self._hop.emit(function)
        except RuntimeError:  # the window has gone meanwhile
            _log.debug("an answer came after the window was closed")

    def close(self) -> None:
        """Drop what has not begun, wait for what has, and deliver nothing any more."""
        self._closed = True
        self._pool.clear()
        self._pool.waitForDone()

    def _call(self, function: Callable[[], object]) -> None:
        if not self._closed:
            function()


def _raise(error: Exception) -> None:
    raise error
