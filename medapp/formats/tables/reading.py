"""A table as a stream of persons and entries, by a mapping that a person has confirmed."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, BinaryIO

from medapp.domain.record import Entry, Person, Refusal, Source
from medapp.formats.errors import UnreadableError
from medapp.formats.stream import open_bytes, share_read
from medapp.formats.tables.content import CONTENTS, measurements, outcomes, person
from medapp.formats.tables.delimited import BadRow, Dialect, records, sample, tell
from medapp.formats.tables.proposing import unique
from medapp.formats.tables.record import CellError, Plan, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from medapp.domain.record import Item
    from medapp.formats.tables.labels import Labels
    from medapp.formats.tables.mapping import Mapping

_OFTEN = 1024
_OTHER_KINDS = ("{", "[", "<", "MSH|", "FHS|", "BHS|", "##fileformat", "%PDF")


def looks_like(head: bytes) -> bool:
    """Whether the first 64 KiB are of a delimited table: text, a header, rows of the same width.

    Args:
        head: Decompressed.
    """
    dialect = tell(head)
    lines = [line for line in sample(head, dialect.encoding) if line.strip("\ufeff \t")]
    if not lines or lines[0].lstrip("\ufeff ").startswith(_OTHER_KINDS):
        return False
    text = "".join(lines)
    controls = sum(sign < " " and sign not in "\t\0" for sign in text) + text.count("\ufffd")
    try:
        header, *rows = csv.reader(lines, delimiter=dialect.delimiter)
    except (csv.Error, ValueError):
        return False
    if controls > len(text) // 100 or len(header) < 2:  # noqa: PLR2004  one column is any text
        return False
    named = sum(any(sign.isalpha() for sign in cell) for cell in header)
    near = sum(abs(len(row) - len(header)) <= 1 for row in rows)
    return 2 * named > len(header) and 2 * near >= len(rows)


def read(
    path: Path,
    mapping: Mapping,
    name: str = "",
    *,
    people: bool = True,
    labels: Labels | None = None,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Item]:
    """Everyone in a table, each at the first row that names them, and an entry or more for every row.

    Args:
        path: Plain or gzip.
        mapping: Confirmed by a person: what it says is believed.
        name: Of the file as the user knows it, where that is another.
        people: Whether a table of events tells of its persons too. They have a number only: leave it out
            where another table of the same folder says more.
        labels: What codes stand for that the table gives no words for.
        cancelled: Asked now and then; reading ends where it says so.
        progress: Told then which share of the file is read, 0 to 1.

    Yields:
        Persons, entries, and a refusal for every row that could not be read, with its line. The numbers of
        persons are held to tell each once: memory grows with these alone.
    """
    table = _Table(Plan(mapping, labels), name or path.name, people=people)
    source = Source(name or path.name, "table")
    if mapping.questions:
        yield Refusal(
            source, "invalid", f"the mapping leaves a question open: {mapping.questions[0]}", whole=True
        )
        return
    if mapping.content == "none":
        known = f"a table of {mapping.layout} " if mapping.layout else "a table "
        yield Refusal(source, "unread", f"{known}that holds nothing of a patient's record; it is not read")
        return
    try:
        with open_bytes(path) as file:
            yield from _rows(table, file, cancelled or (lambda: False), progress or (lambda _share: None))
    except UnreadableError as error:
        yield table.broken(error.code, error.reason)
    except (OSError, LookupError):
        yield Refusal(source, "malformed", "the file cannot be opened", whole=True)


def _rows(
    table: _Table, file: BinaryIO, cancelled: Callable[[], bool], progress: Callable[[float], None]
) -> Iterator[Item]:
    mapping = table.mapping
    for number, row in enumerate(records(file, Dialect(mapping.encoding, mapping.delimiter))):
        if not number & (_OFTEN - 1):
            if cancelled():
                return
            progress(share_read(file))
        if isinstance(row, BadRow):
            yield table.refusal(row.line, row.code, row.reason)
        elif table.started:
            yield from table.items(row.line, row.cells)
        elif not table.start(row.cells):
            reason = "the columns are not those that the mapping was confirmed for"
            yield Refusal(Source(table.name, "table", "line 1"), "invalid", f"line 1: {reason}", whole=True)
            return


class _Table:
    """A table while it is read."""

    def __init__(self, plan: Plan, name: str, *, people: bool) -> None:
        self._plan, self.name, self.mapping = plan, name, plan.mapping
        mapping = plan.mapping
        self._stem = mapping.layout or name
        self._is_people = mapping.content in {"person", "wide"}
        self._tell = people or self._is_people
        self._told: set[str] = set()
        self._last = ""
        self._line = 0
        self.started = False

    def start(self, header: list[str]) -> bool:
        """Whether the header is that of the mapping."""
        self.started = True
        return unique(header) == [column.header for column in self._plan.mapping.columns]

    def broken(self, code: str, reason: str) -> Refusal:
        """Why no more of the file can be read, and how far it was."""
        place = f"line {self._line}" if self._line else ""
        rest = f"; lines up to {self._line} were read" if self._line else ""
        return Refusal(Source(self.name, "table", place), code, f"{reason}{rest}", whole=not self._line)

    def refusal(self, line: int, code: str, reason: str, quote: str = "") -> Refusal:
        """A row that could not be read."""
        place = f"line {line}"
        return Refusal(Source(self.name, "table", place), code, f"{place}: {reason}", quote=quote)

    def items(self, line: int, cells: list[str]) -> Iterator[Item]:
        """What one row says."""
        width = self._plan.width
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) != width:
            yield self.refusal(line, "malformed", f"{len(cells)} cells where the header has {width}")
            return
        content = self._plan.mapping.content
        if content in {"none", "labels"} or not any(cell.strip() for cell in cells):
            return
        record = Record(self._plan, cells, line)
        subject = record.key("subject") or self._own_subject(line)
        if not subject:
            yield self.refusal(line, "no-subject", "the row names no patient")
            return
        try:
            made = list(self._made(record, subject))
        except CellError as error:
            yield self.refusal(line, "invalid", str(error), error.quote)
            return
        self._line = line
        yield from made

    def _own_subject(self, line: int) -> str:
        """A row of a table without patients' numbers is a patient by itself."""
        no_numbers = self._is_people and not self._plan.columns("subject")
        return f"row {line}" if no_numbers else ""

    def _made(self, record: Record, subject: str) -> Iterator[Item]:
        source = Source(self.name, "table", f"line {record.line}")
        content = self._plan.mapping.content
        key = record.key("id")
        own = key or f"line {record.line}"
        visit = record.key("encounter")
        since = record.since()
        if self._tell and subject != self._last:
            yield from self._person(record, subject, source)
        if content == "wide":
            for header, observation in measurements(record):
                beside = None if observation.category == "outcome" else since
                name = f"{self._stem}/{own}/{header}"
                yield Entry(name, subject, source, observation, visit, since=beside)
        elif content != "person":
            # Other tables name an encounter by its number alone.
            name = key if content == "encounter" and key else f"{self._stem}/{own}"
            yield Entry(name, subject, source, CONTENTS[content](record), visit, since=since)
            for header, observation in outcomes(record):
                yield Entry(f"{self._stem}/{own}/{header}", subject, source, observation, visit)

    def _person(self, record: Record, subject: str, source: Source) -> Iterator[Person]:
        if subject not in self._told:
            found = person(record, subject, source)
            self._told.add(subject)
            yield found
        self._last = subject
