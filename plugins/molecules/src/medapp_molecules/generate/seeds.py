"""Molecules to resemble or to hold, as molecules are made here: one part, no charge, and flat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from medapp_molecules.generate.ranges import WantedError
from medapp_molecules.notation.pieces import UnknownPieceError
from medapp_molecules.notation.standard import standardise

if TYPE_CHECKING:
    from torch import Tensor

    from medapp_molecules.generate.sampling import Writer

_STEREO: Final = re.compile(r"[@/\\]")
_PAIR: Final = "[#16X3+:1][OX1-:2]"


@dataclass(frozen=True)
class Seed:
    """A molecule that was given.

    Attributes:
        smiles: Canonical, in the form of what is made.
        notes: What it is not as it was given, each the end of a sentence that begins with its name.
    """

    smiles: str
    notes: tuple[str, ...] = ()


def seed(text: str, *, whole: bool) -> Seed:
    """Bring a molecule into the form of what is made.

    Args:
        text: SMILES.
        whole: A molecule, which is refused where no model knows anything of it; else a part of one.

    Raises:
        WantedError: Where it is none, or is refused.
    """
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(text)
    if mol is None or not mol.GetNumAtoms():
        message = f"{text} is no SMILES of a molecule."
        raise WantedError(message)
    standard = standardise(text)
    if standard.refused and whole:
        message = f"{text} cannot be resembled. {standard.refused}"
        raise WantedError(message)
    given = standard.smiles or str(Chem.MolToSmiles(mol))
    notes = [f"is taken in standard form: {note}." for note in standard.notes]
    flat = flattened(given)
    if _STEREO.search(given):
        notes.append("is taken without its stereochemistry, for what is made has none.")
    elif any(atom.GetIsotope() for atom in mol.GetAtoms()):
        notes.append("is taken without its isotopes, for what is made has none.")
    return Seed(flat, tuple(notes))


def flattened(smiles: str) -> str:
    """Canonical SMILES without stereochemistry and isotopes, sulphoxides without charges."""
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    for atom in mol.GetAtoms():
        atom.SetIsotope(0)
    Chem.RemoveStereochemistry(mol)
    _even_out_sulphoxides(mol)
    # Heavy hydrogen is kept as an atom of its own where it is read.
    return str(Chem.MolToSmiles(Chem.MolFromSmiles(Chem.MolToSmiles(Chem.RemoveHs(mol)))))


def same(smiles: str, other: str) -> bool:
    """Whether a canonical SMILES is another that `flattened` gave, whatever its stereochemistry is."""
    return (flattened(smiles) if _STEREO.search(smiles) else smiles) == other


def code_of(writer: Writer, smiles: str) -> Tensor:
    """(1, code) of a molecule, from whichever atom it has to be written.

    Raises:
        UnknownPieceError: Where it holds what no molecule of the training had.
    """
    try:
        return writer.code_of(smiles)
    except UnknownPieceError:
        # With many rings the number of one may be unknown that is not needed from another atom.
        for one in _from_each_atom(smiles):
            try:
                return writer.code_of(one)
            except UnknownPieceError:
                continue
        raise


def _from_each_atom(smiles: str) -> list[str]:
    from rdkit import Chem

    mol = Chem.MolFromSmiles(smiles)
    return [str(Chem.MolToSmiles(mol, rootedAtAtom=atom)) for atom in range(mol.GetNumAtoms())]


def _even_out_sulphoxides(mol: Any) -> None:  # noqa: ANN401 - rdkit's molecules have no useful type
    """S+ and O- side by side, which rdkit's standard has them as, with a double bond."""
    from rdkit import Chem

    for pair in mol.GetSubstructMatches(Chem.MolFromSmarts(_PAIR)):
        for at in pair:
            mol.GetAtomWithIdx(at).SetFormalCharge(0)
        mol.GetBondBetweenAtoms(*pair).SetBondType(Chem.BondType.DOUBLE)
    Chem.SanitizeMol(mol)
