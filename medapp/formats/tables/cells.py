"""What a cell says: numbers, dates, and that there is nothing."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from medapp.domain.record.time import When

if TYPE_CHECKING:
    from medapp.formats.tables.mapping import DateFormat, Decimal

MISSING = frozenset({
    "", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "Null", "NaN", "nan", "None", "none",
    "\\N", ".", "?", "-", "--",
})  # fmt: skip
"""Words for nothing. ``0`` and ``-1`` are numbers: whether they stand for nothing is the person's to say."""

POINT = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
COMMA = re.compile(r"[+-]?\d+,\d+")
GROUPED_POINT = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
GROUPED_COMMA = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")
COMPARED = re.compile(r"(<=|>=|<|>|≤|≥)\s*(.+)")

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?")
_DAY_NAMED = re.compile(r"(\d{1,2})[-/ .]+([A-Za-z]{3,9})[-/ .,]+(\d{4})")
_MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})[ .-]+(\d{1,2})[ ,.-]+(\d{4})")
_TIME = re.compile(
    r"[T ]?\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?\s*(Z|UTC|[+-]\d{2}:?\d{2})?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def is_missing(cell: str) -> bool:
    """Whether a cell says nothing."""
    return cell.strip() in MISSING


def number(cell: str, decimal: Decimal) -> tuple[float, str] | None:
    """A finite number and its comparator (``<5``); None where the cell is none."""
    text, comparator = cell.strip(), ""
    compared = COMPARED.fullmatch(text)
    if compared:
        comparator = {"≤": "<=", "≥": ">="}.get(compared[1], compared[1])
        text = compared[2].strip()
    plain = _plain(text, decimal)
    if plain is None:
        return None
    value = float(plain)
    return (value, comparator) if math.isfinite(value) else None


def _plain(text: str, decimal: Decimal) -> str | None:
    if not text.isascii():
        return None
    if decimal == ",":
        if COMMA.fullmatch(text) or GROUPED_COMMA.fullmatch(text):
            return text.replace(".", "").replace(",", ".")
        return text if POINT.fullmatch(text) and "." not in text else None
    if POINT.fullmatch(text):
        return text
    return text.replace(",", "") if GROUPED_POINT.fullmatch(text) else None


def date_forms(cell: str) -> set[DateFormat]:
    """Every way in which a cell can be a date; empty where it is none.

    Years of two digits are no dates here: their century is not known.
    """
    forms: tuple[DateFormat, ...] = ("iso", "compact", "named", "day-first", "month-first")
    found: set[DateFormat] = set()
    for form in forms:
        try:
            moment(cell, form)
        except ValueError:
            continue
        found.add(form)
    return found


def moment(cell: str, form: DateFormat) -> When:
    """A date, with the time where one is written.

    Midnight is kept as a time: a table may mean it.

    Raises:
        ValueError: Where the cell is no date of that form.
    """
    text = cell.strip()
    if form == "compact":
        return _compact(text)
    day, rest = _day(text, form)
    if not rest.strip():
        return When(day)
    return When(f"{day}T{_clock(rest)}")


def _day(text: str, form: DateFormat) -> tuple[str, str]:
    if form == "named":
        return _named(text)
    pattern = _YEAR_FIRST if form == "iso" else _YEAR_LAST
    found = pattern.match(text)
    if found is None or form in {"", "?"} or text[found.end() : found.end() + 1].isdigit():
        raise ValueError
    first, second, third = (int(part) for part in found.groups())
    if form == "iso":
        year, month, day = first, second, third
    elif form == "day-first":
        day, month, year = first, second, third
    else:
        month, day, year = first, second, third
    return f"{year:04}-{month:02}-{day:02}", text[found.end() :]


def _named(text: str) -> tuple[str, str]:
    found = _DAY_NAMED.match(text)
    if found:
        day, name, year = found.groups()
    else:
        found = _MONTH_NAMED.match(text)
        if found is None:
            raise ValueError
        name, day, year = found.groups()
    month = _MONTHS.index(name[:3].casefold()) + 1
    return f"{year}-{month:02}-{int(day):02}", text[found.end() :]


def _compact(text: str) -> When:
    found = _COMPACT.fullmatch(text)
    if found is None or not 1800 <= int(found[1]) <= 2300:  # noqa: PLR2004  else it is a number of eight digits
        raise ValueError
    day = f"{found[1]}-{found[2]}-{found[3]}"
    if found[4] is None:
        return When(day)
    return When(f"{day}T{found[4]}:{found[5]}:{found[6] or '00'}")


def clock(cell: str) -> str:
    """A time of day as ``HH:MM:SS``, with its zone.

    Raises:
        ValueError: Where the cell is none.
    """
    return _clock(cell.strip())


def _clock(text: str) -> str:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError
    hour, minute, second, half, zone = found.groups()
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:  # noqa: PLR2004  hours on a dial
            raise ValueError
        hours = hours % 12 + (12 if half.casefold() == "pm" else 0)
    zone = "Z" if zone == "UTC" else zone or ""
    if len(zone) == 5:  # noqa: PLR2004  +0100
        zone = f"{zone[:3]}:{zone[3:]}"
    return f"{hours:02}:{minute}:{second or '00'}{zone}"
