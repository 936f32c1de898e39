"""Which rows of a file are the best: one pass that keeps no more than are wanted."""

from __future__ import annotations

import heapq
import math
from itertools import islice
from typing import TYPE_CHECKING, Final

from medapp_molecules.notation.apart import Apart
from medapp_molecules.notation.reading import Place, read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ORDER: Final = "order of the file"
_SCORES: Final[dict[str, tuple[str, float]]] = {
    "drug-likeness": ("drug-likeness", 1.0),
    "easy to make": ("synthetic accessibility", -1.0),
}
"""By what they are chosen: a property that follows from the structure, and its sign."""
_TOGETHER: Final = 64


def best(source: Path, count: int, by: str, tell: Callable[[float, int], None]) -> frozenset[int]:
    """Numbers of the `count` best rows; of equals the earlier one, and a molecule that comes again only once.

    Args:
        source: The file.
        count: How many at most.
        by: `ORDER` or a key of `_SCORES`.
        tell: Called with the share that was read and the number of rows, and may raise to end it.

    Raises:
        TaskRefused: Where the file holds no molecules at all.
        KeyError: Where there is no such score.
    """
    kept: list[tuple[float, int, str]] = []
    held: set[str] = set()
    place = Place()
    with Apart() as apart:
        rows = read(source, place=place)
        last = 0
        while batch := list(islice(rows, _TOGETHER)):
            for given, standard in zip(batch, apart.standardise(batch), strict=True):
                last = given.number
                if standard.refused or standard.smiles in held:
                    continue
                _keep(kept, held, count, (_score(standard.smiles, by), -given.number, standard.smiles))
            tell(place.share, last)
            if by == ORDER and len(kept) == count:
                break
    return frozenset(-number for _, number, _ in kept)


def _keep(
    kept: list[tuple[float, int, str]], held: set[str], count: int, one: tuple[float, int, str]
) -> None:
    if len(kept) < count:
        heapq.heappush(kept, one)
        held.add(one[2])
    elif one > kept[0]:
        held.discard(heapq.heappushpop(kept, one)[2])
        held.add(one[2])


def _score(smiles: str, by: str) -> float:
    if by == ORDER:
        return 0.0
    from rdkit import Chem, rdBase

    from medapp_molecules.screen.properties import value_of

    name, sign = _SCORES[by]
    with rdBase.BlockLogs():
        value = value_of(Chem.MolFromSmiles(smiles), name)
    return -math.inf if value is None else sign * value
