"""What is learned of harm: for each question trees, what their numbers mean, and what was known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from medapp.api import TaskRefused
from medapp_molecules.learning.boosted import Boosted, unpacked
from medapp_molecules.learning.weights import load, save
from medapp_molecules.toxicity.features import BITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

WEIGHTS: Final = "molecules_toxicity.safetensors"
_KIND: Final = "molecules.toxicity"


@dataclass(frozen=True)
class Question:
    """One harm.

    Attributes:
        table: Key of the table that it is learned from.
        slope, offset: Of the log-odds, by those of the trees (Platt).
        rate: Share of the table's molecules that do it.
        auroc: Of held-back scaffolds; None where they are all alike.
    """

    key: str
    title: str
    table: str
    trees: Boosted
    slope: float
    offset: float
    rate: float
    auroc: float | None


@dataclass(frozen=True)
class Tables:
    """All questions, and the molecules of each table.

    Attributes:
        columns: Which columns the trees of a table look at.
        known: Bits of the table's molecules (molecules, BITS / 8), packed.
    """

    questions: tuple[Question, ...]
    columns: Mapping[str, NDArray[np.int64]]
    known: Mapping[str, NDArray[np.uint8]]
    facts: Mapping[str, Any]

    def probabilities(self, question: Question, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Calibrated, of (molecules, columns)."""
        said = question.trees.said(columns[:, self.columns[question.table]])
        return calibrated(said, question.slope, question.offset)

    def nearest(self, table: str, bits: NDArray[np.bool_]) -> float:
        """Similarity (Tanimoto) to the nearest molecule of a table."""
        own = np.packbits(bits)
        known = self.known[table]
        both = np.bitwise_count(known & own).sum(axis=1, dtype=np.int64)
        either = np.bitwise_count(known | own).sum(axis=1, dtype=np.int64)
        return float((both / np.maximum(1, either)).max())


def calibrated(said: NDArray[np.float64], slope: float, offset: float) -> NDArray[np.float64]:
    """Probabilities of what trees say."""
    from medapp.engine.calibration import Platt, logit

    found: NDArray[np.float64] = Platt(slope, offset).apply(logit(said))
    return found


def write(path: Path, model: Tables) -> None:
    """Write it.

    Raises:
        OSError: Where the file cannot be written.
    """
    arrays: dict[str, NDArray[Any]] = {}
    about = []
    for number, one in enumerate(model.questions):
        arrays[f"trees {number}"] = one.trees.packed()
        about.append([one.key, one.title, one.table, one.slope, one.offset, one.rate, one.auroc])
    for table, columns in model.columns.items():
        arrays[f"columns {table}"] = columns
        arrays[f"known {table}"] = model.known[table]
    save(path, _KIND, arrays, {**model.facts, "questions": about, "tables": list(model.columns)})


@lru_cache(maxsize=1)
def read(path: Path) -> Tables:
    """Read it; what was read last is kept.

    Raises:
        TaskRefused: Where the file is not what its name says.
        FileNotFoundError: Where there is none.
    """
    try:
        arrays, facts = load(path, _KIND)
        questions = _questions(facts.pop("questions"), arrays)
        tables = facts.pop("tables")
        columns = {table: arrays[f"columns {table}"].astype(np.int64) for table in tables}
        known = {table: arrays[f"known {table}"].astype(np.uint8) for table in tables}
    except (ValueError, KeyError, TypeError) as error:
        message = f"the weights cannot be used: {error}"
        raise TaskRefused(message) from error
    if any(one.shape[1:] != (BITS // 8,) for one in known.values()):
        message = "the weights cannot be used: they are of other fingerprints"
        raise TaskRefused(message)
    return Tables(questions, columns, known, facts)


def _questions(
    about: Sequence[Sequence[Any]], arrays: Mapping[str, NDArray[np.generic]]
) -> tuple[Question, ...]:
    found = []
    for number, (key, title, table, slope, offset, rate, auroc) in enumerate(about):
        trees = unpacked(arrays[f"trees {number}"].astype(np.uint8))
        found.append(Question(key, title, table, trees, slope, offset, rate, auroc))
    return tuple(found)
