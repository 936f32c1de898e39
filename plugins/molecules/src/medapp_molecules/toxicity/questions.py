"""What harm is asked about, and the tables that it is learned from.

Of MoleculeNet: SIDER (organ classes of adverse reactions of marketed drugs), Tox21 (assays of nuclear
receptors and stress), ClinTox (trials that failed for toxicity). Of the ADMETica collection: hERG, AMES, and
h-ht, human liver injury. None of them says anything of a metabolite.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_molecules.notation.standard import standardise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Table:
    """One table of molecules and answers.

    Attributes:
        key: Stands before the names of its questions.
        file: Below the folder of the data.
        smiles: Column of the molecules.
        left_out: Columns that are no questions of harm.
        titles: Words for a question where its column's name is not enough.
        most: Molecules that are taken of it.
    """

    key: str
    title: str
    file: str
    smiles: str = "smiles"
    left_out: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    most: int = 1_000_000


_FAILED: Final = ("failed in a trial for toxicity",)
_HEART: Final = ("blocks the potassium channel of the heart",)
_GENES: Final = ("changes the genes of bacteria",)
TABLES: Final = (
    Table("sider", "Adverse reactions", "moleculenet/sider.csv.gz"),
    Table("clintox", "Trials", "moleculenet/clintox.csv.gz", left_out=("FDA_APPROVED",), titles=_FAILED),
    Table("tox21", "Assay", "moleculenet/tox21.csv.gz", left_out=("mol_id",), most=4000),
    Table("herg", "hERG", "admet/herg.csv.gz", "Smiles", titles=_HEART, most=2500),
    Table("ames", "AMES", "admet/ames.csv.gz", "Smiles", titles=_GENES, most=2500),
    Table("dili", "Liver", "admet/h-ht.csv.gz", "Smiles", titles=("liver injury in humans",)),
)


@dataclass(frozen=True)
class Answers:
    """Molecules of a table in standard form, and what is known of each.

    Attributes:
        keys, titles: Of each question.
        labels: (molecules, questions) of 0 and 1, not-a-number where it is not known.
    """

    keys: tuple[str, ...]
    titles: tuple[str, ...]
    smiles: tuple[str, ...]
    labels: NDArray[np.float64]


def answers(table: Table, data: Path, check: Callable[[], None]) -> Answers | None:
    """Read a table; None where it is not there. A molecule that stands in it twice counts once.

    Raises:
        OSError: Where it cannot be read.
        KeyError: Where it lacks its column of molecules.
    """
    path = data / table.file
    if not path.is_file():
        return None
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name != table.smiles and name not in table.left_out]
    rows.sort(key=lambda row: hashlib.sha256(row[table.smiles].encode()).digest())
    known: dict[str, list[float]] = {}
    for row in rows[: table.most]:
        check()
        smiles = standardise(row[table.smiles]).smiles
        if smiles:
            known.setdefault(smiles, [_number(row[name]) for name in names])
    keys = tuple(f"{table.key} {name}".lower() if len(names) > 1 else table.key for name in names)
    titles = tuple(
        f"{table.title}: {table.titles[number] if number < len(table.titles) else name}"
        for number, name in enumerate(names)
    )
    return Answers(keys, titles, tuple(known), np.array(list(known.values()), float))


def _number(text: str) -> float:
    return float(text) if text.strip() else float("nan")


def parts(smiles: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to learn from and rows held back (a ninth), by scaffold.

    Scaffolds (Bemis and Murcko) in the order of how many molecules have them, the rarest held back, as
    DeepChem splits.
    """
    groups = scaffolds(smiles)
    sizes = np.bincount(groups)
    order = sorted(range(len(sizes)), key=lambda group: (-sizes[group], group))
    limit = len(smiles) * 8 / 9
    kept: list[int] = []
    held: list[int] = []
    count = 0
    for group in order:
        rows = np.flatnonzero(groups == group)
        if count + len(rows) <= limit:
            kept.extend(map(int, rows))
            count += len(rows)
        else:
            held.extend(map(int, rows))
    return np.array(sorted(kept), np.int64), np.array(sorted(held), np.int64)


def scaffolds(smiles: tuple[str, ...]) -> NDArray[np.int64]:
    """Number of each molecule's scaffold; molecules without rings share one."""
    from rdkit import rdBase
    from rdkit.Chem.Scaffolds import MurckoScaffold

    numbers: dict[str, int] = {}
    with rdBase.BlockLogs():
        names = [str(MurckoScaffold.MurckoScaffoldSmiles(one)) for one in smiles]
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)
