"""What an import asks: what the columns of tables mean, and whose genome a VCF is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medapp.cli import show
from medapp.cli.ending import FAILED, NOTHING_FITS, WRONG_USE, Problem, finish
from medapp.cli.patients import whose
from medapp.formats.tables.encodings import words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.jobs.local import LocalContext
    from medapp.library.record import PersonEntry
    from medapp.services import table_answers
    from medapp.services.app import App
    from medapp.services.genomes import GenomeWish
    from medapp.services.pgx import Pharmacogenome
    from medapp.services.records import RecordsImport
    from medapp.services.tables import TableProposal

_SHOWN = 12


@dataclass(frozen=True)
class Answers:
    """What was said on the command line of files that wait for an answer."""

    propose: Path | None = None
    mapping: Path | None = None
    patient: str = ""
    sample: str = ""
    outside: Path | None = None
    shared: bool | None = None


def mappings(path: Path) -> table_answers.Answers:
    """Mappings of a file.

    Raises:
        Problem: Where it holds none.
    """
    from medapp.services.table_answers import AnswerError, understood

    try:
        return understood(path.read_text("utf-8"))
    except (AnswerError, UnicodeDecodeError) as error:
        message = f"{path}: {error}"
        raise Problem(message, WRONG_USE) from error


class Tables:
    """The tables of an import."""

    def __init__(self, app: App, records: RecordsImport, *, shared: bool | None = None) -> None:
        """Propose what their columns mean; `shared` says whether a number is one patient in a folder."""
        from medapp.services.table_numbers import with_neighbours
        from medapp.services.tables import propose_table

        self._app, self._records, self._shared = app, records, shared
        self.waiting: list[TableProposal] = []
        for file in [one for one in records.waiting if one.kind == "table"]:
            found = propose_table(app.library, file)
            if found.mapping is None:
                records.waiting.remove(file)
                records.refused.append((str(file.shown or file.path), "", "malformed", found.problem))
            else:
                self.waiting.append(found)
        self.waiting = list(map(self._numbered, with_neighbours(app.library, self.waiting)))

    def _numbered(self, one: TableProposal) -> TableProposal:
        """As the command line says of the numbers that tables of one folder share."""
        if self._shared is None or one.meeting is None:
            return one
        return one.answered(shared=self._shared)

    def write(self, path: Path) -> None:
        """Write proposals, to be edited.

        Raises:
            Problem: Where the file cannot be written.
        """
        from medapp.services.table_answers import written

        try:
            path.write_text(written(self.waiting), "utf-8")
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}"
            raise Problem(message, FAILED) from error
        show.remark(f"{len(self.waiting)} proposed mappings are in {path}; read them with --mapping")

    def read(self, answers: table_answers.Answers) -> None:
        """Read the tables that a person has confirmed a mapping for; the others go on waiting.

        Raises:
            Problem: Where it was cancelled before any was read.
        """
        from medapp.services.importing import progress_of
        from medapp.services.records import RecordsImport
        from medapp.services.tables import read_tables

        said = [(one, answer) for one in self.waiting if (answer := answers.of(one)) and answer.mapping]
        confirmed = [(one, self._numbered(answer)) for one, answer in said]
        todo = [answer for _, answer in confirmed]
        job = self._app.jobs.submit_local(
            "Read tables", lambda context: read_tables(self._app.library, todo, progress_of(context))
        )
        done = finish(job, "Read tables")
        assert isinstance(done, RecordsImport)  # noqa: S101 - what the job returns
        records = self._records
        records.counts += done.counts
        records.refused += done.refused
        records.unread |= done.unread
        records.persons.update(done.persons)
        records.doubtful += done.doubtful
        records.encodings |= done.encodings
        records.quotes |= done.quotes
        records.unitless += done.unitless
        records.apart += done.apart
        records.cancelled = done.cancelled
        read = {} if done.cancelled else dict.fromkeys(one.file for one, _ in confirmed)
        for one, answer in confirmed:
            if one.file in read and not answer.questions:
                self.waiting.remove(one)
                records.waiting.remove(one.file)
            elif answer.questions:
                # What is still open is told of what was said, not of what was proposed.
                self.waiting[self.waiting.index(one)] = answer

    def report(self) -> list[dict[str, Any]]:
        """The tables that wait, with what is proposed."""
        return [
            {
                "file": one.file.name,
                "layout": one.mapping.layout,
                "content": one.mapping.content,
                "confirmed_before": one.kept,
                "questions": list(one.questions),
                "without_unit": list(one.mapping.without_unit),
                "columns": {column.header: column.role for column in one.mapping.columns},
            }
            for one in self.waiting
            if one.mapping is not None
        ]

    def tell(self, mapping_file: Path | None = None) -> None:
        """Print the tables that wait, with what is proposed and what is asked.

        Args:
            mapping_file: What was said of them, and left questions open.
        """
        for one in self.waiting:
            mapping = one.mapping
            if mapping is None:
                continue
            known = "as confirmed before" if one.kept else mapping.layout or "proposed"
            show.remark(f"waits for an answer: {one.file.name} (table, {known}; a row: {mapping.content})")
            columns = [
                f"{column.header} = {column.role}" for column in mapping.columns if column.role != "ignore"
            ]
            more = f", and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
            show.remark(f"  {', '.join(columns[:_SHOWN])}{more}")
            for question in mapping.questions:
                show.remark(f"  question: {question}")
            for question in one.questions[len(mapping.questions) :]:
                show.remark(f"  question: {question} --same-numbers says yes, --own-numbers no")
            if words(mapping.encoding):
                show.remark(
                    f"  seems to be written in {words(mapping.encoding)}; the mapping may say another"
                )
            if mapping.without_unit:
                show.remark(f"  no unit is stated of {_some(mapping.without_unit)}: say it in the mapping")
        from medapp.services.table_answers import how_to_answer

        if self.waiting and mapping_file is not None:
            show.remark(f"{mapping_file} does not answer all of these questions:")
            for told in dict.fromkeys(told for one in self.waiting for told in how_to_answer(one)):
                show.remark(f"  {told}")
        elif self.waiting:
            show.remark("`medapp import PATH --propose FILE.json` writes mappings to look at and to confirm")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def call(app: App, records: RecordsImport, answers: Answers, person: str) -> Pharmacogenome:
    """Call the genes of the one genome of an import and keep them for a person.

    Raises:
        Problem: Where there is not one genome, or nothing can be called of it.
    """
    from medapp.services.genomes import GenomeWish, look_at
    from medapp.services.records import place_beside

    files = [one for one in records.waiting if one.kind == "vcf"]
    if not files and records.refused:
        path, place, _, reason = records.refused[0]
        message = ": ".join(part for part in (path, place_beside(place, reason), reason) if part)
        raise Problem(message, NOTHING_FITS)
    if len(files) != 1:
        names = ", ".join(one.name for one in files) or "none"
        message = f"--patient says whose one VCF is; found: {names}"
        raise Problem(message, WRONG_USE)
    found = look_at(files[0], app.paths.data)
    if found.obstacle:
        message = f"{files[0].name}: {found.obstacle}"
        raise Problem(message, NOTHING_FITS)
    if found.warning:
        show.remark(f"{files[0].name}: {found.warning}")
    wish = GenomeWish(files[0], answers.sample, person, outside=answers.outside)
    called = _called(app, wish)
    records.waiting.remove(files[0])
    return called


def _called(app: App, wish: GenomeWish) -> Pharmacogenome:
    """Call the genes as a job that shows how far it is and can be ended.

    Raises:
        Problem: Where nothing can be called, or it was cancelled: then nothing is kept.
    """
    from medapp.formats.errors import UnreadableError
    from medapp.services.genomes import call_and_keep
    from medapp.services.pgx import Pharmacogenome, SampleError, TablesMissingError

    def work(context: LocalContext) -> object:
        def lines(count: int, share: float) -> None:
            context.progress(share, f"{count} lines of {wish.file.name}")

        try:
            return call_and_keep(app.library, wish, data_folder=app.paths.data, on_line=lines)
        except (SampleError, TablesMissingError, UnreadableError) as error:
            return error

    called = finish(app.jobs.submit_local("Call genes", work), "Call genes")
    if isinstance(called, SampleError):
        raise Problem(str(called), WRONG_USE) from called
    if isinstance(called, TablesMissingError):
        raise Problem(str(called), NOTHING_FITS) from called
    if isinstance(called, UnreadableError):
        message = f"{wish.file.name}: {called.reason}"
        raise Problem(message, NOTHING_FITS) from called
    assert isinstance(called, Pharmacogenome)  # noqa: S101 - what the job returns
    return called


def tell_genomes(records: RecordsImport, called: Pharmacogenome | None, person: PersonEntry | None) -> None:
    """Print which genomes wait, and what was called of whom."""
    for file in records.waiting:
        if file.kind != "table":
            show.remark(
                f"waits for an answer: {file.name} ({file.kind}): whose is it? --patient PATIENT says so"
            )
    if called is not None and person is not None:
        count = sum(bool(call.diplotypes or call.components) for call in called.calls)
        show.remark(f"sample {called.sample} of {called.path.name} is now the genome of {whose(person)}")
        show.remark(f"{count} of {len(called.calls)} genes were called and kept. Not for diagnostic use.")


def genome_report(called: Pharmacogenome, person: PersonEntry) -> dict[str, Any]:
    """Whose a genome became, for JSON."""
    return {
        "file": str(called.path),
        "sample": called.sample,
        "patient": person.key,
        "name": person.name,
        "number": person.number,
        "birth_date": person.birth_date,
        "sex": person.sex,
    }
