"""The set that molecules are compared with: the medicines that ship, or a file of the user's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused
from medapp_molecules.notation.reading import Place, read
from medapp_molecules.notation.standard import LARGEST
from medapp_molecules.space.axes import numbers_of
from medapp_molecules.space.bits import bits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from medapp_molecules.notation.reading import Given
    from medapp_molecules.space.axes import Axes, Reference

MOST: Final = 200_000
_TOGETHER: Final = 500
ODD: Final = (RuntimeError, ValueError, KeyError, OverflowError)


@dataclass(frozen=True)
class Known:
    """Molecules that are known; arrays are by molecule.

    Attributes:
        bits: See `bits_of`.
        places: On the plane, across and up.
        refused: Rows of the file that could not be read.
        more: Whether the file holds more than are taken.
    """

    names: tuple[str, ...]
    smiles: tuple[str, ...]
    bits: NDArray[np.uint8]
    places: NDArray[np.float64]
    refused: int = 0
    more: bool = False

    def __len__(self) -> int:
        """How many there are."""
        return len(self.smiles)


class _Gathered:
    """Molecules one by one: their descriptors are let go of, as soon as they have a place."""

    def __init__(self, axes: Axes) -> None:
        self._axes = axes
        self.names: list[str] = []
        self.smiles: list[str] = []
        self._bits: list[NDArray[np.uint8]] = []
        self._places: list[NDArray[np.float64]] = []

    def take(self, name: str, smiles: str, mol: Any) -> None:  # noqa: ANN401 - rdkit's
        place = self._axes.place(numbers_of(mol)[None, :])[0]
        self._bits.append(bits_of(mol))
        self._places.append(place)
        self.names.append(name)
        self.smiles.append(smiles)

    def known(self, refused: int = 0, *, more: bool = False) -> Known:
        bits, places = np.array(self._bits, np.uint8), np.array(self._places, np.float64)
        return Known(tuple(self.names), tuple(self.smiles), bits, places.reshape(-1, 2), refused, more)


def of_reference(reference: Reference, axes: Axes) -> Known:
    """The medicines that ship."""
    from rdkit import Chem

    found = _Gathered(axes)
    for name, smiles in zip(reference.names, reference.smiles, strict=True):
        found.take(name, smiles, Chem.MolFromSmiles(smiles))
    return found.known()


def of_file(path: Path, axes: Axes, check: Callable[[float], None], most: int = MOST) -> Known:
    """Molecules of a SMILES, CSV or SDF file, the largest part of each; read one by one, `most` at most.

    Not standardised beyond that, which would take minutes of a long file.

    Raises:
        TaskRefused: Where it cannot be read, or holds no molecule.
    """
    found, refused, more, place = _Gathered(axes), 0, False, Place()
    try:
        for given in read(path, place=place):
            if len(found.smiles) >= most:
                more = True
                break
            if given.number % _TOGETHER == 0:
                check(place.share)
            refused += not _taken(found, given)
    except OSError as error:
        message = f"the known set {path.name} cannot be read: {error.strerror or 'it is torn'}"
        raise TaskRefused(message) from error
    if not found.smiles:
        message = f"the known set {path.name} holds no molecule that can be read"
        raise TaskRefused(message)
    return found.known(refused, more=more)


def _taken(found: _Gathered, given: Given) -> bool:
    if given.refused:
        return False
    try:
        mol = _largest(given)
        if mol is None:
            return False
        from rdkit import Chem

        found.take(given.name, Chem.MolToSmiles(mol), mol)
    except ODD:
        return False
    return True


def _largest(given: Given) -> Any | None:  # noqa: ANN401
    from rdkit import Chem

    is_smiles = given.kind == "smiles"
    mol = Chem.MolFromSmiles(given.text) if is_smiles else Chem.MolFromMolBlock(given.text)
    if mol is None:
        return None
    parts: Iterable[Any] = Chem.GetMolFrags(mol, asMols=True)
    largest = max(parts, key=lambda part: part.GetNumHeavyAtoms(), default=None)
    if largest is None or not 0 < largest.GetNumHeavyAtoms() <= LARGEST:
        return None
    return largest


def sample(known: Known, wanted: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Places of those that a map shows: every so many, and all of `wanted`."""
    step = -(-len(known) // most)
    found: NDArray[np.int64] = np.union1d(np.arange(0, len(known), max(1, step)), wanted)
    return found
