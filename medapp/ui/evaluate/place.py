"""Where the Evaluate page stands in the window: in place of the workspace, until it is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.binding import swift_imports

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget, QWidget

    from medapp.ui.evaluate.page import EvaluatePage
    from medapp.ui.shell.session import Session


class EvaluatePlace(QObject):
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
        self.is_open = False
        self.page: EvaluatePage | None = None

    def open(self) -> None:
        """Show the page in place of the workspace."""
        if self.page is None:
            with swift_imports():
                from medapp.ui.evaluate.page import EvaluatePage

            self.page = EvaluatePage(self._session)
            self.page.closeRequested.connect(self.close)
            self._pages.addWidget(self.page)
        else:
            self.page.model.refresh()  # a classifier of one's own may have been added meanwhile
        self.is_open = True
        self.changed.emit()
        self.page.form.task.setFocus()

    def close(self) -> None:
        """Go back to where the user was."""
        self.leave()
        self.changed.emit()

    def leave(self) -> None:
        """Another page comes; what is being measured goes on."""
        self.is_open = False
