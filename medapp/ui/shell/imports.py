"""Bringing files into the library: a job, what came of it told, the first thing shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from medapp.ui.shell.message import Message
from medapp.ui.text import tr

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.services.importing import Imported
    from medapp.services.sample import SamplePatient
    from medapp.ui.shell.session import Session


class Imports(QObject):
    """A part of the session."""

    def __init__(self, session: Session) -> None:
        """Import into the library of `session`."""
        super().__init__(session)
        self._session = session

    def make_sample(self) -> None:
        """Make the sample patient where there is none yet, import and show it."""
        from medapp.services.sample import make_sample

        session = self._session
        target = session.app.paths.data / "sample"
        handle = session.app.jobs.submit_local(tr("Make the sample patient"), lambda _: make_sample(target))

        def made(sample: SamplePatient) -> None:
            self.bring((sample.images, sample.record), show=True)

        session.jobs.watch(
            handle,
            made,
            lambda error: session.fail(
                error,
                tr("The sample patient cannot be made."),
                cancelled=tr("Making the sample patient was cancelled; nothing was kept."),
            ),
        )

    def bring(self, paths: tuple[Path, ...], *, show: bool) -> None:
        """Import `paths`; `show` opens the first of their series, or the one person, when it is done."""
        from medapp.services.importing import import_paths

        session = self._session
        handle = import_paths(session.app, paths)
        asked = session.asked

        def done(found: Imported) -> None:
            session.libraryChanged.emit()
            session.imported.emit(found.images)
            self._tell(found)
            # Whoever has opened something meanwhile keeps it in view.
            if asked != session.asked or not (show or session.patient is None):
                return
            if found.images.series_keys:
                session.open_first(found.images.series_keys)
            elif len(found.records.persons) == 1:
                session.open_person(next(iter(found.records.persons)))

        def failed(error: Exception) -> None:
            cancelled = tr("The import was cancelled; the library is as it was.")
            session.fail(error, tr("The import has ended early."), cancelled=cancelled)

        session.jobs.watch(handle, done, failed)

    def _tell(self, found: Imported) -> None:
        records = found.records
        if records.cancelled:
            # What waits or was refused till then is told where questions are: this comes first.
            text = tr(
                "The import was cancelled after {done} of {count} files with records. What was read of "
                "them is kept; nothing of the others is in.",
                done=records.files,
                count=len(found.images.records),
            )
            self._session.told.emit(Message(text, stays=True))
        elif records.refused or records.waiting or records.doubtful or records.by_answers:
            self._session.recordsTold.emit(records)
        elif records.counts:
            count = sum(records.counts.values())
            text = tr("{count} entries of records were taken in.", count=count)
            self._session.told.emit(Message(text, stays=True))
