"""How far what is written lies from the training set, by ChemNet: a curve of a training."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

from medapp_molecules.generate import chemnet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from medapp_molecules.generate.chemnet import ChemNet, Moments

SETTING: Final = "fcd"
_KNOWN: Final = 3000
"""Molecules of the training set that are compared with: more take minutes before the first look."""
_LEAST: Final = 2


@dataclass(frozen=True)
class Yardstick:
    """The network, and what it sees of the training set."""

    network: ChemNet
    known: Moments
    check: Callable[[], None]

    def distance(self, smiles: Sequence[str]) -> float | None:
        """Fréchet ChemNet distance of those that are molecules; None of fewer than two.

        A sample of a thousand lies farther than the thirty thousand of MOSES would: it is to compare looks
        with each other, not with what is published.
        """
        made = _canonical(smiles)
        if len(made) < _LEAST:
            return None
        return chemnet.distance(self.network.moments(made, self.check), self.known)


def yardstick(path: Path, known: Sequence[str], seed: int, check: Callable[[], None]) -> Yardstick:
    """From fcd-torch's wheel and SMILES of the training set, of which some are drawn.

    Raises:
        TaskRefused: Where the wheel does not hold the network.
    """
    network = chemnet.read(path)
    drawn = Random(seed).sample(list(known), min(_KNOWN, len(known)))  # noqa: S311 - a sample, no secret
    return Yardstick(network, network.moments(_canonical(drawn), check), check)


def _canonical(smiles: Sequence[str]) -> list[str]:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        mols = [Chem.MolFromSmiles(one) for one in smiles if one]
    return [str(Chem.MolToSmiles(mol)) for mol in mols if mol is not None]
