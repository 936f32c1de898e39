"""What a search for something like a molecule starts from: the molecule itself, and its neighbours."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from medapp_molecules.generate.wanted import Wanted
from medapp_molecules.optimise.moves import crossed, mutated
from medapp_molecules.optimise.search import child_of, made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from medapp_molecules.optimise.search import Child, Scored, Search

GIVEN: Final = {"like": "molecule to resemble", "scaffold": "scaffold to keep"}
"""Parameters that give a molecule, and what it is called in its row."""
_TRIES: Final = 10
"""For each neighbour that is wanted."""


def given(parameters: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """SMILES and name of the molecules that are given, as far as a search can start from them."""
    found: dict[str, str] = {}
    wanted = Wanted.of({name: parameters[name] for name in GIVEN if name in parameters})
    for smiles, name in zip((wanted.like, wanted.scaffold), GIVEN.values(), strict=True):
        child = child_of(smiles, (), name)
        if child is not None:
            found.setdefault(child.smiles, name)
    return tuple(found.items())


class Around:
    """Scores the given, neighbours of them, other molecules, and crossings of both.

    The same comes of the same molecules whatever was scored before, so that a run that was ended goes on.
    """

    def __init__(self, search: Search, molecules: Sequence[tuple[str, str]], seed: int) -> None:
        """With SMILES and names of what is given."""
        self._search, self._molecules = search, molecules
        self._random = Random(seed)  # noqa: S311 - a search, no secret
        self._seen: set[str] = set()
        self._near: list[Scored] = []
        self._far: list[Scored] = []

    def begin(self, others: Sequence[str], count: int) -> Iterator[Scored]:
        """Score them; `count` neighbours, and as many crossings with `others`."""
        for smiles, name in self._molecules:
            yield from self._put(child_of(smiles, (), name), self._near)
        yield from self._many(self._neighbour, count)
        started = [child_of(smiles, (), "start") for smiles in others]
        self._search.announce(started)
        for one in started:
            yield from self._put(one, self._far)
        yield from self._many(self._crossing, count)

    def _many(self, make: Callable[[], Child | None], count: int) -> Iterator[Scored]:
        wanted = len(self._near) + count
        for _ in range(-(-_TRIES * count // self._search.together)):
            missing = min(wanted - len(self._near), self._search.left)
            if missing <= 0:
                return
            children = [make() for _ in range(min(missing, self._search.together))]
            self._search.announce(children)
            for child in children:
                yield from self._put(child, self._near)

    def _put(self, child: Child | None, found: list[Scored]) -> Iterator[Scored]:
        if child is None or child.smiles in self._seen:
            return
        new = self._search.ask(child)
        if new is not None:
            yield new
        one = new or self._search.scored_as(child.smiles)
        if one is not None:
            self._seen.add(child.smiles)
            found.append(one)

    def _neighbour(self) -> Child | None:
        if not self._near:
            return None
        first = self._random.choice(self._near)
        mol = mutated(first.child.mol, self._random)
        return None if mol is None else made(mol, (first.number,), "mutation")

    def _crossing(self) -> Child | None:
        if not self._near or not self._far:
            return None
        first, second = self._random.choice(self._near), self._random.choice(self._far)
        mol = crossed(first.child.mol, second.child.mol, self._random)
        return None if mol is None else made(mol, (first.number, second.number), "crossing")
