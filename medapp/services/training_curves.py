"""Curves that a training writes while it runs, read from the folder of what is trained."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

STEP: Final = "step"
_MOST: Final = 16_000_000
"""Characters of a file that are read: more than any training writes."""
_CHECKPOINTS: Final = "*.pt"


@dataclass(frozen=True)
class Curves:
    """What lies in a folder.

    Attributes:
        tables: By name of the file without its ending: each column's values, as many as there are rows;
            what was not measured is nan.
        is_begun: Whether a training was begun there that can be gone on with.
    """

    tables: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)
    is_begun: bool = False

    def points(self, table: str, column: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Steps and values that were measured; both empty where there are none."""
        columns = self.tables.get(table, {})
        if STEP not in columns or column not in columns:
            return (), ()
        pairs = zip(columns[STEP], columns[column], strict=True)
        known = [(x, y) for x, y in pairs if math.isfinite(y)]
        return tuple(x for x, _ in known), tuple(y for _, y in known)


def read_curves(folder: Path, names: Iterable[str]) -> Curves:
    """Read ``NAME.csv`` of each name; files that are not there, or are none of curves, are left out.

    Raises:
        OSError: Where a file is there and cannot be read.
    """
    if not folder.is_dir():
        return Curves()
    paths = {name: folder / f"{name}.csv" for name in names}
    found = {name: _table(path) for name, path in paths.items() if path.is_file()}
    tables = {name: table for name, table in found.items() if table.get(STEP)}
    return Curves(tables, is_begun=any(folder.glob(_CHECKPOINTS)))


def _table(path: Path) -> dict[str, tuple[float, ...]]:
    """Columns of a file; a line that is just being written is left to the next reading."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        text = file.read(_MOST)
    lines = text[: text.rfind("\n") + 1].splitlines()
    head, *rows = [*csv.reader(lines)] or [[]]
    if STEP not in head:
        return {}
    at = head.index(STEP)
    kept: list[tuple[float, ...]] = []
    for cells in rows:
        row = tuple(_number(cell) for cell in [*cells, *[""] * len(head)][: len(head)])
        if not math.isfinite(row[at]):
            continue
        # A training that was broken off goes on from its checkpoint: what came after that is done again.
        while kept and kept[-1][at] >= row[at]:
            kept.pop()
        kept.append(row)
    return {name: tuple(row[place] for row in kept) for place, name in enumerate(head)}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
