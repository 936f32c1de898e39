"""What a search starts from: a file, molecules of the generator, or some grown from a few simple rings."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Final

from medapp_molecules.optimise.moves import mutated, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from medapp_molecules.generate.sampling import Writer
    from medapp_molecules.notation.reading import Given

_SEEDS: Final = (
    "c1ccccc1", "c1ccncc1", "c1ccc2ccccc2c1", "c1ccc2[nH]ccc2c1", "C1CCNCC1", "C1CCOCC1", "C1CNCCN1",
    "c1ccsc1", "c1c[nH]cn1", "CCCC", "CCNCC", "CC(C)O", "CC(N)=O", "c1ccc(-c2ccccc2)cc1", "C1CCCC1",
    "c1ccc(Cc2ccccc2)cc1", "O=C(Nc1ccccc1)c1ccccc1", "O=S(=O)(Nc1ccccc1)c1ccccc1", "O=C1CCCN1",
    "c1ccc(OCCN2CCCC2)cc1",
)  # fmt: skip
_GROWN: Final = (3, 12)
"""Mutations of each, at least and at most."""
_MOST: Final = 2_000_000
"""Rows of a file that are looked at."""


def from_file(path: Path, count: int, seed: int, check: Callable[[], None]) -> list[str]:
    """SMILES of `count` rows of a file, drawn evenly (algorithm R of Vitter 1985).

    Raises:
        TaskRefused: Where the file holds no molecules.
    """
    from medapp_molecules.notation.reading import read

    random = Random(seed)  # noqa: S311 - a search, no secret
    kept: list[str] = []
    for number, given in enumerate(islice(_smiles(read(path)), _MOST)):
        if number % 1000 == 0:
            check()
        if len(kept) < count:
            kept.append(given)
        elif (place := random.randrange(number + 1)) < count:
            kept[place] = given
    return kept


def _smiles(rows: Iterable[Given]) -> Iterator[str]:
    from rdkit import Chem

    for row in rows:
        if row.refused:
            continue
        if row.kind == "smiles":
            yield row.text
        elif (mol := Chem.MolFromMolBlock(row.text)) is not None:
            yield str(Chem.MolToSmiles(mol))


def grown(count: int, seed: int, check: Callable[[], None]) -> list[str]:
    """SMILES of molecules that grew of simple rings and chains by chance."""
    from rdkit import Chem

    random = Random(seed)  # noqa: S311 - a search, no secret
    found: dict[str, None] = {}
    for _ in range(20 * count):
        check()
        if len(found) >= count:
            break
        mol = ready(random.choice(_SEEDS))
        for _ in range(random.randint(*_GROWN)):
            mol = mutated(mol, random) or mol
        found[str(Chem.MolToSmiles(mol))] = None
    return list(found)


def written(writer: Writer, count: int, seed: int, check: Callable[[], None]) -> Sequence[str]:
    """SMILES that a generator wrote, those that are no molecules among them."""
    import torch

    random = torch.Generator().manual_seed(seed)
    return writer.write(writer.codes(count, random), random, check)
