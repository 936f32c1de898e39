"""Rows of a SMILES, CSV or SDF file, plain or gzipped, one by one: a file of a million takes no memory.

Nothing here knows chemistry: a row is the text that stands for a molecule, or the reason why there is none.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final, Literal

from medapp.api.context import TaskRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Kind = Literal["smiles", "molfile"]
Cells = tuple[tuple[str, str], ...]

LONGEST_LINE: Final = 20_000
"""Characters; a longer line is no molecule that anything could be said of."""
LONGEST_MOLFILE: Final = 20_000
"""Lines of one record of an SDF."""
_HEAD: Final = 1 << 16
_COLUMNS: Final = ("canonical_smiles", "smiles", "smi", "structure", "molecule", "drug", "mol")
_NAMES: Final = ("name", "title", "id", "drug_id", "mol_id", "molecule_name", "compound", "chembl_id")


@dataclass(frozen=True, slots=True)
class Given:
    """One row as it stands in the file.

    Attributes:
        number: From 1; blank lines and a header do not count.
        text: SMILES or the lines of a molfile.
        refused: Why there is no molecule, as a sentence; empty where there is one.
        others: Name and text of each other column of a table, in its order and as they stand there.
    """

    number: int
    text: str
    kind: Kind = "smiles"
    name: str = ""
    refused: str = ""
    others: Cells = ()


@dataclass(slots=True)
class Place:
    """How far a file has been read: bytes of it as it lies on the disk, and how many there are."""

    at: int = 0
    size: int = 1

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.at / max(1, self.size))


Row = tuple[str, Kind, str, str] | tuple[str, Kind, str, str, Cells]


def read(path: Path, *, first: int = 0, place: Place | None = None) -> Iterator[Given]:
    """Rows of a file, leaving out the first `first`.

    What is broken in the middle (a torn gzip stream) ends the file with a row that says so.

    Raises:
        OSError: Where it cannot be read.
        TaskRefused: Where it is neither, or a CSV without a column of SMILES.
    """
    place = place or Place()
    place.size = path.stat().st_size
    with _opened(path) as (file, raw):
        reader = _reader(_head(file))
        number = 0
        try:
            for number, given in enumerate(reader(_lines(file)), 1):
                place.at = raw.tell()
                if number > first:
                    yield Given(number, *given)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            if number + 1 > first:
                yield Given(number + 1, "", refused="The file is torn here: its compressed data end early.")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            yield raw, raw
            return
        with gzip.GzipFile(fileobj=raw) as file:
            yield file, raw  # type: ignore[misc]


def _head(file: IO[bytes]) -> str:
    try:
        head = file.read(_HEAD)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        message = "the file is torn: its compressed data cannot be read"
        raise TaskRefused(message) from error
    file.seek(0)
    if b"\0" in head:
        message = "the file is no text: SMILES, CSV or SDF was expected, plain or gzipped"
        raise TaskRefused(message)
    return head.decode("utf-8-sig", errors="replace")


def _reader(head: str) -> Callable[[Iterator[str | None]], Iterator[Row]]:
    if "M  END" in head or "$$$$" in head or " V2000" in head or " V3000" in head:
        return _molfiles
    first = next((line for line in head.splitlines() if line.strip()), "")
    for mark in (",", ";", "\t"):
        cells = [cell.strip().strip('"').lower() for cell in first.split(mark)]
        if len(cells) > 1 and any(cell in _COLUMNS for cell in cells):
            return lambda lines: _table(lines, mark)
    if "," in first or ";" in first:
        message = f"the table has no column of SMILES; it should be named one of {', '.join(_COLUMNS)}"
        raise TaskRefused(message)
    return _smiles


def _lines(file: IO[bytes]) -> Iterator[str | None]:
    """Lines without their end; None for one that is too long."""
    start = True
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            while (line := file.readline(LONGEST_LINE)) and not line.endswith(b"\n"):
                pass
            yield None
        else:
            yield line.decode("utf-8-sig" if start else "utf-8", errors="replace").rstrip("\r\n")
        start = False


_TOO_LONG: Final = f"The line is longer than {LONGEST_LINE} characters."


def _smiles(lines: Iterator[str | None]) -> Iterator[Row]:
    start = True
    for line in lines:
        if line is None:
            yield "", "smiles", "", _TOO_LONG
        elif parts := line.split(maxsplit=1):
            if not (start and parts[0].lower() in _COLUMNS):
                yield parts[0], "smiles", parts[1].strip() if len(parts) > 1 else "", ""
        else:
            continue
        start = False


def _table(lines: Iterator[str | None], mark: str) -> Iterator[Row]:
    # With their ends, for a cell may hold several lines.
    rows = csv.reader(("\0" if line is None else f"{line}\n" for line in lines), delimiter=mark)
    columns = _columns(next(row for row in rows if any(cell.strip() for cell in row)))
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield "", "smiles", "", "The line is no row of a table."
            continue
        if cells == ["\0"]:
            yield "", "smiles", "", _TOO_LONG
        elif any(cell.strip() for cell in cells):
            yield _of_cells(cells, columns)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns of a table are which; `others` are places and names of what is kept as it stands."""

    smiles: int
    name: int | None
    others: tuple[tuple[int, str], ...]

    def of_row(self, cells: list[str]) -> Cells:
        """Of a row that may be shorter than the header, or longer."""
        found = [(name, cells[at]) for at, name in self.others if at < len(cells)]
        width = max(self.smiles, -1 if self.name is None else self.name, *(at for at, _ in self.others), -1)
        found += [(f"column {at + 1}", cells[at]) for at in range(width + 1, len(cells)) if cells[at]]
        return tuple(found)


def _columns(header: list[str]) -> _Columns:
    known = [cell.strip().lower() for cell in header]
    smiles = next(known.index(name) for name in _COLUMNS if name in known)
    named = next((known.index(name) for name in _NAMES if name in known), None)
    names: dict[str, int] = {}
    for at, cell in enumerate(header):
        # An ID that serves as the name stays a column too: others look a row up by it.
        if at == smiles or (at == named and known[at] == "name"):
            continue
        name, times = cell.strip() or f"column {at + 1}", 1
        while name in names:
            times += 1
            name = f"{cell.strip()} {times}"
        names[name] = at
    return _Columns(smiles, named, tuple((at, name) for name, at in names.items()))


def _of_cells(cells: list[str], columns: _Columns) -> Row:
    others = columns.of_row(cells)
    name = cells[columns.name].strip() if columns.name is not None and columns.name < len(cells) else ""
    smiles = cells[columns.smiles].strip() if columns.smiles < len(cells) else ""
    return smiles, "smiles", name, "" if smiles else "The row has no SMILES.", others


def _molfiles(lines: Iterator[str | None]) -> Iterator[Row]:
    """Records up to ``$$$$``; the data fields of a record are left out."""
    block: list[str] = []
    torn = whole = False
    for line in lines:
        if line is not None and line.startswith("$$$$"):
            if block or torn:
                yield _of_block(block, torn=torn)
            block, torn, whole = [], False, False
            continue
        if whole:
            continue
        torn = torn or line is None or len(block) >= LONGEST_MOLFILE
        if not torn and line is not None:
            block.append(line)
        whole = line is not None and line.startswith("M  END")
    if torn or any(line.strip() for line in block):
        yield _of_block(block, torn=torn)


def _of_block(block: list[str], *, torn: bool) -> Row:
    name = block[0].strip() if block else ""
    if torn:
        return "", "molfile", name, "The record has too many or too long lines."
    return "\n".join((*block, "")), "molfile", name, ""
