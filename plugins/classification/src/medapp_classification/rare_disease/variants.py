"""Candidate variants of a patient: which genes they are said to lie in, and how many copies are changed.

Read are the alleles, the genotype, the gene, the predicted impact and frequencies in populations. What a file
or a record says of diseases beside a variant is never read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from medapp.domain.record import Other
from medapp_classification.rare_disease.cases import allele_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from medapp.domain.genome import Genome, Genotype, Variant
    from medapp.domain.record import Record

GENE_KEYS: Final = ("ANN", "CSQ", "GENEINFO", "GENE", "Gene", "GENE_SYMBOL", "SYMBOL", "Gene.refGene")
"""Keys of INFO that name genes, in the order that they are trusted."""
_FREQUENCY: Final = re.compile(r"(?i)(gnomad|exac|1000g|topmed|popmax|max_af).*|.*(popmax|max)_?af")
_IMPACTS: Final = frozenset({"HIGH", "MODERATE", "LOW", "MODIFIER"})
_DAMAGING: Final = frozenset({"HIGH", "MODERATE"})
COMMON: Final = 0.01
"""Frequency in a population from which a variant is too usual for a rare disease."""
_SYMBOL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WORDS: Final = 4
_ALL: Final = frozenset({"homozygous", "hemizygous"})


@dataclass(frozen=True)
class Candidate:
    """One allele that the patient carries.

    Attributes:
        allele: Its name on GRCh38; empty where the assembly is another or not known.
        genes: Symbols that the source names; empty where it names none.
        copies: ``all``, ``one`` or ``unknown``.
        place: For the reader: ``chr1:1232279 A>G``.
        entry: Id of the entry of the record; empty where it is from a VCF.
        chromosome, position: On GRCh38; empty and 0 where that is not known.
        silent: Whether it is predicted to change no protein: it counts only where the allele is known.
    """

    allele: str
    genes: tuple[str, ...]
    copies: str
    place: str
    entry: str = ""
    chromosome: str = ""
    position: int = 0
    silent: bool = False


@dataclass
class Candidates:
    """Of one patient, with what was left out and why.

    Attributes:
        assembly: Of the genome; empty where there is none or it cannot be told.
        left_out: Numbers of variants by reason.
    """

    found: list[Candidate] = field(default_factory=list)
    from_genome: bool = False
    assembly: str = ""
    left_out: dict[str, int] = field(default_factory=dict)

    def leave_out(self, reason: str) -> None:
        """Count one that is left out."""
        self.left_out[reason] = self.left_out.get(reason, 0) + 1


def candidates_of(record: Record | None, genome: Genome | None, *, causative: bool = False) -> Candidates:
    """All candidate variants of a patient.

    Args:
        record: Its genomic interpretations name variants; rejected ones are left out.
        genome: Variants of a VCF, with the genotypes of this patient.
        causative: Whether to take variants that the record names as the cause of a diagnosis: without that
            they are left out, for an answer shall not repeat a diagnosis that was made.
    """
    found = Candidates()
    if genome is not None and genome.variants:
        found.from_genome = True
        found.assembly = (genome.file.assembly or "") if genome.file is not None else ""
        for variant in genome.variants:
            _of_genome(variant, found)
    for entry in record.entries if record is not None else ():
        content = entry.content
        if isinstance(content, Other) and content.kind == "GenomicInterpretation":
            _of_record(dict(content.facts), content.status, entry.id, found, causative=causative)
    return found


def no_genome(genome: Genome | None) -> str:
    """Why variants are nobody's genome; empty where they are somebody's, or there are none."""
    if genome is None or not genome.variants:
        return ""
    if any(one.alleles for variant in genome.variants for one in variant.genotypes):
        return ""
    return (
        "the variants handed over have no genotypes: they are a list of sites, not what the patient carries. "
        "Hand over the file of the patient's own variants, or leave the genome out"
    )


def _of_genome(variant: Variant, found: Candidates) -> None:
    info = dict(variant.info)
    if variant.filters:
        found.leave_out("failed the filters of its file")
        return
    if _frequency(info) > COMMON:
        found.leave_out(f"is found in more than {COMMON:.0%} of a population")
        return
    genes = tuple(dict.fromkeys(_genes(info)))
    silent = not genes and _impacts(info)
    genotype = variant.genotypes[0] if variant.genotypes else None
    known = found.assembly == "GRCh38"
    for number, alternate in enumerate(variant.alternates, 1):
        copies = _copies(genotype, number)
        if copies and alternate not in {"*", "<*>", "<NON_REF>"}:
            at = (variant.chromosome, variant.position, variant.reference, alternate)
            found.found.append(
                Candidate(
                    allele_name(*at) if known else "",
                    genes,
                    copies,
                    f"{at[0]}:{at[1]} {at[2]}>{at[3]}",
                    chromosome=at[0] if known else "",
                    position=at[1] if known else 0,
                    silent=silent,
                )
            )


def _copies(genotype: Genotype | None, number: int) -> str:
    """Copies of an alternate; empty where it is not carried or not called."""
    if genotype is None or not genotype.alleles:
        return "unknown"
    carried = [allele for allele in genotype.alleles if allele == number]
    if not carried:
        return ""
    if None in genotype.alleles:
        return "unknown"
    return "all" if len(carried) == len(genotype.alleles) else "one"


def _genes(info: Mapping[str, str]) -> Iterator[str]:
    """Genes that the file names; of annotated consequences those that change a protein."""
    for key in GENE_KEYS:
        value = info.get(key, "")
        if not value:
            continue
        if key in {"ANN", "CSQ"}:
            yield from (gene for impact, gene in _consequences(value) if impact in _DAMAGING)
        elif key == "GENEINFO":
            yield from (part.partition(":")[0] for part in value.split("|") if part)
        else:
            yield from (part for part in re.split(r"[,;|&]|\\x3b", value) if _SYMBOL.fullmatch(part))
        return


def _consequences(value: str) -> Iterator[tuple[str, str]]:
    """Impact and symbol of each consequence, by the order that SnpEff's standard and VEP's default share."""
    for one in value.split(","):
        words = one.split("|")
        if len(words) >= _WORDS and words[2] in _IMPACTS and _SYMBOL.fullmatch(words[3]):
            yield words[2], words[3]


def _impacts(info: Mapping[str, str]) -> bool:
    return any(any(_consequences(info.get(key, ""))) for key in ("ANN", "CSQ"))


def _frequency(info: Mapping[str, str]) -> float:
    """The highest frequency in a population that the file states; 0 where it states none."""
    highest = 0.0
    for key, value in info.items():
        if "AF" not in key.upper() or not _FREQUENCY.fullmatch(key):
            continue
        for part in value.split(","):
            try:
                highest = max(highest, float(part))
            except ValueError:
                continue
    return highest


def _of_record(
    facts: Mapping[str, str], status: str, entry: str, found: Candidates, *, causative: bool
) -> None:
    if status == "rejected":
        found.leave_out("the record rejects it")
        return
    if status == "causative" and not causative:
        found.leave_out("the record names it as the cause of a diagnosis")
        return
    known = facts.get("vcf.assembly", "") in {"hg38", "GRCh38"}
    position = facts.get("vcf.position", "")
    at = tuple(facts.get(f"vcf.{name}", "") for name in ("chromosome", "reference", "alternate"))
    whole = known and position.isdigit() and all(at)
    named = facts.get("hgvs.c") or facts.get("variant") or facts.get("variant id") or ""
    gene = facts.get("gene", "")
    state = facts.get("zygosity", "")
    if not gene and not whole:
        found.leave_out("the record names neither its gene nor its place on GRCh38")
        return
    found.found.append(
        Candidate(
            allele_name(at[0], position, at[1], at[2]) if whole else "",
            (gene,) if gene else (),
            "all" if state in _ALL else "one" if state == "heterozygous" else "unknown",
            f"{at[0]}:{position} {at[1]}>{at[2]}" if whole else named,
            entry,
            (at[0] if at[0].startswith("chr") else f"chr{at[0]}") if whole else "",
            int(position) if whole else 0,
        )
    )
