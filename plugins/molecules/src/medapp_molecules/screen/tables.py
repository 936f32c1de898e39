"""What is predicted of the body, and the tables it is learned from: the ADMETica collection (MIT repository).

Its columns are named in many ways; a table says here which are molecule and answer. What spans orders of
magnitude is learned as its logarithm.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from medapp_molecules.notation.standard import standardise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

MOST: Final = 1500
"""Molecules that are taken of a table."""
_MOLECULES: Final = ("Drug", "Smiles", "smiles", "SMILES")
_ANSWERS: Final = ("Y", "Class", "Activity", "Bioavailability")


@dataclass(frozen=True)
class Asked:
    """One property.

    Attributes:
        name: As it is told.
        file: Name of the table below ``admet/``, without its end.
        unit: Empty for a probability.
        number: Whether it is a number and no yes or no.
        logarithm: Whether its logarithm is learned.
        least, largest: What is possible at all, in `unit`.
        is_turned: Whether a yes of the table is a no of this: 1 stands there for what does not pass.
    """

    name: str
    file: str
    unit: str = ""
    number: bool = True
    logarithm: bool = False
    least: float = -math.inf
    largest: float = math.inf
    is_turned: bool = False


def _yes(name: str, file: str, *, is_turned: bool = False) -> Asked:
    return Asked(name, file, number=False, least=0.0, largest=1.0, is_turned=is_turned)


PROPERTIES: Final = (
    Asked("lipophilicity at pH 7.4", "lipophilicity", "log D"),
    Asked("solubility in water", "solubility", "log mol/L"),
    Asked("permeability of Caco-2 cells", "caco2", "log cm/s"),
    Asked("bound to plasma proteins", "ppbr", "%", least=0, largest=100),
    Asked("volume of distribution", "vdss", "L/kg", logarithm=True, least=0),
    Asked("half-life", "half-life", "h", logarithm=True, least=0),
    Asked("clearance by hepatocytes", "cl-hepa", "uL/min/10^6 cells", logarithm=True, least=0),
    Asked("clearance by microsomes", "cl-micro", "mL/min/g", logarithm=True, least=0),
    # Diazepam, nicotine and caffeine are 0 there, gentamicin and methotrexate 1; so in the other table.
    _yes("passes into the brain", "bbb", is_turned=True),
    _yes("absorbed from the gut", "hia"),
    _yes("bioavailable by mouth", "bioavailability", is_turned=True),
    _yes("inhibits P-glycoprotein", "pgp-inhibitor"),
    _yes("inhibits CYP1A2", "cyp1a2-inhibitor"),
    _yes("inhibits CYP2C9", "cyp2c9-inhibitor"),
    _yes("inhibits CYP2C19", "cyp2c19-inhibitor"),
    _yes("inhibits CYP2D6", "cyp2d6-inhibitor"),
    _yes("inhibits CYP3A4", "cyp3a4-inhibitor"),
)


def known(asked: Asked, data: Path, check: Callable[[], None]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Molecules in standard form, and the answer of each as it is learned; none where the table is not there.

    Raises:
        OSError: Where it cannot be read.
    """
    path = data / "admet" / f"{asked.file}.csv.gz"
    if not path.is_file():
        return (), np.zeros(0)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    molecule = next((name for name in _MOLECULES if rows and name in rows[0]), "")
    answer = next((name for name in _ANSWERS if rows and name in rows[0]), "")
    if not molecule or not answer:
        return (), np.zeros(0)
    rows.sort(key=lambda row: hashlib.sha256(row[molecule].encode()).digest())
    found: dict[str, float] = {}
    for row in rows[:MOST]:
        check()
        value = _learned(asked, row[answer])
        smiles = standardise(row[molecule]).smiles if value is not None else ""
        if smiles and value is not None:
            found.setdefault(smiles, value)
    return tuple(found), np.array(list(found.values()), float)


def _learned(asked: Asked, text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value) or (asked.logarithm and value <= 0):
        return None
    if asked.is_turned:
        return 1 - value
    return math.log10(value) if asked.logarithm else value
