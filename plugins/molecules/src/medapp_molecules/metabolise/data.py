"""What metabolism is learned from: sites by isoform, and pairs of parent and metabolite.

Sites: SDF a isoform, after Zaretzki et al. 2013 (``som/zaretzki_ISOFORM.sdf.gz``), atoms from 1 in
PRIMARY_SOM and so on. Pairs: a table with ``parent`` and ``metabolite``
(``metabolites/metatrans_pairs.csv.gz``, KavrakiLab/MetaTrans, BSD-3). The rows of MetXBioDB are for measuring
only: their use for more needs permission.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from medapp.api import TaskRefused
from medapp_molecules.notation.standard import standardise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ISOFORMS: Final = ("1A2", "2A6", "2B6", "2C8", "2C9", "2C19", "2D6", "2E1", "3A4")
PARTS: Final = 5
HELD_BACK: Final = 0
"""Of the parts by molecule, the one that no fit for held-back figures sees, as site or as parent."""
_LENGTHS: Final = range(8, 91)
"""Characters of the SMILES of a parent."""
_PROPERTIES: Final = ("PRIMARY_SOM", "SECONDARY_SOM", "TERTIARY_SOM")


@dataclass(frozen=True)
class Observed:
    """A molecule and where one isoform changes it.

    Attributes:
        primary: Atoms, from 0.
        others: Where it does so to a lesser extent.
    """

    key: str
    isoform: str
    mol: Any
    primary: frozenset[int]
    others: frozenset[int]


def part_of(key: str) -> int:
    """Which part a molecule is in, by its connections alone."""
    return _digest(key) % PARTS


def _digest(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def observed(data: Path) -> list[Observed]:
    """All molecules with their sites.

    Raises:
        TaskRefused: Where there are none.
    """
    from rdkit import Chem, rdBase

    found = []
    with rdBase.BlockLogs():
        for isoform in ISOFORMS:
            path = data / "som" / f"zaretzki_{isoform}.sdf.gz"
            if not path.is_file():
                continue
            with gzip.open(path) as file:
                found += [
                    _observed(mol, isoform)
                    for mol in Chem.ForwardSDMolSupplier(file)
                    if mol is not None and mol.HasProp("PRIMARY_SOM")
                ]
    if not found:
        message = f"there are no sites of metabolism in {data.name}/som (zaretzki_ISOFORM.sdf.gz)"
        raise TaskRefused(message)
    return found


def _observed(mol: Any, isoform: str) -> Observed:  # noqa: ANN401
    from rdkit import Chem

    first, *rest = (
        frozenset(int(number) - 1 for number in mol.GetProp(name).split())
        if mol.HasProp(name)
        else frozenset()
        for name in _PROPERTIES
    )
    return Observed(Chem.MolToInchiKey(mol)[:14], isoform, mol, first, frozenset().union(*rest) - first)


def pairs(path: Path, parents: int) -> Mapping[str, frozenset[str]]:
    """Keys of metabolites by parent, in standard form; what cannot be read is left out.

    Args:
        path: Table.
        parents: How many are taken, in an order that says nothing of them; those as long as cofactors and
            lipids are passed over.

    Raises:
        TaskRefused: Where there is no table.
    """
    from medapp_molecules.metabolise.rules import key

    if not path.is_file():
        message = f"there is no table {path.parent.name}/{path.name} of parents and metabolites"
        raise TaskRefused(message)
    made: dict[str, set[str]] = defaultdict(set)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            made[row["parent"]].add(row["metabolite"])
    found: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    fitting = sorted((text for text in made if len(text) in _LENGTHS), key=_digest)
    for text in fitting[:parents]:
        parent = standardise(text).smiles
        own = key(parent) if parent else ""
        keys = {key(smiles) for one in made[text] if (smiles := standardise(one).smiles)} - {"", own}
        if own and keys:
            found[names.setdefault(own, parent)] |= keys
    return {parent: frozenset(keys) for parent, keys in found.items()}
