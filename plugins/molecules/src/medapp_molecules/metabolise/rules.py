"""What enzymes do to molecules, as rules of reaction (rules.tsv), and a molecule taken through all of them.

Own rules in reaction SMARTS. A rule says nothing of how likely it is: that is learned from pairs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST: Final = 3
"""Atoms besides hydrogen; what is smaller (formaldehyde, ammonia) is no metabolite to look at."""
_MOST: Final = 60
"""Products of one rule."""
DEADLINE: Final = 10.0
"""Seconds for one molecule; rules that are left are left out."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One reaction; `enzyme` is a family (``CYP``, ``UGT``), not an isoform."""

    number: int
    name: str
    enzyme: str
    reaction: Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product, by the rule that makes it.

    Attributes:
        smiles: Canonical.
        atoms: Of the parent that the rule names, the one that reacts first.
        places: At how many places of the parent the same rule acts.
        weight: Atoms besides hydrogen of the product.
    """

    smiles: str
    rule: Rule
    atoms: tuple[int, ...]
    places: int
    weight: int


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """All rules, in the order of the file."""
    from rdkit.Chem import rdChemReactions

    lines = files(__package__).joinpath("rules.tsv").read_text("utf-8").splitlines()
    found = []
    for number, line in enumerate(line for line in lines if line.strip()):
        name, enzyme, smarts = line.split("\t")
        reaction = rdChemReactions.ReactionFromSmarts(smarts)
        reaction.Initialize()
        found.append(Rule(number, name, enzyme, reaction))
    return tuple(found)


def candidates(smiles: str, *, deadline: float = DEADLINE) -> list[Candidate]:
    """All products of one step; of a product that several rules make, one for each rule.

    Raises:
        ValueError: Where the SMILES cannot be read.
    """
    from rdkit import Chem, rdBase

    mol = Chem.MolFromSmiles(smiles)
    if mol is None:
        message = "no SMILES"
        raise ValueError(message)
    end = time.monotonic() + deadline
    found: list[Candidate] = []
    with rdBase.BlockLogs():
        parent = Chem.MolToSmiles(mol)
        for rule in rules():
            if time.monotonic() > end:
                break
            found.extend(_of_rule(mol, parent, rule))
    return found


def _of_rule(mol: Any, parent: str, rule: Rule) -> Iterator[Candidate]:  # noqa: ANN401
    if not mol.HasSubstructMatch(rule.reaction.GetReactantTemplate(0)):
        return
    seen: dict[str, tuple[tuple[int, ...], int]] = {}
    for products in rule.reaction.RunReactants((mol,), _MOST):
        for product in products:
            made = _made(product)
            if made is not None and made[0] != parent:
                seen.setdefault(made[0], (_atoms(products), made[1]))
    places = len({atoms[0] for atoms, _ in seen.values() if atoms})
    for smiles, (atoms, weight) in seen.items():
        yield Candidate(smiles, rule, atoms, places, weight)


def _made(product: Any) -> tuple[str, int] | None:  # noqa: ANN401
    """Canonical SMILES and size of a product; None for what is impossible or too small."""
    from rdkit import Chem

    if product.GetNumHeavyAtoms() < SMALLEST:
        return None
    for atom in product.GetAtoms():
        atom.SetNoImplicit(False)  # noqa: FBT003 - as rdkit has it
    if Chem.SanitizeMol(product, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
        return None
    smiles = Chem.MolToSmiles(product)
    if "." in smiles:
        return None
    # Once more through the text: what a reaction leaves behind of hydrogens is only settled there.
    again = Chem.MolFromSmiles(smiles)
    return None if again is None else (Chem.MolToSmiles(again), again.GetNumHeavyAtoms())


def _atoms(products: Any) -> tuple[int, ...]:  # noqa: ANN401
    """Atoms of the parent that the rule names, in the order of its numbers."""
    named: dict[int, int] = {}
    for product in products:
        for atom in product.GetAtoms():
            if atom.HasProp("old_mapno") and atom.HasProp("react_atom_idx"):
                named.setdefault(atom.GetIntProp("old_mapno"), atom.GetIntProp("react_atom_idx"))
    return tuple(named[number] for number in sorted(named))


def key(smiles: str) -> str:
    """What two ways to write the same connections share: the first block of the InChIKey.

    Stereochemistry, charges by protons and mobile hydrogens make no difference. Empty where there is none.
    """
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(smiles)
        return "" if mol is None else str(Chem.MolToInchiKey(mol))[:14]
