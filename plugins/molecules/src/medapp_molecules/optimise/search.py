"""The search: molecules are crossed and mutated, a guess picks those that are worth a call, the goal scores.

A graph genetic algorithm (Jensen 2019) whose parents are drawn by quantile (Tripp and Hernandez-Lobato
2023): a good one far more often, and none never. Of what they beget most is left unscored: only what a
Gaussian process expects or hopes the most of is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, Final

from medapp_molecules.optimise.guess import bits_of, fit
from medapp_molecules.optimise.moves import crossed, mutated, ready

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from medapp_molecules.optimise.guess import Guess

_LEARNED: Final = 1200
"""Scored molecules that the guess is fitted to: the best, and the latest."""
_LATEST: Final = 300
_HOPES: Final = (0.0, 0.0, 0.5, 1.0, 2.0)
"""Standard deviations that are added to what is expected; one is drawn for each that is picked."""
_DEEPEST: Final = 3.0
"""Parents come of the best share 10**-u, u from 0 to this."""
_MUTATED: Final = 0.5
"""Of those that were crossed, which are mutated too."""
_ALONE: Final = 0.35
"""Of all, which are mutations of one parent."""


@dataclass(frozen=True, slots=True)
class Child:
    """A molecule that may be scored.

    Attributes:
        parents: Numbers of the calls that scored them; none of the start.
        way: What was done, in words.
    """

    mol: Any
    smiles: str
    parents: tuple[int, ...]
    way: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A molecule that was scored, with the number of the call from 1."""

    number: int
    child: Child
    score: float
    bits: NDArray[np.uint8]


@dataclass(frozen=True)
class Settings:
    """How it is searched.

    Attributes:
        calls: At most.
        portion: Scored of each generation.
        begotten: For each that is scored; 1 leaves the guess out.
        free: Share of the scored that is taken without asking the guess.
    """

    calls: int = 10_000
    portion: int = 40
    begotten: int = 12
    free: float = 0.1


