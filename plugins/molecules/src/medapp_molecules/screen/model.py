"""What is predicted of the body, with intervals that hold nine of ten scaffolds not learned from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused
from medapp.domain.molecule import Property
from medapp_molecules.learning.boosted import Boosted, unpacked
from medapp_molecules.learning.weights import load, save
from medapp_molecules.screen.tables import PROPERTIES, Asked
from medapp_molecules.toxicity.features import BITS, numbers_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS: Final = "molecules_screen.safetensors"
COVERAGE: Final = 0.9
_KIND: Final = "molecules.screen"
_STRANGE: Final = 0.3
"""Similarity to the nearest molecule of the table below which a note says so."""


@dataclass(frozen=True)
class Learned:
    """The model of one property.

    Attributes:
        columns: That the trees look at.
        half: Of the interval, as it is learned; of a probability slope and offset of the calibration.
        bits: Of the table's molecules, packed.
    """

    asked: Asked
    trees: Boosted
    columns: NDArray[np.int64]
    half: tuple[float, float]
    bits: NDArray[np.uint8]

    def said(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Of molecules, as it is learned; a probability calibrated."""
        from medapp.engine.calibration import Platt, logit

        said = self.trees.said(columns[:, self.columns])
        if self.asked.number:
            return said
        found: NDArray[np.float64] = Platt(*self.half).apply(logit(said))
        return found

    def properties(self, columns: NDArray[np.float32], bits: NDArray[np.uint8]) -> list[Property]:
        """Of (molecules, columns) and their packed bits."""
        values = self.said(columns)
        return [self._property(float(value), own) for value, own in zip(values, bits, strict=True)]

    def _property(self, value: float, bits: NDArray[np.uint8]) -> Property:
        both = np.bitwise_count(self.bits & bits).sum(axis=1, dtype=np.int64)
        either = np.bitwise_count(self.bits | bits).sum(axis=1, dtype=np.int64)
        near = float((both / np.maximum(1, either)).max())
        notes = [f"nothing like it was learned from (similarity {near:.2f})"] if near < _STRANGE else []
        if not self.asked.number:
            return Property(self.asked.name, value, predicted=True, note="; ".join(notes))
        shown = [self._shown(one) for one in (value, value - self.half[0], value + self.half[0])]
        if shown[0][1]:
            notes.append("limited to what is possible")
        (middle, _), (low, _), (high, _) = shown
        return Property(self.asked.name, middle, self.asked.unit, low, high, True, "; ".join(notes))  # noqa: FBT003

    def _shown(self, value: float) -> tuple[float, bool]:
        if self.asked.logarithm:
            value = float(10**value)
        limited = min(max(value, self.asked.least), self.asked.largest)
        return limited, limited != value


def predicted(model: tuple[Learned, ...], smiles: Sequence[str]) -> list[tuple[Property, ...]]:
    """All that is predicted of each molecule in standard form; together they take a fraction of the time.

    Raises:
        ValueError: Where a SMILES cannot be read.
    """
    numbers = [numbers_of(one) for one in smiles]
    if not numbers:
        return []
    columns = np.array([one.columns for one in numbers])
    bits = np.packbits(np.array([one.bits for one in numbers]), axis=1)
    return list(zip(*(one.properties(columns, bits) for one in model), strict=True))


def write(path: Path, model: tuple[Learned, ...], facts: Mapping[str, Any]) -> None:
    """Write them.

    Raises:
        OSError: Where the file cannot be written.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for one in model:
        name = one.asked.file
        arrays[f"trees {name}"] = one.trees.packed()
        arrays[f"columns {name}"] = one.columns
        arrays[f"bits {name}"] = one.bits
        arrays[f"half {name}"] = np.array(one.half)
    save(path, _KIND, arrays, dict(facts) | {"properties": [one.asked.file for one in model]})


@lru_cache(maxsize=1)
def read(path: Path) -> tuple[Learned, ...]:
    """Read them; what was read last is kept.

    Raises:
        TaskRefused: Where the file is not what its name says.
        FileNotFoundError: Where there is none.
    """
    known = {asked.file: asked for asked in PROPERTIES}
    try:
        arrays, facts = load(path, _KIND)
        return tuple(_learned(known[name], name, arrays) for name in facts["properties"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"the weights cannot be used: {error}"
        raise TaskRefused(message) from error


def _learned(asked: Asked, name: str, arrays: Mapping[str, NDArray[np.generic]]) -> Learned:
    bits = arrays[f"bits {name}"].astype(np.uint8)
    if bits.shape[1:] != (BITS // 8,):
        message = "they are of other fingerprints"
        raise ValueError(message)
    first, second = arrays[f"half {name}"].astype(float).tolist()
    trees = unpacked(arrays[f"trees {name}"].astype(np.uint8))
    return Learned(asked, trees, arrays[f"columns {name}"].astype(np.int64), (first, second), bits)
