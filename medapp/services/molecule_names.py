"""Structures of medicines by name, from a table of its own: what is not in it has no known structure here.

``resources/molecules/structures.tsv``: ingredient as in ``therapy/ingredients.tsv``, SMILES, formula, average
weight in g/mol, and what is to be said of the stereochemistry. Formula and weight of every row are those of
its SMILES, and every structure was found again in a published list: in the ATC class of its ingredient, under
its name, or among marketed medicines; tests hold both. Mixtures and biologics have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from medapp.resources import resource

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from medapp.domain.recommendation import Drug
    from medapp.library import Library

_TABLE: Final = ("molecules", "structures.tsv")


@dataclass(frozen=True)
class Structure:
    """A row of the table.

    Attributes:
        weight: g/mol, average.
        stereo: ``left out`` where the medicine is one stereoisomer and it is not drawn, ``not stated`` where
            centres are open (racemates); empty where all is drawn.
    """

    ingredient: str
    smiles: str
    formula: str
    weight: float
    stereo: str = ""


@dataclass(frozen=True)
class Named:
    """Medicines as structures.

    Attributes:
        found: Each structure once, with the name of the ingredient.
        unknown: Name and reason of what has no structure.
        entries: Of each structure by its ingredient the entry of the record that it is from.
    """

    found: tuple[Structure, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    entries: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=1)
def structures() -> dict[str, Structure]:
    """All rows by ingredient.

    Raises:
        OSError: Where the table is not there.
    """
    lines = resource(*_TABLE).read_text("utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines if line.strip())
    return {row[0]: Structure(row[0], row[1], row[2], float(row[3]), row[4]) for row in rows}


def structures_of(medicines: Iterable[Drug]) -> Named:
    """Structures of what was recognised of medicines; the rest with its reason."""
    known = structures()
    found: dict[str, Structure] = {}
    unknown: dict[str, str] = {}
    entries: dict[str, str] = {}
    for drug in medicines:
        if not drug.ingredients:
            unknown[drug.name] = "was not recognised as a medicine"
        for ingredient in drug.ingredients:
            if ingredient in known:
                found[ingredient] = known[ingredient]
                entries.setdefault(ingredient, drug.entry)
            else:
                unknown[ingredient] = "no structure of it is known here"
    return Named(tuple(found.values()), tuple(unknown.items()), tuple(entries.items()))


def medicines_as_structures(library: Library, person: str, data_folder: Path) -> Named:
    """Structures of what a patient takes now by the record; takes about a second: call it in a thread.

    Raises:
        OSError: Where a table cannot be read.
        UnreadableError: Where one is not the table that it should be.
    """
    from medapp.knowledge.therapy.recognise import recognise
    from medapp.services.medicines import drug_tables, medicines_of

    vocabulary = drug_tables(data_folder).vocabulary
    current = medicines_of(library, person).current
    return structures_of(recognise(drug, vocabulary).drug for drug in current)


def as_smiles(found: Iterable[Structure]) -> str:
    """Lines of a SMILES file."""
    return "".join(f"{one.smiles} {one.ingredient}\n" for one in found)
