"""The plane: two principal components of descriptors, fitted once to the medicines that ship.

Being fitted once, it is the same for every file: a molecule has one place, whatever it is shown with.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp_molecules.learning.weights import load, save

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS: Final = "molecules_space.safetensors"
_KIND: Final = "molecules.space"
HALOGENS: Final = frozenset({9, 17, 35, 53})
_WORDS: Final = 3
"""Descriptors that are named of an axis."""


@lru_cache(maxsize=1)
def _table() -> dict[str, Callable[[Any], float]]:
    from rdkit.Chem import rdMolDescriptors

    def of(*numbers: int) -> Callable[[Any], float]:
        return lambda mol: sum(atom.GetAtomicNum() in numbers for atom in mol.GetAtoms())

    return {
        "heavy atoms": lambda mol: mol.GetNumHeavyAtoms(),
        "logP": lambda mol: rdMolDescriptors.CalcCrippenDescriptors(mol)[0],
        "polar surface": rdMolDescriptors.CalcTPSA,
        "donors": rdMolDescriptors.CalcNumHBD,
        "acceptors": rdMolDescriptors.CalcNumHBA,
        "rotatable bonds": rdMolDescriptors.CalcNumRotatableBonds,
        "rings": rdMolDescriptors.CalcNumRings,
        "aromatic rings": rdMolDescriptors.CalcNumAromaticRings,
        "sp3 share": rdMolDescriptors.CalcFractionCSP3,
        "stereocentres": rdMolDescriptors.CalcNumAtomStereoCenters,
        "nitrogens": of(7),
        "oxygens": of(8),
        "sulfurs": of(16),
        "halogens": of(*HALOGENS),
    }


_AS_THEY_ARE: Final = frozenset({"logP", "sp3 share"})
"""Of all others the logarithm is taken: a few large molecules would spread the plane."""


def names() -> tuple[str, ...]:
    """Of the descriptors."""
    return tuple(_table())


def numbers_of(mol: Any) -> NDArray[np.float64]:  # noqa: ANN401 - rdkit's molecules have no useful type
    """Descriptors of a molecule, in the order of `names`; logarithms of one more, where they are counts."""
    found = ((name, float(say(mol))) for name, say in _table().items())
    return np.array([value if name in _AS_THEY_ARE else np.log1p(value) for name, value in found])


@dataclass(frozen=True)
class Reference:
    """What the axes were fitted to: the known set that ships."""

    names: tuple[str, ...]
    smiles: tuple[str, ...]


@dataclass(frozen=True)
class Axes:
    """A plane in the space of descriptors.

    Attributes:
        mean, scale: Of each descriptor, over the reference.
        ways: Two rows: weight of each descriptor, across and up.
        shares: Of the reference's variance, across and up.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    ways: NDArray[np.float64]
    shares: tuple[float, float]

    def place(self, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where molecules (rows of descriptors) lie: two columns, across and up."""
        found: NDArray[np.float64] = (numbers - self.mean) / self.scale @ self.ways.T
        return found

    def words(self, axis: int) -> str:
        """The descriptors that weigh most on an axis, each with the way in which it grows."""
        way = self.ways[axis]
        most = np.argsort(-np.abs(way), kind="stable")[:_WORDS]
        return ", ".join(f"{'more' if way[at] > 0 else 'less'} {names()[at]}" for at in most.tolist())


def fit(numbers: NDArray[np.float64]) -> Axes:
    """Axes of the largest variance of rows of descriptors; of the two signs always the same."""
    mean, scale = numbers.mean(axis=0), numbers.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    _, lengths, ways = np.linalg.svd((numbers - mean) / scale, full_matrices=False)
    ways = ways[:2]
    largest = ways[np.arange(2), np.abs(ways).argmax(axis=1)]
    shares = lengths**2 / (lengths**2).sum()
    return Axes(mean, scale, ways * np.sign(largest)[:, None], (float(shares[0]), float(shares[1])))


def write(path: Path, axes: Axes, reference: Reference) -> None:
    """Keep them.

    Raises:
        OSError: Where it cannot be written.
    """
    arrays = {"mean": axes.mean, "scale": axes.scale, "ways": axes.ways, "shares": np.array(axes.shares)}
    facts = {"names": reference.names, "smiles": reference.smiles, "descriptors": names()}
    save(path, _KIND, arrays, facts)


def read(path: Path) -> tuple[Axes, Reference]:
    """The axes and what they were fitted to.

    Raises:
        ValueError: Where the file is damaged, or is of other descriptors than these.
        FileNotFoundError: Where there is none.
    """
    arrays, facts = load(path, _KIND)
    if tuple(facts.get("descriptors", ())) != names():
        message = f"{path.name} is of other descriptors than those of this program"
        raise ValueError(message)
    mean, scale, ways, shares = (arrays[name].astype(float) for name in ("mean", "scale", "ways", "shares"))
    axes = Axes(mean, scale, ways, (float(shares[0]), float(shares[1])))
    return axes, Reference(tuple(facts["names"]), tuple(facts["smiles"]))
