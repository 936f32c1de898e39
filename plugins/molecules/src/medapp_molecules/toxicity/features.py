"""A molecule as numbers: how often each circular environment occurs, and descriptors of the whole.

Environments after Rogers and Hahn (ECFP4, counted, folded), descriptors as rdkit computes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BITS: Final = 1024
RADIUS: Final = 2
_LIMIT: Final = 1e6
"""Descriptors of odd molecules run away; trees need no more than this to tell them apart."""


@dataclass(frozen=True)
class Numbers:
    """One molecule.

    Attributes:
        columns: Counts (`BITS`), then descriptors.
        environments: Of each circular environment its column and its atoms.
        bits: Columns that are set, for the similarity with others.
    """

    columns: NDArray[np.float32]
    environments: tuple[tuple[int, frozenset[int]], ...]
    bits: NDArray[np.bool_]


@lru_cache(maxsize=1)
def _generator() -> Any:  # noqa: ANN401 - rdkit's have no useful type
    from rdkit.Chem import rdFingerprintGenerator

    return rdFingerprintGenerator.GetMorganGenerator(radius=RADIUS, fpSize=BITS)


@lru_cache(maxsize=1)
def _descriptors() -> tuple[tuple[str, Any], ...]:
    from rdkit.Chem import Descriptors

    # Ipc grows without bound, the BCUT ones fail on atoms without parameters, the others take too long.
    left_out = ("Ipc", "BCUT", "AvgIpc", "SPS", "qed")
    return tuple((name, say) for name, say in Descriptors.descList if not name.startswith(left_out))


def molecule_of(smiles: str) -> Any:  # noqa: ANN401
    """Of a SMILES in standard form.

    Raises:
        ValueError: Where it cannot be read.
    """
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        message = "no SMILES"
        raise ValueError(message)
    return mol


def numbers_of(smiles: str) -> Numbers:
    """Of a molecule in standard form.

    Raises:
        ValueError: Where the SMILES cannot be read.
    """
    from rdkit import rdBase
    from rdkit.Chem import rdFingerprintGenerator

    with rdBase.BlockLogs():
        mol = molecule_of(smiles)
        more = rdFingerprintGenerator.AdditionalOutput()
        more.AllocateBitInfoMap()
        counts = np.array(_generator().GetCountFingerprintAsNumPy(mol, additionalOutput=more), np.float32)
        whole = np.array([_said(say, mol) for _, say in _descriptors()], np.float32)
    environments = tuple(
        (bit, _atoms(mol, atom, radius))
        for bit, places in more.GetBitInfoMap().items()
        for atom, radius in places
    )
    return Numbers(np.concatenate([counts, whole]), environments, counts > 0)


def _said(say: Any, mol: Any) -> float:  # noqa: ANN401
    try:
        value = float(say(mol))
    except (ValueError, ZeroDivisionError, RuntimeError):
        return float("nan")
    return float(np.clip(value, -_LIMIT, _LIMIT))


def _atoms(mol: Any, atom: int, radius: int) -> frozenset[int]:  # noqa: ANN401
    from rdkit import Chem

    bonds = Chem.FindAtomEnvironmentOfRadiusN(mol, radius, atom)
    ends = (mol.GetBondWithIdx(bond) for bond in bonds)
    return frozenset({atom}).union(*({bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()} for bond in ends))


def without_each(one: Numbers, atoms: int) -> NDArray[np.float32]:
    """(atoms, columns): the environments that hold an atom left out, for each atom in turn."""
    found = np.tile(one.columns, (atoms, 1))
    for bit, members in one.environments:
        found[list(members), bit] -= 1
    return found
