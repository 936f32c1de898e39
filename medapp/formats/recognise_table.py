"""Whether a text is a table: stricter than a reader of tables, for nobody has said that it is one."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from medapp.formats.tables.cells import date_forms, is_missing, number
from medapp.formats.tables.delimited import sample, tell
from medapp.formats.tables.reading import looks_like

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST_NAME: Final = 80
_MOST_WORDS: Final = 8
_WIDE: Final = 3
_MOST_COLUMNS: Final = 100
"""As many are looked at, so that no file takes long."""
_EVEN: Final = 0.9
_MOSTLY: Final = 0.8
_NOT_IN_NAMES: Final = frozenset("{}=;<>\\`")
_NOT_FIRST: Final = ("#!", "#CHROM", "//", "/*", "---", "import ", "from ", "#include")


def is_table(head: bytes) -> bool:
    """Whether the first 64 KiB are a table with a header: names, then rows as wide as they are.

    A log, a licence, a list of files or a program may hold commas in every line. A table has short names in
    its first line, none of them a number or twice, the same number of cells in nearly every row, and a
    column of numbers, dates or short words.
    """
    if not looks_like(head):
        return False
    dialect = tell(head)
    lines = [line for line in sample(head, dialect.encoding) if line.strip("\ufeff \t")]
    if lines[0].lstrip("\ufeff ").startswith(_NOT_FIRST):
        return False
    try:
        header, *rows = csv.reader(lines, delimiter=dialect.delimiter)
    except (csv.Error, ValueError):
        return False
    rows = [row for row in rows if row]
    if not rows or not are_names(header):
        return False
    even = [row for row in rows if len(row) == len(header)]
    return len(even) >= _EVEN * len(rows) and _holds_values(even, min(len(header), _MOST_COLUMNS))


def are_names(header: Sequence[str]) -> bool:
    """Whether cells are names of columns: short, most of them different, few of them values."""
    names = [cell.strip().strip("\ufeff") for cell in header[:_MOST_COLUMNS]]
    stated = [name for name in names if name]
    if len(set(stated)) < _MOSTLY * len(stated):
        return False
    numbers = sum(number(name, ".") is not None or bool(date_forms(name)) for name in stated)
    return 4 * numbers <= len(stated) and all(map(_is_name, stated))


def _is_name(text: str) -> bool:
    return (
        len(text) <= _LONGEST_NAME
        and len(text.split()) <= _MOST_WORDS
        and not text.endswith((".", ":"))
        and not _NOT_IN_NAMES & set(text)
    )


def _holds_values(rows: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a column holds numbers or dates, or there are enough columns of short words."""
    values = words = 0
    for place in range(width):
        cells = [row[place].strip() for row in rows if not is_missing(row[place])]
        if not cells:
            continue
        values += sum(map(_is_value, cells)) >= _MOSTLY * len(cells)
        words += all(len(cell) <= _LONGEST_NAME and len(cell.split()) <= _MOST_WORDS for cell in cells)
    return values > 0 or (words >= _WIDE and len(rows) >= _WIDE)


def _is_value(cell: str) -> bool:
    return number(cell, ".") is not None or number(cell, ",") is not None or bool(date_forms(cell))
