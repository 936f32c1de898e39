"""Genes whose variants are told one by one (DPYD, RYR1): of each chromosome, or all where that is unknown.

CPIC's fluoropyrimidine guideline sums the two variants of the lowest activity. With phase, the lowest of each
chromosome counts; without, two different variants are presumed to be on different chromosomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from medapp.knowledge.pgx.names import natural

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medapp.knowledge.pgx.seen import Seen, Spot
    from medapp.knowledge.pgx.tables import Definition, NamedAllele

Strand = dict[int, "str | None"]
_MOST_SETS = 10


@dataclass(frozen=True)
class Linked:
    """A haplotype of which one position makes the function and stands as an allele of its own.

    For DPYD: HapB3, whose intronic c.1129-5923C>G is causal and whose exonic c.1236G>A marks it.
    """

    whole: NamedAllele
    causal: NamedAllele

    @property
    def markers(self) -> frozenset[int]:
        """Positions that go with the haplotype without making its function."""
        return self.whole.defined - self.causal.defined


@dataclass(frozen=True)
class Components:
    """What was found.

    Attributes:
        pairs: Alleles of both chromosomes, for each way to lay them; empty where that cannot be told.
        loose: All alleles found, twice where on both; given where `pairs` is empty.
    """

    pairs: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    loose: tuple[str, ...] = ()


def linked(definition: Definition) -> tuple[Linked, ...]:
    """Haplotypes of several positions that contain another allele of the table."""
    return tuple(
        Linked(whole, part)
        for whole in definition.alleles
        for part in definition.alleles
        if not whole.is_reference and not part.is_reference and part.defined < whole.defined
    )


def components(definition: Definition, seen: Seen) -> Components:
    """The variants of each chromosome, or all of them where the chromosomes cannot be told apart."""
    pairs_of = linked(definition)
    groups = _groups(seen, pairs_of)
    _note_linked(definition, seen, pairs_of)
    loose = any(name.startswith("unphased") for name in groups)
    if len(groups) > 1 and (loose or len(groups) > _MOST_SETS):
        left, right = _strands(_cis(seen, pairs_of), ())
        both = (*_found(definition, left, pairs_of), *_found(definition, right, pairs_of))
        return Components(loose=tuple(sorted(both, key=natural)))
    cis = _cis(seen, pairs_of)
    names = list(groups)
    pairs: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    for turned in product((False, True), repeat=max(0, len(names) - 1)):
        chosen = [name for name, turn in zip(names[1:], turned, strict=False) if turn]
        left, right = _strands(cis, [index for name in chosen for index in groups[name]])
        found = (_found(definition, left, pairs_of), _found(definition, right, pairs_of))
        first, second = sorted(found, key=_order)
        pairs.add((first, second))
    return Components(pairs=tuple(sorted(pairs, key=lambda pair: [_order(side) for side in pair])))


def two_lowest(names: Iterable[str], activity: dict[str, float], reference: str) -> tuple[str, str]:
    """The two alleles of the lowest activity; the first in order where several are equal."""
    found = sorted(names, key=lambda name: (activity.get(name, 0.0), natural(name)))
    padded = [*found, reference, reference]
    return padded[0], padded[1]


def lowest(names: Sequence[str], activity: dict[str, float], reference: str) -> str:
    """The allele of the lowest activity on one chromosome."""
    return two_lowest(names, activity, reference)[0]


def _order(side: Sequence[str]) -> tuple[bool, int, list[object]]:
    """References first, then single alleles, then several."""
    return bool(side), len(side), [natural(name) for name in side]


def _groups(seen: Seen, haplotypes: Sequence[Linked]) -> dict[str, list[int]]:
    """Heterozygous positions that turn together, those of a linked haplotype counted as one."""
    groups = seen.groups
    for one in haplotypes:
        here = [name for name, members in groups.items() if one.whole.defined & set(members)]
        if len(here) > 1:
            keep = min(here, key=lambda name: name.startswith("unphased"))
            for name in here:
                if name != keep:
                    groups[keep] = sorted([*groups[keep], *groups.pop(name)])
    return groups


def _cis(seen: Seen, haplotypes: Sequence[Linked]) -> dict[int, Spot]:
    """The genotypes with markers turned to the side of their causal position where phase does not tell."""
    spots = dict(seen.spots)
    for one in haplotypes:
        for marker in one.markers & spots.keys():
            causal = next((index for index in one.causal.defined if index in spots), None)
            if causal is None or not (spots[causal].is_heterozygous and spots[marker].is_heterozygous):
                continue
            if spots[marker].group is not None and spots[marker].group == spots[causal].group:
                continue
            if spots[causal].is_partial or spots[marker].is_partial:
                continue
            carries = spots[causal].alleles.index(one.whole.bases[causal])
            marked = spots[marker].alleles.index(one.whole.bases[marker])
            if carries != marked:
                spots[marker] = type(spots[marker])(spots[marker].alleles[::-1], spots[marker].group)
    return spots


def _strands(spots: dict[int, Spot], turned: Sequence[int]) -> tuple[Strand, Strand]:
    left: Strand = {}
    right: Strand = {}
    for index, spot in spots.items():
        first, second = spot.alleles[0], spot.alleles[-1]
        left[index], right[index] = (second, first) if index in turned else (first, second)
    return left, right


def _found(definition: Definition, strand: Strand, haplotypes: Sequence[Linked]) -> tuple[str, ...]:
    """Names of all alleles on one chromosome, in order; none where it is the reference."""
    special = {allele.name for one in haplotypes for allele in (one.whole, one.causal)}
    names = {name for one in haplotypes for name in _of_linked(strand, one)}
    for allele in definition.alleles:
        here = allele.defined & strand.keys()
        if allele.is_reference or allele.name in special or not here:
            continue
        if all(strand[index] in definition.accepted(allele, index) for index in here):
            names.add(definition.core(allele.name))
    return tuple(sorted(names, key=natural))


def _of_linked(strand: Strand, one: Linked) -> tuple[str, ...]:
    """The haplotype by its causal position where that is known, else by its markers."""
    causal = [strand.get(index) for index in one.causal.defined]
    marked = [strand.get(index) for index in one.markers]
    has_markers = all(strand.get(index) == one.whole.bases[index] for index in one.markers)
    if None not in causal:
        carries = all(strand[index] == one.causal.bases[index] for index in one.causal.defined)
        if not carries:
            return ()
        return (one.whole.name if has_markers else one.causal.name,)
    return (one.whole.name,) if has_markers and None not in marked else ()


def _note_linked(definition: Definition, seen: Seen, haplotypes: Sequence[Linked]) -> None:
    """Say where a haplotype was told by one of its positions alone."""
    for one in haplotypes:
        causal = [_alternates(one.whole, seen, index) for index in one.causal.defined]
        markers = [_alternates(one.whole, seen, index) for index in one.markers]
        place = ", ".join(definition.positions[index].name for index in sorted(one.causal.defined))
        marker = ", ".join(definition.positions[index].name for index in sorted(one.markers))
        if None in causal:
            if any(markers):
                seen.notes.append(
                    f"{one.whole.name} was told by {marker} alone; {place}, which makes its function, is "
                    "missing and should be typed to confirm it."
                )
        elif None in markers:
            if any(causal):
                seen.notes.append(f"{one.causal.name} was told by {place} alone; {marker} is missing.")
        elif causal != markers:
            seen.notes.append(f"{place} and {marker} do not agree; {place} was followed.")


def _alternates(allele: NamedAllele, seen: Seen, index: int) -> int | None:
    spot = seen.spots.get(index)
    return None if spot is None else sum(one == allele.bases[index] for one in spot.alleles)