class Search:
    """One search.

    Attributes:
        scored: All so far, in order.
    """

    def __init__(
        self,
        goal: Callable[[Any], float],
        settings: Settings,
        seed: int,
        check: Callable[[], None],
        beside: Callable[[Sequence[Scored], Random], Sequence[Child]] | None = None,
        ahead: Callable[[Iterable[Any]], None] | None = None,
    ) -> None:
        """`check` may raise to end it; `beside` begets more, of the best and by other means.

        `ahead` is told which molecules the goal is asked about next.
        """
        self._goal, self._settings, self._seed, self._check = goal, settings, seed, check
        self._beside, self._ahead = beside, ahead
        self.scored: list[Scored] = []
        self._known: dict[str, Scored] = {}
        self._ranked: list[Scored] = []

    def remember(self, child: Child, score: float) -> None:
        """Take in what was scored before."""
        self._known[child.smiles] = Scored(len(self.scored) + 1, child, score, bits_of(child.mol))
        self.scored.append(self._known[child.smiles])

    @property
    def left(self) -> int:
        """Calls that are not used yet."""
        return self._settings.calls - len(self.scored)

    def known(self, smiles: str) -> float | None:
        """Score of a molecule that was asked for before."""
        found = self._known.get(smiles)
        return None if found is None else found.score

    def scored_as(self, smiles: str) -> Scored | None:
        """A molecule that was scored, by its canonical SMILES; None where it was not."""
        return self._known.get(smiles)

    def begin(self, smiles: Sequence[str]) -> Iterator[Scored]:
        """Score molecules to start from, as far as they are not known."""
        for one in smiles:
            mol = ready(one)
            if mol is not None and (found := self.ask(made(mol, (), "start"))) is not None:
                yield found

    def run(self) -> Iterator[Scored]:
        """Score molecules until the calls are used, or nothing new is begotten any more."""
        barren = 0
        while self.scored and self.left > 0 and barren < 20:  # noqa: PLR2004
            before = len(self.scored)
            # Its own stream for each generation: it hangs on what was scored alone.
            random = Random(self._seed * 1_000_003 + before)  # noqa: S311 - a search, no secret
            self._ranked = sorted(self.scored, key=lambda one: (-one.score, one.number))
            picked = self._picked(self._begotten(random), random)
            self.announce(picked)
            for child in picked:
                if (found := self.ask(child)) is not None:
                    yield found
            barren = barren + 1 if len(self.scored) == before else 0

    @property
    def together(self) -> int:
        """How many are worth announcing at once; 1 where the goal looks at each alone."""
        return 1 if self._ahead is None else self._settings.portion

    def announce(self, children: Iterable[Child | None]) -> None:
        """Tell what will be asked about, so that the goal may look at all of it at once."""
        if self._ahead is None:
            return
        new = {one.smiles: one.mol for one in children if one is not None and self._new(one)}
        self._ahead(list(new.values())[: max(0, self.left)])

    def ask(self, child: Child) -> Scored | None:
        """Score a molecule; None where it was scored before, or no call is left."""
        if child.smiles in self._known or self.left <= 0:
            return None
        self._check()
        self.remember(child, float(self._goal(child.mol)))
        return self.scored[-1]

    def _begotten(self, random: Random) -> list[Child]:
        wanted = self._settings.portion * self._settings.begotten
        found: dict[str, Child] = {}
        if self._beside is not None:
            found = {one.smiles: one for one in self._beside(self._ranked, random) if self._new(one)}
        for _ in range(4 * wanted):
            self._check()
            if len(found) >= wanted:
                break
            child = self._child(random)
            if child is not None and self._new(child):
                found.setdefault(child.smiles, child)
        return list(found.values())

    def _new(self, child: Child) -> bool:
        return child.smiles not in self._known

    def _child(self, random: Random) -> Child | None:
        first, second = self._parent(random), self._parent(random)
        if first is second or random.random() < _ALONE:
            mol = mutated(first.child.mol, random)
            return None if mol is None else made(mol, (first.number,), "mutation")
        mol = crossed(first.child.mol, second.child.mol, random)
        if mol is None:
            return None
        both = (first.number, second.number)
        if random.random() < _MUTATED:
            changed = mutated(mol, random)
            return None if changed is None else made(changed, both, "crossing and mutation")
        return made(mol, both, "crossing")

    def _parent(self, random: Random) -> Scored:
        share = 10 ** -random.uniform(0, _DEEPEST)
        most = max(1, round(share * len(self._ranked)))
        # Of very few the first would be the only parent of nearly all.
        return self._ranked[random.randrange(min(len(self._ranked), max(most, 5)))]

    def _picked(self, children: list[Child], random: Random) -> list[Child]:
        portion = self._settings.portion
        if self._settings.begotten <= 1 or len(children) <= portion:
            return children[:portion]
        guess = self._guess()
        mean, spread = guess.of([bits_of(one.mol) for one in children])
        left = list(range(len(children)))
        picked = []
        for _ in range(portion):
            if random.random() < self._settings.free:
                place = random.choice(left)
            else:
                hope = random.choice(_HOPES)
                place = max(left, key=lambda at: (mean[at] + hope * spread[at], -at))
            left.remove(place)
            picked.append(children[place])
        return picked

    def _guess(self) -> Guess:
        best = self._ranked[: _LEARNED - _LATEST]
        numbers = {one.number for one in best}
        latest = [one for one in self.scored[-_LATEST:] if one.number not in numbers]
        known = best + latest
        return fit([one.bits for one in known], [one.score for one in known])


def made(mol: Any, parents: tuple[int, ...], way: str) -> Child:  # noqa: ANN401
    """A molecule that a move has made."""
    from rdkit import Chem

    return Child(mol, str(Chem.MolToSmiles(mol)), parents, way)


def child_of(smiles: str, parents: tuple[int, ...], way: str) -> Child | None:
    """A molecule that came by other means; None where it is not worth a look."""
    mol = ready(smiles) if smiles else None
    return None if mol is None else made(mol, parents, way)
