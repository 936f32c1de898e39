"""Tables as CSV that spreadsheets open as they are meant: UTF-8 with a mark, no formulas out of texts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV; None is an empty cell, and a text that a spreadsheet would reckon is marked as text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([text_cell(value) for value in row] for row in rows)
    return out.getvalue()


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table; the file appears whole or not at all.

    Raises:
        OSError: Where it cannot be written.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            file.write(csv_text(columns, rows))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def text_cell(value: object) -> object:
    """The value; a text that a spreadsheet would reckon marked as text, its words as they are."""
    if not isinstance(value, str) or not value.startswith(_DANGEROUS) or _is_number(value):
        return value
    return f"'{value}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
