"""One row of a table, by the roles of its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medapp.domain.record.coding import ICD9CM, ICD10CM, NDC, Code, Concept, Quantity
from medapp.domain.record.time import When
from medapp.formats.tables.cells import clock, is_missing, moment, number
from medapp.formats.tables.offsets import since

if TYPE_CHECKING:
    from medapp.domain.record.clinical import Value
    from medapp.domain.record.time import Since
    from medapp.formats.tables.labels import Labels, Meaning
    from medapp.formats.tables.mapping import Column, Mapping, Role

_SEVERAL_CODES = re.compile(r"\s*[,;]\s*")
_TRUTHS = {"true": True, "false": False, "yes": True, "no": False}
_MIDNIGHT = "T00:00:00"
UNKNOWN = "unknown"
"""A unit of which a person has said that nobody knows it."""


class CellError(ValueError):
    """A cell that is not what its column holds; the message names the column, never the cell.

    Attributes:
        quote: The cell, see `Refusal.quote`.
    """

    def __init__(self, message: str, quote: str = "") -> None:
        """Hold both."""
        super().__init__(message)
        self.quote = quote


class Plan:
    """The columns of a mapping by their roles, made once for a table."""

    def __init__(self, mapping: Mapping, labels: Labels | None = None) -> None:
        """Sort the columns; `labels` say what codes stand for that the table gives no words for."""
        self.mapping, self.labels = mapping, labels
        self.width = len(mapping.columns)
        self.roles: dict[str, list[tuple[int, Column]]] = {}
        for place, column in enumerate(mapping.columns):
            self.roles.setdefault(column.role, []).append((place, column))

    def columns(self, role: Role) -> list[tuple[int, Column]]:
        """Columns of a role, with their places."""
        return self.roles.get(role, [])


@dataclass(frozen=True, slots=True)
class Record:
    """One row."""

    plan: Plan
    cells: list[str]
    line: int

    def first(self, role: Role) -> tuple[Column, str] | None:
        """The first column of a role that says something, with its cell as written."""
        for place, column in self.plan.roles.get(role, ()):
            if not is_missing(self.cells[place]):
                return column, self.cells[place].strip()
        return None

    def text(self, role: Role) -> str:
        """The first cell of a role that says something, by the words of its column; empty where none does."""
        found = self.first(role)
        return said(*found) if found else ""

    def every(self, role: Role) -> list[tuple[Column, str]]:
        """All cells of a role that say something."""
        if role not in self.plan.roles:
            return []
        return [
            (column, self.cells[place].strip())
            for place, column in self.plan.roles[role]
            if not is_missing(self.cells[place])
        ]

    def key(self, role: Role) -> str:
        """A number of somebody or something, without the fraction that some exports add."""
        found = self.first(role)
        if found is None:
            return ""
        text = found[1]
        return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text

    def when(self, role: Role, *, day_only: bool = False) -> When | None:
        """A date, with the time of a ``time`` column where the date has none.

        Raises:
            CellError: Where the cell is no date of the column's form.
        """
        found = self.first(role)
        if found is None:
            return None
        column, cell = found
        try:
            when = moment(cell, column.date or "iso")
            if (day_only or column.day_only) and when.text[10:] in {_MIDNIGHT, f"{_MIDNIGHT}Z"}:
                return When(when.text[:10])
            time = self.first("time") if role == "start" and "T" not in when.text else None
            return When(f"{when.text}T{clock(time[1])}") if time else when
        except ValueError:
            message = f"column {column.header!r} holds no date of the form that was confirmed"
            raise CellError(message, cell) from None

    def concept(self, code: Role = "code", name: Role = "name") -> Concept:
        """What the row is about, by its codes and its words."""
        words = self.text(name)
        codes: list[Code] = []
        further: list[Code] = []
        stated = self.first("system") if code == "code" else None
        for column, cell in self.every(code):
            system = column.system if stated is None else said(*stated)
            meaning = self._meaning(column, cell, system)
            if meaning is not None:
                words = words or meaning.name
                further += meaning.codes
            codes.extend(_codes(column, cell, system, words))
        return Concept((*further, *codes), words)

    def specimen(self) -> str:
        """What was measured in, where a list of codes says so."""
        found = self.first("code")
        meaning = self._meaning(*found, found[0].system) if found else None
        return meaning.specimen if meaning else ""

    def _meaning(self, column: Column, cell: str, system: str) -> Meaning | None:
        if self.plan.labels is None:
            return None
        return self.plan.labels.of(self.plan.mapping.content, column.header, cell, system)

    def comment(self) -> str:
        """What stands beside, times counted from an event among it."""
        parts = [f"{column.header}={cell}" for column, cell in self.every("offset")]
        parts.extend(cell for _column, cell in self.every("comment"))
        return "; ".join(parts)

    def since(self) -> Since | None:
        """When the row was, counted from an event; None where a date says so, or nothing does."""
        if self.first("start") is not None:
            return None
        found = self.first("offset")
        return since(*found, self.plan.mapping.layout) if found else None

    def unit(self, column: Column) -> str:
        """The unit of a value in a row that is one measurement; empty where it is not known.

        What stands in the row itself comes first, then what a person has said of what was measured, then of
        the column.
        """
        stated = self.text("unit")
        if stated:
            return stated
        if column.units:
            names = {self.text("name").casefold(), *(cell.casefold() for _, cell in self.every("code"))}
            for name, unit in column.units:
                if unit and name.casefold() in names:
                    return known(unit)
        return known(column.unit)

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Further facts, named as their columns are."""
        return tuple((column.header, said(column, cell)) for column, cell in self.every("fact"))


def known(unit: str) -> str:
    """A unit that was said in a mapping; empty where it was said that nobody knows it."""
    return "" if unit.strip().casefold() == UNKNOWN else unit.strip()


def said(column: Column, cell: str) -> str:
    """What a cell stands for, by the words of its column."""
    for word, meaning in column.words:
        if word == cell:
            return meaning
    return cell


def value(column: Column, cell: str, unit: str) -> Value:
    """A cell as a number with its unit, as a truth value, or as the text it is."""
    measured = number(cell, column.decimal or ".") if column.kind != "truth" else None
    if measured is not None:
        return Quantity(measured[0], unit, "", measured[1])
    if column.kind == "truth" and cell.casefold() in _TRUTHS:
        return _TRUTHS[cell.casefold()]
    return said(column, cell)


def _codes(column: Column, cell: str, system: str, words: str) -> list[Code]:
    if system == NDC and not cell.strip("0"):
        return []
    if not system and column.header.casefold() == "icd9code":
        return [Code(_icd_system(code), code, words) for code in _SEVERAL_CODES.split(cell) if code]
    if column.undotted:
        cell = _dotted(cell, system)
    return [Code(system, cell, words)]


def _icd_system(code: str) -> str:
    """ICD-9-CM codes start with a digit, those of ICD-10-CM with a letter; E and V start codes of both."""
    if code[:1].isdigit():
        return ICD9CM
    return "" if code[:1] in "EV" else ICD10CM


def _dotted(code: str, system: str) -> str:
    """An ICD code with the dot that MIMIC leaves out.

    It stands after three signs, four of an ICD-9 E code, two of an ICD-9 procedure; ICD-10-PCS has none.
    """
    places = {ICD9CM: 4 if code.startswith("E") else 3, ICD10CM: 3, "urn:oid:2.16.840.1.113883.6.104": 2}
    place = places.get(system, len(code))
    return f"{code[:place]}.{code[place:]}" if len(code) > place and "." not in code else code
