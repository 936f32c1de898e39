"""A question over the library, its answer, and the questions that were kept; asks off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.domain.cohort import Cohort, Member
    from medapp.ui.shell.session import Session

Change = tuple[str, str | None]
"""A name, and the question that is kept under it; None takes it out."""
LONGEST_NAME = 80
_IDLE_MS = 1000


@dataclass(frozen=True)
class Failure:
    """Why a question was not answered.

    Attributes:
        part: Its words that were not understood; empty where it is about all of it.
        advice: What could be changed.
    """

    text: str
    advice: str = ""
    part: str = ""


class CohortModel(QObject):
    """One question at a time: a late answer to an older one is dropped.

    Attributes:
        question: What `cohort` or `failure` belong to, or what is being asked.
        cohort: The answer; None before there is one.
        is_stale: Whether the library has changed since it was given.
        saved: Names and words of the questions that were kept, by name.
    """

    changed = Signal()
    savedChanged = Signal()
    opening = Signal()
    """Somebody is on the way into view."""

    def __init__(self, session: Session) -> None:
        """Nothing is asked yet; what was kept is asked for."""
        super().__init__(session)
        self._session = session
        self._asked = self._opened = 0
        self._answered = ""
        self.question = ""
        self.is_asking = self.is_stale = False
        self.cohort: Cohort | None = None
        self.failure: Failure | None = None
        self.saved: tuple[tuple[str, str], ...] = ()
        session.libraryChanged.connect(self._library_changed)
        session.when_ready(self._get_ready)

    # ---- asking ---------------------------------------------------------------------------------------
    def ask(self, text: str) -> None:
        """Ask the library; `changed` tells now, and when there is an answer."""
        self._asked += 1
        asked = self._asked
        self.question, self.is_asking, self.failure = text.strip(), True, None
        self.changed.emit()
        self._session.when_ready(lambda: self._ask(asked))

    def _get_ready(self) -> None:
        self._write(())
        QTimer.singleShot(_IDLE_MS, self, self._warm_up)

    def _warm_up(self) -> None:
        """Load the units while a question is being written; one that is asked already loads them itself."""

        def load() -> None:
            from medapp.knowledge.units import parse

            parse("mg/dL")

        if not self.is_asking:
            self._session.background.run(load, lambda _: None, lambda _: None)

    def cancel(self) -> None:
        """Wait for no answer any more; what was answered before stays."""
        if self.is_asking:
            self._asked += 1
            self.is_asking, self.question = False, self._answered
            self.changed.emit()

    def _ask(self, asked: int) -> None:
        if asked != self._asked:
            return
        session, text = self._session, self.question

        def work() -> Cohort | Failure:
            from medapp.services.cohort_errors import QueryError
            from medapp.services.cohorts import ask

            try:
                return ask(session.app.library, text)
            except QueryError as error:
                return Failure(str(error), error.advice, error.part)

        def done(found: Cohort | Failure) -> None:
            if asked == self._asked:
                self._take(found)

        def failed(error: Exception) -> None:
            if asked == self._asked:
                self._take(None)
                session.fail(error, tr("The library could not be asked."))

        session.background.run(work, done, failed, priority=1)

    def _take(self, found: Cohort | Failure | None) -> None:
        self.is_asking = self.is_stale = False
        self.failure = found if isinstance(found, Failure) else None
        self.cohort = None if isinstance(found, Failure) else found
        self._answered = self.question if self.cohort is not None else ""
        self.changed.emit()

    def _library_changed(self) -> None:
        if self.cohort is not None:
            self.is_stale = True
            self.changed.emit()

    # ---- what is kept ---------------------------------------------------------------------------------
    @property
    def can_keep(self) -> bool:
        """Whether there is a question that was understood."""
        return self.cohort is not None and not self.is_asking

    def keep(self, name: str) -> None:
        """Keep the question that was answered; one of the same name is replaced, which can be undone."""
        name = name.strip()[:LONGEST_NAME]
        if not (name and self.can_keep):
            return
        before = dict(self.saved).get(name)
        if before is None:
            told = tr("The question was saved.")
        else:
            told = tr("The question was saved; it takes the place of another one of this name.")
        self._write(((name, self._answered),), told, ((name, before),))

    def rename(self, name: str, to: str) -> bool:
        """Give a question that was kept another name; False where that is taken, or is none."""
        to, saved = to.strip()[:LONGEST_NAME], dict(self.saved)
        if name == to:
            return True
        if not to or name not in saved:
            return False
        if to in saved:
            self._session.tell(tr("Another question has this name; nothing was changed."))
            return False
        text = saved[name]
        self._write(
            ((to, text), (name, None)), tr("The question was renamed."), ((name, text), (to, None))
        )  # fmt: skip
        return True

    def remove(self, name: str) -> None:
        """Take a question out of what is kept; can be undone."""
        text = dict(self.saved).get(name)
        if text is not None:
            self._write(((name, None),), tr("The saved question was deleted."), ((name, text),))

    def _write(self, changes: tuple[Change, ...], told: str = "", undo: tuple[Change, ...] = ()) -> None:
        """Write what is kept, and list it anew; what is told of it can be taken back by `undo`."""
        session = self._session

        def work() -> tuple[tuple[str, str], ...]:
            records = session.app.library.records
            for name, text in changes:
                records.keep_query(name, text)
            return records.queries()

        def done(found: tuple[tuple[str, str], ...]) -> None:
            self.saved = found
            self.savedChanged.emit()
            if told:
                session.tell(told, lambda: self._write(undo))

        session.background.run(
            work,
            done,
            lambda error: session.fail(error, tr("The saved questions cannot be read or written.")),
        )

    # ---- what is done with an answer ------------------------------------------------------------------
    def open(self, member: Member) -> None:
        """Show somebody: their images where there are any, else their record."""
        session = self._session
        self._opened += 1
        opened = self._opened
        if not member.patients:
            self._show(lambda: session.open_person(member.person))
            return

        def work() -> str:
            from medapp.services.cohorts import study_to_open

            return study_to_open(session.app.library, member)

        def done(study: str) -> None:
            if opened != self._opened:
                return
            if study:
                self._show(lambda: session.open_study(study))
            elif member.person:
                self._show(lambda: session.open_person(member.person))
            else:
                session.tell(tr("The images of this patient are no longer in the library."))

        session.background.run(work, done, session.fail, priority=1)

    def _show(self, show: Callable[[], None]) -> None:
        self.opening.emit()
        show()

    def export(self, path: Path) -> None:
        """Write the answer as CSV."""
        cohort, session = self.cohort, self._session
        if cohort is None:
            return

        def work() -> int:
            from medapp.services.cohorts import export_csv

            return export_csv(cohort, path)

        def done(rows: int) -> None:
            session.tell(tr("{name} was written: {rows} rows.", name=path.name, rows=rows))

        session.background.run(
            work,
            done,
            lambda error: session.fail(
                error,
                tr("The table cannot be written."),
                advice=tr("Choose another folder, or close the file where another program has it open."),
            ),
        )
