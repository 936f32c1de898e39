"""What each column of features means: kept beside the frame as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Statistic = Literal[
    "first",
    "last",
    "min",
    "max",
    "mean",
    "count",
    "slope",
    "since",
    "measured",
    "value",
    "codes",
    "embedding",
    "flagged",
    "missing",
]
"""``slope`` a day by least squares; ``since`` hours from the last value to the index time; ``measured`` 1
where there is any value; ``codes`` how often a code is stated; ``embedding`` a mean of vectors of codes;
``flagged`` how many values were kept although something was found wrong with them; ``missing`` 1 where
another column had no value before a rule filled it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: In the frame.
        title: What was measured, in words.
        unit: UCUM; empty where it is not known, ``1`` for counts and truth values.
        source: Where the values come from: terminology and code, or column of a table.
        window_days: Length of time before the index time; 0 for all there is before it.
    """

    name: str
    title: str
    unit: str
    source: str
    statistic: Statistic
    window_days: float = 0.0


def units_of(columns: Iterable[Column]) -> dict[str, str]:
    """Units by the names of columns."""
    return {column.name: column.unit for column in columns}


def write_columns(columns: Iterable[Column], path: Path) -> None:
    """Write what the columns mean.

    Raises:
        OSError: Where the file cannot be written.
    """
    text = json.dumps([asdict(column) for column in columns], ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read_columns(path: Path) -> tuple[Column, ...]:
    """Read them back.

    Raises:
        OSError: Where the file cannot be read.
        ValueError: Where it does not hold columns.
    """
    try:
        return tuple(Column(**one) for one in json.loads(path.read_text(encoding="utf-8")))
    except TypeError as error:
        message = f"{path.name} does not hold the columns of a frame"
        raise ValueError(message) from error
