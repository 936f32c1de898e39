"""Results that the library holds for the series in view: offered, and read when wanted. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.domain.patient import Series
    from medapp.services.results import Reopened, StoredResult
    from medapp.ui.results.model import ResultsModel
    from medapp.ui.shell.session import Session

_SOON = 10
"""Priority: the reader waits for it."""


class StoredResults(QObject):
    """Finds them in the library's index, and opens one as a job."""

    changed = Signal()

    def __init__(self, session: Session, results: ResultsModel) -> None:
        """Listen to `session`; what has been opened goes to `results`."""
        super().__init__(session)
        self._session = session
        self._results = results
        self._found: tuple[StoredResult, ...] = ()
        self._asked = 0
        self.opening: frozenset[str] = frozenset()
        session.derivedRequested.connect(self.open)
        session.activeChanged.connect(lambda _: self.refresh())
        session.studyChanged.connect(lambda _: self.refresh())

    @property
    def offered(self) -> tuple[StoredResult, ...]:
        """Of the series in view, without those that are open already."""
        shown = {item.stored.key for item in self._results.items if item.stored is not None}
        return tuple(one for one in self._found if one.series.key not in shown)

    def refresh(self) -> None:
        """Ask the library what it holds for the series in view."""
        self._asked += 1
        asked, series = self._asked, self._session.active
        if series is None:
            self._take(())
            return

        def work() -> tuple[StoredResult, ...]:
            from medapp.services.results import stored_results

            return stored_results(self._session.app, series)

        def done(found: tuple[StoredResult, ...]) -> None:
            if asked == self._asked:
                self._take(found)

        self._session.background.run(work, done, self._session.fail)

    def _take(self, found: tuple[StoredResult, ...]) -> None:
        if found or self._found:
            self._found = found
            self.changed.emit()

    def open(self, stored: Series) -> None:
        """Lay a segmentation, or contours, of the library over the series that it was made from."""
        items = self._results.items
        known = next((item for item in items if item.stored and item.stored.key == stored.key), None)
        if known is not None:
            self._results.choose_and_show(known)
        elif stored.key not in self.opening:
            self._start(stored, self._session.patient_key)

    def _start(self, stored: Series, person: str) -> None:
        def work(_: object) -> Reopened | Exception:
            from medapp.services.results import reopened

            try:
                return reopened(self._session.app, stored.key)
            except (ValueError, KeyError, OSError) as error:
                # Handed over whole: the queue would tell its name to the reader.
                return error

        def done(found: Reopened | Exception) -> None:
            self._set_opening(self.opening - {stored.key})
            if isinstance(found, Exception):
                self._fail(found, stored)
            elif person == self._session.patient_key:
                self._results.take_stored(found, person)

        def failed(error: Exception) -> None:
            self._set_opening(self.opening - {stored.key})
            self._fail(error, stored)

        self._set_opening(self.opening | {stored.key})
        handle = self._session.app.jobs.submit_local(
            tr("Open {title}", title=stored.title), work, priority=_SOON
        )
        self._session.jobs.watch(handle, done, failed)

    def _set_opening(self, keys: frozenset[str]) -> None:
        self.opening = keys
        self.changed.emit()

    def _fail(self, error: Exception, stored: Series) -> None:
        contours = stored.kind == "structures"
        failed = tr("The contours cannot be shown.") if contours else tr("The labels cannot be shown.")
        cancelled = tr("Opening {title} was cancelled; it stays in the library.", title=stored.title)
        self._session.fail(error, failed, cancelled=cancelled)
