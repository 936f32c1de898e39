"""Tells whether the library was written to, by whatever process."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

from medapp.library.database import NAME

if TYPE_CHECKING:
    from pathlib import Path


class Changes:
    """Thread-safe. Holds a connection of its own: what SQLite counts is what others than it have written."""

    def __init__(self, folder: Path) -> None:
        """Of the library in `folder`; nothing is opened before it is asked for."""
        self._path = folder / NAME
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    def version(self) -> int:
        """Another number after every change, see sqlite.org/pragma.html#pragma_data_version.

        Raises:
            sqlite3.Error: Where the database cannot be read.
        """
        with self._lock:
            if self._closed:
                return 0
            if self._connection is None:
                self._connection = sqlite3.connect(self._path, check_same_thread=False)
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            return int(version)

    def close(self) -> None:
        """Count no more. May be called twice."""
        with self._lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None
