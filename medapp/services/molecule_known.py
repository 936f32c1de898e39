"""The known set that a map of molecules shows behind them, as columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.services.molecule_rows import read_batch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

CLUSTER: Final = "cluster"
CLUSTER_SIZE: Final = "cluster size"
IN_CLUSTER: Final = "place in cluster"
"""1 for the representative of a cluster."""
ACROSS: Final = "map across"
UP: Final = "map up"
LIKE_KNOWN: Final = "similarity to known"
_TOGETHER: Final = 5_000


@dataclass(frozen=True)
class Known:
    """Molecules that are known.

    Attributes:
        across, up: Where each lies on the map.
        name_of: Of a SMILES, where it has a name.
    """

    names: tuple[str, ...] = ()
    smiles: tuple[str, ...] = ()
    across: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    up: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    name_of: Mapping[str, str] = field(default_factory=dict)


def read_known(path: Path) -> Known:
    """All of a file of rows; none where there is no file.

    Raises:
        OSError: Where it cannot be read.
        ValueError: Where a line is no row.
    """
    names: list[str] = []
    smiles: list[str] = []
    parts: dict[str, list[NDArray[np.float32]]] = {ACROSS: [], UP: []}
    offset = 0
    while len(batch := read_batch(path, offset, most=_TOGETHER)):
        offset = batch.end
        names += batch.names
        smiles += batch.smiles
        nothing = np.full(len(batch), np.nan, np.float32)
        for name, listed in parts.items():
            listed.append(batch.values.get(name, nothing))
    if not smiles:
        return Known()
    named = {one: name for one, name in zip(smiles, names, strict=True) if name}
    across, up = (np.concatenate(parts[name]) for name in (ACROSS, UP))
    return Known(tuple(names), tuple(smiles), across, up, named)
