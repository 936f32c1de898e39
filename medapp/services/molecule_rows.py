"""Rows of molecules as columns of numbers, read while they are written, and single rows by their place.

A table of a million molecules is held as columns; all that is known of one is read again from its file when
somebody looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api.codec import load
from medapp.domain.molecule import MoleculeRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

PATTERNS: Final = "patterns"
LOOKS_FOR_PATTERNS: Final = frozenset({"molecules.screen"})
"""Tasks of which a row without a pattern says that none hit; of others it says nothing."""
METABOLITES: Final = "metabolites"
HARM: Final = "harm "
"""Stands before the key of a harm in the name of its column."""
_MOST: Final = 500


@dataclass(frozen=True)
class Batch:
    """Some rows of a file.

    Attributes:
        offsets: Where each row begins, in bytes.
        end: Where the next row begins.
        smiles, names, given, refused: Texts of each row.
        values: By column, not-a-number where a row has no such value.
        units, titles: Of columns, where they have one.
    """

    offsets: NDArray[np.int64]
    end: int
    smiles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    values: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        """Rows."""
        return len(self.offsets)


def read_batch(path: Path, offset: int, *, most: int = _MOST) -> Batch:
    """Whole rows from `offset` on; none where there are no more yet, or no file yet.

    Raises:
        OSError: Where it cannot be read.
        ValueError: Where a line is no row.
    """
    import orjson

    offsets: list[int] = []
    rows: list[dict[str, Any]] = []
    if path.is_file():
        with path.open("rb") as file:
            file.seek(offset)
            while len(rows) < most and (line := file.readline()).endswith(b"\n"):
                offsets.append(offset)
                offset += len(line)
                rows.append(orjson.loads(line))
    return _batch(rows, np.array(offsets, np.int64), offset)


def _batch(rows: Sequence[dict[str, Any]], offsets: NDArray[np.int64], end: int) -> Batch:
    values: dict[str, NDArray[np.float32]] = {}
    units: dict[str, str] = {}
    titles: dict[str, str] = {}
    for at, row in enumerate(rows):
        for name, value, unit, title in _numbers(row):
            if name not in values:
                values[name] = np.full(len(rows), np.nan, np.float32)
                units[name], titles[name] = unit, title
            values[name][at] = np.nan if value is None else value
    smiles, names, given, refused = (
        tuple(str(row[name]) for row in rows) for name in ("smiles", "name", "given", "refused")
    )
    return Batch(offsets, end, smiles, names, given, refused, values, units, titles)


def _numbers(row: dict[str, Any]) -> list[tuple[str, float | None, str, str]]:
    if row["refused"]:
        return []
    found: list[tuple[str, float | None, str, str]] = [
        (one["name"], one["value"], one["unit"], "") for one in row["properties"]
    ]
    alerts = row["alerts"]
    harms = [one for one in alerts if one["probability"] is not None and not one["of"]]
    if row["properties"]:
        found.append((PATTERNS, float(sum(one["probability"] is None for one in alerts)), "", ""))
    found += [(HARM + one["name"], one["probability"], "", one["title"]) for one in harms]
    if row["sites"]:
        found.append((METABOLITES, float(len(row["metabolites"])), "", ""))
    return found


def read_row(path: Path, offset: int) -> MoleculeRow:
    """All that is known of the row that begins at `offset`.

    Raises:
        OSError: Where it cannot be read.
        ValueError: Where there is no row.
    """
    with path.open("rb") as file:
        file.seek(offset)
        return load(file.readline(), MoleculeRow)
