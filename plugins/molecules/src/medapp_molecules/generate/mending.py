"""Mend what is not quite a molecule, by rules of the notation and of aromatic nitrogen.

The decoder opens a ring that it never closes, or leaves it open which nitrogen of an aromatic ring bears the
hydrogen. What does not become a molecule by that stays as it was written.
"""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = re.compile(r"\[[^\]]*\]|%\d\d|\d")
_NITROGEN: Final = re.compile(r"\[nH\]|\[[^\]]*\]|n")


def mended(smiles: str) -> str:
    """A valid SMILES near to one that is none; the text as it came where none is found."""
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        closed = without_open_rings(smiles)
        mol = Chem.MolFromSmiles(closed, sanitize=False) if closed else None
        if mol is None:
            return smiles
        problem = Chem.SanitizeMol(mol, catchErrors=True)
        if problem == Chem.SanitizeFlags.SANITIZE_NONE:
            return closed
        if problem == Chem.SanitizeFlags.SANITIZE_KEKULIZE:
            found = (one for one in _other_hydrogens(closed) if Chem.MolFromSmiles(one) is not None)
            return next(found, smiles)
    return smiles


def without_open_rings(smiles: str) -> str:
    """Without labels of rings that are opened and never closed: the atom stays."""
    opened: dict[str, re.Match[str]] = {}
    for mark in _MARKS.finditer(smiles):
        label = mark[0].lstrip("%")
        if mark[0].startswith("["):
            continue
        if label in opened:
            del opened[label]
        else:
            opened[label] = mark
    for mark in sorted(opened.values(), key=lambda one: -one.start()):
        smiles = smiles[: mark.start()] + smiles[mark.end() :]
    return smiles


def _other_hydrogens(smiles: str) -> list[str]:
    """With one aromatic nitrogen more, or one less, that bears a hydrogen."""
    found = []
    for mark in _NITROGEN.finditer(smiles):
        if mark[0] in ("n", "[nH]"):
            other = "n" if mark[0] == "[nH]" else "[nH]"
            found.append(smiles[: mark.start()] + other + smiles[mark.end() :])
    return found
