"""The local patient library: what was opened, indexed, to browse and to search.

Files stay where they are; only archives are unpacked, into the library's own folder.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from medapp.library.changes import Changes
from medapp.library.database import LibraryError, open_database, open_folder
from medapp.library.entries import ImportReport, PatientEntry, ResultEntry, StudyEntry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from sqlalchemy import ColumnElement, Engine, Row

    from medapp.domain.patient import Rejected, Series
    from medapp.library.entries import ResultStatus
    from medapp.library.findings import FindingStore
    from medapp.library.plans import PlanStore
    from medapp.library.proposals import ProposalStore
    from medapp.library.record import RecordStore
    from medapp.library.record.questions import QuestionStore

_UNPACKED: Final = "unpacked"


class Library:
    """Thread-safe; importing this module does not import the database's machinery."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        """See `open`."""
        self.folder = folder
        self._engine = engine
        self._writing = threading.RLock()
        self.changes = Changes(folder)

    @classmethod
    def open(cls, folder: Path) -> Library:
        """Open the library in `folder`, made where it is missing.

        Raises:
            LibraryError: Where the database is damaged or of a later version of the program.
            OSError: Where the folder cannot be made.
        """
        return cls(folder, open_database(folder))

    def close(self) -> None:
        """Close the database. May be called twice."""
        self.changes.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Nothing to do: `open` has done it."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self.close()

    def import_paths(
        self,
        paths: Iterable[Path],
        *,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        remember: bool = True,
    ) -> ImportReport:
        """Index folders, files, archives and DICOMDIRs; doing it again changes nothing.

        Files of a series that the library has in part are grouped together with those it has.

        Args:
            paths: What was opened.
            progress: Told the number of files done.
            cancelled: Asked before every file; nothing is changed once it says yes.
            remember: Whether `paths` are listed among what was opened recently.
        """
        from medapp.library.importing import import_into

        with self._writing:
            roots = [Path(path) for path in paths]
            return import_into(self._engine, self.unpacked, roots, progress, cancelled, remember=remember)

    @property
    def records(self) -> RecordStore:
        """Records of patients."""
        from medapp.library.record import RecordStore

        return RecordStore(self._engine, self._writing)

    @property
    def findings(self) -> FindingStore:
        """Findings of models, and what was decided on them."""
        from medapp.library.findings import FindingStore

        return FindingStore(self._engine, self._writing)

    @property
    def plans(self) -> PlanStore:
        """Treatment plans, and what was decided on their lines."""
        from medapp.library.plans import PlanStore

        return PlanStore(self._engine, self._writing)

    @property
    def proposals(self) -> ProposalStore:
        """What models proposed as treatment."""
        from medapp.library.proposals import ProposalStore

        return ProposalStore(self._engine, self._writing)

    @property
    def questions(self) -> QuestionStore:
        """Files that wait for an answer, and those that have one."""
        from medapp.library.record.questions import QuestionStore

        return QuestionStore(self._engine, self._writing)

    @property
    def unpacked(self) -> Path:
        """Where archives are unpacked."""
        return open_folder(self.folder, _UNPACKED)

    def choose_phases(self, series_key: str, *, split: bool) -> tuple[str, ...]:
        """Split a series into its phases, however many, or put them together again.

        Returns:
            Keys of the series that came of it.

        Raises:
            KeyError: Where there is no such series, or it has no UID.
        """
        from medapp.library.importing import regroup

        series = self.series(series_key)
        if not series.uid:
            raise KeyError(series_key)
        with self._writing:
            return regroup(self._engine, series.uid, split=split)

    def forget(self, series_key: str) -> None:
        """Take a series out of the library; its files stay."""
        from medapp.library import writing

        with self._writing, self._engine.begin() as connection:
            writing.delete_series(connection, series_key)

    def patients(
        self, query: str = "", *, also: Callable[[str], Collection[str]] | None = None
    ) -> tuple[PatientEntry, ...]:
        """Patients by name; all words of the query are found in them, their studies or their series.

        `also` is told a word and says keys of patients in whom it counts as found, such as by their record.
        """
        from medapp.library import reading

        with self._engine.connect() as connection:
            return reading.patients(connection, query, also)

    def studies(self, patient_key: str) -> tuple[StudyEntry, ...]:
        """Studies of a patient, the latest first."""
        from medapp.library import reading

        with self._engine.connect() as connection:
            return reading.studies(connection, patient_key)

    def series_of(self, study: str) -> tuple[Series, ...]:
        """Series of a study, given its key or its UID."""
        from medapp.library import schema

        return self._series(schema.studies.c.key == study) or self._series(
            schema.studies.c.uid == study,
            schema.studies.c.uid != "",
        )

    def series(self, key: str) -> Series:
        """One series.

        Raises:
            KeyError: Where there is none of this key.
        """
        from medapp.library import schema

        found = self._series(schema.series.c.key == key)
        if not found:
            raise KeyError(key)
        return found[0]

    def series_by_uid(self, uid: str) -> tuple[Series, ...]:
        """Parts of a series, for objects that name their source by UID."""
        from medapp.library import schema

        return self._series(schema.series.c.uid == uid, schema.series.c.uid != "")

    def _series(self, *conditions: ColumnElement[bool]) -> tuple[Series, ...]:
        from medapp.library import reading

        with self._engine.connect() as connection:
            return reading.series_where(connection, *conditions)

    def thumbnail(self, key: str) -> bytes | None:
        """PNG of a series, None where none was made yet."""
        from sqlalchemy import select

        from medapp.library.schema import thumbnails

        with self._engine.connect() as connection:
            return connection.scalar(select(thumbnails.c.png).where(thumbnails.c.series_key == key))

    def put_thumbnail(self, key: str, png: bytes) -> None:
        """Keep the thumbnail of a series; one of a series that is gone is dropped."""
        from sqlalchemy import select
        from sqlalchemy.dialects.sqlite import insert

        from medapp.library.schema import series, thumbnails

        with self._writing, self._engine.begin() as connection:
            if connection.scalar(select(series.c.key).where(series.c.key == key)) is None:
                return
            statement = insert(thumbnails).values(series_key=key, png=png)
            connection.execute(
                statement.on_conflict_do_update(index_elements=["series_key"], set_={"png": png})
            )

    def rejected(self) -> tuple[Rejected, ...]:
        """Files that could not be taken in, by path."""
        from sqlalchemy import select

        from medapp.domain.patient import Rejected
        from medapp.library.schema import rejected

        with self._engine.connect() as connection:
            rows = connection.execute(select(rejected).order_by(rejected.c.path)).all()
        return tuple(Rejected(Path(row.path), row.code, row.reason) for row in rows)

    def recent(self) -> tuple[Path, ...]:
        """What was opened, the latest first."""
        from sqlalchemy import select

        from medapp.library.codec import path_in
        from medapp.library.schema import recent

        with self._engine.connect() as connection:
            rows = connection.scalars(select(recent.c.path).order_by(recent.c.opened.desc())).all()
        return tuple(path_in(row) for row in rows)

    def add_recent(self, path: Path) -> None:
        """Remember that `path` was opened."""
        from medapp.library import writing

        with self._writing, self._engine.begin() as connection:
            writing.put_recent(connection, [path], time.time())

    def add_result(self, entry: ResultEntry) -> None:
        """Keep a result, or what has become of it: the same id is replaced."""
        from sqlalchemy.dialects.sqlite import insert

        from medapp.library.codec import path_out
        from medapp.library.schema import results

        row = {
            "id": entry.id,
            "task": entry.task,
            "title": entry.title,
            "version": entry.version,
            "series_key": entry.series_key,
            "created": entry.created,
            "status": entry.status,
            "folder": path_out(entry.folder),
        }
        with self._writing, self._engine.begin() as connection:
            statement = insert(results).values(row)
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    def set_result_status(self, result_id: str, status: ResultStatus) -> None:
        """Say what has become of a result.

        Raises:
            KeyError: Where there is none of this id.
        """
        from sqlalchemy import update

        from medapp.library.schema import results

        with self._writing, self._engine.begin() as connection:
            done = connection.execute(update(results).where(results.c.id == result_id).values(status=status))
            if not done.rowcount:
                raise KeyError(result_id)

    def forget_result(self, result_id: str) -> None:
        """Take a result out of the library; its files stay."""
        from sqlalchemy import delete

        from medapp.library.schema import results

        with self._writing, self._engine.begin() as connection:
            connection.execute(delete(results).where(results.c.id == result_id))

    def result(self, result_id: str) -> ResultEntry:
        """One result.

        Raises:
            KeyError: Where there is none of this id.
        """
        from medapp.library.schema import results

        found = self._results(results.c.id == result_id)
        if not found:
            raise KeyError(result_id)
        return found[0]

    def results_of(self, series_key: str) -> tuple[ResultEntry, ...]:
        """Results of a series, the latest first."""
        from medapp.library.schema import results

        return self._results(results.c.series_key == series_key)

    def _results(self, condition: ColumnElement[bool]) -> tuple[ResultEntry, ...]:
        from sqlalchemy import select

        from medapp.library.schema import results

        statement = select(results).where(condition).order_by(results.c.created.desc(), results.c.id)
        with self._engine.connect() as connection:
            return tuple(_result(row) for row in connection.execute(statement))


def _result(row: Row[Any]) -> ResultEntry:
    from medapp.library.codec import path_in

    facts = (row.id, row.task, row.title, row.version, row.series_key, row.created, row.status)
    return ResultEntry(*facts, path_in(row.folder))


__all__ = ["Library", "LibraryError"]
