"""What the first rows of a table say about each column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medapp.formats.tables.cells import COMMA, COMPARED, GROUPED_POINT, date_forms, is_missing, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from medapp.formats.tables.mapping import DateFormat, Decimal, Kind

_MOST_WORDS = 30
_MOSTLY = 0.95
"""A column is of a kind where so much of it is; the rest is kept as text."""
_TRUTHS = frozenset({"true", "false", "yes", "no", "y", "n", "t", "f"})
_LONG_WORD = 60


@dataclass(slots=True)
class Profile:
    """One column, as far as it was seen."""

    header: str
    seen: int = 0
    empty: int = 0
    cells: Counter[str] = field(default_factory=Counter)

    @property
    def missing(self) -> float:
        """Share of rows that say nothing."""
        return round(self.empty / self.seen, 4) if self.seen else 0.0

    @property
    def distinct(self) -> int:
        """Number of different values."""
        return len(self.cells)

    @property
    def is_unique(self) -> bool:
        """Whether every value stands in one row only."""
        return self.distinct > 1 and self.distinct == sum(self.cells.values())

    def share(self, holds: Iterable[bool]) -> float:
        """Share of the values for which something holds, each different one counted once."""
        found = list(holds)
        return sum(found) / len(found) if found else 0.0


def profiles(headers: list[str], rows: Iterable[list[str]]) -> list[Profile]:
    """Count what the columns hold."""
    found = [Profile(header) for header in headers]
    for cells in rows:
        for profile, cell in zip(found, cells, strict=False):
            profile.seen += 1
            if is_missing(cell):
                profile.empty += 1
            else:
                profile.cells[cell.strip()] += 1
    return found


def kind_of(profile: Profile) -> tuple[Kind, DateFormat, Decimal]:
    """Kind of a column, with the order of its dates and its decimal sign."""
    values = list(profile.cells)
    if not values:
        return "empty", "", ""
    if all(value.casefold() in _TRUTHS for value in values):
        return "truth", "", ""
    decimal = decimal_of(values)
    if decimal == "?" or (
        decimal and profile.share(number(value, decimal) is not None for value in values) >= _MOSTLY
    ):
        dated = date_of(values) if _may_be_compact(values) else ""
        return ("date", dated, "") if dated == "compact" else ("number", "", decimal)
    dated = date_of(values)
    if dated:
        return "date", dated, ""
    short = all(len(value) <= _LONG_WORD for value in values)
    if short and profile.distinct <= max(_MOST_WORDS, profile.seen // 20):
        return "word", "", ""
    return "text", "", ""


def _may_be_compact(values: list[str]) -> bool:
    return all(len(value) in {8, 12, 14} and value.isdigit() for value in values)


def decimal_of(values: list[str]) -> Decimal:
    """The decimal sign; ``?`` where every comma may also part thousands, empty where there are no numbers."""
    bare = [compared[2] if (compared := COMPARED.fullmatch(value)) else value for value in values]
    commas = [value for value in bare if "," in value]
    if any(COMMA.fullmatch(value) and not GROUPED_POINT.fullmatch(value) for value in commas):
        return ","
    if any("." in value and value.rfind(".") < value.rfind(",") for value in commas):
        return ","
    grouped = [value for value in commas if GROUPED_POINT.fullmatch(value)]
    if grouped and len(grouped) == len(commas):
        points = [value for value in bare if "." in value and number(value, ".") is not None]
        several = any(value.count(",") > 1 for value in grouped)
        if all(number(value, ".") is not None for value in bare):
            return "." if points or several else "?"
        return ""
    return "." if any(number(value, ".") is not None for value in bare) else ""


def date_of(values: list[str]) -> DateFormat:
    """The form that fits all dates; ``?`` where day and month cannot be told apart, empty for no dates."""
    common: set[DateFormat] | None = None
    dates = 0
    for value in values:
        forms = date_forms(value)
        if forms:
            dates += 1
            common = forms if common is None else common & forms
    if dates < _MOSTLY * len(values) or not common:
        return ""
    if {"day-first", "month-first"} <= common:
        return "?"
    return next(iter(sorted(common)))


def examples_of(profile: Profile, kind: Kind, *, is_identifying: bool) -> tuple[str, ...]:
    """A few values that tell what a column holds and not who is in it."""
    if is_identifying or kind in {"text", "empty"}:
        return ()
    if kind == "date":
        pattern = Counter(
            "".join("9" if sign.isdigit() else sign for sign in value) for value in profile.cells
        )
        return tuple(value for value, _count in pattern.most_common(2))
    # What one person alone has may point to that person.
    common = [value for value, count in profile.cells.most_common(3) if count > 1 or kind == "number"]
    return tuple(value[:_LONG_WORD] for value in common)
