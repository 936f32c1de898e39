"""What is predicted of the body, with intervals that hold nine of ten scaffolds not learned from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused
from medapp.domain.molecule import Property
from medapp_molecules.learning.boosted import Boosted, unpacked
from medapp_molecules.learning.weights import load, save
from medapp_molecules.screen.features import Known, numbers_of, numbers_of_mol
from medapp_molecules.screen.student import Student
from medapp_molecules.screen.tables import PROPERTIES, Asked
from medapp_molecules.toxicity import features
from medapp_molecules.toxicity.features import BITS, Numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS: Final = "molecules_screen.safetensors"
COVERAGE: Final = 0.9
_KIND: Final = "molecules.screen"
_STUDENT: Final = "student "
_LIGHT: Final = "light"
_STRANGE: Final = 0.3
"""Similarity to the nearest molecule of the table below which a note says so."""


@dataclass(frozen=True)
class Learned:
    """The model of one property.

    Attributes:
        trees: Learned from the table; without any where only the student is asked.
        columns: That the trees look at.
        half: Of the interval, as it is learned; of a probability slope and offset of the calibration.
        bits: Of the table's molecules, packed.
        student: Of all properties together; None where there was no teacher.
        share: From 0 to 1, of the student in what is said.
        line: Slope and offset by which the student's rank becomes what the trees say: a value as it is
            learned, or the logarithm of the odds.
        is_light: Whether the columns are those of `features`; in weights that were fitted before there were
            any, those of `toxicity.features`.
    """

    asked: Asked
    trees: Boosted
    columns: NDArray[np.int64]
    half: tuple[float, float]
    bits: NDArray[np.uint8]
    student: Student | None = None
    share: float = 0.0
    line: tuple[float, float] = (0.0, 0.0)
    is_light: bool = True

    def said(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Of molecules, as it is learned; a probability calibrated."""
        from medapp.engine.calibration import Platt

        said = np.zeros(len(columns))
        if self.share < 1:
            said += (1 - self.share) * self.of_trees(self.trees.said(columns[:, self.columns]))
        if self.share > 0 and self.student is not None:
            said += self.share * np.polyval(self.line, self.student.said(self.asked.file, columns))
        if self.asked.number:
            return said
        found: NDArray[np.float64] = Platt(*self.half).apply(said)
        return found

    def of_trees(self, said: NDArray[np.float64]) -> NDArray[np.float64]:
        """What trees say, on the scale on which it is mixed: of a probability the logarithm of the odds."""
        from medapp.engine.calibration import logit

        return said if self.asked.number else np.asarray(logit(said), np.float64)

    @cached_property
    def _known(self) -> Known:
        return Known(self.bits)

    def properties(self, columns: NDArray[np.float32], bits: NDArray[np.uint8]) -> list[Property]:
        """Of (molecules, columns) and their packed bits."""
        values = self.said(columns)
        return [self._property(float(value), own) for value, own in zip(values, bits, strict=True)]

    def _property(self, value: float, bits: NDArray[np.uint8]) -> Property:
        near = self._known.nearest(bits)
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


def predicted(
    model: tuple[Learned, ...], smiles: Sequence[str], mols: Sequence[Any] | None = None
) -> list[tuple[Property, ...]]:
    """All that is predicted of each molecule in standard form; together they take a fraction of the time.

    Args:
        model: Of all properties.
        smiles: Of the molecules.
        mols: The same as rdkit has read them, where it has.

    Raises:
        ValueError: Where a SMILES cannot be read.
    """
    if not smiles or not model:
        return [() for _ in smiles]
    if mols is not None and model[0].is_light:
        numbers = [numbers_of_mol(mol) for mol in mols]
    else:
        numbers = [numbers_for(model)(one) for one in smiles]
    columns = np.array([one.columns for one in numbers])
    bits = np.packbits(np.array([one.bits for one in numbers]), axis=1)
    return list(zip(*(one.properties(columns, bits) for one in model), strict=True))


def numbers_for(model: tuple[Learned, ...]) -> Callable[[str], Numbers]:
    """What makes the columns and bits of a molecule (in standard form) that these look at."""
    return numbers_of if model and model[0].is_light else features.numbers_of


def write(path: Path, model: tuple[Learned, ...], facts: Mapping[str, Any]) -> None:
    """Write them.

    Raises:
        OSError: Where the file cannot be written.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for one in model:
        name = one.asked.file
        arrays[f"mix {name}"] = np.array([one.share, *one.line])
        arrays[f"trees {name}"] = one.trees.packed()
        arrays[f"columns {name}"] = one.columns
        arrays[f"bits {name}"] = one.bits
        arrays[f"half {name}"] = np.array(one.half)
    more: dict[str, Any] = {"properties": [one.asked.file for one in model], "columns": _LIGHT}
    student = next((one.student for one in model if one.student is not None), None)
    if student is not None:
        more["student"] = student.names
        for name, array in student.arrays.items():
            kept = array.astype(np.float16) if name.startswith("w") else array
            arrays[f"{_STUDENT}{name}"] = np.ascontiguousarray(kept)
    save(path, _KIND, arrays, dict(facts) | more)


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
        student = _student(arrays, facts.get("student") or ())
        found = tuple(_learned(known[name], name, arrays, student) for name in facts["properties"])
        return tuple(replace(one, is_light=facts.get("columns") == _LIGHT) for one in found)
    except (ValueError, KeyError, TypeError) as error:
        message = f"the weights cannot be used: {error}"
        raise TaskRefused(message) from error


def _student(arrays: Mapping[str, NDArray[np.generic]], names: Sequence[str]) -> Student | None:
    if not names:
        return None
    parts = {
        name.removeprefix(_STUDENT): array.astype(np.float32)
        for name, array in arrays.items()
        if name.startswith(_STUDENT)
    }
    return Student(tuple(names), parts)


def _learned(
    asked: Asked, name: str, arrays: Mapping[str, NDArray[np.generic]], student: Student | None
) -> Learned:
    bits = arrays[f"bits {name}"].astype(np.uint8)
    if bits.shape[1:] != (BITS // 8,):
        message = "they are of other fingerprints"
        raise ValueError(message)
    first, second = arrays[f"half {name}"].astype(float).tolist()
    trees = unpacked(arrays[f"trees {name}"].astype(np.uint8))
    columns = arrays[f"columns {name}"].astype(np.int64)
    mix = arrays.get(f"mix {name}", np.zeros(3))
    share, slope, offset = mix.astype(float).tolist()
    return Learned(asked, trees, columns, (first, second), bits, student, share, (slope, offset))
