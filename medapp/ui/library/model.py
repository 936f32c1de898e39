"""The library as the drawer shows it; asks off the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.text import tr
from medapp.ui.wording import patient_count

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.domain.patient import Rejected, Series
    from medapp.library import Library, PatientEntry, StudyEntry
    from medapp.services.library_list import Listed
    from medapp.ui.shell.session import Session

T = TypeVar("T")
_DEBOUNCE_MS = 30


class LibraryModel(QObject):
    """Patients that a search finds, studies and series on demand, what was refused, what was recent.

    Attributes:
        query: What the search box says.
        answered: What `patients` were found by; None before the first answer.
        failed: True when the last search came to nothing.
        patients: As many as have been read; `more` reads on.
        total: How many there are.
    """

    patientsChanged = Signal()
    patientsAdded = Signal()
    """`patients` has grown at its end."""
    queryChanged = Signal()
    """`is_current` may have changed: the search box says something else, or its search has failed."""
    rejectedChanged = Signal()
    recentChanged = Signal()
    thumbnailReady = Signal(str, bytes)

    def __init__(self, session: Session) -> None:
        """Listen to `session`."""
        super().__init__(session)
        self._session = session
        self._asked = 0
        self._pictures: dict[str, bytes] = {}
        self._under_way: set[str] = set()
        self.query = ""
        self.answered: str | None = None
        self.failed = False
        self.patients: tuple[PatientEntry, ...] = ()
        self.total = 0
        self._whole: tuple[int, int] | None = None
        self._is_whole_old = True
        self._persons, self._reading_on = 0, False
        self.rejected: tuple[Rejected, ...] = ()
        self.recent: tuple[Path, ...] = ()
        self._timer = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._timer.timeout.connect(self.refresh)
        session.libraryChanged.connect(self._library_changed)

    @property
    def loaded(self) -> bool:
        """True once the library has answered."""
        return self.answered is not None

    @property
    def is_current(self) -> bool:
        """True when `patients` are those that the search box asks for."""
        return self.answered == self.query

    def set_query(self, text: str) -> None:
        """Search after a moment without further typing."""
        if text.strip() != self.query:
            self.query, self.failed = text.strip(), False
            self._timer.start()
            self.queryChanged.emit()

    def _library_changed(self) -> None:
        self._is_whole_old = True
        self.refresh()

    def _count_all(self, everybody: Listed) -> None:
        patients = len(everybody.patients) + everybody.all_persons - everybody.persons
        # All that have images are in the first part of the list.
        self._whole = patients, sum(patient.series for patient in everybody.patients)
        self._is_whole_old = False
        self.queryChanged.emit()

    def refresh(self) -> None:
        """Ask the library anew."""
        if not self._session.is_ready:
            return
        self._asked += 1
        asked, query = self._asked, self.query

        def done(found: tuple[Listed, tuple[Rejected, ...], tuple[Path, ...]]) -> None:
            if asked != self._asked:
                return
            listed, self.rejected, self.recent = found
            # Typed meanwhile: its own search is on the way, these patients are not what it asks for.
            if query == self.query:
                self.answered, self.failed, self.patients = query, False, listed.patients
                self._count(listed, 0)
                self.patientsChanged.emit()
            if not query:
                self._count_all(listed)
            elif self._is_whole_old:
                # The library has changed while one searches: what is found does not tell how much there is.
                self._ask(lambda library: _patients(library, "", 0, 0), self._count_all)
            self.rejectedChanged.emit()
            self.recentChanged.emit()

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self.failed = True
                self.queryChanged.emit()
            self._session.fail(error)

        shown = self._persons if query == self.answered else 0
        self._ask(
            lambda library: (_patients(library, query, 0, shown), library.rejected(), library.recent()),
            done,
            failed,
        )

    def more(self) -> None:
        """Read on where there is more; `patientsAdded` tells when it has come."""
        if self._reading_on or not self.has_more or not self.is_current:
            return
        self._reading_on = True
        asked, query, after = self._asked, self.query, self._persons

        def done(listed: Listed) -> None:
            self._reading_on = False
            if asked == self._asked and query == self.query:
                self.patients += listed.patients
                self._count(listed, after)
                self.patientsAdded.emit()

        def failed(error: Exception) -> None:
            self._reading_on = False
            self._session.fail(error)

        self._ask(lambda library: _patients(library, query, after, 0), done, failed)

    @property
    def has_more(self) -> bool:
        """Whether `more` would read any."""
        return len(self.patients) < self.total

    def _count(self, listed: Listed, before: int) -> None:
        self._persons = before + listed.persons
        self.total = len(self.patients) + listed.all_persons - self._persons

    def studies(self, patient_key: str, done: Callable[[tuple[StudyEntry, ...]], None]) -> None:
        """Studies of a patient."""
        self._ask(lambda library: library.studies(patient_key), done)

    def series(self, study_key: str, done: Callable[[tuple[Series, ...]], None]) -> None:
        """Series of a study."""
        self._ask(lambda library: library.series_of(study_key), done)

    def picture(self, key: str) -> bytes | None:
        """Thumbnail of a series; `thumbnailReady` tells when one that was missing has been made."""
        if key in self._pictures:
            return self._pictures[key]
        if key not in self._under_way:
            self._under_way.add(key)
            self._session.background.run(
                lambda: self._make(key), lambda png: self._made(key, png), lambda _: self._made(key, None)
            )
        return None

    def foot(self, *, searching: bool) -> str:
        """One line for the foot of the window: what was found while one searches, else all there is."""
        if searching or self._whole is None:
            return self.summary()
        patients, series = self._whole
        return tr("Library: {patients}, {series} series", patients=patient_count(patients), series=series)

    def summary(self) -> str:
        """One line on what the search box asks for."""
        if not self.loaded:
            return tr("Library is opening…")
        if not self.is_current:
            return tr("The library could not be searched.") if self.failed else tr("Searching…")
        if self.query:
            return tr("{patients} found", patients=patient_count(self.total))
        series = sum(patient.series for patient in self.patients)
        return tr("Library: {patients}, {series} series", patients=patient_count(self.total), series=series)

    def _make(self, key: str) -> bytes | None:
        from medapp.services.viewing import thumbnail

        return thumbnail(self._session.app, key)

    def _made(self, key: str, png: bytes | None) -> None:
        self._under_way.discard(key)
        self._pictures[key] = png or b""
        if png:
            self.thumbnailReady.emit(key, png)

    def _ask(
        self,
        question: Callable[[Library], T],
        done: Callable[[T], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self._session.background.run(
            lambda: question(self._session.app.library), done, failed or self._session.fail, priority=1
        )


def _patients(library: Library, query: str, after: int, least: int) -> Listed:
    """The first of the list, or those that come after; as many as were shown before at least."""
    from medapp.services.library_list import PAGE, list_patients

    return list_patients(library, query, after=after, count=max(PAGE, least))
