"""A molecule as all models here see it: one part, no salt, no charge that can be evened out, canonical.

With rdkit's standardisation (after Atkinson). What cannot be a molecule, or none that the models know
anything of, is refused with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from medapp_molecules.notation.counterions import is_counterion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from medapp_molecules.notation.reading import Kind

LARGEST: Final = 300
"""Atoms besides hydrogen."""
MOST_RINGS: Final = 60
_KNOWN: Final = frozenset({1, 5, 6, 7, 8, 9, 14, 15, 16, 17, 33, 34, 35, 53})
"""Of what drugs are made of; all else is taken for a metal."""
_BASES: Final = frozenset({3, 4, 11, 12, 19, 20, 37, 38, 55, 56})
"""Metals that form salts whichever way they are drawn."""
_SALT: Final = 12
"""Atoms of the largest part that is still called a salt or solvent."""
_VALENCE: Final = re.compile(r"atom # (\d+) (\w+), (\d+)")


@dataclass(frozen=True, slots=True)
class Standard:
    """What became of a row.

    Attributes:
        smiles: Canonical; empty where it was refused.
        refused: Why, as a sentence.
        notes: What was done to it.
    """

    smiles: str = ""
    refused: str = ""
    notes: tuple[str, ...] = ()


class _RefusedError(Exception):
    """The row is refused, for the reason that it is raised with."""


def standardise(text: str, kind: Kind = "smiles") -> Standard:
    """Bring a molecule into the form of all; never raises."""
    from rdkit import rdBase

    notes: list[str] = []
    with rdBase.BlockLogs():
        try:
            return Standard(_standard(text, kind, notes), "", tuple(notes))
        except _RefusedError as error:
            return Standard("", str(error), ())
        except (RuntimeError, ValueError, KeyError) as error:
            # rdkit's own errors; the first line says what, the rest where in its source.
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            return Standard("", f"rdkit cannot work with it: {reason}", ())


def _standard(text: str, kind: Kind, notes: list[str]) -> str:
    from rdkit import Chem

    mol = _parsed(text, kind)
    _refuse_size(mol)
    mol = _without_bases(mol)
    _sanitise(mol)
    mol = _one_part(mol, notes)
    _refuse_unknown(mol)
    mol = _with_amides(_tools()[0].normalize(Chem.RemoveHs(mol)), notes)
    before = sum(abs(atom.GetFormalCharge()) for atom in mol.GetAtoms())
    mol = _tools()[1].uncharge(mol)
    if sum(abs(atom.GetFormalCharge()) for atom in mol.GetAtoms()) != before:
        notes.append("charges were evened out")
    if any(atom.GetNumRadicalElectrons() for atom in mol.GetAtoms()):
        notes.append("it has unpaired electrons")
    # Twice, for the canonical order of some molecules with much symmetry settles only then.
    again = Chem.MolFromSmiles(Chem.MolToSmiles(mol))
    if again is None:
        message = "What is left after standardising is no molecule."
        raise _RefusedError(message)
    return str(Chem.MolToSmiles(again))


@lru_cache(maxsize=1)
def _tools() -> tuple[Any, Any]:
    """Made once, for that takes longer than to use them."""
    from rdkit.Chem.MolStandardize import rdMolStandardize

    return rdMolStandardize.Normalizer(), rdMolStandardize.Uncharger(canonicalOrder=True)


@lru_cache(maxsize=1)
def _imidic() -> Any:  # noqa: ANN401
    from rdkit import Chem

    return Chem.MolFromSmarts("[OX2H;+0][CX3;!a]=[NX2;+0;!a]")


def _parsed(text: str, kind: Kind) -> Any:  # noqa: ANN401 - rdkit's molecules have no useful type
    from rdkit import Chem

    if kind == "molfile":
        mol = Chem.MolFromMolBlock(text, sanitize=False, removeHs=False, strictParsing=False)
        if mol is None:
            message = "The record is no molfile of version 2000 or 3000."
            raise _RefusedError(message)
        if any(group.GetProp("TYPE") in {"SRU", "MON", "COP"} for group in Chem.GetMolSubstanceGroups(mol)):
            message = "It is a polymer: repeating units have no fixed structure."
            raise _RefusedError(message)
        return mol
    if ">" in text.replace("->", "").replace("<-", ""):
        message = "It is a reaction, not a molecule."
        raise _RefusedError(message)
    params: Any = Chem.SmilesParserParams()
    params.sanitize = False
    params.removeHs = False
    params.allowCXSMILES = False
    params.parseName = False
    mol = Chem.MolFromSmiles(text, params)
    if mol is None:
        message = "The text is no SMILES."
        raise _RefusedError(message)
    return mol


def _refuse_size(mol: Any) -> None:  # noqa: ANN401
    heavy = mol.GetNumHeavyAtoms()
    rings = mol.GetNumBonds() - mol.GetNumAtoms() + 1
    if any(atom.GetAtomicNum() == 0 for atom in mol.GetAtoms()):
        message = "It has open ends or atoms of any kind (*, R, A, Q): a part of a polymer or a pattern."
        raise _RefusedError(message)
    if heavy == 0:
        message = "It has no atom besides hydrogen."
        raise _RefusedError(message)
    if heavy > LARGEST:
        message = f"It has {heavy} atoms besides hydrogen, more than {LARGEST}."
        raise _RefusedError(message)
    if rings > MOST_RINGS:
        message = f"It has {rings} rings, more than {MOST_RINGS}."
        raise _RefusedError(message)


def _without_bases(mol: Any) -> Any:  # noqa: ANN401
    """Sodium and the like that are drawn with a bond to oxygen, nitrogen or sulphur, as ions."""
    from rdkit import Chem

    bonds = [
        bond
        for bond in mol.GetBonds()
        if len({bond.GetBeginAtom().GetAtomicNum(), bond.GetEndAtom().GetAtomicNum()} & _BASES) == 1
    ]
    if not bonds:
        return mol
    free = Chem.RWMol(mol)
    for bond in bonds:
        ends = (free.GetAtomWithIdx(bond.GetBeginAtomIdx()), free.GetAtomWithIdx(bond.GetEndAtomIdx()))
        free.RemoveBond(ends[0].GetIdx(), ends[1].GetIdx())
        for atom in ends:
            step = 1 if atom.GetAtomicNum() in _BASES else -1
            atom.SetFormalCharge(atom.GetFormalCharge() + step)
    return free.GetMol()


def _sanitise(mol: Any) -> None:  # noqa: ANN401
    from rdkit import Chem

    try:
        Chem.SanitizeMol(mol)
    except Chem.AtomValenceException as error:
        message = "It is impossible: an atom has more bonds than it can."
        if found := _VALENCE.search(str(error)):
            number, symbol, bonds = int(found[1]) + 1, found[2], found[3]
            message = f"It is impossible: atom {number} ({symbol}) has {bonds} bonds."
        raise _RefusedError(message) from error
    except Chem.MolSanitizeException as error:
        message = "It is impossible: an aromatic ring cannot be written with single and double bonds."
        raise _RefusedError(message) from error
    if mol.GetConformers() and mol.GetConformer().Is3D():
        Chem.AssignStereochemistryFrom3D(mol)


def _one_part(mol: Any, notes: list[str]) -> Any:  # noqa: ANN401
    from rdkit import Chem

    parts = {Chem.MolToSmiles(Chem.RemoveHs(part)): part for part in Chem.GetMolFrags(mol, asMols=True)}
    if len(parts) == 1:
        if len(Chem.GetMolFrags(mol)) > 1:
            notes.append("one of several equal parts was taken")
        return next(iter(parts.values()))
    meant = _meant(parts)
    rest = sorted(
        (part.GetNumHeavyAtoms(), smiles) for smiles, part in parts.items() if part is not parts[meant]
    )[::-1]
    names = ", ".join(smiles for _, smiles in rest[:3]) + (", ..." if len(rest) > 3 else "")  # noqa: PLR2004
    what = (
        "salt or solvent taken off"
        if rest[0][0] <= _SALT
        else "the largest part of a mixture was taken, without"
    )
    notes.append(f"{what}: {names}")
    return parts[meant]


def _meant(parts: Mapping[str, Any]) -> str:
    """The part that a row is about: the largest that holds carbon, unless another is as large.

    Then it is the one that is no known counter-ion; where that does not tell, the row is refused.
    """
    sizes = {smiles: part.GetNumHeavyAtoms() for smiles, part in parts.items()}
    first = min(parts, key=lambda one: (not _has_carbon(parts[one]), -sizes[one], one))
    rivals = [one for one in parts if sizes[one] >= sizes[first]]
    if len(rivals) == 1 or not _has_carbon(parts[first]):
        return first
    unknown = [one for one in rivals if not is_counterion(parts[one])]
    if len(unknown) == 1:
        return unknown[0]
    message = "It is a mixture: no part is larger than all others, so which one is meant cannot be told."
    raise _RefusedError(message)


def _with_amides(mol: Any, notes: list[str]) -> Any:  # noqa: ANN401
    """Amides that are written as imidic acids, as databases of metabolism do, as amides."""
    from rdkit import Chem

    hits = mol.GetSubstructMatches(_imidic())
    if not hits:
        return mol
    changed = Chem.RWMol(mol)
    for oxygen, carbon, nitrogen in hits:
        bond = changed.GetBondBetweenAtoms(carbon, nitrogen)
        # A carbon between two nitrogens, or one that was changed already, has none left to give.
        if bond.GetBondType() == Chem.BondType.DOUBLE:
            bond.SetStereo(Chem.BondStereo.STEREONONE)
            bond.SetBondType(Chem.BondType.SINGLE)
            changed.GetBondBetweenAtoms(oxygen, carbon).SetBondType(Chem.BondType.DOUBLE)
            for at in (oxygen, nitrogen):
                changed.GetAtomWithIdx(at).SetNoImplicit(False)  # noqa: FBT003 - as rdkit has it
                changed.GetAtomWithIdx(at).SetNumExplicitHs(0)
    Chem.SanitizeMol(changed)
    notes.append("imidic acids were written as amides")
    return changed.GetMol()


def _has_carbon(mol: Any) -> bool:  # noqa: ANN401
    return any(atom.GetAtomicNum() == 6 for atom in mol.GetAtoms())  # noqa: PLR2004


def _refuse_unknown(mol: Any) -> None:  # noqa: ANN401
    metals = sorted({atom.GetSymbol() for atom in mol.GetAtoms() if atom.GetAtomicNum() not in _KNOWN})
    if metals:
        message = f"It holds {', '.join(metals)}: metals and rare elements are not known to the models."
        raise _RefusedError(message)
    if not _has_carbon(mol):
        message = "It holds no carbon."
        raise _RefusedError(message)
