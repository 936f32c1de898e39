"""What admet-ai says of molecules of which nothing was measured: tables of `finalists.teaching`."""

from __future__ import annotations

import csv
import gzip
import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_molecules.finalists.endpoints import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

FOLDER: Final = "teacher"
MOLECULE: Final = "smiles"
_KEPT_OUT: Final = 230
"""Of 256: from this byte of its hash on, a molecule is kept for measuring."""


def is_kept_out(smiles: str) -> bool:
    """Whether a molecule (in standard form) is never taught: a tenth, to measure by."""
    return hashlib.sha256(smiles.encode()).digest()[-1] >= _KEPT_OUT


def taught(data: Path, check: Callable[[], None]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Molecules, and (molecules, `SHARED`) what was said of them as it came out; none without a table.

    Raises:
        OSError: Where a table cannot be read.
    """
    names = [one.column for one in SHARED]
    found: dict[str, list[float]] = {}
    for path in sorted((data / FOLDER).glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                check()
                smiles = row.get(MOLECULE) or ""
                if smiles and not is_kept_out(smiles):
                    found.setdefault(smiles, [_number(row.get(name)) for name in names])
    return tuple(found), np.array(list(found.values()), float).reshape(len(found), len(names))


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return float("nan")
