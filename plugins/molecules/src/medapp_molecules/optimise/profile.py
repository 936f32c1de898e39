"""A goal of one's own: what molecules shall be like, each wish with a weight, as a score from 0 to 1.

Wishes are ranges of properties of the screening, of what the screening and harm models predict, of how real
the critic finds a molecule, and of numbers that tasks of any plugin say. Parts that are required or
forbidden, a scaffold, and a molecule to resemble must be: see `weighing`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from medapp.api.others import task_and_name
from medapp.domain.molecule import Property
from medapp_molecules.generate.ranges import RANGES, READABLE, Range, WantedError, range_of
from medapp_molecules.generate.wanted import SIMILARITY, Judge, Wanted, fingerprint
from medapp_molecules.optimise.weighing import Said, fulfilled, gate, mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from medapp_molecules.optimise.elsewhere import Elsewhere

    Say = Callable[[Any], Said]
    Reach = Callable[[Any], float]

PROFILE: Final = "profile"
FULFILLED: Final = "fulfilled: "
"""Begins the names of what tells how far a wish is fulfilled, from 0 to 1."""
LIKE_GIVEN: Final = "similarity to given"
_OWN: Final = ("wishes", "required", "forbidden", "like", "scaffold")
"""Parameters that no other goal looks at."""
_WISH: Final = re.compile(
    # The shortest name behind which all is a range, so that one with blanks in it is read whole.
    rf"\s*(?P<name>\S.*?)\s+(?P<range>{READABLE})\s*(?:\*\s*(?P<weight>\d+(?:\.\d+)?))?\s*"
)


@dataclass(frozen=True)
class Wish:
    """A range of something that is said of a molecule, and its weight among all wishes."""

    range: Range
    weight: float = 1.0


def wishes(text: str) -> tuple[Wish, ...]:
    """Of ``weight 200..450 *2; half-life 6..``.

    Raises:
        WantedError: Where it cannot be read.
    """
    found = []
    for part in filter(str.strip, text.split(";")):
        match = _WISH.fullmatch(part)
        if match is None:
            message = f"a wish is written like 'weight 200..450' or 'half-life 6.. *2', not {part.strip()!r}."
            raise WantedError(message)
        name = match["name"]
        # The names of parameters are understood too: polar_surface.
        title = RANGES[name][0] if name in RANGES else ":".join(task_and_name(name) or (name,))
        weight = float(match["weight"] or 1)
        if weight > 0:
            found.append(Wish(range_of(title, match["range"]), weight))
    return tuple(found)


def contradictions(parameters: Mapping[str, object]) -> Iterator[str]:
    """Why no molecule can be as the parameters want it, a sentence for each pair.

    Raises:
        WantedError: Where they cannot be read, or nothing is wanted.
    """
    asked = wishes(str(parameters.get("wishes") or ""))
    wanted = _wanted(parameters, asked)
    if not wanted.anything:
        message = "the goal profile needs wishes, parts, a scaffold or a molecule to resemble."
        raise WantedError(message)
    yield from wanted.contradictions()
    seen: dict[str, Range] = {}
    for one in asked:
        before = seen.setdefault(one.range.name, one.range)
        # One that contradicts itself is told of above.
        if before is not one.range and (one.range.least > before.most or before.least > one.range.most):
            yield f"{before} contradicts {one.range}."


def ignored(parameters: Mapping[str, object]) -> tuple[str, ...]:
    """What is set of a profile, which any other goal would not look at."""
    found = [name for name in _OWN if str(parameters.get(name) or "").strip()]
    if float(str(parameters.get("similarity", SIMILARITY))) != SIMILARITY:
        found.append("similarity")
    return tuple(found)


class Profile:
    """Scores molecules by what is wanted of them, and tells what the score is made of."""

    def __init__(
        self, asked: tuple[tuple[Wish, Say], ...], wanted: Wanted, elsewhere: Elsewhere | None = None
    ) -> None:
        """Wishes with what says it, and what must be; ranges of `wanted` are not looked at."""
        self._asked = asked
        self.taken = wanted.taken
        """Where a molecule is not taken as it was given, a sentence each."""
        self._musts = tuple(_musts(wanted))
        self._like = _alike(wanted.like) if wanted.like else None
        self._similarity = max(wanted.similarity, 1e-6)
        self.ahead = None if elsewhere is None else elsewhere.ahead
        """Takes what is scored next, where tasks are asked about all of it at once."""
        self._latest: tuple[Any, float, tuple[Property, ...]] = (None, 0.0, ())

    def __call__(self, mol: Any) -> float:  # noqa: ANN401 - rdkit's molecules have no useful type
        """From 0 to 1."""
        return self._looked_at(mol)[1]

    def said(self, mol: Any) -> tuple[Property, ...]:  # noqa: ANN401
        """Each value that was wished for, and how far each wish is fulfilled."""
        return self._looked_at(mol)[2]

    def _looked_at(self, mol: Any) -> tuple[Any, float, tuple[Property, ...]]:  # noqa: ANN401
        # What is scored is told right after it: the models are not asked twice.
        if self._latest[0] is not mol:
            self._latest = (mol, *self._weighed(mol))
        return self._latest

    def _weighed(self, mol: Any) -> tuple[float, tuple[Property, ...]]:  # noqa: ANN401
        values: dict[str, Property] = {}
        shares: dict[str, float] = {}
        wished = []
        for wish, say in self._asked:
            found = say(mol)
            values[wish.range.name] = found.shown
            shares[str(wish.range)] = fulfilled(found, wish.range)
            wished.append((shares[str(wish.range)], wish.weight))
        musts = {name: reach(mol) for name, reach in self._musts}
        if self._like is not None:
            near = self._like(mol)
            values[LIKE_GIVEN] = Property(LIKE_GIVEN, near)
            musts[f"similarity {self._similarity:g}.."] = min(1.0, near / self._similarity)
        score = mean(tuple(wished))
        for share in musts.values():
            score *= gate(share)
        told = [Property(f"{FULFILLED}{name}", share) for name, share in (shares | musts).items()]
        return score, (*values.values(), *told)


def profile(
    parameters: Mapping[str, object],
    others: Callable[[], Mapping[str, Say]],
    elsewhere: Elsewhere | None = None,
) -> Profile:
    """The goal that parameters of the task describe.

    Args:
        parameters: ``wishes``, ``required``, ``forbidden``, ``like``, ``similarity``, ``scaffold``.
        others: Gives what else is said of molecules, by name; asked only where a wish needs it.
        elsewhere: What is said by tasks that a wish names.

    Raises:
        WantedError: Where a wish is about something that nobody says.
        TaskRefused: Where a task that a wish names does not say it.
    """
    from medapp_molecules.screen.properties import names

    asked = wishes(str(parameters.get("wishes") or ""))
    said: dict[str, Say] = {name: _property(name) for name in names()}
    named = {one.range.name: task_and_name(one.range.name) for one in asked}
    others_named = {name: task for name, task in named.items() if task is not None}
    if elsewhere is not None:
        said |= {name: elsewhere.say(*task) for name, task in others_named.items()}
    if any(one.range.name not in said for one in asked):
        said |= others()
    found = []
    for one in asked:
        if one.range.name not in said:
            message = f"nothing says {one.range.name!r} of a molecule; there are {', '.join(sorted(said))}"
            raise WantedError(message)
        found.append((one, said[one.range.name]))
    return Profile(tuple(found), _wanted(parameters, ()), elsewhere if others_named else None)


def _wanted(parameters: Mapping[str, object], asked: tuple[Wish, ...]) -> Wanted:
    names = ("required", "forbidden", "like", "similarity", "scaffold")
    found = Wanted.of({name: parameters[name] for name in names if name in parameters})
    return replace(found, ranges=tuple(one.range for one in asked))


def _musts(wanted: Wanted) -> Iterator[tuple[str, Reach]]:
    """Each part and the scaffold: a name, and what tells of a molecule whether it is so, 0 or 1."""
    alone = [(f"required {one}", Wanted(required=(one,))) for one in wanted.required]
    alone += [(f"forbidden {one}", Wanted(forbidden=(one,))) for one in wanted.forbidden]
    alone += [(f"scaffold {wanted.scaffold}", Wanted(scaffold=wanted.scaffold))] if wanted.scaffold else []
    for name, one in alone:
        yield name, _kept(Judge(one))


def _kept(judge: Judge) -> Reach:
    return lambda mol: float(judge.miss(mol) == 0)


def _alike(smiles: str) -> Reach:
    from rdkit import Chem
    from rdkit.DataStructs import TanimotoSimilarity

    given = fingerprint(Chem.MolFromSmiles(smiles))
    return lambda mol: float(TanimotoSimilarity(given, fingerprint(mol)))


def _property(name: str) -> Say:
    from medapp_molecules.screen.properties import property_of

    return lambda mol: Said(property_of(mol, name))
