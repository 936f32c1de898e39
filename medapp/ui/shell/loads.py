"""Volumes that are open: asked for once, filled by a job, kept while there is room."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from medapp.domain.patient import Series
    from medapp.formats.dicom.load import VolumeLoad
    from medapp.jobs import JobHandle
    from medapp.services.app import App
    from medapp.ui.jobs.model import JobsModel
    from medapp.ui.shell.session import Session

_LOOK_MS = 30
_SHARE = 0.25
"""Of the machine's memory, for volumes that are open but not in view."""


@dataclass
class _Open:
    series: Series
    load: VolumeLoad
    seen: NDArray[np.bool_]
    job: JobHandle


class Loads(QObject):
    """Opens series and tells which slices have come.

    Slices are read by threads at up to thousands a second; looking for new ones thirty times a second
    keeps the GUI thread free, whatever their number.
    """

    sliceLoaded = Signal(str, int)
    completed = Signal(object, object)
    failed = Signal(object, object)
    stopped = Signal(object)
    """A series whose reading the user has cancelled; what was closed meanwhile is not told of."""

    def __init__(self, app: App, jobs: JobsModel, session: Session) -> None:
        """Nothing is open yet."""
        super().__init__(session)
        self._app = app
        self._jobs = jobs
        self._background = session.background
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self.in_view: Callable[[], set[str]] = set
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self._look)

    def get(self, key: str) -> VolumeLoad | None:
        """The load of a series that is open."""
        found = self._open.get(key)
        return found.load if found else None

    def open(self, series: Series, done: Callable[[Series, Any, Exception | None], None]) -> None:
        """Give the load of a series to `done` on the GUI thread, or why there is none."""
        found = self._open.get(series.key)
        if found is not None:
            self._open.move_to_end(series.key)
            done(found.series, found.load, None)
            return

        def work() -> tuple[Series, VolumeLoad]:
            from medapp.services.viewing import open_series

            return open_series(self._app, series.key)

        self._background.run(
            work,
            lambda pair: self._opened(*pair, done),
            lambda error: done(series, None, error),
            priority=2,
        )

    def clear(self) -> None:
        """Let go of everything: another patient comes."""
        self._clock.stop()
        for one in self._open.values():
            one.job.cancel()
        self._open.clear()

    def close(self) -> None:
        """As `clear`."""
        self.clear()

    def _opened(
        self, series: Series, load: VolumeLoad, done: Callable[[Series, Any, Exception | None], None]
    ) -> None:
        from medapp.services.viewing import start_loading

        already = self._open.get(series.key)
        if already is None:
            seen = load.loaded.copy()
            seen[:] = False
            job = start_loading(self._app, load)
            self._open[series.key] = _Open(series, load, seen, job)
            self._jobs.watch(
                job, lambda _: self._complete(series.key), lambda error: self._failed(series, error)
            )
            self._clock.start()
        done(series, self._open[series.key].load, None)
        self._make_room()

    def _complete(self, key: str) -> None:
        self._look()
        found = self._open.get(key)
        if found is not None:
            self.completed.emit(found.series, found.load)

    def _failed(self, series: Series, error: Exception) -> None:
        known = self._open.pop(series.key, None) is not None
        if known and type(error).__name__ == "JobCancelled":
            self.stopped.emit(series)
        self.failed.emit(series, error)

    def _look(self) -> None:
        busy = False
        for key, one in list(self._open.items()):
            if one.seen.all():
                continue
            now = one.load.loaded.copy()
            now[list(one.load.failed)] = True
            for k in (now & ~one.seen).nonzero()[0]:
                self.sliceLoaded.emit(key, int(k))
            one.seen = now
            busy = busy or one.job.state in {"queued", "running"}
        if not busy:
            self._clock.stop()

    def _make_room(self) -> None:
        import psutil

        budget = _SHARE * psutil.virtual_memory().total
        shown = self.in_view()
        sizes = {key: one.load.volume.array.nbytes for key, one in self._open.items()}
        for key in list(self._open)[:-1]:
            if sum(sizes.values()) <= budget:
                return
            if key not in shown:
                self._open.pop(key).job.cancel()
                del sizes[key]
