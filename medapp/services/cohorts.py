"""Questions over the library: ask, and write the answer as a table."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from medapp.domain.record import Quantity
from medapp.domain.record.coding import LOINC
from medapp.services.cohort_words import QueryError, parse

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.cohort import Cohort
    from medapp.library import Library

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that starts so for a formula."""


def ask(library: Library, text: str) -> Cohort:
    """Everybody who fits a question in words.

    Raises:
        QueryError: Where it is not understood, or names a unit that is not known.
    """
    from medapp.knowledge.units import parse as parse_unit
    from medapp.knowledge.units import ucum

    query = parse(text)
    for condition in query.conditions:
        if condition.unit and parse_unit(ucum(condition.unit) or condition.unit) is None:
            message = f"the unit “{condition.unit}” in “{condition.text}” is not known"
            raise QueryError(message)
    return library.records.cohort(query, _convert)


def _convert(value: float, unit: str, wanted: str, codes: str) -> float | None:
    from medapp.knowledge.units import analyte, convert

    loinc = next((code.removeprefix(f"{LOINC}|") for code in codes.split() if code.startswith(LOINC)), "")
    known = analyte(loinc)
    found = convert(
        Quantity(value, unit, unit),
        wanted,
        molar_mass=known.molar_mass if known else None,
        charge=known.charge if known else None,
    )
    return None if found is None else found.value


def export_csv(cohort: Cohort, path: Path) -> None:
    """One row a member and condition, as UTF-8 with a mark that spreadsheets need.

    Raises:
        OSError: Where it cannot be written.
    """
    columns = (
        "person", "name", "birth_date", "sex", "age", "condition", "found", "date", "value", "unit", "count"
    )  # fmt: skip
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for one in cohort.members:
            who = (one.person or one.patients[0], one.name, one.birth_date, one.sex, one.age)
            for seen in one.evidence or (None,):
                what = (
                    (seen.condition, seen.title, seen.date, seen.value, seen.unit, seen.count)
                    if seen
                    else ("",) * 6
                )
                writer.writerow([_cell(value) for value in (*who, *what)])


def _cell(value: object) -> object:
    text = value if isinstance(value, str) else None
    return f"'{text}" if text and text.startswith(_DANGEROUS) else value
