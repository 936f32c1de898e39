"""Opening the library's database and its files: the two places to put encryption or an audit record under."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine, ExceptionContext, MetaData

NAME: Final = "library.sqlite3"
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600
_BUSY_MS: Final = 10_000
_LOCKED: Final = frozenset({5, 6})
"""SQLITE_BUSY and SQLITE_LOCKED, the lower byte of their extended codes, see sqlite.org/rescode.html."""


class LibraryError(Exception):
    """The library cannot be opened or written; the message says why."""

    for_reader = True
    """See `medapp.jobs.queue`."""


class LibraryBusyError(LibraryError):
    """Another command or window is writing to the library, and did not end while this one waited."""


def open_database(folder: Path) -> Engine:
    """Open the database, made where it is missing, in write-ahead mode.

    Nothing is written where it is as it should be, so that it opens while another process writes. What is
    written later waits for others as long as `_BUSY_MS` says, then raises a `LibraryBusyError`.

    Raises:
        LibraryError: Where it is damaged or of a later version of the program.
        OSError: Where the folder cannot be made.
    """
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import DatabaseError

    from medapp.library import findings_schema as _findings_schema  # noqa: F401  adds its tables
    from medapp.library import plans_schema as _plans_schema  # noqa: F401  adds its table
    from medapp.library import proposals_schema as _proposals_schema  # noqa: F401  adds its table
    from medapp.library import schema
    from medapp.library.record import schema as record_schema

    folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    path = folder / NAME
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE_FILE))
    engine = create_engine(f"sqlite:///{path}")

    event.listen(engine, "connect", _prepare)
    event.listen(engine, "handle_error", _tell_busy)
    try:
        with engine.begin() as connection:
            version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
            _refuse_later(version, schema.VERSION)
            if version != schema.VERSION or _lacks(connection, schema.metadata):
                schema.metadata.create_all(connection)
                record_schema.subjects_of_source.create(connection, checkfirst=True)
                connection.exec_driver_sql(f"PRAGMA user_version={schema.VERSION}")
    except DatabaseError as error:
        engine.dispose()
        message = f"the library at {path} cannot be opened: {error.orig}"
        raise LibraryError(message) from error
    except LibraryError:
        engine.dispose()
        raise
    return engine


def _prepare(connection: object, _record: object) -> None:
    """Set what holds for one connection alone."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _refuse_later(found: int, known: int) -> None:
    if found > known:
        message = f"the library was written by a later version of the program (format {found})"
        raise LibraryError(message)


def _lacks(connection: Connection, metadata: MetaData) -> bool:
    """Whether a table or an index is not there: some came later than the version that is written."""
    there = set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
    wanted = {table.name for table in metadata.sorted_tables}
    wanted |= {str(index.name) for table in metadata.sorted_tables for index in table.indexes}
    return not wanted <= there


def _tell_busy(context: ExceptionContext) -> None:
    code = getattr(context.original_exception, "sqlite_errorcode", 0)
    if code & 0xFF in _LOCKED:
        message = (
            "the library is busy: another command or window is writing to it, such as an import; "
            "try again when that has ended"
        )
        raise LibraryBusyError(message) from context.original_exception


def open_folder(folder: Path, name: str) -> Path:
    """A folder of the library for files, private to the user.

    Raises:
        OSError: Where it cannot be made.
    """
    inner = folder / name
    inner.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    return inner
