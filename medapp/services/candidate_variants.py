"""Variants of one person out of a VCF, as a task about a patient gets them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from medapp.domain.genome import Genome
from medapp.formats.errors import UnreadableError
from medapp.formats.vcf import open_vcf
from medapp.formats.vcf.reading import INVALID
from medapp.services.pgx import SampleError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from medapp.domain.genome import Variant

ASSEMBLY: Final = "assembly"
"""Code of `UnreadableError` for a file whose places cannot be used."""
SITES: Final = "sites"
"""Code of `UnreadableError` for a file that says of nobody what they carry."""
MOST: Final = 100_000
"""Lines that a person differs in: an exome has some ten thousand, a whole genome five million."""
_KEPT: Final = (
    "ANN", "CSQ", "GENEINFO", "GENE", "Gene", "GENE_SYMBOL", "SYMBOL", "Gene.refGene",
)  # fmt: skip
"""Keys of INFO that name genes, and below those that state how usual a variant is; no other is handed on."""
_FREQUENCIES: Final = ("gnomad", "exac", "1000g", "topmed", "popmax", "max_af")


class TooManyVariantsError(ValueError):
    """More lines than can be candidates; the message says how to make fewer."""


@dataclass(frozen=True)
class CandidateFile:
    """What was read.

    Attributes:
        sample: Name in the header.
        problems: What is against the rules of VCF; lines that cannot be trusted are left out.
    """

    genome: Genome
    sample: str
    problems: tuple[str, ...]


def read_candidates(
    path: Path, *, sample: str = "", on_line: Callable[[int, float], None] | None = None
) -> CandidateFile:
    """Read the lines in which one sample differs from the reference.

    Args:
        path: Plain, gzip or bgzip.
        sample: Its name in the header; needed where there are several.
        on_line: Told the number of the line and the share of the file now and then; what it raises ends it.

    Raises:
        SampleError: Where it is not clear whose genome is meant, or nobody's is there.
        TooManyVariantsError: Where the file is not of candidates.
        UnreadableError: Where it is no VCF, is on GRCh37 and names no genes, no line can be trusted, or the
            file is a list of sites: without samples, or without a genotype of the sample.
        OSError: Where it cannot be read.
    """
    reader = open_vcf(path, path.name, strict=False, progress=on_line)
    names = reader.file.samples
    column = _column(names, sample)
    kept: list[Variant] = []
    lines, called = 0, False
    for variant in reader:
        lines, called = lines + 1, called or _is_called(variant, column)
        if not _differs(variant, column):
            continue
        kept.append(replace(variant, genotypes=(variant.genotypes[column],), info=_needed(variant)))
        if len(kept) > MOST:
            message = (
                f"the file has more than {MOST} lines in which the person differs: keep those that are rare "
                "and may change a protein (annotate and filter it) and try again"
            )
            raise TooManyVariantsError(message)
    if not kept and reader.left_out:
        message = f"none of its {reader.left_out} lines can be trusted: {reader.problems[0].sentence}"
        raise UnreadableError(INVALID, message)
    if lines and not called:
        message = (
            f"no line states a genotype of the sample {names[column]}: what the person carries is not known. "
            "Use a file with called genotypes (GT)"
        )
        raise UnreadableError(SITES, message)
    _refuse_other_assembly(reader.file.assembly, kept)
    told = tuple(one.sentence for one in reader.problems)
    return CandidateFile(Genome(reader.file, tuple(kept)), names[column], told)


def _column(names: tuple[str, ...], sample: str) -> int:
    if not names:
        message = (
            "the file has no samples: it lists sites, and nobody's genotypes, so it is no patient's genome. "
            "Use the file of the patient's own variants, with a column of genotypes"
        )
        raise UnreadableError(SITES, message)
    if sample:
        if sample not in names:
            message = f"there is no sample {sample!r}; the file has {', '.join(names)}"
            raise SampleError(message)
        return names.index(sample)
    if len(names) > 1:
        message = f"name the sample: the file has {', '.join(names)}"
        raise SampleError(message)
    return 0


def _is_called(variant: Variant, column: int) -> bool:
    if column >= len(variant.genotypes):
        return False
    return any(allele is not None for allele in variant.genotypes[column].alleles)


def _differs(variant: Variant, column: int) -> bool:
    if column >= len(variant.genotypes):
        return False
    return any(allele for allele in variant.genotypes[column].alleles)


def _needed(variant: Variant) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key, value)
        for key, value in variant.info
        if key in _KEPT or ("af" in key.lower() and any(word in key.lower() for word in _FREQUENCIES))
    )


def _refuse_other_assembly(assembly: str | None, kept: list[Variant]) -> None:
    """Known alleles are on GRCh38; from elsewhere only the names of genes can be taken."""
    if assembly not in {None, "GRCh38"} and not any(
        key in _KEPT for variant in kept for key, _ in variant.info
    ):
        message = (
            f"the file is on {assembly} and names no genes: nothing in it can be matched. "
            "Annotate it with genes (SnpEff, VEP), or bring it to GRCh38 (lift over)"
        )
        raise UnreadableError(ASSEMBLY, message)
