"""Ask admet-ai about many molecules of which nothing was measured, for `medapp train molecules.screen`.

    python -m medapp_molecules.finalists.teaching OUT.csv.gz FILE ... [--most N]

Of all files (SMILES, CSV or SDF, plain or gzipped) together the N molecules whose hashes come first, in
standard form, without those that are kept for measuring (`screen.teacher.is_kept_out`). What the networks say
is written as it comes out, impossible values too. A run that was ended is gone on with; what it has written
until then can be learned from.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import sys
import zlib
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from medapp_molecules.finalists.admet import ModelsError, folder, read
from medapp_molecules.finalists.task import MISSING
from medapp_molecules.notation.reading import read as read_rows
from medapp_molecules.notation.standard import standardise
from medapp_molecules.screen.teacher import MOLECULE, is_kept_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from medapp_molecules.finalists.admet import Admet

_TOGETHER = 256


def chosen(paths: Sequence[Path]) -> Iterator[str]:
    """SMILES in standard form in the order of the hashes of what is given, each once.

    Raises:
        OSError: Where a file cannot be read.
    """
    given = {row.text: row.kind for path in paths for row in read_rows(path) if not row.refused}
    told: set[str] = set()
    for text in sorted(given, key=lambda one: hashlib.sha256(one.encode()).digest()):
        smiles = standardise(text, given[text]).smiles
        if smiles and smiles not in told and not is_kept_out(smiles):
            told.add(smiles)
            yield smiles


def write(model: Admet, smiles: Iterable[str], out: Path) -> int:
    """Rows of molecules behind those that are there already; how many there are then.

    Raises:
        OSError: Where it cannot be written.
    """
    before = _written(out)
    head = [MOLECULE, *model.endpoints]
    rows = [row for row in before if row[:1] != head[:1]]
    with gzip.open(out, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    done = len(rows)
    rest = iter(islice(smiles, done, None))
    while some := list(islice(rest, _TOGETHER)):
        said = model.said(some).tolist()
        # A part of its own each time: what is there is whole whenever the run ends.
        with gzip.open(out, "at", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [one, *(f"{value:.6g}" for value in row)] for one, row in zip(some, said, strict=True)
            )
        done += len(some)
        print(f"{done} molecules", flush=True)  # noqa: T201 - a command
    return done


def _written(out: Path) -> list[list[str]]:
    """Rows that can be read, the head too."""
    found: list[list[str]] = []
    if out.is_file():
        with gzip.open(out, "rt", encoding="utf-8", newline="") as file:
            try:
                found.extend(csv.reader(file))
            except (EOFError, zlib.error, UnicodeDecodeError):
                print("the last part is torn and made anew", file=sys.stderr)  # noqa: T201
    width = len(found[0]) if found else 0
    return [row for row in found if len(row) == width]


def main(argv: Sequence[str]) -> int:
    """0 where the table was written."""
    parser = argparse.ArgumentParser(prog="python -m medapp_molecules.finalists.teaching")
    parser.add_argument("out", type=Path)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=20_000)
    options = parser.parse_args(argv)
    models = folder()
    if models is None:
        print(MISSING, file=sys.stderr)  # noqa: T201
        return 1
    try:
        model = read(models)
    except ModelsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write(model, islice(chosen(options.files), options.most), options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
