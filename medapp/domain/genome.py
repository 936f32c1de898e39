"""Variants as a laboratory reports them, and what they say about genes that act on medicines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from medapp.domain.record.entry import Source

Assembly = Literal["GRCh37", "GRCh38"]


@dataclass(frozen=True, slots=True)
class Genotype:
    """What one sample carries at one place.

    Attributes:
        alleles: Index of each allele, 0 for the reference; None for one that was not called.
        phased: Whether the order of the alleles is that of the chromosomes.
        phase_set: Only within one set do phased orders belong together; None for the whole contig.
        depth, quality: DP and GQ; None where not stated.
        phases: Whether each allele is phased, where that is known (VCF 4.4 lets them differ).
        phase_sets: Name of the set of each allele (PSL of VCF 4.4), None for one without.
    """

    alleles: tuple[int | None, ...]
    phased: bool = False
    phase_set: int | None = None
    depth: int | None = None
    quality: float | None = None
    phases: tuple[bool, ...] = ()
    phase_sets: tuple[str | None, ...] = ()

    @property
    def is_called(self) -> bool:
        """Whether every allele is known. What is not called is unknown, never reference."""
        return bool(self.alleles) and None not in self.alleles


@dataclass(frozen=True, slots=True)
class Variant:
    """One line of a VCF.

    Attributes:
        chromosome: As ``chr1`` ... ``chr22``, ``chrX``, ``chrY``, ``chrM``; other contigs as written.
        position: 1-based, on the assembly of the file.
        reference, alternates: As written, upper case.
        filters: Empty for PASS; None where filters were not applied.
        genotypes: One for each sample, in the order of the header.
        info: Values by key, as text; an empty text for a flag.
        line: In the file, 1-based.
    """

    chromosome: str
    position: int
    ids: tuple[str, ...]
    reference: str
    alternates: tuple[str, ...]
    quality: float | None
    filters: tuple[str, ...] | None
    genotypes: tuple[Genotype, ...]
    info: tuple[tuple[str, str], ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class VariantFile:
    """What the header of a VCF says; `assembly` None where it cannot be told."""

    source: Source
    version: str
    assembly: Assembly | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Haplotype:
    """A named allele: ``*2``, ``c.1905+1G>A (*2A)``, ``Reference``; its function in CPIC's words."""

    name: str
    function: str = ""
    activity: float | None = None


@dataclass(frozen=True, slots=True)
class Diplotype:
    """Two named alleles (one where there is one copy), and what they mean.

    Attributes:
        phenotype: CPIC's words (``Poor Metabolizer``); empty where the tables have none.
        score: Activity score; None where the gene has none or it is not known.
    """

    haplotypes: tuple[Haplotype, ...]
    phenotype: str = ""
    score: float | None = None

    @property
    def name(self) -> str:
        """``*1/*2``."""
        return "/".join(one.name for one in self.haplotypes)


@dataclass(frozen=True, slots=True)
class GeneCall:
    """What is known about one gene of one sample.

    Attributes:
        gene: HGNC symbol.
        status: ``called``; ``no-call``: no diplotype explains what was seen, or too little was seen;
            ``outside``: taken from a report of another method.
        diplotypes: All that explain the genotypes equally well; one where it is clear.
        missing: Positions that the tables ask for and the file lacks or does not call.
        notes: Sentences for the reader: what was assumed, what could not be told.
        tables: Name and version of the tables that were applied.
        facts: More that was found, by name: genotypes that are reported beside the call, other diplotypes.
        components: Alleles that were found where it cannot be told which are on one chromosome, twice
            where they are on both; `diplotypes` is empty then.
        recommended: What guidelines are looked up with, where that is not `diplotypes`.
    """

    gene: str
    status: Literal["called", "no-call", "outside"]
    diplotypes: tuple[Diplotype, ...] = ()
    phased: bool = False
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tables: str = ""
    facts: tuple[tuple[str, str], ...] = field(default=())
    components: tuple[Haplotype, ...] = ()
    recommended: tuple[Diplotype, ...] = ()


@dataclass(frozen=True, slots=True)
class Genome:
    """What is known of the genome of one patient.

    Attributes:
        file: What the header of the file says; None where only calls are known.
        variants: Lines of the file, with the genotypes of this patient alone; which lines is up to who
            asked: those at places that act on medicines, or all of them.
        calls: Named alleles of genes that act on medicines; what is missing in them is unknown.
    """

    file: VariantFile | None = None
    variants: tuple[Variant, ...] = ()
    calls: tuple[GeneCall, ...] = ()
