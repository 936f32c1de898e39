"""Opens a patient by the key that the library knows them under, with images or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medapp.services.patient_record import RECORD_ONLY
from medapp.ui.text import tr

if TYPE_CHECKING:
    from medapp.ui.shell.session import Session


def open_patient(session: Session, key: str) -> None:
    """Put a patient in focus; one that is not in the library any more is told."""
    if key.startswith(RECORD_ONLY):
        session.open_person(key)
        return
    library = session.app.library

    def work() -> tuple[str, ...]:
        return tuple(one.key for study in library.studies(key) for one in library.series_of(study.key))

    def done(series: tuple[str, ...]) -> None:
        if series:
            session.open_first(series)
        else:
            session.tell(tr("This patient is not in the library any more."))

    session.background.run(work, done, session.fail)
