"""``medapp import``: images and records into the library, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from medapp.cli import import_report, show, waiting
from medapp.cli.ending import CANCELLED, NOTHING_FITS, REFUSED, Problem, finish, refuse_missing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from medapp.library.record import PersonEntry
    from medapp.services.app import App
    from medapp.services.importing import Imported
    from medapp.services.pgx import Pharmacogenome


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    paths: Sequence[Path]
    answers: waiting.Answers
    strict: bool = False
    as_json: bool = False


def import_paths(wish: Wish) -> None:
    """Bring images and records into the library and tell what came of it.

    Ctrl-C ends it; what was read whole till then is kept and told.

    Raises:
        Problem: Where one of the paths does not exist, nothing was taken in, files were refused, or it was
            cancelled.
    """
    from medapp.cli.patients import one_patient
    from medapp.services.app import App

    answers = wish.answers
    refuse_missing([*wish.paths, *(path for path in (answers.mapping, answers.outside) if path)])
    with App.open() as app:
        person = one_patient(app.library, answers.patient) if answers.patient else None
        read = waiting.mappings(answers.mapping) if answers.mapping else None
        found = _import(app, wish)
        records = found.records
        tables = waiting.Tables(app, records, shared=answers.shared)
        if answers.propose is not None and not records.cancelled:
            tables.write(answers.propose)
        if read is not None and not records.cancelled:
            tables.read(read)
        goes_on = person is not None and not records.cancelled
        called = waiting.call(app, records, answers, person.key) if person is not None and goes_on else None
        if called is not None and person is not None:
            records.persons[person.key] = None
    _tell(wish, found, tables, person, called)
    _end(wish, found, called=called is not None, read=read is not None)


def _tell(
    wish: Wish,
    found: Imported,
    tables: waiting.Tables,
    person: PersonEntry | None,
    called: Pharmacogenome | None,
) -> None:
    if not wish.as_json:
        import_report.tell(found.images, found.records)
        again = found.records.by_answers
        if again:
            read = "1 table was" if again == 1 else f"{again} tables were"
            show.remark(f"{read} read as it was said before what the columns mean")
        tables.tell(wish.answers.mapping)
        waiting.tell_genomes(found.records, called, person)
        return
    report: dict[str, Any] = import_report.report(found.images, found.records) | {"tables": tables.report()}
    if called is not None and person is not None:
        report["genes"] = len(called.calls)
        report["genome"] = waiting.genome_report(called, person)
    show.as_json(report)


def _import(app: App, wish: Wish) -> Imported:
    from medapp.services.importing import Imported, import_paths

    said = wish.answers
    # What is said now stands above what was said before.
    by_answers = said.mapping is None and said.propose is None and said.shared is None
    job = import_paths(app, wish.paths, strict=wish.strict, by_answers=by_answers)
    found = finish(job, "Import")
    assert isinstance(found, Imported)  # noqa: S101 - what `import_paths` promises
    return found


def _end(wish: Wish, found: Imported, *, called: bool, read: bool) -> None:
    images, records = found.images, found.records
    if records.cancelled:
        message = "cancelled; what was read whole before is kept"
        raise Problem(message, CANCELLED)
    proposed = wish.answers.propose is not None and not read
    if not (images.series_keys or records.counts or called or (records.waiting and proposed)):
        message = f"nothing was taken in of {', '.join(map(str, wish.paths))}"
        if records.waiting:
            count = len(records.waiting)
            message += f": {count} {'file waits' if count == 1 else 'files wait'} for an answer"
        raise Problem(message, NOTHING_FITS)
    refused = import_report.refused_files(images, records, wish.paths)
    if refused:
        files = "1 file was" if len(refused) == 1 else f"{len(refused)} files were"
        message = f"{files} refused; all else is in"
        raise Problem(message, REFUSED)
