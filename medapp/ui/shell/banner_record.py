"""Brings what the record says of a patient into the banner, read off the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from medapp.services.patient_record import BannerFacts
    from medapp.ui.shell.banner import PatientBanner
    from medapp.ui.shell.session import Session


class BannerRecord(QObject):
    """A part of the window."""

    def __init__(self, session: Session, banner: PatientBanner) -> None:
        """Listen to `session`."""
        super().__init__(banner)
        self._session, self._banner = session, banner
        session.libraryChanged.connect(self.ask)

    def ask(self) -> None:
        """Read anew what is known of the patient in focus."""
        key, app = self._session.patient_key, self._session.app
        if not key or not self._session.is_ready:
            return

        def work() -> BannerFacts:
            from medapp.services.patient_record import banner_facts

            return banner_facts(app.library, key)

        def done(found: BannerFacts) -> None:
            if key == self._session.patient_key:
                self._banner.set_record(found.allergies, found.alerts, found.died, found.number)

        self._session.background.run(work, done, self._session.fail)
