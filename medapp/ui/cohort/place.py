"""Where the page of questions stands in the window: opened, closed, left for whoever is opened from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from medapp.ui.binding import swift_imports
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget, QWidget

    from medapp.ui.cohort.page import CohortPage
    from medapp.ui.library.drawer import LibraryDrawer
    from medapp.ui.shell.session import Session


class CohortPlace(QObject):
    """A part of the window.

    Attributes:
        is_open: Whether the page is in view in place of the workspace.
        page: None before it was first asked for.
    """

    changed = Signal()

    def __init__(self, session: Session, pages: QStackedWidget, window: QWidget) -> None:
        """The page is one of `pages`; it is made when it is first asked for."""
        super().__init__(window)
        self._session, self._pages = session, pages
        self._awaits = False
        self.is_open = False
        self.page: CohortPage | None = None
        QShortcut(QKeySequence(tr("Ctrl+Shift+K")), window, self.open)
        for arrived in (session.patientChanged, session.seriesShown, session.seriesFailed):
            arrived.connect(self._arrived)
        session.derivedRequested.connect(self._arrived)
        session.problem.connect(self._forget)

    def attach(self, drawer: LibraryDrawer) -> None:
        """Open with what the library's drawer asks for, leave with whom it opens."""
        drawer.askRequested.connect(self.open)
        drawer.personChosen.connect(self.expect)
        drawer.sampleRequested.connect(self.expect)

    def open(self, text: str = "") -> None:
        """Show the page in place of the workspace, and ask what `text` says."""
        if self.page is None:
            with swift_imports():
                from medapp.ui.cohort.page import CohortPage

            self.page = CohortPage(self._session)
            self.page.closeRequested.connect(self.close)
            self.page.model.opening.connect(self.expect)
            self._pages.addWidget(self.page)
        self.is_open, self._awaits = True, False
        self.changed.emit()
        self.page.begin(text)

    def close(self) -> None:
        """Go back to where the user was."""
        self.leave()
        self.changed.emit()

    def leave(self) -> None:
        """Another page comes."""
        self.is_open = self._awaits = False
        if self.page is not None:
            self.page.model.cancel()

    def expect(self, *_: object) -> None:
        """Somebody is on the way into view: the page stays until they are there."""
        self._awaits = True

    def _arrived(self, *_: object) -> None:
        if self.is_open and self._awaits:
            self.close()

    def _forget(self, *_: object) -> None:
        self._awaits = False
