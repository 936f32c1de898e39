"""Bring files into the library, as a job: images first, then what else there is of a record."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.api.context import JobCancelled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.formats.recognise import RecordFile
    from medapp.jobs import JobHandle
    from medapp.jobs.local import LocalContext
    from medapp.library import ImportReport
    from medapp.services.app import App
    from medapp.services.records import Progress, RecordsImport

_TELL_EVERY = 50


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Attributes:
        images: What a scan has found.
        records: What was read of records; `cancelled` where the user ended it before all were.
    """

    images: ImportReport
    records: RecordsImport


def import_paths(
    app: App, paths: Iterable[Path], *, strict: bool = False, by_answers: bool = True
) -> JobHandle:
    """Bring `paths` into the library in the background; the job's result is `Imported`.

    A job that is cancelled while it looks for files leaves the library as it was. One that is cancelled while
    records are read ends with what was read whole till then, and says so; each source is in whole or not.

    Args:
        app: Whose library it is.
        paths: Folders, files, archives.
        strict: Whether resources of FHIR that do not conform to R4B are refused.
        by_answers: Whether tables that a person has answered before are read by that answer; else they wait
            for another.
    """
    roots = list(paths)

    def work(context: LocalContext) -> object:
        def looked_at(done: int) -> None:
            if done % _TELL_EVERY == 0:
                # The number of files is not known before they have all been looked at. A job that was
                # cancelled ends here, with nothing written.
                context.progress(None, f"{done} files looked at")

        from medapp.services.plan_taking import take_plans
        from medapp.services.remembered import Wish, read_records

        library = app.library
        images = library.import_paths(roots, progress=looked_at)
        plans, files = _apart(images.records)
        records = read_records(library, files, progress_of(context), Wish(strict, by_answers))
        records.unreadable = len(images.rejected)
        if not records.cancelled:
            # Last: a plan is for somebody, who may have come with the same import.
            take_plans(library, plans, records)
        return Imported(images, records)

    names = ", ".join(root.name or str(root) for root in roots[:3])
    more = f" and {len(roots) - 3} more" if len(roots) > 3 else ""  # noqa: PLR2004 - as many as were named
    return app.jobs.submit_local(f"Import {names}{more}", work)


def _apart(files: Iterable[RecordFile]) -> tuple[list[RecordFile], list[RecordFile]]:
    """Plans of this program, and everything else: a plan is no record of what a patient takes."""
    from medapp.services.plan_taking import looks_like_plan

    plans: list[RecordFile] = []
    rest: list[RecordFile] = []
    for file in files:
        (plans if file.kind == "fhir" and looks_like_plan(file.path) else rest).append(file)
    return plans, rest


def progress_of(context: LocalContext) -> Progress:
    """Tell a job how far a reading is; that it was cancelled is asked, not raised: it ends well then."""
    from medapp.services.records import Progress

    def told(share: float, what: str) -> None:
        with suppress(JobCancelled):
            context.progress(share, what)

    return Progress(told, context.cancelled)
