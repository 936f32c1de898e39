"""Opens a patient by the key that the library knows them under, with images or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medapp.ui.shell.session import Session


def open_patient(session: Session, key: str) -> None:
    """Put a patient in focus, with their first images where there are any.

    Args:
        session: Of the window.
        key: Of a patient of images, of one without, or of a person of the records.
    """
    # A part of the library, which a thread loads at the start.
    from medapp.library.keys import RECORD_ONLY

    if key.startswith(RECORD_ONLY):
        session.open_person(key)
        return
    if key != session.patient_key:
        _cover(session)
    library = session.app.library

    def work() -> tuple[str, ...]:
        return tuple(one.key for study in library.studies(key) for one in library.series_of(study.key))

    def done(series: tuple[str, ...]) -> None:
        if series:
            session.open_first(series)
        else:
            session.open_person(key)

    session.background.run(work, done, session.fail)


def _cover(session: Session) -> None:
    """Show that somebody is being opened, and nothing of who was, until they are there or cannot be."""
    ends = (session.patientChanged, session.seriesShown, session.seriesFailed, session.problem)

    def end(*_: object) -> None:
        for one in ends:
            one.disconnect(end)
        session.opening.emit(False)

    for one in ends:
        one.connect(end)
    session.opening.emit(True)
