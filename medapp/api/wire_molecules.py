"""Rows of molecules in a file, one JSON object a line: written while they are made, read while they are.

A file that a run has left unfinished is gone on with: a last line that is not whole is dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from medapp.api.codec import dump, load
from medapp.domain.molecule import MoleculeRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BLOCK = 1 << 20


def known_path(rows: Path) -> Path:
    """Beside a file of rows: those of the known set that they were compared with, where they were."""
    return rows.with_name(f"{rows.name}.known")


class RowWriter:
    """Appends rows to a file. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        """Open `path`, made where it is missing, after its last whole row.

        Raises:
            OSError: Where it cannot be written.
        """
        self.done = _trim(path)
        self._file = path.open("ab")

    def write(self, row: MoleculeRow) -> None:
        """Append a row; readers see it after `flush`."""
        self._file.write(dump(row) + b"\n")
        self.done += 1

    def flush(self) -> None:
        """Let readers see what was written, and keep it should the process end."""
        self._file.flush()

    def __enter__(self) -> Self:
        """Nothing to do: it is open."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the file."""
        self._file.close()


def read_rows(path: Path, *, first: int = 0) -> Iterator[MoleculeRow]:
    """Whole rows of a file that may still be written, leaving out the first `first`.

    Raises:
        OSError: Where it cannot be read.
        ValueError: Where a line is no row.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if number >= first and line.endswith(b"\n"):
                yield load(line, MoleculeRow)


def _trim(path: Path) -> int:
    """Cut a file after its last line end; return how many lines it has."""
    if not path.is_file():
        return 0
    lines, end, read = 0, 0, 0
    with path.open("r+b") as file:
        while block := file.read(_BLOCK):
            lines += block.count(b"\n")
            at = block.rfind(b"\n")
            if at >= 0:
                end = read + at + 1
            read += len(block)
        file.truncate(end)
    return lines
