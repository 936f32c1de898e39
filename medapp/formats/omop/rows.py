"""Rows of one OMOP table by the names of its columns."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.domain.record.time import When

if TYPE_CHECKING:
    from medapp.domain.record.entry import Source

_MISSING = frozenset({"", "NULL", "null", "\\N", "NA", "None", "NaN", "nan"})
_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?")


class CellError(ValueError):
    """A cell that is not what its column holds; the message names the column, never the cell.

    Attributes:
        quote: The cell, see `Refusal.quote`.
    """

    def __init__(self, message: str, quote: str = "") -> None:
        """Hold both."""
        super().__init__(message)
        self.quote = quote


@dataclass(frozen=True, slots=True)
class Record:
    """One row.

    Attributes:
        columns: Place of each column, by name in lower case.
    """

    columns: dict[str, int]
    cells: list[str]
    source: Source

    def raw(self, name: str) -> str:
        """A cell as it is written; empty where the table lacks the column."""
        place = self.columns.get(name)
        return "" if place is None else self.cells[place]

    def text(self, name: str) -> str:
        """A cell; empty where it says that there is nothing."""
        found = self.raw(name).strip()
        return "" if found in _MISSING else found

    def number(self, name: str) -> float | None:
        """A finite number.

        Raises:
            CellError: Where the cell holds something else.
        """
        found = self.text(name)
        if not found:
            return None
        try:
            value = float(found)
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or "_" in found:
            message = f"{name} is no number"
            raise CellError(message)
        return value

    def key(self, name: str) -> str:
        """An id, as a whole number without the fraction that some exports add; empty for none."""
        found = self.text(name)
        return found.removesuffix(".0") if found.endswith(".0") and found[:-2].isdigit() else found

    def concept_id(self, name: str) -> int:
        """A concept; 0 where none matches (CDM convention).

        Raises:
            CellError: Where the cell holds no whole number.
        """
        found = self.key(name)
        if not found:
            return 0
        if not found.isascii() or not found.isdigit() or len(found) > 12:  # noqa: PLR2004  a 64-bit column
            message = f"{name} is no concept id"
            raise CellError(message)
        return int(found)

    def when(self, name: str) -> When | None:
        """The moment of ``NAME_date`` and ``NAME_datetime``.

        The CDM fills in midnight where no time is known, so that midnight says the day only.

        Raises:
            CellError: Where what is written is no date.
        """
        day = self.text(f"{name}_date")
        moment = self.text(f"{name}_datetime")
        found = moment or day
        if not found:
            return None
        try:
            return _moment(found)
        except ValueError:
            message = f"{name}_{'datetime' if moment else 'date'} is no date"
            raise CellError(message, found) from None


def _moment(text: str) -> When:
    date = _DATE.match(text)
    if date is None:
        raise ValueError
    day = "-".join(date.groups())
    rest = text[date.end() :].strip().removeprefix("T").strip()
    if not rest:
        return When(day)
    time = _TIME.fullmatch(rest)
    if time is None:
        raise ValueError
    hour, minute, second, zone = time.groups()
    if int(hour) == int(minute) == int(second or 0) == 0:
        return When(day)
    if zone and zone != "Z" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return When(f"{day}T{int(hour):02}:{minute}:{second or '00'}{zone or ''}")
