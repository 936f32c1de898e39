"""Times that a table counts from an event: their unit, what they are counted from, and the cell in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from medapp.domain.record.time import DAYS, Since
from medapp.formats.tables.cells import number

if TYPE_CHECKING:
    from medapp.formats.tables.mapping import Column

_WORDS: Final = {
    "min": "minute", "mins": "minute", "minutes": "minute", "hr": "hour", "hrs": "hour", "hours": "hour",
    "days": "day", "weeks": "week", "months": "month", "years": "year",
} | {unit: unit for unit in DAYS}  # fmt: skip
_WORD: Final = re.compile(r"[A-Za-z]+")
_EICU: Final = ("minute", "admission to the unit")


def unit_of(column: Column, layout: str = "") -> str:
    """The unit of a column of times: what a person has said, what is published, else what its name says."""
    said = (_WORDS.get(word.casefold()) for word in _WORD.findall(column.unit))
    known = next((one for one in said if one), "")
    if known:
        return known
    if layout.startswith("eicu."):
        return _EICU[0]
    named = (_WORDS.get(word.casefold()) for word in _WORD.findall(column.header))
    return next((one for one in named if one), "")


def since(column: Column, cell: str, layout: str = "") -> Since | None:
    """A cell as a time after an event; None where it is no number."""
    found = number(cell, column.decimal or ".")
    if found is None:
        return None
    event = column.event or (_EICU[1] if layout.startswith("eicu.") else "")
    return Since(found[0], unit_of(column, layout), event, column.header)
