"""Combinations and partial alleles: for research, where no pair of named alleles explains the genotypes.

A combination is several named alleles on one chromosome (``[*6 + *14]``), each position counted for one of
them only; a partial allele has variants of other alleles besides its own (``[*17 + g.94781859G>A]``).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from medapp.knowledge.pgx.matching import Candidate
from medapp.knowledge.pgx.names import combined, natural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from medapp.knowledge.pgx.seen import Seen
    from medapp.knowledge.pgx.tables import Definition, NamedAllele

Strand = dict[int, str]
MOST_UNPHASED = 10
"""Heterozygous positions that are laid on two chromosomes in every way; more are not tried."""


def combinations(definition: Definition, seen: Seen) -> list[Candidate]:
    """Pairs of combinations, partial and named alleles with the highest score; none where nothing fits."""
    if any(spot.is_partial for spot in seen.spots.values()) or len(seen.groups) > MOST_UNPHASED:
        return []
    best: dict[tuple[str, ...], int] = {}
    few = len(seen.groups) <= 1
    for strands in _layings(seen):
        sides = [_of_strand(definition, one, off_reference=few) for one in strands]
        if None in sides:
            continue
        names = tuple(sorted((side[0] for side in sides if side), key=natural))
        score = sum(side[1] for side in sides if side)
        best[names] = max(score, best.get(names, 0))
    highest = max(best.values(), default=0)
    found = [Candidate(names, score) for names, score in best.items() if score == highest]
    return sorted(found, key=lambda one: [natural(name) for name in one.names])


def _layings(seen: Seen) -> Iterator[tuple[Strand, ...]]:
    """Every way to lay the alleles on the chromosomes, mirror images left out."""
    left: Strand = {index: str(spot.alleles[0]) for index, spot in seen.spots.items()}
    if seen.copies == 1:
        yield (left,)
        return
    right: Strand = {index: str(spot.alleles[-1]) for index, spot in seen.spots.items()}
    groups = list(seen.groups.values())
    for turned in product((False, True), repeat=max(0, len(groups) - 1)):
        over = {index for group, turn in zip(groups[1:], turned, strict=False) if turn for index in group}
        yield (
            {index: right[index] if index in over else base for index, base in left.items()},
            {index: left[index] if index in over else base for index, base in right.items()},
        )


def _of_strand(definition: Definition, strand: Strand, *, off_reference: bool) -> tuple[str, int] | None:
    """The name and score of one chromosome: as few alleles as cover most of its variants."""
    changed = {
        index
        for index, base in strand.items()
        if base not in definition.accepted(definition.reference, index)
    }
    if not changed:
        return definition.reference.name, len(strand)
    chosen: list[NamedAllele] = []
    open_ = set(changed)
    for allele in _carried(definition, strand):
        own = allele.defined & changed
        if own and own <= open_:
            chosen.append(allele)
            open_ -= own
    if not chosen and not off_reference:
        return None
    if any(strand[index] not in definition.positions[index].documented for index in open_):
        return None
    names = [definition.core(one.name) for one in chosen]
    names += [_change(definition, index, strand[index]) for index in sorted(open_)]
    score = sum(len(one.defined & strand.keys()) for one in chosen) + (len(open_) if chosen else 0)
    return combined(names), score


def _carried(definition: Definition, strand: Strand) -> Sequence[NamedAllele]:
    """Alleles whose own positions are all met, the longest first."""
    found = [
        one
        for one in definition.alleles
        if not one.is_reference
        and one.defined & strand.keys()
        and all(strand[index] in definition.accepted(one, index) for index in one.defined & strand.keys())
    ]
    return sorted(found, key=lambda one: (-len(one.defined), natural(one.name)))


def _change(definition: Definition, index: int, base: str) -> str:
    """A variant without an allele of its own: ``g.94781859G>A``."""
    place = definition.positions[index]
    for text in place.hgvs.split("; "):
        if text.endswith(f">{base}") or (len(place.alternates) == 1 and text):
            return text
    return f"g.{place.position}{place.reference}>{base}"
