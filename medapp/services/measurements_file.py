"""Measurements of a result as a table for classifiers: ``measurements.csv`` and what its columns mean."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from medapp.services.result_file import WARNING, write_report

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.api.results import ClassifyResult
    from medapp.domain.finding import Finding

TABLE: Final = "measurements.csv"
COLUMNS: Final = "columns.json"
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that starts so for a formula."""
_NAME: Final = "segment"


def already_there(out: Path) -> tuple[Path, ...]:
    """Files of measurements that lie in a folder already."""
    return tuple(out / name for name in (TABLE, COLUMNS) if (out / name).exists())


def write_measurements(result: ClassifyResult, task: str, folder: Path) -> tuple[Path, ...]:
    """Write the measurements of a result, where there are any; return the files.

    A row a segment and a column a measurement: a key ``SEGMENT/MEASUREMENT`` stands in both, a key without a
    stroke in the row without a name. A cell is empty where nothing could be measured; ``columns.json`` says
    why under ``not_measured``.

    Raises:
        OSError: Where they cannot be written.
    """
    found = [one for one in result.findings if one.kind == "measurement"]
    if not found:
        return ()
    table, columns = folder / TABLE, folder / COLUMNS
    part = folder / f".{TABLE}.part"
    try:
        part.write_bytes(_table(found))
        part.replace(table)
    finally:
        part.unlink(missing_ok=True)
    write_report(columns, _meaning(found, task))
    return table, columns


def _split(key: str) -> tuple[str, str]:
    segment, _, column = key.rpartition("/")
    return segment, column


def _table(found: Iterable[Finding]) -> bytes:
    rows: dict[str, dict[str, str]] = {}
    columns: dict[str, None] = {}
    for one in found:
        segment, column = _split(one.key)
        columns[column] = None
        rows.setdefault(segment, {})[column] = "" if one.value is None else repr(float(one.value))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_NAME, *map(_cell, columns)])
    for segment, values in rows.items():
        writer.writerow([_cell(segment), *(values.get(column, "") for column in columns)])
    return text.getvalue().encode()


def _meaning(found: Iterable[Finding], task: str) -> dict[str, Any]:
    columns: dict[str, dict[str, str]] = {}
    segments: dict[str, str] = {}
    missing: dict[str, dict[str, str]] = {}
    for one in found:
        segment, column = _split(one.key)
        name, _, family = one.group.rpartition(": ")
        segments.setdefault(segment, name)
        columns.setdefault(
            column,
            {
                "name": column,
                "title": one.title,
                "unit": one.unit,
                "code": f"{one.code.scheme}:{one.code.value}" if one.code is not None else "",
                "family": family,
            },
        )
        if one.value is None:
            missing.setdefault(segment, {})[column] = one.remark
    return {
        "warning": WARNING,
        "task": task,
        "table": TABLE,
        "segments": segments,
        "columns": list(columns.values()),
        "not_measured": missing,
    }


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_DANGEROUS) else value
