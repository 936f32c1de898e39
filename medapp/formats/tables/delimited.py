"""Delimited text (RFC 4180 and what is written in its place): rows of cells, never held whole."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from medapp.formats.stream import start_of
from medapp.formats.tables.encodings import best

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD: Final = 1 << 16
MOST_LINE: Final = 8 << 20
MOST_FIELD: Final = 1 << 20
"""A longer field is a quote that was never closed, or made to hurt; notes of patients stay far below."""

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLED_LINES = 40
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written."""

    encoding: str
    delimiter: str


@dataclass(frozen=True, slots=True)
class Row:
    """One record; `line` is the line of the file it starts at, 1-based."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A record that could not be read, with why."""

    line: int
    code: str
    reason: str


class _UnfitLineError(Exception):
    """A line that no row can be made of."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


def head_of(path: Path) -> bytes:
    """The first 64 KiB of a file, decompressed.

    Raises:
        OSError: Where it cannot be opened.
        UnreadableError: Where it is damaged from its start.
    """
    return start_of(path, HEAD)


def tell(head: bytes) -> Dialect:
    """How a file is written, by its first bytes.

    Args:
        head: Decompressed; the first 64 KiB are enough.
    """
    encoding = _encoding(head)
    return Dialect(encoding, _delimiter(sample(head, encoding)))


def sample(head: bytes, encoding: str) -> list[str]:
    """The first complete lines of a file; where there is one line only, what there is of it."""
    text = head[:HEAD].decode(encoding, errors="replace")
    lines = text.splitlines()
    if len(lines) > 1 and len(head) >= HEAD:
        lines.pop()
    return lines[:_SAMPLED_LINES]


def records(file: BinaryIO, dialect: Dialect) -> Iterator[Row | BadRow]:
    """Rows of a file, the header among them, and those that could not be read; blank lines are left out.

    Raises:
        UnreadableError: Where the bytes themselves are damaged (`medapp.formats.stream`).
    """
    if csv.field_size_limit() < MOST_FIELD:
        csv.field_size_limit(MOST_FIELD)
    lines = _Lines(file, dialect.encoding)
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    while True:
        line = lines.count + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _UnfitLineError as error:
            yield BadRow(line, error.code, error.reason)
        except csv.Error:
            reason = f"a cell is longer than {MOST_FIELD >> 20} MiB, or a quote is never closed"
            yield BadRow(line, "too-large", reason)
        except UnicodeError:
            yield BadRow(line, "encoding", f"the text is not {dialect.encoding}")
            return
        else:
            if cells:
                yield Row(line, cells)


class _Lines:
    """Lines of text; one that is unfit is told of, and the next can still be asked for."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        # What is not UTF-8 in a file that started as UTF-8 is told line by line below. Windows-1252 has five
        # bytes that stand for nothing: they are shown as such, and the rest of the file is read.
        errors = {"utf-8": "surrogateescape", "cp1252": "replace"}.get(
            encoding.removesuffix("-sig"), "strict"
        )
        self._text = io.TextIOWrapper(file, encoding=encoding, errors=errors)
        self._lenient = errors == "surrogateescape"
        self.count = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_LINE)
        if not line:
            raise StopIteration
        self.count += 1
        if len(line) == MOST_LINE and not line.endswith("\n"):
            self._skip()
            code, reason = "too-large", f"the line is longer than {MOST_LINE >> 20} MiB"
            raise _UnfitLineError(code, reason)
        if line.isascii():
            if "\0" in line:
                code, reason = "malformed", "the line holds NUL bytes"
                raise _UnfitLineError(code, reason)
            return line
        return self._decoded(line)

    def _decoded(self, line: str) -> str:
        if "\0" in line:
            code, reason = "malformed", "the line holds NUL bytes"
            raise _UnfitLineError(code, reason)
        if not self._lenient:
            return line
        try:
            line.encode()
        except UnicodeEncodeError:
            raw = line.encode("utf-8", "surrogateescape")
            return raw.decode(best(raw), errors="replace")
        return line

    def _skip(self) -> None:
        while True:
            part = self._text.readline(MOST_LINE)
            if not part or part.endswith("\n"):
                return


def _encoding(head: bytes) -> str:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0:512:2].count(0), head[1:512:2].count(0)
    pairs = max(1, min(len(head), 512) // 2)
    if odd > 0.4 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    try:
        head[:HEAD].decode()
    except UnicodeDecodeError as error:
        # Up to three bytes at the end may be the start of a character that was cut.
        if error.start < min(len(head), HEAD) - 3:
            return best(head)
    return "utf-8"


def _delimiter(lines: list[str]) -> str:
    """The delimiter that cuts the lines into the same number of cells, the larger number first."""

    def score(delimiter: str) -> tuple[float, int]:
        counts = _widths(lines, delimiter)
        if not counts or counts[0] < 2:  # noqa: PLR2004  one cell: it does not cut
            return 0.0, 0
        return sum(count == counts[0] for count in counts) / len(counts), counts[0]

    best = max(_DELIMITERS, key=score)
    return best if score(best)[1] else ","


def _widths(lines: list[str], delimiter: str) -> list[int]:
    try:
        return [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return []
