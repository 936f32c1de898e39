"""A folder of OMOP tables, row by row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from medapp.domain.record import Entry, Refusal, Source
from medapp.formats.errors import UnreadableError
from medapp.formats.omop.clinical import CONTENT
from medapp.formats.omop.concepts import Concepts
from medapp.formats.omop.layout import IN_ORDER, table_of
from medapp.formats.omop.person import person
from medapp.formats.omop.rows import CellError, Record
from medapp.formats.stream import open_bytes
from medapp.formats.tables.delimited import BadRow, head_of, records, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from medapp.domain.record import Item, When
    from medapp.formats.tables.delimited import Dialect

_MOST_HELD_DEATHS = 200_000
_LARGE_VOCABULARY = 32 << 20
"""A CONCEPT file above this many bytes is a whole release: only what the tables name is held of it."""


def read(folder: Path, name: str, *, cancelled: Callable[[], bool] | None = None) -> Iterator[Item]:
    """Everyone in a folder of OMOP CDM 5.x tables, then their entries table by table.

    Args:
        folder: Holds the tables, each in one file or several, plain or gzip; told by their columns.
        name: Of the folder, as the user knows it; empty where file names say enough.
        cancelled: Asked now and then; reading ends where it says so.

    Yields:
        Persons, entries, and a refusal for every row that could not be read.
    """
    reading = _Folder(name, cancelled or (lambda: False))
    yield from reading.sort(folder)
    refusal = yield from reading.version()
    if refusal:
        return
    yield from reading.vocabulary()
    yield from reading.deaths()
    yield from reading.entries()


class _Folder:
    """What is known about a folder while it is read."""

    def __init__(self, name: str, cancelled: Callable[[], bool]) -> None:
        self._name, self._cancelled = name, cancelled
        self._files: dict[str, list[Path]] = {}
        self._concepts = Concepts()
        self._deaths: dict[str, When | None] = {}

    def sort(self, folder: Path) -> Iterator[Item]:
        """Find out which file holds which table."""
        for path in sorted(folder.iterdir()):
            if not path.is_file():
                continue
            try:
                table = table_of(head_of(path))
            except (OSError, UnreadableError) as error:
                yield self._unreadable(path, error)
                continue
            if table:
                self._files.setdefault(table, []).append(path)

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
                yield Refusal(item.source, "version", reason, whole=True)
                return True
        return False

    def vocabulary(self) -> Iterator[Item]:
        """Hold what the concepts mean."""
        large = sum(path.stat().st_size for path in self._files.get("CONCEPT", ())) > _LARGE_VOCABULARY
        wanted = self._named_concepts() if large else None
        for item in self._records("CONCEPT"):
            if isinstance(item, Refusal):
                yield item
            elif wanted is None or item.key("concept_id") in wanted:
                yield from self._attempt(item, lambda: self._concepts.add(item))  # noqa: B023  called at once

    def deaths(self) -> Iterator[Item]:
        """Hold who has died, for PERSON does not say; what is wrong is told when DEATH gives its entries."""
        for item in self._records("DEATH"):
            if isinstance(item, Record) and len(self._deaths) < _MOST_HELD_DEATHS:
                try:
                    self._deaths[item.key("person_id")] = item.when("death")
                except CellError:
                    continue
        yield from ()

    def entries(self) -> Iterator[Item]:
        """Persons, then their entries."""
        for table in IN_ORDER:
            for item in self._records(table):
                if isinstance(item, Refusal):
                    yield item
                elif not item.key("person_id"):
                    reason = f"{table}, {item.source.place}: the row names no person"
                    yield Refusal(item.source, "no-subject", reason)
                else:
                    yield from self._attempt(item, lambda: self._item(table, item))  # noqa: B023  called at once

    def _item(self, table: str, record: Record) -> Item:
        if table == "PERSON":
            return person(record, self._concepts, self._deaths)
        key, content = CONTENT[table]
        visit = record.key("visit_occurrence_id") if table != "VISIT_OCCURRENCE" else ""
        return Entry(
            id=f"{table}/{record.key(key) or record.source.place}",
            subject=record.key("person_id"),
            source=record.source,
            content=content(record, self._concepts),
            encounter=f"VISIT_OCCURRENCE/{visit}" if visit not in {"", "0"} else "",
        )

    def _attempt(self, record: Record, make: Callable[[], Item | None]) -> Iterator[Item]:
        try:
            item = make()
        except CellError as error:
            yield Refusal(record.source, "invalid", f"{record.source.place}: {error}")
            return
        if item is not None:
            yield item

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
            try:
                dialect = tell(head_of(path))
                with open_bytes(path) as file:
                    for number, row in enumerate(self._rows(path, file, dialect)):
                        if not number & 1023 and self._cancelled():
                            return
                        yield row
            except (OSError, UnreadableError) as error:
                yield self._unreadable(path, error)

    def _rows(self, path: Path, file: BinaryIO, dialect: Dialect) -> Iterator[Record | Refusal]:
        columns: dict[str, int] = {}
        width = 0
        for row in records(file, dialect):
            source = self._source(path, f"line {row.line}")
            if isinstance(row, BadRow):
                yield Refusal(source, row.code, f"line {row.line}: {row.reason}")
            elif not columns:
                names = [cell.strip().strip("\ufeff").lower() for cell in row.cells]
                columns = {cell: place for place, cell in reversed(list(enumerate(names)))}
                width = len(names)
            elif len(row.cells) != width:
                reason = f"line {row.line}: {len(row.cells)} cells where the header has {width}"
                yield Refusal(source, "malformed", reason)
            else:
                yield Record(columns, row.cells, source)

    def _source(self, path: Path, place: str = "") -> Source:
        return Source(f"{self._name}/{path.name}" if self._name else path.name, "omop", place)

    def _unreadable(self, path: Path, error: OSError | UnreadableError) -> Refusal:
        if isinstance(error, UnreadableError):
            return Refusal(self._source(path), error.code, error.reason, whole=True)
        return Refusal(self._source(path), "malformed", "the file cannot be opened", whole=True)
