"""Tells what came of an import in one line, and opens what it has to tell and to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from medapp.ui.shell.import_report import ImportReport
from medapp.ui.shell.message import Message
from medapp.ui.shell.waiting_model import summary
from medapp.ui.shell.waiting_pair import PairForm
from medapp.ui.shell.widgets import button
from medapp.ui.text import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medapp.domain.patient import Patient
    from medapp.jobs.local import LocalContext
    from medapp.library.record.pairs import Subject
    from medapp.services.genomes import GenomeFile, GenomeWish
    from medapp.services.pgx import Pharmacogenome
    from medapp.services.records import RecordsImport
    from medapp.services.tables import TableProposal
    from medapp.ui.shell.session import Session
    from medapp.ui.shell.waiting_genome import GenomeForm
    from medapp.ui.shell.waiting_table import TableForm

_Rows = list[list[str]]


class Waiting(QObject):
    """A part of the window."""

    def __init__(self, session: Session, window: QWidget) -> None:
        """Listen to `session`; what is asked lies over `window`."""
        super().__init__(window)
        self._session, self._window = session, window
        self.report: ImportReport | None = None
        self._latest: RecordsImport | None = None
        session.recordsTold.connect(self.tell)

    def tell(self, found: RecordsImport) -> None:
        """Say in one line what came of it; its button opens the rest."""
        self._latest = found
        self._session.told.emit(Message(summary(found), lambda: self.show(found), tr("Details")))

    def show(self, found: RecordsImport) -> None:
        """Open what an import has to tell and to ask, once its files have been looked at."""
        app = self._session.app

        def work() -> _Asked:
            from medapp.services.genomes import look_at, patients_to_choose
            from medapp.services.tables import preview, propose_table

            tables = [propose_table(app.library, file) for file in found.waiting if file.kind == "table"]
            rows = [preview(one.file, one.mapping) if one.mapping else [] for one in tables]
            genomes = [look_at(file, app.paths.data) for file in found.waiting if file.kind == "vcf"]
            patients = patients_to_choose(app.library) if genomes else ()
            subject = app.library.records.subject
            pairs = [(subject(one), subject(other)) for one, other in found.doubtful]
            return _Asked(list(zip(tables, rows, strict=True)), genomes, patients, pairs)

        self._session.background.run(work, lambda asked: self._open(found, asked), self._session.fail)

    def _open(self, found: RecordsImport, asked: _Asked) -> None:
        if self.report is not None:
            self.report.close()
        report = self.report = ImportReport(found, self._window)
        for proposal, rows in asked.tables:
            if proposal.mapping is None:
                found.refused.append((str(proposal.file.path), "", "malformed", proposal.problem))
            else:
                self._add_table(report, proposal, rows)
        if report.tables.count > 1:
            report.tables.head.addWidget(
                button(tr("Read all without questions"), lambda: self._read_all(report))
            )
        for genome in asked.genomes:
            self._add_genome(report, genome, asked.patients)
        for one, other in asked.pairs:
            self._add_pair(report, one, other)
        report.refresh()
        report.show()

    # ---- tables ---------------------------------------------------------------------------------------
    def _add_table(self, report: ImportReport, proposal: TableProposal, rows: _Rows) -> None:
        from medapp.ui.shell.waiting_table import TableForm

        form = TableForm(proposal, rows)
        form.confirmed.connect(lambda answer: self._read(report, [(form, answer)]))
        report.tables.add(proposal.file.name.rpartition("/")[2], form)

    def _read_all(self, report: ImportReport) -> None:
        from dataclasses import replace

        from medapp.ui.shell.waiting_table import TableForm

        ready = [
            (form, replace(form.form.proposal, mapping=form.form.mapping))
            for form in report.tables.forms
            if isinstance(form, TableForm) and not form.form.questions
        ]
        if ready:
            self._read(report, ready)

    def _read(self, report: ImportReport, answers: list[tuple[TableForm, TableProposal]]) -> None:
        session, library = self._session, self._session.app.library

        def work(context: LocalContext) -> object:
            from medapp.services.importing import progress_of
            from medapp.services.tables import read_tables

            return read_tables(library, [answer for _, answer in answers], progress_of(context))

        def done(found: RecordsImport) -> None:
            session.libraryChanged.emit()
            if found.cancelled:
                # Which of them were read is not asked: reading one again changes nothing.
                session.tell(tr("Reading was cancelled; tables that were read whole are kept."))
                return
            for form, _ in answers:
                report.tables.remove(form)
            report.refresh()
            if found.refused or found.doubtful:
                session.recordsTold.emit(found)
            else:
                session.tell(summary(found))

        title = tr("Read {count} tables", count=len(answers)) if len(answers) > 1 else tr("Read a table")
        cancelled = tr("Reading was cancelled; tables that were read whole are kept.")
        session.jobs.watch(
            session.app.jobs.submit_local(title, work),
            done,
            lambda error: session.fail(error, tr("The table cannot be read."), cancelled=cancelled),
        )

    # ---- genomes --------------------------------------------------------------------------------------
    def _add_genome(
        self, report: ImportReport, genome: GenomeFile, patients: tuple[tuple[str, Patient], ...]
    ) -> None:
        from medapp.ui.shell.waiting_genome import GenomeForm

        form = GenomeForm(genome, patients, self._session.patient_key)
        form.confirmed.connect(lambda wish: self._call(report, form, wish))
        report.genomes.add(genome.file.name.rpartition("/")[2], form)

    def _call(self, report: ImportReport, form: GenomeForm, wish: GenomeWish) -> None:
        session, app = self._session, self._session.app

        def work(context: LocalContext) -> object:
            from medapp.services.genomes import call_and_keep

            def lines(count: int, share: float) -> None:
                context.progress(share, tr("{count} lines", count=count))

            return call_and_keep(app.library, wish, data_folder=app.paths.data, on_line=lines)

        def done(found: Pharmacogenome) -> None:
            count = sum(bool(call.diplotypes or call.components) for call in found.calls)
            session.tell(
                tr("{count} of {all} genes were called and kept.", count=count, all=len(found.calls))
            )
            session.libraryChanged.emit()
            report.genomes.remove(form)
            report.refresh()

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
    def _add_pair(self, report: ImportReport, one: Subject, other: Subject) -> None:
        form = PairForm(one, other)

        def answered(mine: str, theirs: str, same: bool) -> None:
            self._write((mine, theirs), same)
            report.pairs.remove(form)
            report.refresh()
            told = tr("Their records are one person's now.") if same else tr("They are kept apart.")
            self._session.tell(told, lambda: self._write((mine, theirs), None))

        form.answered.connect(answered)
        report.pairs.add(form)

    def _write(self, pair: tuple[str, str], same: bool | None) -> None:
        records = self._session.app.library.records
        self._session.background.run(
            lambda: records.answer_pair(*pair, same=same),
            lambda _: self._session.libraryChanged.emit(),
            self._session.fail,
        )


class _Asked:
    """What was found out about the files that wait."""

    def __init__(
        self,
        tables: list[tuple[TableProposal, _Rows]],
        genomes: list[GenomeFile],
        patients: tuple[tuple[str, Patient], ...],
        pairs: list[tuple[Subject, Subject]],
    ) -> None:
        self.tables, self.genomes, self.patients, self.pairs = tables, genomes, patients, pairs
