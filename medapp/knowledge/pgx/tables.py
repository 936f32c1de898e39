"""What the tables of allele definitions and phenotypes say, as CPIC, PharmVar and ClinPGx publish them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from medapp.domain.genome import Haplotype

AMBIGUOUS = {
    "R": "AG",
    "Y": "CT",
    "S": "CG",
    "W": "AT",
    "K": "GT",
    "M": "AC",
    "B": "CGT",
    "D": "AGT",
    "H": "ACT",
    "V": "ACG",
    "N": "ACGT",
}
"""IUPAC codes: a definition that says R is met by A and by G."""


@dataclass(frozen=True)
class Position:
    """One place that a gene's alleles are told by, on GRCh38, left-aligned as in a VCF."""

    chromosome: str
    position: int
    reference: str
    alternates: tuple[str, ...]
    rsid: str = ""
    hgvs: str = ""

    @property
    def name(self) -> str:
        """What a reader knows it by: the rs number where there is one."""
        return self.rsid or f"{self.chromosome}:{self.position}"

    @property
    def documented(self) -> tuple[str, ...]:
        """All alleles that the definitions know here."""
        return (self.reference, *self.alternates)


@dataclass(frozen=True)
class NamedAllele:
    """A named allele and its base at each position; None where it is the reference's."""

    name: str
    bases: tuple[str | None, ...]
    is_reference: bool = False

    @cached_property
    def defined(self) -> frozenset[int]:
        """Indexes of the positions that define it."""
        return frozenset(index for index, base in enumerate(self.bases) if base is not None)


@dataclass(frozen=True)
class Priority:
    """Diplotypes that unphased data cannot tell apart, and the one that the curators pick."""

    among: frozenset[tuple[str, ...]]
    pick: tuple[str, ...]


@dataclass(frozen=True)
class Exemption:
    """Where the matching of one gene differs from that of all others.

    Attributes:
        ignored_alleles: Lower case.
        ignored_positions: With the reference, as an insertion and a single base can share a place.
    """

    ignored_alleles: frozenset[str] = frozenset()
    ignored_positions: frozenset[tuple[int, str]] = frozenset()
    required_positions: frozenset[int] = frozenset()
    extra_positions: tuple[Position, ...] = ()
    priorities: tuple[Priority, ...] = ()


@dataclass(frozen=True)
class Definition:
    """The named alleles of one gene, the reference first.

    Attributes:
        suballeles: Names of suballeles, and the core allele that each is reported as.
    """

    gene: str
    chromosome: str
    version: str
    positions: tuple[Position, ...]
    alleles: tuple[NamedAllele, ...]
    suballeles: Mapping[str, str] = field(default_factory=dict)
    exemption: Exemption = Exemption()

    @cached_property
    def reference(self) -> NamedAllele:
        """The allele that the others are described against."""
        return next(one for one in self.alleles if one.is_reference)

    def accepted(self, allele: NamedAllele, index: int) -> tuple[str, ...]:
        """The bases at a position that an allele is met by."""
        base = allele.bases[index]
        if base is None:
            base = self.reference.bases[index]
        if base is None:
            return (self.positions[index].reference,)
        return tuple(AMBIGUOUS.get(base, base)) if len(base) == 1 else (base,)

    def core(self, name: str) -> str:
        """The name that an allele is reported by."""
        return self.suballeles.get(name, name)


@dataclass(frozen=True)
class Meaning:
    """What a pair of alleles means."""

    phenotype: str
    score: float | None = None
    score_text: str = ""


@dataclass(frozen=True)
class Phenotypes:
    """Functions of the alleles of one gene, and phenotypes of their pairs.

    Attributes:
        folder: Name of the folder it was read from, which tells PharmCAT's version.
    """

    gene: str
    version: str
    haplotypes: Mapping[str, Haplotype]
    meanings: Mapping[frozenset[tuple[str, int]], Meaning]
    folder: str = ""

    @cached_property
    def uses_score(self) -> bool:
        """Whether recommendations of this gene are looked up by its activity score."""
        return any(one.score is not None for one in self.meanings.values())

    @cached_property
    def known(self) -> frozenset[str]:
        """All phenotypes that the table gives."""
        return frozenset(one.phenotype for one in self.meanings.values())

    def meaning(self, names: Iterable[str]) -> Meaning | None:
        """Of the alleles that a sample carries, None where the table has no such pair."""
        return self.meanings.get(key(names))

    def of_score(self, text: str) -> Meaning | None:
        """Of an activity score as it was reported (``1.25``, ``≥6.0``)."""
        return self._by_score.get(text)

    def scores_of(self, phenotype: str) -> tuple[str, ...]:
        """Activity scores that have a phenotype, in rising order."""
        found = {one.score_text for one in self._by_score.values() if one.phenotype == phenotype}
        return tuple(sorted(found, key=lambda text: float(text.lstrip("≥"))))

    @cached_property
    def _by_score(self) -> dict[str, Meaning]:
        return {one.score_text: one for one in self.meanings.values() if one.score is not None}


def key(names: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Names with the number of copies, the order left out."""
    return frozenset(Counter(names).items())


@dataclass(frozen=True)
class Message:
    """A note of the tables, and what must hold for it; an empty condition always holds."""

    gene: str
    kind: str
    text: str
    called: tuple[str, ...] = ()
    alleles_missing: tuple[str, ...] = ()
    positions_missing: tuple[str, ...] = ()
    heterozygous: tuple[str, ...] = ()
    diplotypes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tables:
    """All tables of one folder, by gene symbol.

    Attributes:
        name: Name and version, kept with every call.
        folders: Names of the folders of phenotypes that were read.
    """

    name: str
    definitions: Mapping[str, Definition]
    phenotypes: Mapping[str, Phenotypes]
    messages: tuple[Message, ...] = ()
    folders: tuple[str, ...] = ()

    @cached_property
    def newest(self) -> str:
        """The latest version among the tables of phenotypes; empty without any."""
        return max((one.version for one in self.phenotypes.values()), default="")

    def named(self, gene: str) -> str:
        """What was applied to a gene: `name`, and the version of its phenotypes where that is older."""
        table = self.phenotypes.get(gene)
        if table is None or table.version >= self.newest:
            return self.name
        return f"{self.name}; phenotypes {table.folder} {table.version}"

    @cached_property
    def places(self) -> frozenset[tuple[str, int]]:
        """Chromosome and position of all that matters in a VCF."""
        found: set[tuple[str, int]] = set()
        for one in self.definitions.values():
            found.update((place.chromosome, place.position) for place in one.positions)
            found.update((place.chromosome, place.position) for place in one.exemption.extra_positions)
        return frozenset(found)
