"""Fit the axes to a table of medicines: ``python -m medapp_molecules.space.fitting TABLE OUT``."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medapp_molecules.notation.standard import standardise
from medapp_molecules.space.axes import Reference, fit, numbers_of, write

if TYPE_CHECKING:
    from medapp_molecules.space.axes import Axes


def fitted(table: Path) -> tuple[Axes, Reference]:
    """Axes of the molecules of a table with the columns ``ingredient`` and ``smiles``.

    Raises:
        OSError: Where it cannot be read.
        ValueError: Where a row is refused: the table is checked, so that something is wrong.
    """
    from rdkit import Chem

    listed: list[tuple[str, str]] = []
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found = standardise(row["smiles"])
            if found.refused:
                message = f"{row['ingredient']}: {found.refused}"
                raise ValueError(message)
            listed.append((row["ingredient"], found.smiles))
    numbers = np.array([numbers_of(Chem.MolFromSmiles(smiles)) for _, smiles in listed])
    return fit(numbers), Reference(tuple(name for name, _ in listed), tuple(smiles for _, smiles in listed))


if __name__ == "__main__":
    write(Path(sys.argv[2]), *fitted(Path(sys.argv[1])))
