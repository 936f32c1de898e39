"""A folder of OMOP tables, row by row."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from medapp.domain.record import Entry, Refusal, Source
from medapp.formats.errors import UnreadableError
from medapp.formats.omop.clinical import CONTENT
from medapp.formats.omop.concepts import Concepts
from medapp.formats.omop.layout import IN_ORDER, READ_FIRST, holds_rows, table_of, unread
from medapp.formats.omop.person import person
from medapp.formats.omop.rows import CellError, Record
from medapp.formats.stream import open_bytes, share_read
from medapp.formats.tables.delimited import BadRow, head_of, records, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from pathlib import Path
    from typing import BinaryIO

    from medapp.domain.record import Item, When
    from medapp.formats.tables.delimited import Dialect

_MOST_HELD_DEATHS = 200_000
_LARGE_VOCABULARY = 32 << 20
"""A CONCEPT file above this many bytes is a whole release: only what the tables name is held of it."""


def read(
    folder: Path,
    name: str,
    *,
    files: Mapping[Path, str] | None = None,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Iterator[Item]:
    """Everyone in a folder of OMOP CDM 5.x tables, then their entries table by table.

    Args:
        folder: Holds the tables, each in one file or several, plain or gzip; told by their columns.
        name: Of the folder, as the user knows it; empty where file names say enough.
        files: Those that are looked at, with their names for the reader; by default all of the folder.
        cancelled: Asked now and then; reading ends where it says so.
        progress: Told then which share of all that is read was read, 0 to 1.

    Yields:
        Persons, entries, a refusal for every row that could not be read, and one for all tables that are not.
    """
    reading = _Folder(name, cancelled or (lambda: False), progress or (lambda _share: None))
    names = {path: path.name for path in sorted(folder.iterdir())} if files is None else files
    yield from reading.sort(names)
    refusal = yield from reading.version()
    if refusal:
        return
    yield from reading.known()
    yield from reading.entries()


class _Folder:
    """What is known about a folder while it is read."""

    def __init__(self, name: str, cancelled: Callable[[], bool], progress: Callable[[float], None]) -> None:
        self._name, self._cancelled, self._progress = name, cancelled, progress
        self._names: Mapping[Path, str] = {}
        self._files: dict[str, list[Path]] = {}
        self._concepts = Concepts()
        self._deaths: dict[str, When | None] = {}
        self._done = 0
        self._all = 1

    def sort(self, names: Mapping[Path, str]) -> Iterator[Item]:
        """Find out which file holds which table; tell once which are known and not read."""
        unread_tables = []
        self._names = names
        for path in names:
            if not path.is_file():
                continue
            try:
                head = head_of(path)
            except (OSError, UnreadableError) as error:
                yield self._unreadable(path, error)
                continue
            table = table_of(head)
            if table:
                self._files.setdefault(table, []).append(path)
            if table and holds_rows(head):
                unread_tables.append(table)
        sentence = unread(unread_tables)
        if sentence:
            yield Refusal(Source(self._name, "omop"), "unread", sentence)
        if not any(table in self._files for table in IN_ORDER):
            reason = "no table of them is about people"
            yield Refusal(Source(self._name, "omop"), "unknown-kind", reason, whole=True)
        self._all = max(1, sum(self._size(table) for table in (*READ_FIRST, *IN_ORDER, *self._twice())))

    def _size(self, table: str) -> int:
        return sum(path.stat().st_size for path in self._files.get(table, ()))

    def _twice(self) -> tuple[str, ...]:
        """Tables that are read once for their concepts before they are read."""
        return IN_ORDER if self._size("CONCEPT") > _LARGE_VOCABULARY else ()

    def version(self) -> Generator[Item, None, bool]:
        """Refuse what is not CDM 5; the generator returns whether it did."""
        for item in self._records("CDM_SOURCE"):
            if isinstance(item, Refusal):
                yield item
                continue
            stated = item.text("cdm_version")
            major = re.match(r"\D*(\d+)", stated)
            if major and major[1] != "5":
                reason = f"OMOP CDM version {major[1]} is not read, only version 5.0 to 5.4"
                yield _refusal(item.source, "version", reason, whole=True)
                return True
        return False

    def known(self) -> Iterator[Item]:
        """Hold what the numbers in other tables stand for, and who has died."""
        wanted = self._named_concepts() if self._twice() else None
        for item in self._records("CONCEPT"):
            if isinstance(item, Refusal):
                yield item
            elif wanted is None or item.key("concept_id") in wanted:
                yield from self._attempt(item, self._concepts.add)
        for table, take in (("LOCATION", self._concepts.add_home), ("CARE_SITE", self._concepts.add_site)):
            for item in self._records(table):
                if isinstance(item, Refusal):
                    yield item
                else:
                    yield from self._attempt(item, take)
        self._hold_deaths()

    def _hold_deaths(self) -> None:
        """PERSON does not say who has died; what is wrong is told when DEATH gives its entries."""
        for item in self._records("DEATH"):
            if isinstance(item, Record) and len(self._deaths) < _MOST_HELD_DEATHS:
                try:
                    self._deaths[item.key("person_id")] = item.when("death")
                except CellError:
                    continue

    def entries(self) -> Iterator[Item]:
        """Persons, then their entries."""
        for table in IN_ORDER:
            for item in self._records(table):
                if isinstance(item, Refusal):
                    yield item
                elif not item.key("person_id"):
                    yield _refusal(item.source, "no-subject", "the row names no person")
                elif table == "PERSON":
                    yield from self._person(item)
                else:
                    try:
                        yield self._entry(table, item)
                    except CellError as error:
                        yield self._wrong(item, error)

    def _person(self, record: Record) -> Iterator[Item]:
        try:
            found, wrong = person(record, self._concepts, self._deaths)
        except CellError as error:
            yield self._wrong(record, error)
            return
        yield found
        for one in wrong:
            yield self._wrong(record, one, "; it was left out, the rest was read")

    def _entry(self, table: str, record: Record) -> Entry:
        key, content = CONTENT[table]
        visit = record.key("visit_occurrence_id") if table != "VISIT_OCCURRENCE" else ""
        return Entry(
            id=f"{table}/{record.key(key) or record.source.place}",
            subject=record.key("person_id"),
            source=record.source,
            content=content(record, self._concepts),
            encounter=f"VISIT_OCCURRENCE/{visit}" if visit not in {"", "0"} else "",
        )

    def _attempt(self, record: Record, take: Callable[[Record], None]) -> Iterator[Item]:
        try:
            take(record)
        except CellError as error:
            yield self._wrong(record, error)

    def _wrong(self, record: Record, error: CellError, rest: str = "") -> Refusal:
        return replace(_refusal(record.source, "invalid", f"{error}{rest}"), quote=error.quote)

    def _named_concepts(self) -> set[str]:
        """Every concept that a table names: a first pass, which costs time instead of memory."""
        found: set[str] = set()
        for table in IN_ORDER:
            for record in self._records(table):
                if isinstance(record, Record):
                    found.update(record.key(name) for name in record.columns if name.endswith("_concept_id"))
        return found

    def _records(self, table: str) -> Iterator[Record | Refusal]:
        for path in self._files.get(table, ()):
            line = 0
            size = 0
            try:
                size = path.stat().st_size
                dialect = tell(head_of(path))
                with open_bytes(path) as file:
                    for number, row in enumerate(self._rows(path, file, dialect)):
                        if not number & 1023:
                            if self._cancelled():
                                return
                            self._progress(min(1.0, (self._done + size * share_read(file)) / self._all))
                        yield row
                        line = number + 1
            except (OSError, UnreadableError) as error:
                yield self._unreadable(path, error, line)
            self._done += size

    def _rows(self, path: Path, file: BinaryIO, dialect: Dialect) -> Iterator[Record | Refusal]:
        columns: dict[str, int] = {}
        width = 0
        for row in records(file, dialect):
            source = self._source(path, f"line {row.line}")
            if isinstance(row, BadRow):
                yield _refusal(source, row.code, row.reason)
            elif not columns:
                names = [cell.strip().strip("\ufeff").lower() for cell in row.cells]
                columns = {cell: place for place, cell in reversed(list(enumerate(names)))}
                width = len(names)
            elif len(row.cells) != width:
                yield _refusal(source, "malformed", f"{len(row.cells)} cells where the header has {width}")
            else:
                yield Record(columns, row.cells, source)

    def _source(self, path: Path, place: str = "") -> Source:
        name = self._names.get(path, path.name)
        return Source(f"{self._name}/{name}" if self._name else name, "omop", place)

    def _unreadable(self, path: Path, error: OSError | UnreadableError, rows: int = 0) -> Refusal:
        rest = f"; {rows} rows before were read" if rows else ""
        source = self._source(path, f"after row {rows}" if rows else "")
        if isinstance(error, UnreadableError):
            return _refusal(source, error.code, f"{error.reason}{rest}", whole=not rows)
        return _refusal(source, "malformed", f"the file cannot be opened{rest}", whole=not rows)


def _refusal(source: Source, code: str, reason: str, *, whole: bool = False) -> Refusal:
    """Something in one table of the folder: its place names the file."""
    place = f"{source.file.rpartition('/')[2]} {source.place}".strip()
    return Refusal(replace(source, place=place), code, f"{place}: {reason}", whole)
