"""Rows of molecules as CSV and JSON for other programs."""

from __future__ import annotations

import csv
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from medapp.api.wire_molecules import read_rows
from medapp.services.result_file import WARNING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from medapp.domain.molecule import MoleculeRow, Property

_FIRST: Final = ("number", "given", "name", "smiles", "refused", "notes")
_LAST: Final = ("nearest", "nearest_similarity", "warning")


def write_csv(rows: Path, out: Path) -> int:
    """Write rows as CSV, a line for each molecule, refused ones too; return how many.

    Columns: number, given, name, smiles, refused, notes; ``NAME``, and where they are given
    ``NAME (unit)``, ``NAME low``, ``NAME high``, ``NAME note`` for each property; the probability of each
    alert, its ``NAME note``, and ``NAME of a metabolite`` for the worst of the metabolites with its SMILES;
    the first site of each isoform (``atoms of 3A4``) and the likeliest metabolite, of which JSON tells all;
    the nearest known molecule. The file appears whole or not at all; memory does not grow with it.

    Raises:
        OSError: Where a file cannot be read or written.
    """
    columns = _columns(read_rows(rows))
    part = out.with_name(f".{out.name}.part")
    count = 0
    try:
        with part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*_FIRST, *columns, *_LAST], restval="")
            writer.writeheader()
            for row in read_rows(rows):
                writer.writerow(_flat(row))
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


def _columns(rows: Iterable[MoleculeRow]) -> list[str]:
    found: dict[str, None] = {}
    for row in rows:
        found.update(dict.fromkeys(name for name, _ in _values(row)))
    return list(found)


def _flat(row: MoleculeRow) -> dict[str, object]:
    first = {
        "number": row.number,
        "given": row.given,
        "name": row.name,
        "smiles": row.smiles,
        "refused": row.refused,
        "notes": "; ".join(row.notes),
        "warning": WARNING,
    }
    near = {} if row.nearest is None else {
        "nearest": row.nearest[0], "nearest_similarity": f"{row.nearest[1]:.3f}"
    }  # fmt: skip
    return first | near | dict(_values(row))


def _values(row: MoleculeRow) -> Iterator[tuple[str, object]]:
    for one in row.properties:
        yield from _of_property(one)
    # By the probability, for a column of each metabolite would have no end in a long file.
    for alert in sorted(row.alerts, key=lambda alert: alert.probability or 0):
        text = "warned of" if alert.probability is None else f"{alert.probability:.4g}"
        if alert.of:
            yield f"{alert.name} of a metabolite", f"{text} {alert.of}"
        else:
            yield alert.name, text
            if alert.note:
                yield f"{alert.name} note", alert.note
    yield from _of_metabolism(row)


def _of_metabolism(row: MoleculeRow) -> Iterator[tuple[str, object]]:
    for enzyme in dict.fromkeys(site.enzyme for site in row.sites):
        first = " ".join(str(site.atom) for site in row.sites if site.enzyme == enzyme and site.rank == 1)
        yield f"atoms of {enzyme}", first
    if row.metabolites:
        best = max(row.metabolites, key=lambda one: one.score)
        yield "metabolites", len(row.metabolites)
        yield "likeliest metabolite", best.smiles
        yield "likeliest metabolite score", f"{best.score:.4g}"
        yield "likeliest metabolite enzyme", best.enzyme


def _of_property(one: Property) -> Iterator[tuple[str, object]]:
    name = f"{one.name} ({one.unit})" if one.unit else one.name
    yield name, "" if one.value is None else f"{one.value:.6g}"
    if one.low is not None and one.high is not None:
        yield f"{one.name} low", f"{one.low:.6g}"
        yield f"{one.name} high", f"{one.high:.6g}"
    if one.note:
        yield f"{one.name} note", one.note
