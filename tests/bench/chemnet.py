"""ChemNet of the wheel of fcd-torch that MEDAPP_FCD names (`pip download --no-deps fcd-torch==1.0.7`)."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from medapp_molecules.generate import chemnet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

VARIABLE: Final = "MEDAPP_FCD"
distance = chemnet.distance


def at_hand() -> bool:
    """Whether the network is there."""
    return bool(os.environ.get(VARIABLE)) and Path(os.environ[VARIABLE]).exists()


def moments(smiles: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the activations of canonical SMILES."""
    return _network().moments(smiles)


@lru_cache(maxsize=1)
def _network() -> chemnet.ChemNet:
    return chemnet.read(Path(os.environ[VARIABLE]))
