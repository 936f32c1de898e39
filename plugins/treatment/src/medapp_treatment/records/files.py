"""Tables and JSON of a folder, plain or gzip."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from typing import TYPE_CHECKING, Final, TextIO

from medapp.domain.record import When

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_GZIP: Final = b"\x1f\x8b"
_LONGEST_CELL: Final = 1 << 20
_DELIMITERS: Final = (",", "\t", "|", ";")


class DataError(ValueError):
    """A file of the training data cannot be read; the message names the file and nothing of a patient."""


def open_text(path: Path) -> TextIO:
    """A text file, unpacked where it is packed."""
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    if packed:
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def find_table(folder: Path, name: str) -> Path | None:
    """The file of a table, whatever the case of its name."""
    wanted = {f"{name}.{end}".lower() for end in ("csv", "csv.gz", "tsv", "tsv.gz", "txt", "txt.gz")}
    return next((path for path in sorted(folder.iterdir()) if path.name.lower() in wanted), None)


def rows_of(path: Path, needed: tuple[str, ...] = ()) -> Iterator[Mapping[str, str]]:
    """Rows by the name of their columns in small letters.

    Raises:
        DataError: Where it is no table or lacks a column of `needed`.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with open_text(path) as file:
            first = file.readline()
            delimiter = max(_DELIMITERS, key=first.count)
            names = [one.strip().lower() for one in next(csv.reader([first], delimiter=delimiter), [])]
            missing = [one for one in needed if one not in names]
            if missing:
                message = f"{path.name} has no column {missing[0]}"
                raise DataError(message)
            for cells in csv.reader(file, delimiter=delimiter):
                if len(cells) == len(names):
                    yield dict(zip(names, cells, strict=True))
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        message = f"{path.name} cannot be read: {type(error).__name__}"
        raise DataError(message) from error


def when(text: str) -> When | None:
    """A moment as tables write it (``2014-04-22 00:00:00``); None for what is no date."""
    kept = text.strip().replace(" ", "T")
    try:
        return When(kept) if kept else None
    except ValueError:
        return None
