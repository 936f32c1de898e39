"""Bring files into the library, as a job: images first, then what else there is of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.jobs import JobHandle
    from medapp.jobs.local import LocalContext
    from medapp.library import ImportReport
    from medapp.services.app import App
    from medapp.services.records import RecordsImport

_TELL_EVERY = 50


@dataclass(frozen=True)
class Imported:
    """What came of an import."""

    images: ImportReport
    records: RecordsImport


def import_paths(app: App, paths: Iterable[Path]) -> JobHandle:
    """Index `paths` in the background; the job's result is `Imported`."""
    roots = list(paths)

    def work(context: LocalContext) -> object:
        def told(done: int) -> None:
            if done % _TELL_EVERY == 0:
                # The number of files is not known before they have all been looked at. A job that was
                # cancelled ends here, with nothing written.
                context.progress(0.0, f"{done} files")

        from medapp.services.records import import_records

        images = app.library.import_paths(roots, progress=told)
        count = len(images.records)

        def read(done: int, name: str) -> None:
            context.progress(done / count, f"{name}, {done} of {count}")

        return Imported(images, import_records(app.library, images.records, read, context.cancelled))

    names = ", ".join(root.name or str(root) for root in roots[:3])
    more = f" and {len(roots) - 3} more" if len(roots) > 3 else ""  # noqa: PLR2004 - as many as were named
    return app.jobs.submit_local(f"Import {names}{more}", work)
