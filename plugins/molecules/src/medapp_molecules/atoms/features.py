"""Numbers about each atom of a molecule: what it is, what stands around it and how far away, how reactive.

One row an atom besides hydrogen, in the molecule's own order. Charges after Gasteiger and Marsili, shares of
logP and refractivity after Wildman and Crippen, of surface after Ertl and Labute, electrotopological states
after Kier and Hall, all by rdkit; which hydrogens are taken easily by own patterns (patterns.tsv).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FAR: Final = 12
"""Bonds; what is further away counts as this far."""
_CLASSES: Final = (
    "C ar", "C sp3", "C sp2", "C sp", "N amine", "N amide", "N ar", "N other", "O carbonyl", "O hydroxyl",
    "O ether", "S", "F", "Cl Br I", "other",
)  # fmt: skip
_SHELLS: Final = 6
_OWN: Final = (
    "degree", "hydrogens", "charge", "aromatic", "in ring", "ring 3", "ring 4", "ring 5", "ring 6", "ring 7",
    "rings", "sp", "sp2", "sp3", "gasteiger", "logp", "refractivity", "polar surface", "surface", "state",
    "eccentricity", "mean distance", "span", "symmetric", "furthest", "heavy neighbours",
)  # fmt: skip
_WHOLE: Final = (
    "atoms", "weight", "logp of all", "polar surface of all", "rotatable", "rings of all", "aromatic rings",
    "hetero share", "basic", "acidic", "diameter", "sp3 share",
)  # fmt: skip
_MARKS: Final = {
    "basic nitrogen": "[NX3;!$(N[C,S]=[O,S,N]);!$(N-a);!$(N=*);!$(N#*)]",
    "acid": "[CX3](=O)[OX2H1]",
    "aromatic": "a",
    "carbonyl": "[CX3]=O",
    "hetero": "[!#6]",
    "halogen": "[F,Cl,Br,I]",
    "hydroxyl": "[OX2H]",
    "ring": "[R]",
    "methyl": "[CH3]",
    "aromatic nitrogen": "n",
    "sulphur": "[#16]",
}
_SPREAD: Final = ("gasteiger", "logp", "refractivity", "polar surface", "surface", "state", "hydrogens")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, Any], ...]:
    from rdkit import Chem

    lines = files(__package__).joinpath("patterns.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line.strip())
    return tuple((name, Chem.MolFromSmarts(smarts)) for name, smarts in pairs)


@lru_cache(maxsize=1)
def _marks() -> tuple[Any, ...]:
    from rdkit import Chem

    return tuple(Chem.MolFromSmarts(smarts) for smarts in _MARKS.values())


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Names of the columns."""
    shells = tuple(f"{name} at {shell}" for shell in range(_SHELLS) for name in _CLASSES)
    spread = tuple(f"{name} at {shell}" for shell in (1, 2, 3) for name in _SPREAD)
    near = tuple(f"bonds to {name}" for name in _MARKS)
    extremes = ("least neighbour charge", "largest neighbour charge")
    return (*_OWN, *shells, *spread, *extremes, *near, *(name for name, _ in _patterns()), *_WHOLE)


def atom_features(mol: Any) -> NDArray[np.float32]:  # noqa: ANN401 - rdkit's molecules have no useful type
    """Of each atom (atoms, columns), as `names` says.

    Raises:
        ValueError: Where rdkit cannot compute them.
    """
    from rdkit import Chem

    distances = np.minimum(Chem.GetDistanceMatrix(mol), FAR)
    own = _own(mol, distances)
    shells = [distances == shell for shell in range(_SHELLS)]
    classes = _classes(mol)
    picked = own[:, [_OWN.index(name) for name in _SPREAD]]
    parts = [own, *(shell @ classes for shell in shells)]
    parts += [(shell @ picked) / np.maximum(1, shell.sum(axis=1))[:, None] for shell in shells[1:4]]
    charge = own[:, _OWN.index("gasteiger")]
    beside = np.where(shells[1], charge[None, :], np.nan)
    lonely = ~shells[1].any(axis=1)
    beside[lonely, 0] = 0
    parts += [np.nanmin(beside, axis=1)[:, None], np.nanmax(beside, axis=1)[:, None]]
    parts += [_near(mol, distances), _matches(mol)]
    whole = _whole(mol, distances)
    parts.append(np.tile(whole, (len(own), 1)))
    found: NDArray[np.float32] = np.nan_to_num(np.hstack(parts), posinf=0, neginf=0).astype(np.float32)
    return found


def symmetry(mol: Any) -> NDArray[np.int64]:  # noqa: ANN401
    """Number of each atom's class: atoms that nothing but a number tells apart have the same."""
    from rdkit import Chem

    return np.array(list(Chem.CanonicalRankAtoms(mol, breakTies=False, includeChirality=False)), np.int64)


