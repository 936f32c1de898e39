"""Rows of molecules as CSV and JSON for other programs."""

from __future__ import annotations

import csv
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from medapp.api.wire_molecules import read_rows
from medapp.services.csv_out import text_cell
from medapp.services.molecule_columns import Columns
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_csv(rows: Path, out: Path) -> int:
    """Write rows as CSV, a line for each molecule, refused ones too; return how many.

    Columns: number, given, name, smiles; what else stands in the user's table, as it stands there (``given
    NAME`` where we say something of that name); refused, notes; ``NAME`` or ``NAME (unit)``, and where they
    are given ``NAME low``, ``NAME high``, ``NAME note`` for each property; of each harm the probability and
    ``NAME similarity to known``, the same ``of a metabolite`` for the worst of the metabolites, and ``NAME
    metabolite``, its SMILES; the first site of each isoform (``atoms of 3A4``) and the likeliest metabolite,
    of which JSON tells all; the nearest known molecule. Their order follows from the task alone. A text that
    a spreadsheet would reckon is marked as text. The file appears whole or not at all; memory does not grow
    with it.

    Raises:
        OSError: Where a file cannot be read or written.
    """
    columns = Columns(read_rows(rows))
    part = out.with_name(f".{out.name}.part")
    count = 0
    try:
        with part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([text_cell(name) for name in columns.names])
            for row in read_rows(rows):
                cells = columns.cells(row)
                writer.writerow([text_cell(cells.get(name, "")) for name in columns.names])
                count += 1
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return count


def write_json(rows: Path, out: Path, provenance: Mapping[str, object]) -> int:
    """Write rows as one JSON object: ``warning``, ``provenance``, ``molecules``; return how many.

    Raises:
        OSError: Where a file cannot be read or written.
    """
    import orjson

    part = out.with_name(f".{out.name}.part")
    count = 0
    try:
        with part.open("wb") as file:
            head = orjson.dumps({"warning": WARNING, "provenance": provenance})
            file.write(head[:-1] + b',"molecules":[')
            for row in read_rows(rows):
                file.write((b"," if count else b"") + os.linesep.encode() + orjson.dumps(asdict(row)))
                count += 1
            file.write(b"]}\n")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return count
