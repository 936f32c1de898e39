"""Counts what waits for an answer, tells what came of an import, and opens what there is to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medapp.ui.binding import swift_imports
from medapp.ui.shell.message import Message
from medapp.ui.shell.waiting_answers import Answers
from medapp.ui.shell.waiting_words import waiting_words
from medapp.ui.shell.widgets import NoticeBox
from medapp.ui.text import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from medapp.domain.patient import Patient
    from medapp.library.record.questions import FileQuestion
    from medapp.services.genomes import GenomeFile
    from medapp.services.records import RecordsImport
    from medapp.services.tables import TableProposal
    from medapp.services.waiting import Questions
    from medapp.ui.jobs.bar import JobsBar
    from medapp.ui.library.drawer import LibraryDrawer
    from medapp.ui.shell.form_list import Slot
    from medapp.ui.shell.import_report import ImportReport
    from medapp.ui.shell.session import Session

_Rows = list[list[str]]
_PAUSE_MS = 400


class Waiting(QObject):
    """A part of the window."""

    countChanged = Signal(int)
    """How many questions wait in the whole library."""

    def __init__(self, session: Session, window: QWidget) -> None:
        """Listen to `session`; what is asked lies over `window`."""
        super().__init__(window)
        self._session, self._window = session, window
        self._answers = Answers(session)
        self._asked, self._closed = 0, False
        self.count = 0
        self.report: ImportReport | None = None
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._look)
        session.libraryChanged.connect(self._changed)
        session.recordsTold.connect(self.tell)

    def close(self) -> None:
        """Count no more: the window closes, and the library after it."""
        self._closed = True
        self._soon.stop()
        if self.report is not None:
            self.report.close()

    def attach(self, place: JobsBar | LibraryDrawer) -> None:
        """Let a part of the window say how many questions wait, and open them."""
        place.questionsRequested.connect(self.show)
        place.set_questions(waiting_words(self.count))
        self.countChanged.connect(lambda count: place.set_questions(waiting_words(count)))

    def tell(self, found: RecordsImport) -> None:
        """Say in one line what came of it; its button opens the rest."""
        from medapp.ui.shell.waiting_model import summary

        self._session.told.emit(Message(summary(found), self.show, tr("Details")))

    def show(self) -> None:
        """Open all that waits, was answered, and was not read."""
        self._ask(self._open)

    def _changed(self) -> None:
        if not self._closed:
            self._soon.start()

    # ---- what there is --------------------------------------------------------------------------------
    def _look(self) -> None:
        """Count anew; where the questions are in view, show what there is of them now."""
        if not self._session.is_ready:
            return
        if self.report is not None and self.report.isVisible():
            self._ask(self._refresh)
            return
        library = self._session.app.library

        def work() -> int:
            from medapp.services.waiting import count_questions

            return count_questions(library)

        self._session.background.run(work, self._set_count, self._session.fail)

    def _ask(self, then: Callable[[Questions], object]) -> None:
        self._asked += 1
        asked, library = self._asked, self._session.app.library

        def work() -> Questions:
            from medapp.services.waiting import questions

            return questions(library)

        def done(found: Questions) -> None:
            self._set_count(found.count)
            if asked == self._asked:
                then(found)

        self._session.background.run(work, done, self._session.fail)

    def _set_count(self, count: int) -> None:
        if count != self.count:
            self.count = count
            self.countChanged.emit(count)

    def _open(self, found: Questions) -> None:
        if self.report is None:
            with swift_imports():
                from medapp.ui.shell.import_report import ImportReport

            self.report = ImportReport(self._begin_table, self._begin_genome, self._begin_pair, self._window)
            for listed in (self.report.tables, self.report.genomes):
                listed.leftOut.connect(self._answers.leave_out)
            self.report.answered.takenBack.connect(self._answers.take_back)
            self._answers.offer_all(self.report.tables)
        self.report.set_questions(found)
        self.report.show_first()
        self.report.show()
        self.report.raise_()
        self.report.activateWindow()

    def _refresh(self, found: Questions) -> None:
        if self.report is not None:
            self.report.set_questions(found)

    def _of(self, key: str) -> FileQuestion | None:
        """The file that a slot asks about."""
        asked = self.report.questions if self.report is not None else None
        files = (*asked.tables, *asked.genomes) if asked is not None else ()
        return next((one for one in files if one.identity == key), None)

    # ---- forms, made when they are first looked at ----------------------------------------------------
    def _begin_table(self, slot: Slot) -> None:
        question, library = self._of(slot.key), self._session.app.library
        if question is None:
            return

        def work() -> tuple[TableProposal, _Rows]:
            from medapp.services.table_numbers import with_neighbours
            from medapp.services.tables import preview, propose_table

            (proposal,) = with_neighbours(library, [propose_table(library, question.file)])
            return proposal, preview(proposal.file, proposal.mapping) if proposal.mapping else []

        def done(found: tuple[TableProposal, _Rows]) -> None:
            from medapp.ui.shell.waiting_table import TableForm

            proposal, rows = found
            if proposal.mapping is None:
                told = tr("The table cannot be read: {problem}.", problem=proposal.problem)
                slot.put(NoticeBox(told, "error"))
                return
            form = TableForm(proposal, rows)
            form.confirmed.connect(lambda answer: self._answers.read([answer]))
            slot.put(form)

        self._session.background.run(work, done, self._session.fail)

    def _begin_genome(self, slot: Slot) -> None:
        question, app = self._of(slot.key), self._session.app
        if question is None:
            return

        def work() -> GenomeFile:
            from medapp.services.genomes import look_at

            return look_at(question.file, app.paths.data)

        def done(found: GenomeFile) -> None:
            from medapp.ui.shell.waiting_genome import GenomeForm

            form = GenomeForm(found, self._find)
            form.confirmed.connect(self._answers.call)
            slot.put(form)

        self._session.background.run(work, done, self._session.fail)

    def _find(self, words: str, done: Callable[[Sequence[tuple[str, Patient]]], None]) -> None:
        library, key = self._session.app.library, self._session.patient_key
        patient = self._session.patient

        def work() -> Sequence[tuple[str, Patient]]:
            from medapp.services.genomes import patients_to_choose

            found = patients_to_choose(library, words)
            if words or patient is None or key in dict(found):
                return found
            return ((key, patient), *found)

        self._session.background.run(work, done, self._session.fail, priority=1)

    def _begin_pair(self, slot: Slot) -> None:
        from medapp.ui.shell.waiting_model import match_sides, pair_sides
        from medapp.ui.shell.waiting_pair import PairForm

        asked = self.report.questions if self.report is not None else None
        one, _, other = slot.key.partition(" ")
        pair = next(
            (both for both in (asked.pairs if asked else ()) if (both[0].key, both[1].key) == (one, other)),
            None,
        )
        if pair is not None:
            form = PairForm((tr("One record"), tr("Another record")), pair_sides(*pair))
            form.answered.connect(lambda same: self._answers.say_pair((one, other), same=same))
            slot.put(form)
            return
        for match in asked.matches if asked else ():
            if (match.match.person, match.match.patient) == (one, other):
                form = PairForm((tr("Record"), tr("Images")), match_sides(match))
                form.answered.connect(lambda same: self._answers.say_match((one, other), same=same))
                slot.put(form)
