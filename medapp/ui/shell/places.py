"""Pages that stand in place of the workspace, one at a time: questions over the library, evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medapp.ui.cohort.place import CohortPlace
from medapp.ui.evaluate.place import EvaluatePlace

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget, QWidget

    from medapp.ui.shell.session import Session


class Places(QObject):
    """A part of the window."""

    changed = Signal()

    def __init__(self, session: Session, pages: QStackedWidget, window: QWidget) -> None:
        """Their pages are put among `pages` when they are first asked for."""
        super().__init__(window)
        self.cohort = CohortPlace(session, pages, window)
        self.evaluating = EvaluatePlace(session, pages, window)
        self.cohort.changed.connect(self.changed)
        self.evaluating.changed.connect(self.changed)

    @property
    def page(self) -> QWidget | None:
        """The page in view; None where the workspace is."""
        found = (place.page for place in (self.cohort, self.evaluating) if place.is_open)
        return next(found, None)

    def leave(self) -> None:
        """The workspace comes back."""
        self.cohort.leave()
        self.evaluating.leave()

    def evaluate(self) -> None:
        """Show the page of evaluation."""
        self.cohort.leave()
        self.evaluating.open()
