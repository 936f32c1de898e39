"""The best molecules of a search, by the score that it gives each."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING, Final

from medapp.api.wire_molecules import read_rows

if TYPE_CHECKING:
    from pathlib import Path

SCORE: Final = "score"
"""Property of the rows of a search, and its column."""
SEARCHES: Final = frozenset({"molecules.optimise"})
"""Tasks whose rows have a score; they are in the order of the search, in which nobody looks for the best."""


def best_of(rows: Path, count: int = 10) -> tuple[tuple[float, str], ...]:
    """Score and SMILES of the best molecules, the best first; of equal ones those that were found first.

    Raises:
        OSError: Where the rows cannot be read.
    """
    scored = (
        (one.value, -row.number, row.smiles)
        for row in read_rows(rows)
        for one in row.properties
        if one.name == SCORE and one.value is not None
    )
    return tuple((score, smiles) for score, _, smiles in nlargest(count, scored))
