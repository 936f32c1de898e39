"""Questions over the library: ask, write the answer as a table, find what to open of somebody."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from medapp.domain.record import Quantity
from medapp.domain.record.coding import LOINC
from medapp.services.cohort_errors import QueryError
from medapp.services.cohort_words import parse
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from pathlib import Path

    from medapp.domain.cohort import Cohort, Evidence, Member
    from medapp.library import Library

_COLUMNS = (
    "person", "name", "birth_date", "sex", "age",
    "condition", "found", "date", "until", "value", "unit", "count", "note",
)  # fmt: skip
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
            advice = "write it as the laboratory does, such as: mg/dL, umol/L, 10*9/L, %"
            raise QueryError(message, part=condition.unit, advice=advice)
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


def export_csv(cohort: Cohort, path: Path) -> int:
    """One row a member and condition, as UTF-8 with a mark that spreadsheets need.

    Returns:
        How many rows there are below the head.

    Raises:
        OSError: Where it cannot be written.
    """
    rows = [
        (one.person or one.patients[0], one.name, one.birth_date, one.sex, one.age, *_found(seen), WARNING)
        for one in cohort.members
        for seen in one.evidence or (None,)
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        writer.writerows([_cell(value) for value in row] for row in rows)
    return len(rows)


def _found(seen: Evidence | None) -> tuple[object, ...]:
    if seen is None:
        return ("",) * 7
    return (seen.condition, seen.title, seen.date, seen.until, seen.value, seen.unit, seen.count)


def study_to_open(library: Library, member: Member) -> str:
    """Key of a member's study to look at first; empty where there are no images of them.

    The latest that was asked for, else the latest that has pictures.
    """
    asked = [seen for seen in member.evidence if seen.study]
    if asked:
        return max(asked, key=lambda seen: seen.date).study
    studies = [study for key in member.patients for study in library.studies(key)]
    studies.sort(key=lambda study: study.date, reverse=True)
    pictured = (study for study in studies if _has_pictures(library, study.key))
    return next((study.key for study in pictured), studies[0].key if studies else "")


def _has_pictures(library: Library, study: str) -> bool:
    return any(series.kind in {"volume", "stack"} for series in library.series_of(study))


def _cell(value: object) -> object:
    text = value if isinstance(value, str) else None
    return f"'{text}" if text and text.startswith(_DANGEROUS) else value
