"""What is in view while somebody is being opened: a sign at once, before their page is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.binding import swift_imports
from medapp.ui.record.empty_page import EmptyPage
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QStackedWidget

    from medapp.ui.shell.session import Session


class Opening(QObject):
    """A part of the window."""

    ended = Signal()
    """Nobody is being opened any more: the page of the workspace comes back."""

    def __init__(self, session: Session, pages: QStackedWidget) -> None:
        """Its page is put among `pages`."""
        super().__init__(pages)
        self._session, self._pages = session, pages
        self._making, self._looking = False, False
        self.page = EmptyPage(lambda: None)
        self.page.say(
            tr("Opening the record"), tr("It is shown as soon as it is read."), can_import=False, busy=True
        )
        pages.addWidget(self.page)
        session.opening.connect(self._tell)

    @property
    def is_on(self) -> bool:
        """Whether somebody is being opened, and the page of it is in view instead of another."""
        return self._making or self._looking

    def make_ready(self, then: Callable[[], object]) -> None:
        """Load what the page of a record is made of, in a thread, and then call `then`.

        It takes a second on a slow machine, in which the window would not answer.
        """
        self._making = True
        self._pages.setCurrentWidget(self.page)

        def work() -> None:
            with swift_imports():
                import medapp.ui.findings.uses
                import medapp.ui.shell.record  # noqa: F401 - what is loaded is kept

        def done(_: object) -> None:
            self._making = False
            then()

        self._session.background.run(work, done, self._session.fail, priority=1)

    def _tell(self, is_opening: bool) -> None:
        self._looking = is_opening
        if is_opening:
            self._pages.setCurrentWidget(self.page)
        elif not self._making:
            self.ended.emit()
