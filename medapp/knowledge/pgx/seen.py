"""What a sample carries at the positions of a gene, in the spelling of the gene's definition.

A position that the file lacks, does not call, or states on another reference is missing: nothing is told
from it, least of all that it is the reference.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medapp.knowledge.pgx.rules import HAPLOID_ALLOWED, UNDOCUMENTED_AS_REFERENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from medapp.domain.genome import Genotype, Variant
    from medapp.knowledge.pgx.tables import Definition, Position

Lines = dict[tuple[str, int], list["Variant"]]
_TWO = 2


@dataclass(frozen=True)
class Spot:
    """The alleles at one position; None for one of two that was not called.

    Attributes:
        group: What it is in phase with: alleles of one group keep their order. None where it is unphased.
    """

    alleles: tuple[str | None, ...]
    group: str | None = None

    @property
    def is_heterozygous(self) -> bool:
        """Whether the two differ, so that it matters which is on which chromosome."""
        return len(self.alleles) == _TWO and self.alleles[0] != self.alleles[1]

    @property
    def is_partial(self) -> bool:
        """Whether one of two was not called."""
        return None in self.alleles


@dataclass
class Seen:
    """A sample at the positions of one gene, by index into `Definition.positions`."""

    spots: dict[int, Spot] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    undocumented: list[str] = field(default_factory=list)
    copies: int = _TWO
    mixed: bool = False

    @property
    def groups(self) -> dict[str, list[int]]:
        """Heterozygous positions that keep their order to each other; each unphased one by itself."""
        found: dict[str, list[int]] = {}
        for index, spot in sorted(self.spots.items()):
            if spot.is_heterozygous:
                found.setdefault(spot.group or f"unphased {index}", []).append(index)
        return found

    @property
    def is_phased(self) -> bool:
        """Whether every heterozygous position was phased with all others."""
        groups = self.groups
        return len(groups) <= 1 and not any(name.startswith("unphased") for name in groups)

    @property
    def is_effectively_phased(self) -> bool:
        """Whether there is only one way to lay the alleles on two chromosomes."""
        return len(self.groups) <= 1


class _UnusableError(Exception):
    """Why nothing can be told from a position."""


def look(definition: Definition, lines: Lines, sample: int) -> Seen:
    """What one sample carries, with a note for each position that could not be used."""
    seen = Seen()
    for index, place in enumerate(definition.positions):
        try:
            spot = _spot(place, lines.get((place.chromosome, place.position), ()), sample)
        except _UnusableError as why:
            seen.missing.append(place.name)
            if str(why):
                seen.notes.append(f"{place.name}: {why}; this position was not used.")
            continue
        seen.spots[index] = _documented(definition, place, spot, seen)
    _count_copies(definition, seen)
    _note_filters(definition, lines, seen)
    return seen


def extra(definition: Definition, lines: Lines, sample: int) -> tuple[tuple[str, str], ...]:
    """Genotypes that are reported beside the call."""
    found = []
    for place in definition.exemption.extra_positions:
        try:
            spot = _spot(place, lines.get((place.chromosome, place.position), ()), sample)
        except _UnusableError:
            continue
        found.append((place.name, "/".join(one or "." for one in spot.alleles)))
    return tuple(found)


def _spot(place: Position, lines: Sequence[Variant], sample: int) -> Spot:
    spots, reasons = [], []
    for line in lines:
        try:
            spots.append(_of_line(place, line, sample))
        except _UnusableError as why:
            reasons.append(str(why))
    if not spots:
        raise _UnusableError(next((one for one in reasons if one), ""))
    merged = spots[0]
    for spot in spots[1:]:
        merged = _merge(place, merged, spot)
    return merged


def _of_line(place: Position, line: Variant, sample: int) -> Spot:
    genotype = line.genotypes[sample] if sample < len(line.genotypes) else None
    if genotype is None or all(one is None for one in genotype.alleles):
        raise _UnusableError
    if len(genotype.alleles) > _TWO:
        message = f"{len(genotype.alleles)} alleles are given where two are expected"
        raise _UnusableError(message)
    alleles = tuple(_spelled(place, line, one) for one in genotype.alleles)
    if None in alleles and place.reference in alleles:
        message = "only one of two alleles is called, and it is the reference"
        raise _UnusableError(message)
    return Spot(alleles, _group(genotype))


def _group(genotype: Genotype) -> str | None:
    if not genotype.phased:
        return None
    return "contig" if genotype.phase_set is None else f"set {genotype.phase_set}"


def _spelled(place: Position, line: Variant, number: int | None) -> str | None:
    """An allele of a line as the definition would write it: the same bases, longer or shorter at the end.

    Raises:
        _UnusableError: Where the line's reference is another, or the allele cannot be written so.
    """
    if number is None:
        return None
    reference = line.reference.upper()
    if not (place.reference.startswith(reference) or reference.startswith(place.reference)):
        message = f"the file's reference {reference} is not {place.reference} of the definition"
        raise _UnusableError(message)
    if number == 0:
        return place.reference
    if number > len(line.alternates):
        message = "the genotype names an allele that the line does not have"
        raise _UnusableError(message)
    alternate = line.alternates[number - 1].upper()
    if not alternate.isalpha():
        message = "a structural or missing allele"
        raise _UnusableError(message)
    if len(reference) <= len(place.reference):
        return alternate + place.reference[len(reference) :]
    surplus = reference[len(place.reference) :]
    if alternate.endswith(surplus) and len(alternate) > len(surplus):
        return alternate[: -len(surplus)]
    message = f"the file's reference {reference} is not {place.reference} of the definition"
    raise _UnusableError(message)


def _merge(place: Position, one: Spot, other: Spot) -> Spot:
    """Two lines at one place, as programs write them that split several alternates."""
    if set(other.alleles) == {place.reference}:
        return one
    if set(one.alleles) == {place.reference}:
        return other
    if len(one.alleles) != len(other.alleles):
        message = "several lines that contradict each other"
        raise _UnusableError(message)
    if one.group is not None and one.group == other.group:
        pairs = list(zip(one.alleles, other.alleles, strict=True))
        if all(place.reference in pair or pair[0] == pair[1] for pair in pairs):
            return Spot(tuple(a if b == place.reference else b for a, b in pairs), one.group)
    alternates = [each for spot in (one, other) for each in spot.alleles if each != place.reference]
    if len(alternates) == len(one.alleles) and one.group is None and other.group is None:
        return Spot(tuple(alternates))
    if one.alleles == other.alleles:
        return one
    message = "several lines that contradict each other"
    raise _UnusableError(message)


def _documented(definition: Definition, place: Position, spot: Spot, seen: Seen) -> Spot:
    """The same where the definition knows all alleles; else noted, the reference for genes of toxicity."""
    if all(one is None or one in place.documented for one in spot.alleles):
        return spot
    seen.undocumented.append(place.name)
    if definition.gene not in UNDOCUMENTED_AS_REFERENCE:
        seen.notes.append(f"{place.name}: an allele that no definition of {definition.gene} knows.")
        return spot
    seen.notes.append(
        f"{place.name}: an allele that no definition of {definition.gene} knows was taken as the reference; "
        "what it does is not known."
    )
    alleles = tuple(
        place.reference if one is not None and one not in place.documented else one for one in spot.alleles
    )
    return Spot(alleles, spot.group)


def _count_copies(definition: Definition, seen: Seen) -> None:
    """One copy where every call is of one allele on X; a single allele elsewhere is no call."""
    single = [index for index, spot in seen.spots.items() if len(spot.alleles) == 1]
    if not single:
        return
    if definition.chromosome in HAPLOID_ALLOWED:
        seen.copies = 1 if len(single) == len(seen.spots) else _TWO
        seen.mixed = seen.copies == _TWO
        return
    for index in single:
        name = definition.positions[index].name
        seen.missing.append(name)
        seen.notes.append(f"{name}: one allele is given where two are expected; this position was not used.")
        del seen.spots[index]


def _note_filters(definition: Definition, lines: Mapping[tuple[str, int], list[Variant]], seen: Seen) -> None:
    failed = [
        definition.positions[index].name
        for index in sorted(seen.spots)
        for line in lines.get((definition.chromosome, definition.positions[index].position), ())
        if line.filters
    ]
    if failed:
        seen.notes.append(f"Used although they did not pass the filters of the file: {', '.join(failed)}.")
