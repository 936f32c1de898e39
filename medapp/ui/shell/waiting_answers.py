"""Does what a person has answered, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from medapp.ui.shell.widgets import button
from medapp.ui.text import tr
from medapp.ui.wording import person_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from medapp.formats.recognise import RecordFile
    from medapp.jobs.local import LocalContext
    from medapp.services.genomes import GenomeWish
    from medapp.services.pgx import Pharmacogenome
    from medapp.services.records import RecordsImport
    from medapp.services.tables import TableProposal
    from medapp.services.waiting import Answered
    from medapp.ui.shell.form_list import FormList
    from medapp.ui.shell.session import Session


class Answers(QObject):
    """A part of the window; all work goes through jobs or the background."""

    def __init__(self, session: Session) -> None:
        """Write into the library of `session`."""
        super().__init__(session)
        self._session = session

    # ---- tables ---------------------------------------------------------------------------------------
    def offer_all(self, tables: FormList) -> None:
        """Let all tables be read at once of which nothing has to be asked."""
        tables.head.addWidget(button(tr("Read all without questions"), lambda: self._read_all(tables)))

    def _read_all(self, tables: FormList) -> None:
        """Tables that nobody has looked at yet are looked at first."""
        from medapp.ui.shell.waiting_table import TableForm

        library, keys = self._session.app.library, tables.keys
        seen = {key: form.answer for key in keys if isinstance(form := tables.form_of(key), TableForm)}

        def work() -> list[TableProposal]:
            from medapp.services.table_numbers import with_neighbours
            from medapp.services.tables import propose_table

            files = {one.identity: one.file for one in library.questions.all() if one.state == "open"}
            found = [
                seen[key] if key in seen else propose_table(library, files[key])
                for key in keys
                if key in seen or key in files
            ]
            met = with_neighbours(library, [one for one in found if one.meeting is None])
            ready = [one for one in found if one.meeting is not None] + met
            return [one for one in ready if one.mapping is not None and not one.questions]

        def done(ready: list[TableProposal]) -> None:
            if ready:
                self.read(ready)
            else:
                self._session.tell(tr("Each of these tables has a question to be answered first."))

        self._session.background.run(work, done, self._session.fail)

    def read(self, answers: Sequence[TableProposal]) -> None:
        """Read tables whose mappings a person has confirmed."""
        session, library = self._session, self._session.app.library

        def work(context: LocalContext) -> object:
            from medapp.services.importing import progress_of
            from medapp.services.tables import read_tables

            return read_tables(library, answers, progress_of(context))

        def done(found: RecordsImport) -> None:
            from medapp.ui.shell.waiting_model import summary

            session.libraryChanged.emit()
            if found.cancelled:
                session.tell(tr("Reading was cancelled; tables that were read whole are kept."))
            elif found.refused or found.doubtful:
                session.recordsTold.emit(found)
            else:
                session.tell(summary(found), lambda: self._ask_again([one.file for one in answers]))

        title = tr("Read {count} tables", count=len(answers)) if len(answers) > 1 else tr("Read a table")
        cancelled = tr("Reading was cancelled; tables that were read whole are kept.")
        session.jobs.watch(
            session.app.jobs.submit_local(title, work),
            done,
            lambda error: session.fail(error, tr("The table cannot be read."), cancelled=cancelled),
        )

    # ---- genomes --------------------------------------------------------------------------------------
    def call(self, wish: GenomeWish) -> None:
        """Call the genes of a genome and keep them for whom a person has named."""
        session, app = self._session, self._session.app

        def work(context: LocalContext) -> object:
            from medapp.services.genomes import call_and_keep

            def lines(count: int, share: float) -> None:
                context.progress(share, tr("{count} lines", count=count))

            return call_and_keep(app.library, wish, data_folder=app.paths.data, on_line=lines)

        def done(found: Pharmacogenome) -> None:
            count = sum(bool(call.diplotypes or call.components) for call in found.calls)
            name = person_name(wish.identity.name) if wish.identity else tr("the patient")
            told = tr(
                "{count} of {all} genes of {name} were called and kept.",
                count=count, all=len(found.calls), name=name,
            )  # fmt: skip
            session.tell(told, lambda: self._ask_again([wish.file]))
            session.libraryChanged.emit()

        session.jobs.watch(
            app.jobs.submit_local(tr("Call genes of a genome"), work),
            done,
            lambda error: session.fail(
                error,
                tr("The genes cannot be called."),
                cancelled=tr("Calling was cancelled; nothing of the genome was kept."),
            ),
        )

    # ---- persons --------------------------------------------------------------------------------------
    def say_pair(self, keys: tuple[str, str], *, same: bool) -> None:
        """Write whether two records are of one person."""
        records = self._session.app.library.records
        told = tr("Their records are one person's now.") if same else tr("They are kept apart.")
        self._do(
            lambda: records.answer_pair(*keys, same=same),
            told,
            lambda: self._do(lambda: records.answer_pair(*keys, same=None)),
        )

    def say_match(self, keys: tuple[str, str], *, same: bool) -> None:
        """Write whether a record and a patient of the images are the same person."""
        records = self._session.app.library.records
        told = tr("Record and images are one person's now.") if same else tr("They are kept apart.")
        self._do(
            lambda: records.answer_match(*keys, same=same),
            told,
            lambda: self._do(lambda: records.answer_match(*keys, same=None)),
        )

    # ---- all ------------------------------------------------------------------------------------------
    def leave_out(self, identity: str) -> None:
        """A file shall not be read."""
        questions = self._session.app.library.questions
        self._do(
            lambda: questions.leave_out(identity),
            tr("It is left out; nothing of it is read."),
            lambda: self._do(lambda: questions.take_back(identity)),
        )

    def take_back(self, answer: Answered) -> None:
        """Let a question wait again."""
        library = self._session.app.library

        def work() -> None:
            from medapp.services.waiting import take_back

            take_back(library, answer)

        self._do(work, tr("The answer was taken back; the question waits again."))

    def _ask_again(self, files: Sequence[RecordFile]) -> None:
        library = self._session.app.library

        def work() -> None:
            from medapp.services.import_sources import identity_of

            for file in files:
                library.questions.take_back(identity_of(file))

        self._do(work, tr("The answer was taken back; the question waits again."))

    def _do(
        self, work: Callable[[], object], told: str = "", undo: Callable[[], object] | None = None
    ) -> None:
        def done(_: object) -> None:
            self._session.libraryChanged.emit()
            if told:
                self._session.tell(told, undo)

        self._session.background.run(work, done, self._session.fail)
