"""Where the tables of medicines and of genes lie, and putting those of a clinic into the program's folder."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from medapp.knowledge.pgx import find_tables
from medapp.knowledge.therapy.loading import INTERACTIONS, RXNORM_NAMES, find_drug_tables
from medapp.resources import resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Kind = Literal["drugs", "genes"]
_GENES: Final = ("*_definition_alleles", "*_phenotype*", "*_guidelines", "messages.json*")
_FOLDERS: Final = {"drugs": "drugs", "genes": "pgx"}


class NoTablesError(ValueError):
    """A folder has no tables that are known; the message says which are looked for."""


@dataclass(frozen=True)
class TablesPlace:
    """Tables of one kind.

    Attributes:
        found: The folder that is used; None where there is none.
        place: Where `take_tables` puts them.
    """

    kind: Kind
    found: Path | None
    place: Path


def places_of_tables(data_folder: Path) -> tuple[TablesPlace, ...]:
    """Where tables are, and where they go."""
    return (
        TablesPlace("drugs", find_drug_tables(data_folder), place_of("drugs", data_folder)),
        TablesPlace("genes", find_tables(data_folder), place_of("genes", data_folder)),
    )


def place_of(kind: Kind, data_folder: Path) -> Path:
    """Where the program keeps tables of a kind."""
    return data_folder / "knowledge" / _FOLDERS[kind]


def take_tables(source: Path, data_folder: Path) -> tuple[Kind, ...]:
    """Copy the tables of a folder to where they are looked for; they are read first, to see what they are.

    Args:
        source: Holds ``ddi_ndfrt_onc.tsv`` or ``ndfrt_rxnorm_mapping.csv`` (plain or ``.gz``), or PharmCAT's
            folders of allele definitions, phenotypes and guidelines.
        data_folder: The program's own.

    Returns:
        What was found in it.

    Raises:
        NoTablesError: Where there is nothing of it.
        UnreadableError: Where a table is not what it should be; nothing was copied then.
        OSError: Where it cannot be read or written.
    """
    found: dict[Kind, tuple[Path, ...]] = {"drugs": tuple(_drugs(source)), "genes": tuple(_genes(source))}
    kinds = tuple(kind for kind, paths in found.items() if paths)
    if not kinds:
        wanted = ", ".join((INTERACTIONS[0], RXNORM_NAMES[0], "folders of PharmCAT (…_definition_alleles)"))
        message = f"{source.name or source} has none of the tables that are looked for: {wanted}"
        raise NoTablesError(message)
    _read(source, kinds)
    for kind in kinds:
        target = place_of(kind, data_folder)
        target.mkdir(parents=True, exist_ok=True)
        for path in found[kind]:
            _copy(path, target / path.name)
    return kinds


def _drugs(source: Path) -> Iterator[Path]:
    """Of a table that is there plain and compressed, the plain one."""
    for names in (INTERACTIONS, RXNORM_NAMES):
        yield from [source / name for name in names if (source / name).is_file()][:1]


def _genes(source: Path) -> Iterator[Path]:
    if any(source.glob(_GENES[0])):
        for pattern in _GENES:
            yield from sorted(source.glob(pattern))


def _read(source: Path, kinds: tuple[Kind, ...]) -> None:
    from medapp.knowledge.pgx import load_tables
    from medapp.knowledge.therapy.loading import load_drug_tables

    if "drugs" in kinds:
        load_drug_tables(source, resource("therapy"))
    if "genes" in kinds:
        load_tables(source)


def _copy(path: Path, target: Path) -> None:
    """Whole or not at all: a reader never sees half a table."""
    if path.is_dir():
        target.mkdir(exist_ok=True)
        for one in sorted(path.iterdir()):
            if one.is_file():
                _copy(one, target / one.name)
        return
    beside = target.with_name(f"{target.name}.new")
    shutil.copyfile(path, beside)
    beside.replace(target)
