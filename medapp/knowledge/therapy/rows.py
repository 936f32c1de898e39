"""Tables of the program's own: tab-separated, the first line names the columns, every row is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.domain.recommendation import Citation
from medapp.formats.errors import MALFORMED, UnreadableError
from medapp.formats.stream import read_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LARGEST = 16 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row.

    Attributes:
        table: Name of the file without its ending.
        number: Line of the file, the head is line 1.
    """

    table: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def many(self, column: str) -> tuple[str, ...]:
        """What a cell lists between semicolons."""
        return tuple(part.strip() for part in self.cells[column].split(";") if part.strip())

    def number_of(self, column: str) -> float | None:
        """A cell as a number; None where it is empty."""
        return float(self.cells[column]) if self.cells[column] else None

    @property
    def place(self) -> str:
        """Which row of which table it is, and whether anybody has read it beside a published text."""
        held = self.cells.get("held", "")
        standing = f"read beside {held}" if held else "not yet read beside its source"
        return f"{self.table}.tsv, row {self.number}, {standing}"

    @property
    def citation(self) -> Citation:
        """The published source that the row names, and the row itself."""
        return Citation(
            "table",
            self.cells["source"],
            identifier=self.place,
            version=self.cells.get("year", ""),
            population=self.cells.get("population", ""),
        )


def read_rows(path: Path, *columns: str, separator: str = "\t") -> tuple[Row, ...]:
    """All rows of a table, plain or compressed.

    Raises:
        OSError: Where the file cannot be read.
        UnreadableError: Where it lacks one of `columns`, or a row has more or fewer cells than the head.
    """
    try:
        lines = read_bytes(path, _LARGEST).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise _wrong(path, "it is not UTF-8") from error
    head = lines[0].split(separator) if lines else []
    missing = [name for name in columns if name not in head]
    if missing:
        raise _wrong(path, f"it has no column {', '.join(missing)}")
    rows = []
    name = path.name.split(".")[0]
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        cells = line.split(separator)
        if len(cells) != len(head):
            raise _wrong(path, f"row {number} has {len(cells)} cells where the head has {len(head)}")
        rows.append(Row(name, number, dict(zip(head, cells, strict=True))))
    return tuple(rows)


def _wrong(path: Path, why: str) -> UnreadableError:
    return UnreadableError(MALFORMED, f"{path.name} is not the table that it should be: {why}")
