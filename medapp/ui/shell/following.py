"""Follows what was written to the library elsewhere, at the command line or in another window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from medapp.ui.shell.session import Session


class Following(QObject):
    """A part of the window; what this window writes itself is told by `Session.libraryChanged`."""

    def __init__(self, session: Session) -> None:
        """Nothing has been seen yet."""
        super().__init__(session)
        self._session = session
        self._seen: int | None = None
        session.libraryChanged.connect(self._note)

    def look(self) -> None:
        """Tell all parts of the window where the library is another than it was."""
        self._ask(self._compare)

    def _note(self) -> None:
        self._ask(self._keep)

    def _keep(self, version: int) -> None:
        self._seen = version

    def _compare(self, version: int) -> None:
        changed = self._seen is not None and version != self._seen
        self._seen = version
        if changed:
            self._session.libraryChanged.emit()

    def _ask(self, then: Callable[[int], None]) -> None:
        if self._session.is_ready:
            library = self._session.app.library
            self._session.background.run(library.changes.version, then, self._session.fail)
