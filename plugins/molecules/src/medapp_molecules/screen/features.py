"""A molecule as numbers that take little time: circular environments, and descriptors of rdkit's core.

Those of `toxicity.features` know more, but are computed in Python one by one and take several times as long.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp_molecules.toxicity.features import BITS, RADIUS, Numbers, molecule_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LIMIT: Final = 1e5
"""Descriptors of odd molecules run away; nothing that is learned here needs more to tell them apart."""
_SLOW: Final = ("CrippenClogP", "CrippenMR", "chi4v", "chi4n")
"""Crippen's contributions stand in two others already; the rest takes half of the time of all."""


@lru_cache(maxsize=1)
def _tools() -> tuple[Any, Any]:
    from rdkit.Chem import rdFingerprintGenerator, rdMolDescriptors

    names = rdMolDescriptors.Properties.GetAvailableProperties()
    properties = rdMolDescriptors.Properties([name for name in names if name not in _SLOW])
    return rdFingerprintGenerator.GetMorganGenerator(radius=RADIUS, fpSize=BITS), properties


def numbers_of(smiles: str) -> Numbers:
    """Of a molecule in standard form, without the atoms of its environments.

    Raises:
        ValueError: Where the SMILES cannot be read.
    """
    from rdkit import rdBase

    with rdBase.BlockLogs():
        return numbers_of_mol(molecule_of(smiles))


def numbers_of_mol(mol: Any) -> Numbers:  # noqa: ANN401 - rdkit's molecules have no useful type
    """Of a molecule that was read from a SMILES in standard form."""
    from rdkit.Chem import rdMolDescriptors as say

    generator, properties = _tools()
    counts = generator.GetCountFingerprintAsNumPy(mol).astype(np.float32)
    whole = (
        *properties.ComputeProperties(mol), *say.PEOE_VSA_(mol), *say.SMR_VSA_(mol), *say.SlogP_VSA_(mol),
        *say.MQNs_(mol),
    )  # fmt: skip
    known = np.nan_to_num(np.array(whole, np.float64), posinf=_LIMIT, neginf=-_LIMIT).clip(-_LIMIT, _LIMIT)
    return Numbers(np.concatenate([counts, known.astype(np.float32)]), (), counts > 0)


class Known:
    """Molecules that were learned from, as packed bits: how near another is to the nearest of them."""

    def __init__(self, bits: NDArray[np.uint8]) -> None:
        """Of (molecules, `BITS` / 8)."""
        # 64 bits at a time, and added up along the molecules: bytes in rows take twenty times as long.
        self._words = np.ascontiguousarray(np.ascontiguousarray(bits).view(np.uint64).T)
        self._counts = _added(np.bitwise_count(self._words))

    def nearest(self, bits: NDArray[np.uint8]) -> float:
        """Similarity (Tanimoto) of one molecule's packed bits to the nearest."""
        own = np.ascontiguousarray(bits).view(np.uint64)
        both = _added(np.bitwise_count(self._words & own[:, np.newaxis]))
        either = self._counts + np.uint16(np.bitwise_count(own).sum(dtype=np.int64)) - both
        return float((both / np.maximum(1, either)).max())


def _added(counts: NDArray[np.uint8]) -> NDArray[np.uint16]:
    found: NDArray[np.uint16] = counts.sum(axis=0, dtype=np.uint16)
    return found
