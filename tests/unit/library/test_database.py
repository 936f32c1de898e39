"""Opening the library while somebody else writes to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from medapp.library import Library, database
from medapp.library.database import NAME, LibraryBusyError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_MS", 20)


@pytest.mark.usefixtures("impatient")
def test_a_library_opens_and_is_read_while_another_writes_and_says_so_where_it_would_write(
    tmp_path: Path,
) -> None:
    with Library.open(tmp_path) as library:
        library.records.keep_query("old", "over 60")
    with closing(sqlite3.connect(tmp_path / NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Library.open(tmp_path) as library:
            assert library.records.queries() == (("old", "over 60"),)
            with pytest.raises(LibraryBusyError, match="the library is busy"):
                library.records.keep_query("new", "over 70")
            other.execute("ROLLBACK")
            library.records.keep_query("new", "over 70")
            assert len(library.records.queries()) == 2


@pytest.mark.usefixtures("impatient")
def test_a_library_that_needs_a_change_waits_for_the_other_then_says_so(tmp_path: Path) -> None:
    Library.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / NAME, isolation_level=None)) as other:
        other.execute("PRAGMA user_version=3")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryBusyError):
            Library.open(tmp_path)
        other.execute("ROLLBACK")
        Library.open(tmp_path).close()
        assert other.execute("PRAGMA user_version").fetchone()[0] > 3


def test_what_came_later_than_the_version_is_added(tmp_path: Path) -> None:
    Library.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / NAME, isolation_level=None)) as other:
        other.execute("DROP INDEX record_subject_source")
        other.execute("DROP TABLE record_queries")
        Library.open(tmp_path).close()
        there = {name for (name,) in other.execute("SELECT name FROM sqlite_master")}
    assert {"record_subject_source", "record_queries"} <= there
