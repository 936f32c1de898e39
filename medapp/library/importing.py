"""An import: scan, group together with what is known of the same series, write in one transaction."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert

from medapp.domain.patient import Rejected, Series
from medapp.formats.dicom.grouping import Grouper
from medapp.formats.dicom.scan import scan
from medapp.formats.dicom.walk import read_header
from medapp.formats.errors import UnreadableError
from medapp.formats.recognise import RecordFile, recognise_or_refuse
from medapp.library import reading, schema, writing
from medapp.library.codec import path_in
from medapp.library.entries import ImportReport

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from medapp.formats.dicom.scan import Found


def import_into(
    engine: Engine,
    unpacked: Path,
    roots: list[Path],
    progress: Callable[[int], None] | None,
    cancelled: Callable[[], bool] | None,
    *,
    remember: bool = True,
) -> ImportReport:
    """See `Library.import_paths`."""
    start = time.perf_counter()
    roots = [root.absolute() for root in roots]
    with engine.connect() as connection:
        grouper = Grouper(_choices(connection))
    found = _Found(grouper, progress)
    for one in scan(
        roots, scratch=unpacked, progress=found.count, cancelled=cancelled, recognise=recognise_or_refuse
    ):
        found.add(one)
    if cancelled is not None and cancelled():
        return ImportReport((), found.files, (), time.perf_counter() - start, cancelled=True)
    with engine.begin() as connection:
        found.touched.pop("", None)
        _add_known(connection, grouper, list(found.touched), found.read)
        series = [*grouper.series(), *found.volumes]
        writing.put_series(connection, series)
        writing.put_rejected(connection, roots, found.rejected)
        if remember:
            writing.put_recent(connection, roots, time.time())
    keys = tuple(dict.fromkeys(item.key for item in series))
    seconds = time.perf_counter() - start
    return ImportReport(keys, found.files, tuple(found.rejected), seconds, records=tuple(found.records))


class _Found:
    """What a scan has found, by what is done with it."""

    def __init__(self, grouper: Grouper, progress: Callable[[int], None] | None) -> None:
        self._grouper, self._progress = grouper, progress
        self.rejected: list[Rejected] = []
        self.records: list[RecordFile] = []
        self.volumes: list[Series] = []
        self.touched: dict[str, None] = {}
        self.read: set[str] = set()
        self.files = 0

    def count(self, done: int) -> None:
        """Take the number of files that were looked at."""
        self.files = done
        if self._progress is not None:
            self._progress(done)

    def add(self, one: Found) -> None:
        """Take one thing that was found."""
        if isinstance(one, Rejected):
            self.rejected.append(one)
        elif isinstance(one, RecordFile):
            self.records.append(one)
        elif isinstance(one, Series):
            self.volumes.append(one)
        else:
            self.touched[one.text("SeriesInstanceUID")] = None
            self.read.add(str(one.path))
            self._grouper.add(one)


def _choices(connection: Connection) -> dict[str, bool]:
    return {row.series_uid: bool(row.split) for row in connection.execute(select(schema.choices))}


def _add_known(connection: Connection, grouper: Grouper, uids: list[str], read: set[str]) -> None:
    """Add the files that the library already has of some series; those that are gone are left out."""
    for stored in reading.paths_of(connection, uids):
        path = path_in(stored)
        if str(path) in read:
            continue
        try:
            grouper.add(read_header(path), prefer=True)
        except UnreadableError:
            continue


def regroup(engine: Engine, uid: str, *, split: bool) -> tuple[str, ...]:
    """Group the files of a series again, its phases split or together."""
    with engine.begin() as connection:
        row = {"series_uid": uid, "split": int(split)}
        statement = insert(schema.choices).values(row)
        connection.execute(statement.on_conflict_do_update(index_elements=["series_uid"], set_=row))
        grouper = Grouper({uid: split})
        _add_known(connection, grouper, [uid], set())
        series = grouper.series()
        writing.put_series(connection, series)
    return tuple(item.key for item in series)