def _own(mol: Any, distances: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ANN401
    from rdkit.Chem import Crippen, rdMolDescriptors, rdPartialCharges
    from rdkit.Chem.EState import EStateIndices

    rdPartialCharges.ComputeGasteigerCharges(mol)
    crippen = np.array(Crippen._pyGetAtomContribs(mol)).reshape(-1, 2)  # noqa: SLF001 - there is no other way
    columns = np.column_stack([
        np.array([_of_atom(atom) for atom in mol.GetAtoms()]).reshape(mol.GetNumAtoms(), -1),
        [atom.GetDoubleProp("_GasteigerCharge") for atom in mol.GetAtoms()],
        crippen,
        rdMolDescriptors._CalcTPSAContribs(mol),  # noqa: SLF001
        list(rdMolDescriptors._CalcLabuteASAContribs(mol)[0]),  # noqa: SLF001
        EStateIndices(mol),
    ])  # fmt: skip
    eccentric = distances.max(axis=1)
    classes = symmetry(mol)
    twins = np.bincount(classes, minlength=classes.max() + 1)[classes]
    mean = distances.mean(axis=1)
    place = np.column_stack([
        eccentric / max(1.0, eccentric.max()),
        mean / max(1.0, mean.max()),
        eccentric - eccentric.min(),
        twins,
        eccentric == eccentric.max(),
        (distances == 1).sum(axis=1),
    ])  # fmt: skip
    # Charges of atoms without parameters run to infinity.
    found: NDArray[np.float64] = np.nan_to_num(np.hstack([columns, place]), posinf=0, neginf=0)
    return found


def _of_atom(atom: Any) -> list[float]:  # noqa: ANN401
    from rdkit.Chem import HybridizationType as Form

    rings = atom.GetOwningMol().GetRingInfo()
    at = atom.GetIdx()
    form = atom.GetHybridization()
    return [
        atom.GetDegree(), atom.GetTotalNumHs(), atom.GetFormalCharge(), atom.GetIsAromatic(), atom.IsInRing(),
        *(rings.IsAtomInRingOfSize(at, size) for size in (3, 4, 5, 6, 7)), rings.NumAtomRings(at),
        form == Form.SP, form == Form.SP2, form == Form.SP3,
    ]  # fmt: skip


def _classes(mol: Any) -> NDArray[np.float64]:  # noqa: ANN401
    found = np.zeros((mol.GetNumAtoms(), len(_CLASSES)))
    for atom in mol.GetAtoms():
        found[atom.GetIdx(), _CLASSES.index(_class_of(atom))] = 1
    return found


def _class_of(atom: Any) -> str:  # noqa: ANN401
    number = atom.GetAtomicNum()
    if number == 6:  # noqa: PLR2004
        if atom.GetIsAromatic():
            return "C ar"
        return {"SP3": "C sp3", "SP2": "C sp2", "SP": "C sp"}.get(str(atom.GetHybridization()), "other")
    if number == 7:  # noqa: PLR2004
        return _class_of_nitrogen(atom)
    if number == 8:  # noqa: PLR2004
        if atom.GetTotalNumHs():
            return "O hydroxyl"
        return "O carbonyl" if atom.GetDegree() == 1 else "O ether"
    return {16: "S", 9: "F", 17: "Cl Br I", 35: "Cl Br I", 53: "Cl Br I"}.get(number, "other")


def _class_of_nitrogen(atom: Any) -> str:  # noqa: ANN401
    if atom.GetIsAromatic():
        return "N ar"
    if atom.GetFormalCharge() or any(bond.GetBondTypeAsDouble() > 1 for bond in atom.GetBonds()):
        return "N other"
    beside = (bond for neighbour in atom.GetNeighbors() for bond in neighbour.GetBonds())
    amide = any(bond.GetBondTypeAsDouble() == 2 and _has_oxygen(bond) for bond in beside)  # noqa: PLR2004
    return "N amide" if amide else "N amine"


def _has_oxygen(bond: Any) -> bool:  # noqa: ANN401
    return 8 in {bond.GetBeginAtom().GetAtomicNum(), bond.GetEndAtom().GetAtomicNum()}  # noqa: PLR2004


def _near(mol: Any, distances: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ANN401
    found = np.full((mol.GetNumAtoms(), len(_marks())), float(FAR))
    for column, pattern in enumerate(_marks()):
        hits = [match[0] for match in mol.GetSubstructMatches(pattern)]
        if hits:
            found[:, column] = distances[:, hits].min(axis=1)
    return found


def _matches(mol: Any) -> NDArray[np.float64]:  # noqa: ANN401
    found = np.zeros((mol.GetNumAtoms(), len(_patterns())))
    for column, (_, pattern) in enumerate(_patterns()):
        hits = [match[0] for match in mol.GetSubstructMatches(pattern, uniquify=False, maxMatches=3000)]
        found[hits, column] = 1
    return found


def _whole(mol: Any, distances: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: ANN401
    from rdkit.Chem import rdMolDescriptors

    logp = rdMolDescriptors.CalcCrippenDescriptors(mol)[0]
    weight = rdMolDescriptors._CalcMolWt(mol)  # noqa: SLF001 - the public name is an alias of it
    basic, acidic = (len(mol.GetSubstructMatches(mark)) for mark in _marks()[:2])
    heavy = mol.GetNumAtoms()
    return np.array([
        heavy, weight, logp, rdMolDescriptors.CalcTPSA(mol),
        rdMolDescriptors.CalcNumRotatableBonds(mol), rdMolDescriptors.CalcNumRings(mol),
        rdMolDescriptors.CalcNumAromaticRings(mol), rdMolDescriptors.CalcNumHeteroatoms(mol) / heavy,
        basic, acidic, distances.max(), rdMolDescriptors.CalcFractionCSP3(mol),
    ])  # fmt: skip
