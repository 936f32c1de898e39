"""A goal of one's own: what molecules shall be like, each wish with a weight, as a score from 0 to 1.

Wishes are ranges of properties of the screening, of what the screening and harm models predict, and how real
the critic finds a molecule; parts that are required or forbidden, a scaffold, and a molecule to resemble.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from medapp_molecules.generate.wanted import RANGES, Judge, Range, Wanted, WantedError, fingerprint, range_of
from medapp_molecules.optimise.goals import Goal, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Say = Callable[[Any], float]

PROFILE: Final = "profile"
_WISH: Final = re.compile(r"\s*(?P<name>.*\S)\s+(?P<range>[-.\d]+)\s*(?:\*\s*(?P<weight>\d+(?:\.\d+)?))?\s*")
_SPREAD: Final = 0.15
"""How far outside of a range, as a share of its bound, is worth exp(-1/2)."""
_LEAST: Final = 0.001
"""Worth of a wish that is not fulfilled at all: the others still count then."""


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
        title = RANGES[name][0] if name in RANGES else name
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
        if one.range.least > before.most or before.least > one.range.most:
            yield f"{before} contradicts {one.range}."


def profile(parameters: Mapping[str, object], others: Callable[[], Mapping[str, Say]]) -> Goal:
    """The goal that parameters of the task describe.

    Args:
        parameters: ``wishes``, ``required``, ``forbidden``, ``like``, ``similarity``, ``scaffold``.
        others: Gives what else is said of molecules, by name; asked only where a wish needs it.

    Raises:
        WantedError: Where a wish is about something that nobody says.
    """
    from medapp_molecules.screen.properties import names

    asked = wishes(str(parameters.get("wishes") or ""))
    said: dict[str, Say] = {name: _property(name) for name in names()}
    if any(one.range.name not in said for one in asked):
        said |= others()
    parts = []
    for one in asked:
        if one.range.name not in said:
            message = f"nothing says {one.range.name!r} of a molecule; there are {', '.join(sorted(said))}"
            raise WantedError(message)
        parts.append(Part(said[one.range.name], _inside(one.range), one.weight))
    parts += _parts(_wanted(parameters, ()))
    return Goal(*parts)


def _wanted(parameters: Mapping[str, object], asked: tuple[Wish, ...]) -> Wanted:
    names = ("required", "forbidden", "like", "similarity", "scaffold")
    found = Wanted.of({name: parameters[name] for name in names if name in parameters})
    return Wanted(
        tuple(one.range for one in asked), found.required, found.forbidden, found.like, found.similarity,
        found.scaffold,
    )  # fmt: skip


def _parts(wanted: Wanted) -> Iterator[Part]:
    """One for each part, for the scaffold, and for the molecule to resemble."""
    alone = [Wanted(required=(one,)) for one in wanted.required]
    alone += [Wanted(forbidden=(one,)) for one in wanted.forbidden]
    alone += [Wanted(scaffold=wanted.scaffold)] if wanted.scaffold else []
    for one in alone:
        yield Part(Judge(one).miss, lambda miss: _LEAST if miss > 0 else 1.0)
    if wanted.like:
        yield Part(
            _alike(wanted.like), lambda near: max(_LEAST, min(1.0, near / max(wanted.similarity, 1e-6)))
        )


def _alike(smiles: str) -> Say:
    from rdkit import Chem
    from rdkit.DataStructs import TanimotoSimilarity

    seed = fingerprint(Chem.MolFromSmiles(smiles))
    return lambda mol: float(TanimotoSimilarity(seed, fingerprint(mol)))


def _inside(wanted: Range) -> Callable[[float], float]:
    def worth(value: float) -> float:
        off = wanted.outside(None if math.isnan(value) else value)
        return max(_LEAST, math.exp(-0.5 * (off / _SPREAD) ** 2))

    return worth


def _property(name: str) -> Say:
    from medapp_molecules.screen.properties import value_of

    def say(mol: Any) -> float:  # noqa: ANN401 - rdkit's molecules have no useful type
        value = value_of(mol, name)
        return math.nan if value is None else value

    return say
