"""Diplotypes that explain the genotypes of one gene: the rules of a named allele matcher.

Every pair of alleles is held against every way to lay the genotypes on two chromosomes. Positions of one
phase set turn together, unphased positions each by themselves, so a pair is checked position by position and
the permutations are never written out. A diplotype scores the number of positions that define its alleles,
those that are missing left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

from medapp.knowledge.pgx.names import natural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.knowledge.pgx.seen import Seen
    from medapp.knowledge.pgx.tables import Definition, NamedAllele


@dataclass(frozen=True)
class Candidate:
    """Alleles that explain the genotypes, in the order of their names, and the score."""

    names: tuple[str, ...]
    score: int


def candidates(definition: Definition, seen: Seen) -> list[Candidate]:
    """All that explain what was seen, the best first; none where nothing does."""
    alleles = _possible(definition, seen)
    best: dict[tuple[str, ...], int] = {}
    for group in _fitting(definition, seen, alleles):
        names = tuple(sorted((definition.core(one.name) for one in group), key=natural))
        score = sum(len(one.defined & seen.spots.keys()) for one in group)
        best[names] = max(score, best.get(names, 0))
    found = [Candidate(names, score) for names, score in best.items()]
    return sorted(found, key=lambda one: (-one.score, [natural(name) for name in one.names]))


def best_of(definition: Definition, found: Sequence[Candidate], seen: Seen) -> list[Candidate]:
    """What is reported: the pick of the curators for unphased data, else all with the highest score."""
    if not seen.is_effectively_phased:
        by_names = {tuple(sorted(one.names)): one for one in found}
        picks = [
            by_names[priority.pick]
            for priority in definition.exemption.priorities
            if priority.among <= by_names.keys() and priority.pick in by_names
        ]
        if picks:
            return picks
    return [one for one in found if one.score == found[0].score]


def uncallable(definition: Definition, seen: Seen) -> list[str]:
    """Alleles all of whose positions are missing: whether they are there cannot be told."""
    return [
        one.name for one in definition.alleles if not one.is_reference and not one.defined & seen.spots.keys()
    ]


def incomplete(definition: Definition, seen: Seen) -> list[str]:
    """Names of alleles of whose positions some are missing."""
    found = [
        definition.core(one.name)
        for one in definition.alleles
        if not one.is_reference and one.defined - seen.spots.keys()
    ]
    return sorted(set(found), key=natural)


def _possible(definition: Definition, seen: Seen) -> list[NamedAllele]:
    """Alleles that are met at each position by one of the two chromosomes."""
    lost = set(uncallable(definition, seen))
    return [
        one
        for one in definition.alleles
        if one.name not in lost
        and all(
            any(base in definition.accepted(one, index) for base in spot.alleles if base is not None)
            for index, spot in seen.spots.items()
        )
    ]


def _fitting(
    definition: Definition, seen: Seen, alleles: Sequence[NamedAllele]
) -> Iterable[tuple[NamedAllele, ...]]:
    if not seen.spots or any(spot.is_partial for spot in seen.spots.values()):
        return []
    if seen.copies == 1:
        return [(one,) for one in alleles]
    groups = list(seen.groups.values())
    same = [index for index, spot in seen.spots.items() if not spot.is_heterozygous]
    fits = {
        one.name: {
            index: (
                spot.alleles[0] in definition.accepted(one, index),
                spot.alleles[-1] in definition.accepted(one, index),
            )
            for index, spot in seen.spots.items()
        }
        for one in alleles
    }

    def agree(a: NamedAllele, b: NamedAllele) -> bool:
        left, right = fits[a.name], fits[b.name]
        return all(left[index][0] and right[index][0] for index in same) and all(
            all(left[index][0] and right[index][1] for index in group)
            or all(left[index][1] and right[index][0] for index in group)
            for group in groups
        )

    return [pair for pair in combinations_with_replacement(alleles, 2) if agree(*pair)]
