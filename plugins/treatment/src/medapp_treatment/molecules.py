"""Structures of ingredients as fingerprints, and pairs of ingredients that interact."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp.api import TaskRefused
from medapp_treatment.medicines import ingredients_of
from medapp_treatment.records.files import DataError, find_table, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

BITS: Final = 1024
_RADIUS: Final = 2
_PAIRS: Final = "ddi_ndfrt_onc"

Pairs = frozenset[frozenset[str]]


@lru_cache(maxsize=1)
def structures() -> Mapping[str, str]:
    """SMILES by ingredient, as far as they are known here."""
    text = resources.files("medapp_treatment").joinpath("molecules.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return dict((name, smiles) for name, smiles in rows)  # noqa: C402 - typed pairs


def fingerprints(medicines: Sequence[str]) -> NDArray[np.uint8]:
    """Morgan fingerprints (medicines, 1024) of radius 2; a row of zeros where the structure is not known."""
    from rdkit import Chem, RDLogger
    from rdkit.Chem import rdFingerprintGenerator

    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    maker = rdFingerprintGenerator.GetMorganGenerator(radius=_RADIUS, fpSize=BITS)
    found = np.zeros((len(medicines), BITS), np.uint8)
    for row, name in enumerate(medicines):
        molecule = Chem.MolFromSmiles(structures().get(name, ""))
        if molecule is not None and molecule.GetNumAtoms():
            found[row] = maker.GetFingerprintAsNumPy(molecule)
    return found


def pairs_in(folder: Path) -> Pairs:
    """Pairs of ingredients that interact, from a table with the columns ``drug1`` and ``drug2``.

    Args:
        folder: That holds ``ddi_ndfrt_onc.tsv.gz``, or the file itself.

    Raises:
        TaskRefused: Where there is none, or it cannot be read.
    """
    path = find_table(folder, _PAIRS) if folder.is_dir() else folder
    if path is None or not path.is_file():
        message = "the folder of knowledge holds no table ddi_ndfrt_onc.tsv.gz"
        raise TaskRefused(message)
    try:
        found = {
            frozenset((one, other))
            for row in rows_of(path, ("drug1", "drug2"))
            for one in ingredients_of(row["drug1"])
            for other in ingredients_of(row["drug2"])
            if one != other
        }
    except DataError as error:
        raise TaskRefused(str(error)) from error
    return frozenset(found)


def among(pairs: Pairs, medicines: Sequence[str]) -> NDArray[np.bool_]:
    """Which of some medicines interact (medicines, medicines), both ways."""
    place = {name: number for number, name in enumerate(medicines)}
    found = np.zeros((len(place), len(place)), bool)
    for pair in pairs:
        if pair <= place.keys():
            one, other = (place[name] for name in pair)
            found[one, other] = found[other, one] = True
    return found
