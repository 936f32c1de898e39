"""Acids, bases and ions that medicines are made salts with: what may be taken off whatever its size.

Solvents are not among them: where ethanol stands beside a molecule of its own size, either may be meant.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

_KNOWN: Final = (
    # inorganic, as they are when charges are evened out
    "Cl", "Br", "I", "F", "O", "N", "OS(=O)(=O)O", "OS(=O)O", "OP(=O)(O)O", "O[N+](=O)[O-]", "OCl(=O)(=O)=O",
    "OP(=O)(O)OP(=O)(O)O", "OC(=O)O", "SC#N", "C#N", "F[B-](F)(F)F", "F[P-](F)(F)(F)(F)F",
    # carboxylic acids
    "OC=O", "CC(=O)O", "OC(=O)C(F)(F)F", "CCC(=O)O", "OCC(=O)O", "CC(O)C(=O)O", "OC(=O)C(=O)O",
    "OC(=O)CC(=O)O", "OC(=O)CCC(=O)O", "OC(=O)C=CC(=O)O", "OC(=O)CCCCC(=O)O", "OC(=O)CC(O)C(=O)O",
    "OC(=O)C(O)C(O)C(=O)O", "OC(=O)CC(O)(CC(=O)O)C(=O)O", "OCC(O)C(O)C(O)C(O)C(=O)O", "OC(=O)c1ccccc1",
    "OC(=O)C(O)c1ccccc1", "Oc1c(C(=O)O)cc2ccccc2c1Cc1c(O)c(C(=O)O)cc2ccccc12", "Oc1cc2ccccc2cc1C(=O)O",
    "CCCCCCCCCCCCCCCCCC(=O)O", "OC(=O)CNC(=O)c1ccccc1",
    # sulphonic acids
    "CS(=O)(=O)O", "CCS(=O)(=O)O", "OCCS(=O)(=O)O", "OS(=O)(=O)CCS(=O)(=O)O", "OS(=O)(=O)c1ccccc1",
    "Cc1ccc(S(=O)(=O)O)cc1", "OS(=O)(=O)c1ccc2ccccc2c1", "OS(=O)(=O)c1cccc2c(cccc12)S(=O)(=O)O",
    "CC1(C)C2CCC1(CS(=O)(=O)O)C(=O)C2", "CC1(C)C2CCC1(C(=O)C2)CS(=O)(=O)O", "OS(=O)(=O)C(F)(F)F",
    # bases
    "NCCO", "OCCNCCO", "OCCN(CCO)CCO", "NC(CO)(CO)CO", "CNCC(O)C(O)C(O)C(O)CO", "C[N+](C)(C)CCO", "NCCN",
    "c1ccc(CNCCNCc2ccccc2)cc1", "CCNCC", "CCN(CC)CC", "C1CNCCN1", "C1CCC(CC1)NC1CCCCC1", "CC(C)(C)N",
)  # fmt: skip


def is_counterion(part: Any) -> bool:  # noqa: ANN401 - rdkit's molecules have no useful type
    """Whether a sanitised part is one, charged or not, whichever way it is turned in space."""
    if part.GetNumHeavyAtoms() == 1:
        # Metals and halogens; a carbon is methane.
        return bool(part.GetAtomWithIdx(0).GetAtomicNum() != 6)  # noqa: PLR2004
    return _plain(part) in _canonical()


@lru_cache(maxsize=1)
def _canonical() -> frozenset[str]:
    from rdkit import Chem

    return frozenset(_plain(Chem.MolFromSmiles(smiles)) for smiles in _KNOWN)


def _plain(part: Any) -> str:  # noqa: ANN401
    from rdkit import Chem
    from rdkit.Chem.MolStandardize import rdMolStandardize

    bare = rdMolStandardize.Uncharger(canonicalOrder=True).uncharge(Chem.RemoveHs(part))
    return str(Chem.MolToSmiles(bare, isomericSmiles=False))
