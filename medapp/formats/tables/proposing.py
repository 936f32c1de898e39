"""A mapping proposed for a table, for a person to look at, correct and confirm."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from medapp.formats.errors import MALFORMED, UnreadableError
from medapp.formats.stream import open_bytes
from medapp.formats.tables.delimited import Row, head_of, records, tell
from medapp.formats.tables.guessing import Guess, folded, guess, is_long
from medapp.formats.tables.layouts import SEXES, Layout, known
from medapp.formats.tables.mapping import Column, Content, Kind, Mapping
from medapp.formats.tables.profile import Profile, examples_of, kind_of, profiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from medapp.formats.tables.delimited import Dialect

_SEEN_ROWS = 5000
_MOST_OUTCOMES = 10
_MOST_COLUMNS = 20_000
_UNIT_AT_END = re.compile(r"[_ ([](?P<unit>kg|cm|mmhg)[)\]]?$", re.IGNORECASE)
_NAMED_UNITS = {"kg": "kg", "cm": "cm", "mmhg": "mm[Hg]"}
"""Those that stand for one thing only at the end of a name, as UCUM writes them."""
_MOST_UNITS = 300
"""Names of which the unit is asked one by one."""
_IDENTIFYING = frozenset({
    "subject", "identifier", "encounter", "id", "given", "family", "line", "city", "postal", "uid", "text",
    "title", "comment", "fact",
})  # fmt: skip


def propose(path: Path, name: str = "") -> Mapping:
    """What the columns of a table seem to mean.

    Args:
        path: Plain or gzip.
        name: Of the file as the user knows it, where that is another.

    Returns:
        A mapping that nothing is read with before a person has confirmed it, and answered its questions.

    Raises:
        OSError: Where the file cannot be opened.
        UnreadableError: Where it is damaged or holds no table.
    """
    dialect = tell(head_of(path))
    with open_bytes(path) as file:
        rows = (row for row in records(file, dialect) if isinstance(row, Row))
        first = next(rows, None)
        if first is None:
            raise UnreadableError(MALFORMED, "the file holds no row")
        headers = unique(first.cells)
        if len(headers) > _MOST_COLUMNS:
            raise UnreadableError(MALFORMED, f"the table has more than {_MOST_COLUMNS} columns")
        found = profiles(headers, _fitting(islice(rows, _SEEN_ROWS), len(headers)))
    layout = known(headers, name or path.name)
    if layout is not None:
        return _published(found, layout, dialect)
    return _guessed(found, dialect)


def unique(cells: list[str]) -> list[str]:
    """Headers, told apart where two are the same or one is empty."""
    seen: Counter[str] = Counter()
    headers: list[str] = []
    for place, cell in enumerate(cells, 1):
        header = cell.strip().strip("\ufeff") or f"column {place}"
        seen[header] += 1
        while seen[header] > 1:
            header = f"{header} ({seen[header]})"
            seen[header] += 1
        headers.append(header)
    return headers


def _fitting(rows: Iterator[Row], width: int) -> Iterator[list[str]]:
    return (row.cells for row in rows if len(row.cells) == width)


def _published(found: list[Profile], layout: Layout, dialect: Dialect) -> Mapping:
    words = dict(layout.words)
    columns = []
    for profile in found:
        role, more = layout.role(profile.header)
        guessed = Guess(
            role, 0.95, f"a column of {layout.name}" if role != "ignore" else "not read of this table"
        )
        system = more if role not in {"value", "outcome"} else ""
        column = _column(profile, guessed, system=system, unit="" if system else more)
        stands = words.get(profile.header.casefold(), column.words)
        columns.append(_with(column, words=stands, undotted=layout.undotted and role == "code"))
    columns = _with_units(columns, found, layout.content)
    return Mapping(
        tuple(columns), layout.content, dialect.encoding, dialect.delimiter, layout.name,
        max((profile.seen for profile in found), default=0), layout.medication,  # type: ignore[arg-type]
    )  # fmt: skip


def _guessed(found: list[Profile], dialect: Dialect) -> Mapping:
    kinds: list[Kind] = [kind_of(profile)[0] for profile in found]
    long = is_long([profile.header for profile in found], kinds)
    columns: list[Column] = []
    is_first = True
    for profile, kind in zip(found, kinds, strict=True):
        columns.append(_column(profile, guess(profile, kind, is_long=long, is_first=is_first)))
        is_first = is_first and columns[-1].role != "subject"
    seen = max((profile.seen for profile in found), default=0)
    if not long:
        columns = _with_follow_up(_with_outcome(columns, found), found)
    content = _content(columns, is_long=long)
    columns = _with_units(_with_named_units(columns), found, content)
    return Mapping(tuple(columns), content, dialect.encoding, dialect.delimiter, rows_seen=seen)


def _with_outcome(columns: list[Column], found: list[Profile]) -> list[Column]:
    """Take the last column for the outcome, where none is named so and it holds few values, as is usual."""
    last = columns[-1]
    few = 1 < found[-1].distinct <= min(_MOST_OUTCOMES, found[-1].seen // 4)
    is_outcome = last.role == "value" and len(columns) > 2 and few  # noqa: PLR2004  a number, a finding and it
    if not is_outcome or any(column.role == "outcome" for column in columns):
        return columns
    reason = "the last column, of few values: often what is to be told"
    return [*columns[:-1], replace(last, role="outcome", certainty=0.4, reason=reason)]


def _with_follow_up(columns: list[Column], found: list[Profile]) -> list[Column]:
    """A time beside an outcome, in a table with one row a patient, is until when that was looked for."""
    rows = [profile for one, profile in zip(columns, found, strict=True) if one.role == "subject"]
    if not any(one.role == "outcome" for one in columns) or not all(one.is_unique for one in rows):
        return columns
    reason = "a time beside an outcome, one row a patient: until when the patient was followed"
    return [
        replace(one, role="outcome", certainty=0.5, reason=reason) if one.role == "offset" else one
        for one in columns
    ]


def _with_named_units(columns: list[Column]) -> list[Column]:
    """Propose the unit that the name of a column of numbers ends in (``weight_kg``), to be confirmed."""
    found = []
    for one in columns:
        end = _UNIT_AT_END.search(one.header)
        unit = _NAMED_UNITS.get(end["unit"].casefold(), "") if end else ""
        if unit and one.role == "value" and one.kind == "number" and not one.unit:
            one = replace(one, unit=unit, reason=f"{one.reason}; unit by its name")  # noqa: PLW2901
        found.append(one)
    return found


def _with_units(columns: list[Column], found: list[Profile], content: Content) -> list[Column]:
    """A place for the unit of everything that was measured, where no column of the table says it."""
    roles = [column.role for column in columns]
    about = next((role for role in ("name", "code") if role in roles), None)
    if content != "observation" or "unit" in roles or about is None:
        return columns
    names = [name for name, _ in found[roles.index(about)].cells.most_common(_MOST_UNITS)]
    asked = tuple((name, "") for name in sorted(names))
    return [replace(one, units=asked) if one.role == "value" and not one.unit else one for one in columns]


def _content(columns: list[Column], *, is_long: bool) -> Content:
    if not is_long:
        return "wide"
    roles = {column.role for column in columns}
    return "observation" if "value" in roles else "other"


def _column(profile: Profile, guessed: Guess, *, system: str = "", unit: str = "") -> Column:
    kind, date, decimal = kind_of(profile)
    return Column(
        profile.header,
        guessed.role,
        kind,
        profile.missing,
        examples_of(profile, kind, is_identifying=guessed.role in _IDENTIFYING),
        guessed.certainty,
        guessed.reason,
        system=system or guessed.system,
        unit=unit,
        date=date,
        decimal=decimal,
        words=_sexes(profile) if guessed.role == "sex" else (),
        day_only=kind == "date" and all(value.endswith("00:00:00") for value in profile.cells),
    )


def _sexes(profile: Profile) -> tuple[tuple[str, str], ...]:
    """What the values of a column of sexes stand for; nothing where that is not written in them."""
    name = folded(profile.header)
    values = sorted(profile.cells)
    if name in {"male", "female"} and {value.removesuffix(".0") for value in values} <= {"0", "1"}:
        other = "female" if name == "male" else "male"
        return tuple((value, name if value.startswith("1") else other) for value in values)
    found = tuple((value, SEXES[value.casefold()]) for value in values if value.casefold() in SEXES)
    return found if len(found) == len(values) or len(found) > 1 else ()


def _with(column: Column, *, words: tuple[tuple[str, str], ...], undotted: bool) -> Column:
    return replace(column, words=words, undotted=undotted)
